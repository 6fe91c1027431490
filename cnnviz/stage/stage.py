"""What the stage shows; how it is shown stands in stage.js and stage.css."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from math import lcm
from pathlib import Path

import numpy as np
import streamlit as st

from cnnviz.i18n import language
from cnnviz.stage.pack import pack
from cnnviz.stage.words import words

HERE = Path(__file__).parent
MOUNT = st.components.v2.component(
    "cnnviz.stage",
    css=(HERE / "stage.css").read_text(encoding="utf-8"),
    js=(HERE / "stage.js").read_text(encoding="utf-8"),
)
SMALL_MAP = 64  # rows and columns that a map to choose from keeps at most


START = "_start"


def start(place=None) -> None:
    """Send the window to a place, "row.column" counted from 1, at the next run; None is the first.

    For worked examples. The count beside it lets the browser tell a new order from one it has obeyed.
    """
    count, _place = st.session_state.get(START, (0, None))
    st.session_state[START] = (count + 1, place)


@dataclass(frozen=True)
class Display:
    """How numbers become shades: `low` is black, `high` is white, in the map's own units.

    `palette` is ``"grey"``, ``"rgb"`` (three planes, each in its own colour), ``"amount"``
    (cividis) or ``"signed"`` (orange - white - blue, centred on 0, where only `high` counts); with
    `absolute` the sign is dropped first. Only the shade changes: the numbers on the stage stay what
    they are.
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


@dataclass(frozen=True)
class Lane:
    """One plane of the field with its slice of the kernel and what comes of it: a row of the stage.

    `sign` is how its partial map goes into the sum, +1 or -1; `moved` says by how many rows and
    columns its results stand away from the stops that they were computed at.
    """

    name: str = ""
    sign: int = 1
    moved: tuple[int, int] = (0, 0)


