"""What the stage shows; how it is shown stands in stage.js and stage.css."""

from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
import streamlit as st

from cnnviz.i18n import _, language
from cnnviz.stage.pack import pack

HERE = Path(__file__).parent
MOUNT = st.components.v2.component(
    "cnnviz.stage",
    css=(HERE / "stage.css").read_text(encoding="utf-8"),
    js=(HERE / "stage.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Display:
    """How numbers become shades: `low` is black, `high` is white, in the map's own units.

    `palette` is ``"grey"``, ``"amount"`` (cividis) or ``"signed"`` (orange - white - blue, centred
    on 0, where only `high` counts); with `absolute` the sign is dropped first. Only the shade
    changes: the numbers on the stage stay what they are.
    """

    low: float = 0.0
    high: float = 255.0
    palette: str = "grey"
    absolute: bool = False

    @classmethod
    def spread(cls, values, palette="grey"):
        """From the smallest to the largest of the values, or of their sizes if signed."""
        if not np.size(values):
            return cls()
        low, high = float(np.min(values)), float(np.max(values))
        if palette == "signed":
            return cls(0.0, max(-low, high), palette)
        return cls(low, high, palette)


def show(
    field,
    stops,
    rows,
    columns,
    *,
    kernel=None,
    scale=1,
    bias=0.0,
    operation="conv",
    count_padding=True,
    field_display=None,
    stops_display=None,
    captions=(None, None),
    note="",
    count_reads=False,
    on_weight=None,
    autoplay=False,
    key="stage",
):
    """Put a sweep on the stage.

    Parameters
    ----------
    field : ndarray, shape (..., H, W)
        The map that the window sweeps over; the first plane of it is shown.
    stops : ndarray, shape (..., OH, OW)
        The map with one number for each stop of the window, as the engine computed it.
    rows, columns : Window
        The window along both axes.
    kernel : ndarray, shape (..., kh, kw), optional
        Weights *before* they are divided by `scale`: whole or decimal numbers, so that the products
        and the sum can be shown without rounding. None for pooling.
    scale : int
        The sum is divided by this (9 for a 3x3 box blur).
    bias : float
        Added at every stop.
    operation : str
        ``"conv"``, ``"max"`` or ``"average"``.
    count_padding : bool
        Whether an average counts the zeros of the padding.
    field_display, stops_display : Display, optional
        How numbers become shades; from the smallest to the largest where not given.
    captions : (str, str)
        Above the two maps, before their sizes.
    note : str
        One line under the stage, for example what black and white stand for.
    count_reads : bool
        Whether the field shows how many windows read each cell instead of what is in it.
    on_weight : callable, optional
        Called with ``row, column, value`` after the learner has changed a weight on the stage.
    autoplay : bool
        Start at once, and again after each round until the learner takes over.
    key : str
        Names this stage on its page.
    """
    field, stops = plane(field), plane(stops)
    arrays = {"field": (field,), "stops": (stops, scale)}
    if kernel is not None:
        arrays["kernel"] = (plane(kernel),)
    if count_reads:
        counts = np.outer(rows.reads(field.shape[1]), columns.reads(field.shape[2]))
        arrays["reads"] = (counts[None],)
    exact_bias = Fraction(str(bias))
    header = {
        "rows": axis(rows, field.shape[1], stops.shape[1]),
        "columns": axis(columns, field.shape[2], stops.shape[2]),
        "operation": operation,
        "scale": scale,
        "bias": {"value": exact_bias.numerator, "divisor": exact_bias.denominator},
        "count_padding": count_padding,
        "display": {
            "field": asdict(field_display or Display.spread(field)),
            "stops": asdict(stops_display or Display.spread(stops)),
            "reads": asdict(Display(0, rows.kernel_size * columns.kernel_size, "amount")),
        },
        "editable": on_weight is not None,
        "autoplay": autoplay,
        "words": words(field, stops, rows, columns, captions, note, count_reads),
        "language": language(),
    }

    def changed():
        edit = st.session_state[key].weight
        on_weight(int(edit["row"]), int(edit["column"]), float(edit["value"]))

    callbacks = {"on_weight_change": changed} if on_weight else {}
    MOUNT(key=key, data=pack(header, arrays), **callbacks)


def plane(values):
    """The first plane, as (1, H, W)."""
    values = np.asarray(values)
    return values.reshape(-1, *values.shape[-2:])[:1]


def axis(window, cells, stops):
    """One axis of the sweep, as stage.js reads it."""
    before, after = window.padding
    return {
        "kernel": window.kernel_size,
        "stride": window.stride,
        "dilation": window.dilation,
        "before": before,
        "after": after,
        "cells": cells,
        "stops": stops,
    }


def words(field, stops, rows, columns, captions, note, count_reads):
    """Every word on the stage, in the learner's language."""
    first, second = captions
    if count_reads:
        first = _("How many windows read each cell")
    (__, height, width), (__, down, across) = field.shape, stops.shape
    return {
        "name": _("Window position. Arrow keys move it, Home and End go to the ends of the row."),
        "field": f"{first or _('Input')} {height}×{width}{padding_words(rows, columns)}",
        "stops": f"{second or _('Feature map')} {down}×{across}",
        "patch": _("pixels under the window"),
        "kernel": _("× kernel"),
        "products": _("= products"),
        "parts": _("What the middle shows"),
        "bias": _("bias"),
        "place": _("Row {row}, column {column}"),
        "live": "{sentence}",
        "more": _("({n} more)"),
        "first": _("First stop"),
        "back": _("One step back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "forward": _("One step forward"),
        "last": _("Last stop"),
        "cover": _("Hide the results not visited yet"),
        "row": _("row"),
        "column": _("column"),
        "speed": _("speed"),
        "per_second": _("{n} stops a second"),
        "bar": _("Playing"),
        "weight": _("Weight in row {row}, column {column}"),
        "scale": note,
    }


def padding_words(rows, columns):
    """The padding after a map's size, as short as it can be said."""
    sides = {*rows.padding, *columns.padding}
    if sides == {0}:
        return ""
    if len(sides) == 1:
        return _(", padding {padding}").format(padding=sides.pop())
    (top, bottom), (left, right) = rows.padding, columns.padding
    return _(", padding {top} above, {bottom} below, {left} left, {right} right").format(
        top=top, bottom=bottom, left=left, right=right
    )
