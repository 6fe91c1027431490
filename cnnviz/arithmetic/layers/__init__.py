"""Layers as descriptions, named and meant as in PyTorch: no arrays."""

from cnnviz.arithmetic.layers.base import Layer
from cnnviz.arithmetic.layers.composition import Branches, Composite, Residual, Sequential, stack
from cnnviz.arithmetic.layers.convolution import Conv2d, ConvTranspose2d
from cnnviz.arithmetic.layers.dense import (
    BatchNorm2d,
    Dropout,
    Flatten,
    Linear,
    ReLU,
    Sigmoid,
    Tanh,
)
from cnnviz.arithmetic.layers.pooling import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    MaxPool2d,
    MaxUnpool2d,
)
from cnnviz.arithmetic.layers.resizing import Crop, Select, Upsample

__all__ = [
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "BatchNorm2d",
    "Branches",
    "Composite",
    "Conv2d",
    "ConvTranspose2d",
    "Crop",
    "Dropout",
    "Flatten",
    "GlobalAvgPool2d",
    "GlobalMaxPool2d",
    "Layer",
    "Linear",
    "MaxPool2d",
    "MaxUnpool2d",
    "ReLU",
    "Residual",
    "Select",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "Upsample",
    "stack",
]
