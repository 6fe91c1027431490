"""Several small tables of numbers at once: the channels of a picture that can be reckoned by hand."""

import numpy as np
import streamlit as st

from cnnviz.i18n import _
from cnnviz.matrix import LARGEST, format_matrix, format_stack, parse_stack
from cnnviz.stage import Lane
from cnnviz.ui import controls
from cnnviz.ui.code import EXCERPT
from cnnviz.ui.inputs import OWN, table_text

LARGEST_TABLE = 16


def own_picture_waits():
    """Say how to bring in the learner's own picture, where the page shows tables of numbers."""
    if OWN in st.session_state:
        st.caption(_("The switch above brings in your own picture."))


def planes_input(tables, default=None):
    """Ask for small tables of numbers, one for each channel.

    Parameters
    ----------
    tables : dict of str to (str, ndarray)
        Name in the link to the label and the numbers, shape (C, H, W).
    default : str, optional
        A name; the first one where not given.

    Returns
    -------
    ndarray, shape (1, C, H, W), float64
    """

    def edited():
        st.session_state["numbers"] = "own"

    default = default or next(iter(tables))
    titles = {name: title for name, (title, _planes) in tables.items()}
    name = controls.choice(
        _("Numbers"), "numbers", titles | {"own": _("your own numbers")}, default
    )
    planes = table_text(
        "planes",
        _("Numbers (rows end with /, channels with |)"),
        tables.get(name, tables[default])[1],
        name == "own",
        edited,
        LARGEST_TABLE,
        LARGEST,
        parse=parse_stack,
        form=format_stack,
    )
    return planes[None]


def channel_lanes(channels, colour):
    """A lane for each channel, with the name that the sentences on the stage use."""
    if channels == 1:
        return (Lane(),)
    if colour:
        return Lane(_("Red")), Lane(_("Green")), Lane(_("Blue"))
    return tuple(Lane(_("Channel {n}").format(n=n + 1)) for n in range(channels))


def counting(channels, rows, columns, start=0):
    """Tables that count on from one channel to the next.

    >>> counting(2, 1, 2).tolist()
    [[[0.0, 1.0]], [[2.0, 3.0]]]
    """
    size = channels * rows * columns
    return np.arange(start, start + size, dtype=float).reshape(channels, rows, columns)


def source(values) -> str:
    """An array of any number of axes as Python source.

    >>> source(np.array([[[1.0, 2.5]]]))
    '[[[1, 2.5]]]'
    """
    if np.ndim(values) > 1:
        return "[" + ", ".join(source(part) for part in values) + "]"
    return "[" + format_matrix([values]).replace(" ", ", ") + "]"


def excerpt(maps, rows=0, columns=0):
    """What of the maps (1, C, H, W) goes into a program, and a comment where that is not all.

    At least `rows` and `columns` of them, so that a window of this size fits.
    """
    part = maps[:, :, : max(EXCERPT, rows), : max(EXCERPT, columns)]
    if part.shape == maps.shape:
        return part, ""
    return part, "  # " + _("the first rows and columns of the picture")
