"""Integers only: what can be known before any picture is touched."""

from cnnviz.arithmetic.architectures import Architecture, architectures, inception, residual_block
from cnnviz.arithmetic.cost import (
    Connections,
    Cost,
    connections,
    cost,
    depthwise_separable,
    separable_ratio,
    weight_matrix,
)
from cnnviz.arithmetic.dilation import DilationStep, HybridDilation, hybrid_dilation
from cnnviz.arithmetic.layers import *  # noqa: F403
from cnnviz.arithmetic.layers import __all__ as _layers
from cnnviz.arithmetic.pytorch import to_pytorch
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
from cnnviz.arithmetic.trace import Row, table, trace
from cnnviz.arithmetic.window import Window, sweep

__all__ = [
    *_layers,
    "Architecture",
    "Connections",
    "Cost",
    "DilationStep",
    "FieldPair",
    "HybridDilation",
    "Misalignment",
    "ReceptiveField",
    "Row",
    "Window",
    "architectures",
    "cone",
    "connections",
    "cost",
    "depthwise_separable",
    "holes",
    "hybrid_dilation",
    "inception",
    "path_counts",
    "path_counts_by_axis",
    "receptive_field",
    "residual_block",
    "separable_ratio",
    "sweep",
    "table",
    "to_pytorch",
    "trace",
    "weight_matrix",
]
