"""What a layer costs, and what a convolution saves against connecting everything."""

from fractions import Fraction
from typing import NamedTuple

from cnnviz.arithmetic.layers import Conv2d, Sequential, stack
from cnnviz.arithmetic.layers.base import Shape, Size
from cnnviz.arithmetic.window import Window, pair

FLOAT32_BYTES = 4


class Cost(NamedTuple):
    """What a layer or a stack costs for one picture."""

    weights: int
    biases: int
    mult_adds: int
    """Products added up, of convolutions and fully connected layers."""
    activations: int
    """Numbers computed."""

    @property
    def parameters(self) -> int:
        """Numbers that training can change: weights and biases."""
        return self.weights + self.biases

    @property
    def parameter_bytes(self) -> int:
        """Bytes that the parameters take as float32."""
        return self.parameters * FLOAT32_BYTES

    @property
    def activation_bytes(self) -> int:
        """Bytes that the computed numbers take as float32, for one picture."""
        return self.activations * FLOAT32_BYTES


def cost(layers, input_shape: Shape) -> Cost:
    """What a layer, or a stack of them, costs for one picture of `input_shape`.

    >>> from cnnviz.arithmetic import Linear
    >>> cost(Linear(3 * 256 * 256, 1000), (3 * 256 * 256,)).parameters
    196609000
    >>> cost(Conv2d(3, 10, kernel_size=3), (3, 256, 256)).parameters
    280
    """
    layers = stack(layers)
    mult_adds, activations = layers.mult_adds(input_shape), layers.activations(input_shape)
    return Cost(layers.weights, layers.biases, mult_adds, activations)


class Connections(NamedTuple):
    """Weights between one input map and one output map, in three steps from dense to convolution."""

    dense: int
    """Every output connected with every input: a fully connected layer."""
    sparse: int
    """Only the connections that a window makes; those into the padding are left out."""
    shared: int
    """The same weights at every stop: the kernel."""


def connections(input_size: tuple[int, int], windows: tuple[Window, Window]) -> Connections:
    """How many weights a fully connected layer needs for what a convolution does with one kernel.

    Source: Goodfellow, Bengio and Courville, Deep Learning, 2016, section 9.2.

    >>> from cnnviz.arithmetic import sweep
    >>> connections((6, 6), sweep(3))
    Connections(dense=576, sparse=144, shared=9)
    """
    dense = sparse = shared = 1
    for n, window in zip(input_size, windows, strict=True):
        dense *= n * window.output_size(n)
        sparse *= sum(window.reads(n))
        shared *= window.kernel_size
    return Connections(dense, sparse, shared)


def weight_matrix(
    input_size: tuple[int, int], windows: tuple[Window, Window]
) -> list[list[int | None]]:
    """A convolution written as the matrix of a fully connected layer.

    A row for each output cell, a column for each input cell, both read line by line. Entries are
    the numbers of the kernel's weights, counted line by line from 0; None where there is no
    connection. Equal numbers are the same weight.

    Source: Dumoulin and Visin, 2016, section 4.1.

    >>> from cnnviz.arithmetic import sweep
    >>> weight_matrix((1, 3), sweep((1, 2)))
    [[0, 1, None], [None, 0, 1]]
    """
    (height, width), (rows, columns) = input_size, windows
    matrix = []
    for i in range(rows.output_size(height)):
        for j in range(columns.output_size(width)):
            line = [None] * (height * width)
            for a, row in enumerate(rows.taps(i)):
                for b, column in enumerate(columns.taps(j)):
                    if 0 <= row < height and 0 <= column < width:
                        line[row * width + column] = a * columns.kernel_size + b
            matrix.append(line)
    return matrix


def depthwise_separable(
    in_channels: int,
    out_channels: int,
    kernel_size: Size,
    stride: Size = 1,
    padding: Size = 0,
    bias: bool = True,
) -> Sequential:
    """One kernel for each channel by itself, then a 1x1 convolution that mixes the channels.

    Source: Howard et al., MobileNets, 2017, arXiv 1704.04861, section 3.1.

    >>> depthwise_separable(32, 64, 3, bias=False).parameters
    2336
    """
    return Sequential(
        Conv2d(in_channels, in_channels, kernel_size, stride, padding, 1, in_channels, bias),
        Conv2d(in_channels, out_channels, 1, bias=bias),
    )


def separable_ratio(out_channels: int, kernel_size: Size) -> Fraction:
    """Weights, or mult-adds, of a depthwise separable convolution for one of the whole one's.

    ``1 / N + 1 / k^2``, N the channels made; biases are left out.

    Source: Howard et al., 2017, section 3.1, the equation after (5).

    >>> separable_ratio(64, 3)
    Fraction(73, 576)
    """
    rows, columns = pair(kernel_size, "kernel_size")
    return Fraction(1, out_channels) + Fraction(1, rows * columns)
