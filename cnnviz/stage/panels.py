"""Maps beside one another, looked at together; how they are shown stands in panels.js and panels.css."""

from pathlib import Path

import numpy as np
import streamlit as st

from cnnviz.i18n import _, language
from cnnviz.stage.pack import pack
from cnnviz.stage.stage import Display, planes

HERE = Path(__file__).parent
MOUNT = st.components.v2.component(
    "cnnviz.panels",
    css=(HERE / "panels.css").read_text(encoding="utf-8"),
    js="\n".join((HERE / name).read_text(encoding="utf-8") for name in ("canvas.js", "panels.js")),
)
LENS = 28  # cells of a map that are enlarged
# The largest side on the screen, in its pixels: of a map with an enlargement, of a map of counts.
MOST_MAP, MOST_COUNTS = 240, 340


def show_maps(maps, *, start=None, key):
    """Show maps of one size side by side; pointing at one marks and enlarges the place on all.

    Parameters
    ----------
    maps : list of (str, str, ndarray, Display)
        Caption, a short name for the sentence, the map of shape (..., H, W) of which the first
        plane is shown, and how its numbers become shades.
    start : (int, int), optional
        The place that is looked at first; the middle where not given.
    key : str
        Names these maps on their page.
    """
    panels, arrays = [], {}
    for number, (caption, label, values, display) in enumerate(maps):
        name = f"map{number}"
        arrays[name] = (planes(values, 1),)
        panels.append(
            {"name": name, "caption": caption, "label": label, "palette": "grey"}
            | {"low": display.low, "high": display.high}
        )
    send(panels, arrays, start, LENS, None, MOST_MAP, key)


def show_paths(caption, down, across, *, key):
    """Show how many paths lead from each pixel of a field to one output; a 0 is a hole.

    Parameters
    ----------
    caption : str
        Above the map.
    down, across : list of int
        Path counts along the rows and along the columns; their products are shown.
    key : str
        Names this map on its page.
    """
    counts = np.outer(down, across)
    display = Display(0, int(counts.max()))
    panel = {"name": "map0", "caption": caption, "label": "", "palette": "paths"}
    panel |= {"low": display.low, "high": display.high}
    send([panel], {"map0": (counts[None],)}, None, 0, [list(down), list(across)], MOST_COUNTS, key)


def send(panels, arrays, start, zoom, factors, most, key):
    """Give the browser what it needs, as one blob."""
    rows, columns = arrays["map0"][0].shape[-2:]
    header = {"panels": panels, "zoom": zoom, "factors": factors, "most": most}
    header |= {"start": list(start or (rows // 2, columns // 2))}
    header |= {"words": words(), "language": language()}
    MOUNT(key=key, data=pack(header, arrays))


def words():
    """Every word of the maps, in the learner's language."""
    return {
        "name": _("Place on the maps. Arrow keys move it, Home and End go to the ends of the row."),
        "place": _("Row {row}, column {column}: {values}"),
        "count": _("Rows {down}, columns {across} from the middle. Paths: {a} × {b} = {n}."),
        "hole": _(
            "Rows {down}, columns {across} from the middle. Paths: {a} × {b} = 0, never used."
        ),
    }
