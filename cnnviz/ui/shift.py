"""What lesson 7 asks and says: how the picture moves, what the order changes, what pooling hides."""

from dataclasses import replace

import numpy as np
import streamlit as st

from cnnviz.arithmetic import Window
from cnnviz.figures import shift as figures
from cnnviz.i18n import _
from cnnviz.stage import Display, Lane
from cnnviz.ui import controls
from cnnviz.ui.frame import heading
from cnnviz.ui.planes import excerpt, source
from cnnviz.ui.predict import predict
from cnnviz.ui.windows import kernel_windows

MOST_SHIFT = 16
MOST_STRIDE = 4
MOST_POOLING = 8


def shift_controls():
    """How far the picture moves: rows down and columns to the right."""
    left, right = controls.beside()
    with left:
        down = controls.number(_("Rows down"), "shift_rows", 0, MOST_SHIFT, 0)
    with right:
        across = controls.number(_("Columns right"), "shift_columns", 0, MOST_SHIFT, 1)
    return down, across


def border_controls(kernel, picture):
    """What lies around the picture, and the stride.

    Returns
    -------
    (Window, Window, bool)
        Rows, columns, and whether the picture goes round.
    """
    borders = {
        "zeros": _("zeros"),
        "none": _("none"),
        "wrap": _("goes round"),
    }
    left, right = controls.beside()
    with left:
        border = controls.choice(_("Border"), "border", borders)
    with right:
        stride = controls.number(_("Stride"), "stride", 1, MOST_STRIDE, 1)
    if border == "none":
        rows, columns = kernel_windows(kernel, picture)
    else:
        rows, columns = (Window(n, padding="same") for n in kernel.table.shape)
    rows, columns = (replace(axis, stride=stride) for axis in (rows, columns))
    return rows, columns, border == "wrap"


def shift_stage(picture, orders, rows, columns, by, wrap, shades) -> dict:
    """The two orders as lanes of the stage, and their difference beside them."""
    return {
        "field": np.concatenate([orders.shifted[0], picture[0]]),
        "stops": orders.difference,
        "partial": np.concatenate([orders.before[0], orders.after[0]]),
        "lanes": (
            Lane(_("shift, then convolve")),
            Lane(_("convolve, then shift"), sign=-1, moved=orders.moved),
        ),
        "wrap": wrap,
        "partial_display": shades,
        "stops_display": Display.spread(orders.difference, "signed"),
        "captions": (_("Picture"), _("Difference"), _("Maps")),
        "note": figures.paragraph([verdict(orders), fraction(rows, columns, by, orders.moved)]),
        "rows": rows,
        "columns": columns,
    }


def verdict(orders) -> str:
    """Where the two orders agree and where not, counted."""
    inside, wrong, border, different = orders.counts
    if not wrong and not different:
        return _("The order makes no difference. Numbers that differ: 0 of {n}.").format(
            n=f"{inside + border:,}"
        )
    counts = {"wrong": wrong, "inside": inside, "different": different, "border": border}
    counts = {name: f"{n:,}" for name, n in counts.items()}
    if not border:
        return _("The order matters. Numbers that differ: {wrong} of {inside}.").format(**counts)
    if not inside:
        return _(
            "No stop reads only pixels of the picture in both orders. Numbers that differ: {different} of {border}."
        ).format(**counts)
    return _(
        "Numbers that differ: inside, where only pixels of the picture are read, {wrong} of {inside}; at the border {different} of {border}."
    ).format(**counts)


def shift_formula(rows, columns, by):
    """Why the orders agree inside, and what becomes of the shift under this stride."""
    st.latex(
        r"\sum_u w_u\, x_{s i + u - p - n} = \sum_u w_u\, x_{s (i - n/s) + u - p} = y_{i - n/s}"
        rf" \qquad \frac{{n}}{{s}} = {quotient(rows, by[0])},\; {quotient(columns, by[1])}"
    )


def quotient(window, by) -> str:
    """The shift of the map along one axis, as LaTeX.

    >>> quotient(Window(3, stride=2), 3)
    '\\\\frac{3}{2} = 1.5'
    """
    return rf"\frac{{{by}}}{{{window.stride}}} = {by / window.stride:.4g}"


