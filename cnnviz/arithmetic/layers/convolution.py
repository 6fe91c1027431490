"""Convolution and transposed convolution: layers that sweep kernels."""

# ruff: noqa: D102 - `Layer` says once what each method means

from dataclasses import dataclass
from math import prod

from cnnviz.arithmetic.layers.base import Layer, Size, at_least_one, each_axis, maps
from cnnviz.arithmetic.reading import Stamped, Swept
from cnnviz.arithmetic.window import pair, sweep


class _Kernels(Layer):
    """What convolution and transposed convolution share."""

    def __post_init__(self):
        at_least_one(self, "in_channels", "out_channels", "groups")
        for name in ("in_channels", "out_channels"):
            if getattr(self, name) % self.groups:
                raise ValueError(
                    f"{name} must be a multiple of groups: {getattr(self, name)} channels do not "
                    f"divide into {self.groups} groups"
                )
        _ = self.windows  # refuses impossible windows at once

    @property
    def windows(self):
        return sweep(self.kernel_size, self.stride, self.padding, self.dilation)

    @property
    def weights(self):
        """``C_in C_out k_rows k_columns / groups``."""
        rows, columns = pair(self.kernel_size, "kernel_size")
        return self.in_channels * self.out_channels // self.groups * rows * columns

    @property
    def biases(self):
        return self.out_channels if self.bias else 0


@dataclass(frozen=True, repr=False)
class Conv2d(_Kernels):
    """Sweep kernels over the maps: each kernel reads all channels of its group and makes one map.

    Parameters
    ----------
    in_channels, out_channels : int
        Maps read and maps made; there are as many kernels as maps made.
    kernel_size, stride, dilation : int or (rows, columns)
        As in `Window`.
    padding : int, (rows, columns), ((top, bottom), (left, right)) or str
        As in `Window`.
    groups : int
        Into so many groups the channels are divided; as many as channels make it depthwise.
    bias : bool
        Whether each map gets a number added.

    Raises
    ------
    ValueError
        When the channels do not divide into the groups or a window cannot be.

    Notes
    -----
    Weights ``C_in C_out k k / groups``; each is used once at each output cell (Howard et al.,
    MobileNets, 2017, arXiv 1704.04861, section 3.1).

    Examples
    --------
    >>> layer = Conv2d(3, 10, kernel_size=3)
    >>> layer.parameters, layer.output_shape((3, 8, 8)), layer.mult_adds((3, 8, 8))
    (280, (10, 6, 6), 9720)
    """

    in_channels: int
    out_channels: int
    kernel_size: Size
    stride: Size = 1
    padding: Size | tuple[tuple[int, int], tuple[int, int]] | str = 0
    dilation: Size = 1
    groups: int = 1
    bias: bool = True

    def output_shape(self, input_shape):
        shape = maps(self, input_shape, self.in_channels)
        windows = self.windows
        return (self.out_channels, *each_axis(shape, lambda i, n: windows[i].output_size(n)))

    def mult_adds(self, input_shape):
        _, *places = self.output_shape(input_shape)
        return self.weights * prod(places)

    def readings(self, input_shape=None):
        return tuple(map(Swept, self.windows))


@dataclass(frozen=True, repr=False)
class ConvTranspose2d(_Kernels):
    """Stamp kernels onto a larger map: each input cell times the kernel, overlaps added up.

    The windows are those of the convolution that goes the other way, so `padding` is taken off the
    result. `output_padding` adds cells at its end, for the sizes that a stride makes ambiguous.

    Source of the size: Dumoulin and Visin, 2016, relationship 14; PyTorch's ConvTranspose2d.

    Examples
    --------
    >>> ConvTranspose2d(8, 4, kernel_size=2, stride=2).output_shape((8, 5, 5))
    (4, 10, 10)
    """

    in_channels: int
    out_channels: int
    kernel_size: Size
    stride: Size = 1
    padding: Size = 0
    output_padding: Size = 0
    groups: int = 1
    bias: bool = True
    dilation: Size = 1

    def __post_init__(self):
        super().__post_init__()
        pair(self.padding, "padding")
        for window, extra in zip(
            self.windows, pair(self.output_padding, "output_padding"), strict=True
        ):
            most = max(window.stride, window.dilation)
            if not 0 <= extra < most:
                raise ValueError(
                    f"output_padding must be at least 0 and less than the stride {window.stride} "
                    f"or the dilation {window.dilation}, not {extra}"
                )

    def output_shape(self, input_shape):
        shape = maps(self, input_shape, self.in_channels)
        windows, extra = self.windows, pair(self.output_padding, "output_padding")
        sizes = each_axis(shape, lambda i, n: windows[i].input_size(n, extra[i]))
        return (self.out_channels, *sizes)

    def mult_adds(self, input_shape):
        self.output_shape(input_shape)
        return self.weights * prod(input_shape[1:])

    def readings(self, input_shape=None):
        return tuple(map(Stamped, self.windows))
