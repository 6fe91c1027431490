"""The cone: what one number of a stack of layers sees; how it is shown stands in cone.js and cone.css."""

from math import prod
from pathlib import Path

import numpy as np
import streamlit as st

from cnnviz.arithmetic import receptive_field
from cnnviz.i18n import _, language
from cnnviz.stage.pack import pack
from cnnviz.stage.stage import axis

HERE = Path(__file__).parent
MOUNT = st.components.v2.component(
    "cnnviz.cone",
    css=(HERE / "cone.css").read_text(encoding="utf-8"),
    js="\n".join((HERE / name).read_text(encoding="utf-8") for name in ("canvas.js", "cone.js")),
)


def show_cone(picture, layers, names, *, paths=True, note="", key="cone"):
    """Show the learner's picture beside the stack; pointing at any cell lights up what it sees.

    Parameters
    ----------
    picture : ndarray, shape (1, C, H, W)
        What the first layer reads; C is 1 or 3.
    layers : sequence of Layer
        Convolutions and poolings, the one nearest to the picture first. All of them fit.
    names : sequence of str
        What each layer is called beside the cone.
    paths : bool
        Whether pixels are lit by the share of paths that lead to them.
    note : str
        One line under the cone.
    key : str
        Names this cone on its page.
    """
    seen = [receptive_field(layers[:level]) for level in range(len(layers) + 1)]
    windows = [layer.windows for layer in layers]
    header = {
        "layers": list(names),
        # what browsers count with is exact up to here; beyond, they count with big integers
        "large": prod(columns.kernel_size for _rows, columns in windows) > 2**53,
        "span": span(picture),
        "paths": paths,
        "words": words(note),
        "language": language(),
    }
    header["fields"] = {}
    for which, name in enumerate(("rows", "columns")):
        header[name] = axes([pair[which] for pair in windows], picture.shape[which + 2])
        header["fields"][name] = [tuple(field[which]) for field in seen]
    MOUNT(key=key, data=pack(header, {"picture": (picture[0],)}))


def axes(windows, cells):
    """One axis of every layer, each reading what the one before it makes."""
    found = []
    for window in windows:
        stops = window.output_size(cells)
        found.append(axis(window, cells, stops))
        cells = stops
    return found


def span(picture):
    """From black to white: 0 to 255 for a picture, smallest to largest for a table of numbers."""
    low, high = float(np.min(picture)), float(np.max(picture))
    return [0.0, 255.0] if low >= 0 and 20 < high <= 255 else [low, high]


def words(note):
    """Every word of the cone, in the learner's language."""
    return {
        "picture": _("What it sees of the picture"),
        "cone": _("The way there, along one row"),
        "name_picture": _(
            "Position of the output cell. Arrow keys move it, Page Up and Page Down change the layer."
        ),
        "name_cone": _(
            "Cell of a layer. Left and right move it, up and down change the layer, Home and End go to the ends."
        ),
        "input": _("picture"),
        "layer": _("layer"),
        "row": _("row"),
        "column": _("column"),
        "bar": _("The cell that is looked at"),
        "sees": _(
            "Layer {layer}, row {row}, column {column} sees {down}×{across} pixels: rows {top} to {bottom}, columns {left} to {right}."
        ),
        "outside": _("Pixels of it outside the picture, in the padding: {n}."),
        "beside": _("All of its pixels lie outside the picture, in the padding."),
        "most": _(
            "Paths: {most} from the pixel that counts most, {least} from the one that counts least."
        ),
        "holes": _("{n} of the {cells} pixels in the picture are never used."),
        "feeds": _("Up to the last layer it feeds {n} of {all} cells in its row."),
        "pixel": _(
            "Paths from the pixel in row {row}, column {column} to this cell: {down} × {across} = {n}."
        ),
        "one": _(
            "Row {row}, column {column} of the picture sees itself. It feeds {n} of {all} cells in its row of the last layer."
        ),
        "alone": _("Row {row}, column {column} of the picture: no layer fits on it."),
        "note": note,
    }
