"""What is written down about a published network, and the blocks that several are made of."""

from dataclasses import dataclass

from cnnviz.arithmetic.layers import BatchNorm2d, Conv2d, Layer, ReLU, Sequential
from cnnviz.arithmetic.layers.base import Shape
from cnnviz.arithmetic.receptive_field import FieldPair, receptive_field


@dataclass(frozen=True)
class Architecture:
    """A published network: its layers, its input, and where its table stands."""

    name: str
    year: int
    input_shape: Shape
    """(channels, rows, columns) of the table's input."""
    features: Sequential
    """The layers up to the map whose receptive field is published."""
    head: Sequential
    """The layers after it: the classifier, or the way back to the picture's size."""
    source: str
    """Paper and table, or the program, that the layers were taken from."""

    @property
    def layers(self) -> Sequential:
        """All layers in a row."""
        return Sequential(*self.features, *self.head)

    @property
    def parameters(self) -> int:
        """How many numbers training can change."""
        return self.layers.parameters

    @property
    def mult_adds(self) -> int:
        """Products added up for one picture, of convolutions and fully connected layers."""
        return self.layers.mult_adds(self.input_shape)

    @property
    def output_shape(self) -> Shape:
        """What comes out."""
        return self.layers.output_shape(self.input_shape)

    @property
    def receptive_field(self) -> FieldPair:
        """How much of the picture one cell of the last map of `features` sees."""
        return receptive_field(self.features, self.input_shape)


def conv_relu(in_channels, out_channels, kernel_size, stride=1) -> list[Layer]:
    """A convolution that keeps the size where the stride is 1, and what lets it bend."""
    padding = kernel_size // 2
    return [Conv2d(in_channels, out_channels, kernel_size, stride, padding), ReLU()]


def conv_bn(in_channels, out_channels, kernel_size, stride=1, groups=1) -> list[Layer]:
    """A convolution and its batch normalisation, whose shift makes a bias needless."""
    conv = Conv2d(
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding=kernel_size // 2,
        groups=groups,
        bias=False,
    )
    return [conv, BatchNorm2d(out_channels)]


def conv_bn_relu(*arguments, **named) -> list[Layer]:
    """`conv_bn`, and what lets it bend."""
    return [*conv_bn(*arguments, **named), ReLU()]
