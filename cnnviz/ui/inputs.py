"""The learner's picture and kernel."""

import numpy as np
import streamlit as st

from cnnviz import images
from cnnviz.i18n import _
from cnnviz.kernels import FIXED, SIZED, Kernel, kernel_names
from cnnviz.matrix import LARGEST, LARGEST_WEIGHT, MatrixError, format_matrix, parse_matrix
from cnnviz.ui import controls

OWN = "_own_picture"
OWN_SIZE = "_own_size"
REFUSAL = "_refusal"
UPLOADS = "_uploads"
SIDES = (8, 16, 32, 64, 128, 256, 512)
LARGEST_GRID = 32
LARGEST_SIZE = 1000
LARGEST_KERNEL = 11
LAST_DIVISOR = "_last_divisor"


def image_input(default="cat", *, colour=False, grids=True, sizes=False, side=256):
    """Ask for a picture: a sample, a small table of numbers, an upload or the camera.

    The choice holds in every lesson. The learner's own picture stays in their session; a link says
    only that there was one.

    Parameters
    ----------
    default : str
        A sample or a table that this lesson starts with.
    colour : bool
        Whether the lesson wants all three channels.
    grids : bool
        Whether small tables of numbers are offered.
    sizes : bool
        Whether a plain table of any size is offered.
    side : int
        Default of the longest side that the picture is shrunk to, in pixels.

    Returns
    -------
    ndarray, shape (1, C, H, W), float64
        Grey levels 0 to 255, or the numbers of the table; C is 3 for a picture with `colour`.
    """
    upload_input()
    name = controls.choice(_("Picture"), "picture", picture_names(grids, sizes), default, kept=True)
    if name == "size":
        return sized_input()[None, None]
    if name in images.grids():
        return table_input(images.load_grid(name))[None, None]
    if name == "own":
        return table_input(images.load_grid("notes5"))[None, None]
    if name == "camera":
        camera_input()
        name = "upload" if OWN in st.session_state else "cat"
    picture = st.session_state[OWN] if name == "upload" else images.load_sample(name)
    return picture_input(picture, colour, side)


def sized_input():
    """A plain table of the learner's size, filled with the digits 0 to 9 in turn."""
    left, right = st.columns(2)
    with left:
        rows = controls.number(_("Rows i"), "rows", 1, LARGEST_SIZE, 5)
    with right:
        columns = controls.number(_("Columns i"), "columns", 1, LARGEST_SIZE, 5)
    return np.add.outer(np.arange(rows), np.arange(columns)) % 10.0


def picture_names(grids, sizes):
    """Every picture that can be chosen now."""
    names = {"size": _("a table of any size")} if sizes else {}
    names |= {key: sample.title for key, sample in images.samples().items()}
    names |= {"camera": _("take a photograph")}
    if OWN in st.session_state:
        names = {"upload": _("your own picture")} | names
    if grids:
        names |= {key: grid.title for key, grid in images.grids().items()} | {
            "own": _("your own numbers")
        }
    return names


def picture_input(picture, colour, side):
    """The working size and the channel of a picture."""
    left, right = st.columns(2)
    with left:
        side = int(
            controls.choice(
                _("Longest side"), "side", {str(n): f"{n} px" for n in SIDES}, str(side)
            )
        )
    small, _scaled = images.shrink(picture, side)
    own = picture is st.session_state.get(OWN)
    height, width = st.session_state[OWN_SIZE] if own else picture.shape[:2]
    down, across = small.shape[:2]
    if (height, width) != (down, across):
        st.caption(
            _("{height}×{width} shown as {down}×{across}").format(
                height=height, width=width, down=down, across=across
            )
        )
    if colour:
        return small.transpose(2, 0, 1)[None].astype(float)
    channels = {"grey": _("grey"), "red": _("red"), "green": _("green"), "blue": _("blue")}
    with right:
        channel = controls.choice(_("Channel"), "channel", channels)
    plane = (
        images.to_grey(small)
        if channel == "grey"
        else small[..., list(channels).index(channel) - 1]
    )
    return plane[None, None].astype(float)


def table_input(grid):
    """A small table of numbers that can be edited as text; returns it with shape (H, W)."""

    def edited():
        st.session_state["picture"] = "own"

    own = st.session_state["picture"] == "own"
    return table_text(
        "grid", _("Numbers (rows end with /)"), grid, own, edited, LARGEST_GRID, LARGEST
    )