@dataclass(frozen=True)
class Maps:
    """Small pictures of all feature maps, shape (F, OH, OW), to choose from.

    `chosen` is the one that the stage shows; `on_choose` is called with the number of another.
    """

    planes: np.ndarray
    chosen: int
    on_choose: Callable[[int], None]


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
    wrap=False,
    lanes=(Lane(),),
    partial=None,
    scatter=False,
    read=None,
    winners=None,
    maps=None,
    field_display=None,
    stops_display=None,
    partial_display=None,
    captions=(),
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
        The maps that the window sweeps over, one for each lane.
    stops : ndarray, shape (..., OH, OW)
        One number for each stop of the window, as the engine computed it: a map for each lane, or
        one map that all lanes add up to.
    rows, columns : Window
        The window along both axes.
    kernel : ndarray, shape (..., kh, kw), optional
        Weights *before* they are divided by `scale`: whole or decimal numbers, so that the products
        and the sum can be shown without rounding. One slice for each lane, or one for all. None for
        pooling.
    scale : int
        The sum is divided by this (9 for a 3x3 box blur).
    bias : float
        Added at every stop; in scattering, to every cell of the field.
    operation : str
        ``"conv"``, ``"max"`` or ``"average"``.
    count_padding : bool
        Whether an average counts the zeros of the padding.
    wrap : bool
        Whether the padding goes on at the other side of the map instead of being empty.
    lanes : sequence of Lane
        A single lane where not given; further planes of `field` and `stops` are then left out.
    partial : ndarray, shape (..., OH, OW), optional
        What each lane gives before all are added up.
    scatter : bool
        The other direction, as in gradients and transposed convolution: each stop adds its number
        times the kernel, or its share in pooling, to the cells of the field under its window, and
        `field` holds the sums.
    read : ndarray, shape (..., H, W), optional
        In scattering through a pooling, the maps that the windows had read.
    winners : ndarray of int, shape (..., OH, OW), optional
        For ``"max"``, the cell ``row * W + column`` that each stop took, as the engine kept it.
    maps : Maps, optional
        All feature maps, to choose another one from.
    field_display, stops_display, partial_display : Display, optional
        How numbers become shades; from the smallest to the largest where not given.
    captions : tuple of str
        Above the field, the stops and the partial maps, before their sizes.
    note : str
        One line under the stage, for example what black and white stand for.
    count_reads : bool
        Whether the field shows how many windows read each cell instead of what is in it.
    on_weight : callable, optional
        Called with ``row, column, typed`` after the learner has changed a weight on the stage: two
        numbers and the text typed there; with the number of the slice in front where the kernel has
        several.
    autoplay : bool
        Start at once, and again after each round until the learner takes over.
    key : str
        Names this stage on its page.
    """
    field, stops = planes(field, len(lanes)), planes(stops, len(lanes))
    unit = shares(rows, columns, field.shape, stops.shape, operation, count_padding)
    fields, results = (unit if scatter else 1), (1 if scatter else scale * unit)
    arrays = {"field": (field, fields), "stops": (stops, results)}
    display = {
        "field": field_display or Display.spread(field),
        "stops": stops_display or Display.spread(stops),
    }
    if kernel is not None:
        arrays["kernel"] = (planes(kernel, len(lanes)),)
    if partial is not None:
        arrays["partial"] = (planes(partial, len(lanes)), results)
        display["partial"] = partial_display or Display.spread(partial)
    if read is not None:
        arrays["read"] = (planes(read, len(lanes)),)
        display["read"] = Display.spread(read)
    if winners is not None:
        arrays["winners"] = (planes(winners, len(lanes)),)
    if maps is not None:
        step = -(-max(maps.planes.shape[-2:]) // SMALL_MAP)
        arrays["maps"] = (np.asarray(maps.planes)[:, ::step, ::step], scale)
        display["maps"] = display["stops"]
    if count_reads:
        counts = np.outer(rows.reads(field.shape[1]), columns.reads(field.shape[2]))
        arrays["reads"] = (counts[None],)
        display["reads"] = Display(0, rows.kernel_size * columns.kernel_size, "amount")
    exact_bias = Fraction(str(bias))
    header = {
        "rows": axis(rows, field.shape[1], stops.shape[1]),
        "columns": axis(columns, field.shape[2], stops.shape[2]),
        "operation": operation,
        "scale": scale,
        "unit": unit,
        "bias": {"value": exact_bias.numerator, "divisor": exact_bias.denominator},
        "count_padding": count_padding,
        "wrap": wrap,
        "scatter": scatter,
        "lanes": [asdict(lane) for lane in lanes],
        "chosen": maps.chosen if maps else 0,
        "display": {name: asdict(it) for name, it in display.items()},
        "editable": on_weight is not None,
        "autoplay": autoplay,
        "start": st.session_state.get(START, (0, None)),
        "words": words(
            field,
            stops,
            partial,
            rows,
            columns,
            captions,
            note,
            count_reads,
            lanes,
            scatter,
            stamps=scatter and kernel is not None,
        ),
        "language": language(),
    }
    slices = len(arrays["kernel"][0]) if kernel is not None else 0
    MOUNT(key=key, data=pack(header, arrays), **callbacks(key, slices, on_weight, maps))


def callbacks(key, slices, on_weight, maps):
    """What Streamlit calls when the learner has changed something on the stage."""

    def weight():
        edit = st.session_state[key].weight
        lane = (int(edit["lane"]),) if slices > 1 else ()
        on_weight(*lane, int(edit["row"]), int(edit["column"]), str(edit["value"]))

    def chosen():
        maps.on_choose(int(st.session_state[key].map["index"]))

    wanted = {"on_weight_change": on_weight and weight, "on_map_change": maps and chosen}
    return {name: call for name, call in wanted.items() if call}


def planes(values, most):
    """The first planes, at most so many, as (C, H, W)."""
    values = np.asarray(values)
    return values.reshape(-1, *values.shape[-2:])[:most]


def shares(rows, columns, field, stops, operation, count_padding):
    """A number that every count of an average's cells divides, so that its shares are whole.

    >>> from cnnviz.arithmetic import Window
    >>> w = Window(3, padding=1)  # 4 cells in a corner, 6 at an edge, 9 inside
    >>> shares(w, w, (1, 4, 4), (1, 4, 4), "average", count_padding=False)
    36
    """
    if operation != "average":
        return 1
    counts = []
    for window, cells, places in zip((rows, columns), field[1:], stops[1:], strict=True):
        inside = (sum(0 <= cell < cells for cell in window.taps(i)) for i in range(places))
        counts.append({window.kernel_size} if count_padding else set(inside))
    return lcm(*(down * across for down in counts[0] for across in counts[1]))


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
