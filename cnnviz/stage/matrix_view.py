"""A convolution as a matrix; how it is shown stands in matrix_view.js and matrix_view.css."""

from pathlib import Path

import numpy as np
import streamlit as st

from cnnviz.i18n import _, language
from cnnviz.stage.pack import pack
from cnnviz.stage.stage import axis

HERE = Path(__file__).parent
MOUNT = st.components.v2.component(
    "cnnviz.matrix_view",
    css=(HERE / "matrix_view.css").read_text(encoding="utf-8"),
    js="".join(
        (HERE / name).read_text(encoding="utf-8") for name in ("canvas.js", "matrix_view.js")
    ),
)


def show_matrix(
    picture, kernel, numbers, listed, stops, rows, columns, *, display, whole=True, key="matrix"
):
    """Show the matrix between a picture and a map; pointing at one shows what belongs to it.

    Parameters
    ----------
    picture : ndarray, shape (1, 1, h, w)
        Also above the matrix, as a list.
    kernel : ndarray, shape (kh, kw)
        The weights; each has a colour of its own.
    numbers : ndarray, shape (results, pixels)
        Which weight joins a result and a pixel, counted from 0; -1 is none.
    listed : ndarray, shape (results,)
        The matrix times the list.
    stops : ndarray, shape (1, 1, h', w')
        The map that a sweep makes.
    rows, columns : Window
        The sweep.
    display : Display
        Which pixels are black and white.
    whole : bool
        Whether this is the whole picture, and not a piece from its middle.
    key : str
        Names this view on its page.
    """
    (height, width), (down, across) = picture.shape[2:], stops.shape[2:]
    arrays = {
        "field": (picture[0],),
        "kernel": (kernel[None],),
        "numbers": (numbers[None],),
        "listed": (listed[None, :, None],),
        "stops": (stops[0],),
    }
    header = {
        "rows": axis(rows, height, down),
        "columns": axis(columns, width, across),
        "spans": [[display.low, display.high], [float(np.min(stops)), float(np.max(stops))]],
        "words": words(picture, kernel, numbers, stops, whole),
        "language": language(),
    }
    MOUNT(key=key, data=pack(header, arrays))


def words(picture, kernel, numbers, stops, whole):
    """Every word of the view, in the learner's language."""
    results, pixels = numbers.shape
    (height, width), (down, across) = picture.shape[2:], stops.shape[2:]
    field = _("Picture {size}") if whole else _("The picture's middle {size}")
    return {
        "name": _("Cell of the matrix. Left and right change the pixel, up and down the result."),
        "captions": {
            "field": field.format(size=f"{height}×{width}"),
            "kernel": _("Kernel {size}").format(size=f"{kernel.shape[0]}×{kernel.shape[1]}"),
            "matrix": _(
                "Matrix {results}×{pixels}: equal colours are equal weights. Above it the picture as a list."
            ).format(results=results, pixels=pixels),
            "stops": _("Map {size}").format(size=f"{down}×{across}"),
        },
        "result": _(
            "Row {result} makes result {result} (row {row}, column {column} of the map): {terms} = {value}. "
            "Weights kept: {kept}, removed: {removed}."
        ),
        "pixel": _(
            "Column {pixel} carries pixel {pixel} (row {row}, column {column}, value {value}). Results that read it: {count}."
        ),
        "cell": _(
            "Pixel {pixel} reaches result {result} by the weight {weight}, row {row}, column {column} of the kernel. "
            "All cells of this colour are the same number."
        ),
        "none": _(
            "Pixel {pixel} does not reach result {result}: it is not under that window, so the weight was removed."
        ),
        "tap": _(
            "The weight {weight} of the kernel (row {row}, column {column}). Places in the matrix that hold it: {count}."
        ),
        "more": _("({n} more)"),
    }
