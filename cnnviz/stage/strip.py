"""Pictures beside their lists; how they are shown stands in strip.js and strip.css."""

from pathlib import Path

import numpy as np
import streamlit as st

from cnnviz.i18n import _, language
from cnnviz.stage.pack import pack

HERE = Path(__file__).parent
MOUNT = st.components.v2.component(
    "cnnviz.strip",
    css=(HERE / "strip.css").read_text(encoding="utf-8"),
    js="".join((HERE / name).read_text(encoding="utf-8") for name in ("canvas.js", "strip.js")),
)


def show_strip(
    original,
    changed,
    arrival,
    *,
    display,
    restored=None,
    patches=(),
    mark=False,
    on_patch=None,
    key="strip",
):
    """Show a picture and a rearranged one, each also as the list of its numbers.

    Pointing at a pixel marks it and its four neighbours in the pictures and in the lists.

    Parameters
    ----------
    original, changed : ndarray, shape (..., H, W)
        The first plane of each is shown; without the second, None, one picture and one list.
    arrival : ndarray, shape (H * W,)
        Where each pixel of the first stands in the second, counted line by line from 0.
    display : Display
        Which numbers are black and white.
    restored : ndarray, shape (..., H, W), optional
        The second picture with its pixels put back.
    patches : sequence of (row, column, height, width)
        Rectangles to be framed in both pictures.
    mark : bool
        Whether the places of the list that hold another number now are marked.
    on_patch : callable, optional
        Called with ``which, row, column`` after the learner has pulled a rectangle there.
    key : str
        Names this strip on its page.
    """
    height, width = np.shape(original)[-2:]
    pictures = {"original": original, "changed": changed, "restored": restored}
    arrays = {
        name: (np.asarray(picture).reshape(-1, height, width)[:1],)
        for name, picture in pictures.items()
        if picture is not None
    }
    arrays["arrival"] = (np.asarray(arrival).reshape(1, height, width),)
    header = {
        "patches": [list(map(int, patch)) for patch in patches],
        "movable": on_patch is not None,
        "moved": bool((np.asarray(arrival) != np.arange(height * width)).any()),
        "mark": mark,
        "span": [display.low, display.high],
        "words": words(height, width),
        "language": language(),
    }

    def pulled():
        move = st.session_state[key].patch
        on_patch(int(move["which"]), int(move["row"]), int(move["column"]))

    callbacks = {"on_patch_change": pulled} if on_patch else {}
    MOUNT(key=key, data=pack(header, arrays), **callbacks)


def words(height, width):
    """Every word of the strip, in the learner's language."""
    size = f"{height}×{width}"
    names = (_("Picture"), _("Changed"), _("Put back"))
    long = _("The same as a list of {count} numbers{{share}}")
    changed, restored = _("The changed picture as a list"), _("Put back, as a list")
    return {
        "name": _(
            "The pixel that is looked at. Arrow keys move it, the space bar goes to the next picture."
        ),
        "pictures": [f"{name} {size}" for name in names],
        "lists": [long.format(count=f"{height * width:,}"), changed, restored],
        "mean": _(" (each stripe is the mean of up to {n} of them)"),
        "excerpt": _(
            "Around the pixel: it and its four neighbours, with their numbers in the list"
        ),
        "more": _("… {n} …"),
        "place": _(
            "Row {row}, column {column} (value {value}): number ({row} − 1)·{width} + {column} = {position} of the list."
        ),
        "beside": _("Left and right: {numbers}, 1 away."),
        "above": _("Above and below: {numbers}, {width} away."),
        "next": _(
            "Number {next} comes next in the list, and is no neighbour: it lies at the other edge."
        ),
        "went": _("In the changed list this pixel is number {position}, its neighbours {numbers}."),
        "comma": _(", "),
        "came": _(
            "Before the change this pixel was number {position}, these neighbours {numbers}."
        ),
    }