def fraction(rows, columns, by, moved) -> str:
    """What was done where the map would have to move by a part of a cell."""
    if by[0] % rows.stride == 0 == by[1] % columns.stride:
        return ""
    return _(
        "The map cannot move by a part of a cell. Rounded down it moves: rows {down}, columns {across}."
    ).format(down=moved[0], across=moved[1])


def predict_move(columns):
    """Ask by how much the map moves."""
    stride = columns.stride
    predict(
        _(
            "The picture moves {n} columns, the stride is {stride}. How many columns does the map move?"
        ).format(n=6 * stride, stride=stride),
        6,
        _("One step in the map is a step of {stride} in the picture: {n} / {stride} = 6.").format(
            n=6 * stride, stride=stride
        ),
        key="move",
    )


def pooled_shares(feature_map):
    """How many pooled numbers stay the same for a shift of 0, 1, 2, ... columns."""
    heading(_("And after pooling?"))
    st.markdown(
        _(
            "The sizes of the numbers in the map above, without sign, are pooled; then the map is moved and pooled again. How many results are the same as before?"
        )
    )
    left, middle, right = controls.beside(3)
    most = min(MOST_POOLING, *feature_map.shape[-2:])
    usual, step = (4, 4) if min(feature_map.shape[-2:]) >= 32 else (2, 1)
    with left:
        size = controls.number(_("Pooling window"), "pooling_size", 1, most, min(usual, most))
    with middle:
        stride = controls.number(_("Pooling stride"), "pooling_stride", 1, MOST_POOLING, step)
    with right:
        tolerance = controls.number(
            _("Same means apart by at most"), "tolerance", 0.0, 255.0, 0.0, step=1.0
        )
    shares = figures.unchanged_shares(np.abs(feature_map), size, stride, MOST_POOLING, tolerance)
    words = figures.shares_in_words(shares)
    st.plotly_chart(
        figures.shares_chart(shares),
        theme="streamlit",
        key="shares",
        config={"displayModeBar": False},
        alt=words,
    )
    st.markdown(words)


def shift_code(picture, kernel, rows, columns, by, wrap) -> dict[str, str]:
    """Both orders as programs that run as they stand and print the difference."""
    part, comment = excerpt(picture, rows.extent, columns.extent)
    (top, bottom), (left, right) = rows.padding, columns.padding
    x, weight = source(part), source(kernel.table[None, None])
    divide = f" / {kernel.divisor}" if kernel.divisor != 1 else ""
    step = rows.stride
    cut = "[:, :, : x.shape[2], : x.shape[3]]"
    moves = f"print(conv(shift(x, {by[0]}, {by[1]})) - shift(conv(x), {by[0] // step}, {by[1] // step}))"
    torch_shift = f"F.pad(x, (across, 0, down, 0)){cut}"
    numpy_shift = f"np.pad(x, ((0, 0), (0, 0), (down, 0), (across, 0))){cut}"
    if wrap:
        torch_shift = "torch.roll(x, (down, across), (2, 3))"
        numpy_shift = "np.roll(x, (down, across), (2, 3))"
    torch_mode, numpy_mode = (', mode="circular"', ', mode="wrap"') if wrap else ("", "")
    torch = f"""\
import torch
import torch.nn.functional as F

x = torch.tensor({x}, dtype=torch.float64){comment}
weight = torch.tensor({weight}, dtype=torch.float64){divide}


def shift(x, down, across):
    return {torch_shift}


def conv(x):
    x = F.pad(x, ({left}, {right}, {top}, {bottom}){torch_mode})
    return F.conv2d(x, weight, stride={step})


{moves}"""
    numpy = f"""\
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

x = np.array({x}, dtype=float){comment}
weight = np.array({weight}, dtype=float){divide}


def shift(x, down, across):
    return {numpy_shift}


def conv(x):
    x = np.pad(x, ((0, 0), (0, 0), ({top}, {bottom}), ({left}, {right})){numpy_mode})
    windows = sliding_window_view(x, weight.shape[2:], axis=(2, 3))[:, :, ::{step}, ::{step}]
    return np.einsum("ncijuv,fcuv->nfij", windows, weight)


{moves}"""
    return {"PyTorch": torch, "NumPy": numpy}
