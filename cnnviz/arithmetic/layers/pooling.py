"""Pooling in all its forms, and max-unpooling: windows without weights."""

# ruff: noqa: D102 - `Layer` says once what each method means

from dataclasses import dataclass

from cnnviz.arithmetic.layers.base import Layer, Size, each_axis, maps
from cnnviz.arithmetic.reading import Shared, Stamped, Swept
from cnnviz.arithmetic.window import pair, sweep


class _Pooling(Layer):
    """What both kinds of pooling share: one window for every channel, nothing to learn."""

    dilation = 1

    def __post_init__(self):
        pair(self.padding, "padding")
        for window in self.windows:
            if window.padding[0] > window.kernel_size // 2:  # as PyTorch
                raise ValueError(
                    f"padding may be at most half of the kernel size {window.kernel_size}, that is "
                    f"{window.kernel_size // 2}, not {window.padding[0]}"
                )

    @property
    def windows(self):
        stride = self.kernel_size if self.stride is None else self.stride
        return sweep(self.kernel_size, stride, self.padding, self.dilation)

    def output_shape(self, input_shape):
        shape, windows = maps(self, input_shape), self.windows
        sizes = each_axis(shape, lambda i, n: windows[i].output_size(n, self.ceil_mode))
        return (shape[0], *sizes)

    def readings(self, input_shape=None):
        return tuple(map(Swept, self.windows))


@dataclass(frozen=True, repr=False)
class MaxPool2d(_Pooling):
    """Keep the largest number under the window, channel by channel.

    `stride` None means the kernel size; `ceil_mode` lets a last window hang over the end.

    >>> MaxPool2d(2).output_shape((6, 5, 5)), MaxPool2d(2, ceil_mode=True).output_shape((6, 5, 5))
    ((6, 2, 2), (6, 3, 3))
    """

    kernel_size: Size
    stride: Size | None = None
    padding: Size = 0
    dilation: Size = 1
    ceil_mode: bool = False


@dataclass(frozen=True, repr=False)
class AvgPool2d(_Pooling):
    """Keep the mean of the numbers under the window, channel by channel.

    >>> AvgPool2d(2, stride=1).output_shape((1, 4, 4))
    (1, 3, 3)
    """

    kernel_size: Size
    stride: Size | None = None
    padding: Size = 0
    ceil_mode: bool = False
    count_include_pad: bool = True


@dataclass(frozen=True, repr=False)
class AdaptiveAvgPool2d(Layer):
    """Share the map out into so many bins and keep the mean of each.

    >>> AdaptiveAvgPool2d(7).output_shape((512, 16, 9))
    (512, 7, 7)
    """

    output_size: Size

    def __post_init__(self):
        if min(pair(self.output_size, "output_size")) < 1:
            raise ValueError(f"output_size must be at least 1, not {self.output_size}")

    def output_shape(self, input_shape):
        return (maps(self, input_shape)[0], *pair(self.output_size, "output_size"))

    def readings(self, input_shape=None):
        sizes = (None, None) if input_shape is None else maps(self, input_shape)[1:]
        return tuple(map(Shared, sizes, pair(self.output_size, "output_size")))


class _GlobalPooling(Layer):
    def output_shape(self, input_shape):
        return (maps(self, input_shape)[0], 1, 1)

    def readings(self, input_shape=None):
        sizes = (None, None) if input_shape is None else maps(self, input_shape)[1:]
        return tuple(map(Shared, sizes))


@dataclass(frozen=True, repr=False)
class GlobalAvgPool2d(_GlobalPooling):
    """Keep the mean of each whole map (Lin et al., Network in Network, 2013, section 3.2).

    >>> GlobalAvgPool2d().output_shape((10, 8, 8))
    (10, 1, 1)
    """


@dataclass(frozen=True, repr=False)
class GlobalMaxPool2d(_GlobalPooling):
    """Keep the largest number of each whole map.

    >>> GlobalMaxPool2d().output_shape((10, 8, 8))
    (10, 1, 1)
    """


@dataclass(frozen=True, repr=False)
class MaxUnpool2d(Layer):
    """Put each number back where its max pooling found it, zeros elsewhere.

    It takes the places from the latest pooling that no unpooling has used yet. `output_size` says
    (rows, columns) where the pooling's floor makes them ambiguous.

    Source: Badrinarayanan et al., SegNet, 2017, section 3; sizes as in PyTorch's MaxUnpool2d.

    >>> MaxUnpool2d(2).output_shape((64, 11, 15)), MaxUnpool2d(2, output_size=(23, 30)).name
    ((64, 22, 30), 'MaxUnpool2d')
    """

    kernel_size: Size
    stride: Size | None = None
    padding: Size = 0
    output_size: Size | None = None

    def __post_init__(self):
        _ = self.windows

    @property
    def windows(self):
        stride = self.kernel_size if self.stride is None else self.stride
        return sweep(self.kernel_size, stride, self.padding)

    def output_shape(self, input_shape):
        shape, windows = maps(self, input_shape), self.windows
        sizes = each_axis(shape, lambda i, n: windows[i].input_size(n))
        if self.output_size is None:
            return (shape[0], *sizes)
        wanted = pair(self.output_size, "output_size")
        for size, own, window in zip(wanted, sizes, windows, strict=True):
            if abs(size - own) >= window.stride:
                raise ValueError(
                    f"output_size {wanted} must be less than the stride {window.stride} away from "
                    f"{sizes}, the size that {shape} unpools to"
                )
        return (shape[0], *wanted)

    def readings(self, input_shape=None):
        return tuple(map(Stamped, self.windows))
