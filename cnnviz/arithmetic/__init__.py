"""Integers only: what can be known before any picture is touched."""

from cnnviz.arithmetic.layers import *  # noqa: F403
from cnnviz.arithmetic.layers import __all__ as _layers
from cnnviz.arithmetic.receptive_field import (
    FieldPair,
    Misalignment,
    ReceptiveField,
    cone,
    holes,
    path_counts,
    path_counts_by_axis,
    receptive_field,
)
from cnnviz.arithmetic.window import Window, sweep

__all__ = [
    *_layers,
    "FieldPair",
    "Misalignment",
    "ReceptiveField",
    "Window",
    "cone",
    "holes",
    "path_counts",
    "path_counts_by_axis",
    "receptive_field",
    "sweep",
]
