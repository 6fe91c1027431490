"""Slow, plain oracles: which input cells an output reads, followed cell by cell along one axis."""

from fractions import Fraction
from functools import cache
from math import floor

from cnnviz.arithmetic import (
    Branches,
    Conv2d,
    ConvTranspose2d,
    Crop,
    MaxPool2d,
    MaxUnpool2d,
    Residual,
    Sequential,
    Upsample,
)

FAR = 400  # how far a stamping layer is looked through on both sides


def cells_read(layer, outputs: set, axis: int = 0) -> set:
    """The input cells from which a path leads to one of the outputs, borders ignored."""
    match layer:
        case Sequential():
            for part in reversed(list(layer)):
                outputs = cells_read(part, outputs, axis)
            return outputs
        case Residual() | Branches():
            return set().union(*(cells_read(path, outputs, axis) for path in layer.children))
        case Conv2d() | MaxPool2d():
            k, s, p, d = _numbers(layer, axis)
            return {o * s + t * d - p for o in outputs for t in range(k)}
        case ConvTranspose2d() | MaxUnpool2d():
            sources = _stamped_from(*_numbers(layer, axis))
            return set().union(*(sources.get(o, ()) for o in outputs))
        case Crop():
            return {o + layer.offset for o in outputs}
        case Upsample():
            return {cell for o in outputs for cell in _blended(layer, o)}
    return outputs


@cache
def _stamped_from(k, s, p, d):
    """For each output of a stamping layer the inputs whose stamp meets it."""
    sources = {}
    for i in range(-FAR, FAR):
        for t in range(k):
            sources.setdefault(i * s + t * d - p, set()).add(i)
    return sources


def _blended(layer, output):
    scale = Fraction(layer.scale_factor)
    if layer.mode == "nearest":
        return [floor(output / scale)]
    place = (output + Fraction(1, 2)) / scale - Fraction(1, 2)
    return [cell for cell in (floor(place), floor(place) + 1) if abs(place - cell) < 1]


def _numbers(layer, axis):
    def one(value):
        return value if isinstance(value, int) else value[axis]

    k = one(layer.kernel_size)
    s = k if layer.stride is None else one(layer.stride)
    return k, s, one(layer.padding), one(getattr(layer, "dilation", 1))
