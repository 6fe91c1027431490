"""Fully connected layers, and those that treat each number or channel by itself."""

# ruff: noqa: D102 - `Layer` says once what each method means

from dataclasses import dataclass
from math import prod

from cnnviz.arithmetic.layers.base import Layer, at_least_one, check_shape, maps
from cnnviz.arithmetic.reading import HERE, Shared


@dataclass(frozen=True, repr=False)
class Flatten(Layer):
    """Write all maps as one list of features. The list counts as one cell that holds everything.

    >>> Flatten().output_shape((512, 7, 7))
    (25088,)
    """

    def output_shape(self, input_shape):
        return (prod(check_shape(input_shape)),)

    def activations(self, input_shape):
        return 0  # the same numbers in another order

    def readings(self, input_shape=None):
        if input_shape is not None and len(check_shape(input_shape)) == 1:
            return HERE, HERE
        sizes = (None, None) if input_shape is None else input_shape[1:]
        return tuple(map(Shared, sizes))


@dataclass(frozen=True, repr=False)
class Linear(Layer):
    """Connect every output with every input: fully connected.

    >>> layer = Linear(3 * 256 * 256, 1000)
    >>> layer.parameters
    196609000
    """

    in_features: int
    out_features: int
    bias: bool = True

    def __post_init__(self):
        at_least_one(self, "in_features", "out_features")

    @property
    def weights(self):
        return self.in_features * self.out_features

    @property
    def biases(self):
        return self.out_features if self.bias else 0

    def output_shape(self, input_shape):
        shape = check_shape(input_shape)
        if len(shape) != 1:
            raise ValueError(
                f"{self.name} reads a list of features; flatten the maps {shape} first"
            )
        if shape[0] != self.in_features:
            raise ValueError(
                f"{self.name} reads {self.in_features} features, but the input has {shape[0]}"
            )
        return (self.out_features,)

    def mult_adds(self, input_shape):
        self.output_shape(input_shape)
        return self.weights


@dataclass(frozen=True, repr=False)
class BatchNorm2d(Layer):
    """Shift and scale each channel to mean 0 and variance 1, then by two numbers that it learns.

    The running mean and variance are measured, not trained, and do not count as parameters
    (Ioffe and Szegedy, 2015, algorithm 1).

    >>> BatchNorm2d(64).parameters
    128
    """

    num_features: int

    def __post_init__(self):
        at_least_one(self, "num_features")

    @property
    def weights(self):
        return self.num_features

    @property
    def biases(self):
        return self.num_features

    def output_shape(self, input_shape):
        return maps(self, input_shape, self.num_features)


@dataclass(frozen=True, repr=False)
class ReLU(Layer):
    """Replace negative numbers by 0."""


@dataclass(frozen=True, repr=False)
class Sigmoid(Layer):
    """Squash each number into 0 to 1."""


@dataclass(frozen=True, repr=False)
class Tanh(Layer):
    """Squash each number into -1 to 1."""


@dataclass(frozen=True, repr=False)
class Dropout(Layer):
    """While training, replace each number by 0 with probability `p` (Srivastava et al., 2014)."""

    p: float = 0.5