def table_text(
    key, label, table, own, edited, most, largest, parse=parse_matrix, form=format_matrix
):
    """A table as a text field. Named tables fill it; changing it makes the table the learner's own.

    The link holds the learner's own table under `key`. A text that is no table is explained in one
    sentence, and the last good table stays. `parse` and `form` turn the text into a table and back.
    """
    state, field, last = st.session_state, f"{key}_text", f"_last_{key}"
    controls.register(key, None)
    controls.register(field, None)
    if not own:
        state[field] = state[last] = form(table)
    elif key in state:  # a worked example or the stage has set it
        state[field] = state.pop(key)
    elif field not in state:
        state[field] = st.query_params.get(key) or state.get(last) or form(table)
    text = st.text_area(label, key=field, on_change=edited, height=68)
    try:
        found = parse(text, most, largest)
    except MatrixError as error:
        st.warning(_("{reason} The last good numbers stay.").format(reason=error))
        found = parse(state.setdefault(last, form(table)), most, largest)
    state[last] = form(found)
    controls.publish(key, state[last] if own else None, None)
    return found


def upload_input():
    """Take a file or a photograph. What cannot be read is explained, and the old picture stays."""
    state = st.session_state
    count = state.get(UPLOADS, 0)
    # A new key for each file: Streamlit lets go of the bytes, and only the decoded picture is kept.
    key = f"upload_{count}" if count else "upload"
    st.file_uploader(
        _("Drop in your own picture"),
        key=key,
        type=["png", "jpg", "jpeg", "gif", "bmp", "webp"],
        max_upload_size=images.MAX_BYTES // 2**20,
        on_change=receive,
        args=(key,),
    )
    page, reason = state.get(REFUSAL, (None, None))
    if page == state[controls.PAGE]:
        st.warning(_("{reason} The previous picture stays.").format(reason=reason))
    if st.query_params.get("picture") == "upload" and OWN not in state:
        st.info(
            _(
                "The link speaks of an own picture. Own pictures stay in the session that they were dropped into, so you see a sample here."
            )
        )


def camera_input():
    """Take a photograph; the browser asks for leave."""
    key = f"camera_{st.session_state.get(UPLOADS, 0)}"
    st.camera_input(_("Take a photograph"), key=key, on_change=receive, args=(key,))


def receive(key):
    """Read what was dropped or photographed; called by Streamlit before the page runs."""
    state = st.session_state
    file = state.get(key)
    if file is None:
        return
    state[UPLOADS] = state.get(UPLOADS, 0) + 1
    try:
        picture = images.load_image(file.getvalue())
    except images.ImageError as error:
        state[REFUSAL] = (state[controls.PAGE], str(error))
        return
    state.pop(REFUSAL, None)
    state[OWN], __ = images.shrink(picture, max(SIDES))
    state[OWN_SIZE] = picture.shape[:2]
    state["picture"] = "upload"


def kernel_input(default="sobel_columns", most=LARGEST_KERNEL):
    """Ask for a kernel: one with a name, of any size it comes in, or the learner's own weights.

    Returns
    -------
    Kernel
        Also in the field next to it, as text that can be edited.
    """
    name = controls.choice(_("Kernel"), "kernel", kernel_names(), default)
    if name in SIZED:
        apart = controls.toggle(_("Rows and columns apart"), "apart")
        rows, columns = controls.pair(_("Kernel size"), "kernel_size", 1, most, 3, apart=apart)
        kernel = SIZED[name](rows, columns)
    else:
        kernel = FIXED.get(name, FIXED[default])
    state = st.session_state
    if name != "custom":
        state[LAST_DIVISOR] = kernel.divisor
    elif "weights_text" in state and "weights" not in state and "divisor" not in st.query_params:
        # chosen from the list: the learner goes on from the kernel that was shown
        state.setdefault("divisor", state.get(LAST_DIVISOR, 1))
    table = table_text(
        "weights",
        _("Weights (rows end with /)"),
        kernel.table,
        name == "custom",
        lambda: make_custom(kernel.divisor),
        most,
        LARGEST_WEIGHT,
    )
    if name != "custom":
        return kernel
    return Kernel(table, controls.number(_("Divide the sum by"), "divisor", 1, 2**20, 1))


def make_custom(divisor, weights=None):
    """Turn the kernel into the learner's own, from a callback; `weights` is a table as text."""
    st.session_state["kernel"] = "custom"
    st.session_state["divisor"] = divisor
    if weights is not None:
        st.session_state["weights"] = weights


def set_weight(kernel: Kernel, flip=False):
    """What the stage calls when a weight has been changed there; `flip` if it shows the kernel turned."""

    def change(row, column, typed):
        rows, columns = kernel.table.shape
        if flip:
            row, column = rows - 1 - row, columns - 1 - column
        words = [line.split() for line in format_matrix(kernel.table).split("/")]
        words[row][column] = "".join(typed.split())
        make_custom(kernel.divisor, " / ".join(" ".join(line) for line in words))

    return change
