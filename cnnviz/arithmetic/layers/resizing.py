"""Layers that only take maps apart or larger: resizing, cropping, selecting channels."""

# ruff: noqa: D102 - `Layer` says once what each method means

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from cnnviz.arithmetic.layers.base import Layer, Size, maps
from cnnviz.arithmetic.reading import Moved, Resized
from cnnviz.arithmetic.window import pair


@dataclass(frozen=True, repr=False)
class Upsample(Layer):
    """Make a map larger by reading its cells again: the nearest one, or a blend of neighbours.

    `scale_factor` is a number or (rows, columns), taken as a fraction with a denominator up to
    1000; the size is rounded down.

    >>> Upsample(2, mode="bilinear").output_shape((3, 4, 5))
    (3, 8, 10)
    """

    scale_factor: float | tuple[float, float]
    mode: str = "nearest"

    def __post_init__(self):
        if self.mode not in ("nearest", "bilinear"):
            raise ValueError(f"mode must be nearest or bilinear, not {self.mode!r}")
        if min(self._scales()) <= 0:
            raise ValueError(f"scale_factor must be above 0, not {self.scale_factor}")

    def _scales(self):
        both = not hasattr(self.scale_factor, "__len__")
        scales = (self.scale_factor,) * 2 if both else self.scale_factor
        return [Fraction(scale).limit_denominator(1000) for scale in scales]

    def output_shape(self, input_shape):
        shape = maps(self, input_shape)
        sizes = [floor(n * scale) for n, scale in zip(shape[1:], self._scales(), strict=True)]
        if min(sizes) < 1:
            raise ValueError(f"scaling {shape} by {self.scale_factor} leaves {sizes} cells")
        return (shape[0], *sizes)

    def readings(self, input_shape=None):
        return tuple(Resized(scale, self.mode) for scale in self._scales())


@dataclass(frozen=True, repr=False)
class Crop(Layer):
    """Cut a piece out of the maps: so many rows and columns from an offset on.

    >>> Crop(offset=5, size=34).output_shape((21, 44, 44))
    (21, 34, 34)
    """

    offset: Size
    size: Size

    def output_shape(self, input_shape):
        shape = maps(self, input_shape)
        offset, size = pair(self.offset, "offset"), pair(self.size, "size")
        for first, cells, n in zip(offset, size, shape[1:], strict=True):
            if first < 0 or cells < 1 or first + cells > n:
                raise ValueError(
                    f"{cells} cells from cell {first} on are not in the {n} of {shape}"
                )
        return (shape[0], *size)

    def activations(self, input_shape):
        return 0  # numbers that were there before

    def readings(self, input_shape=None):
        return tuple(map(Moved, pair(self.offset, "offset")))


@dataclass(frozen=True, repr=False)
class Select(Layer):
    """Pass on some of the channels, as LeNet-5's third layer reads some of the maps before it.

    >>> Select(channels=(0, 2)).output_shape((6, 14, 14))
    (2, 14, 14)
    """

    channels: tuple[int, ...]

    def output_shape(self, input_shape):
        shape = maps(self, input_shape)
        if not self.channels or not all(0 <= channel < shape[0] for channel in self.channels):
            raise ValueError(f"channels {self.channels} are not in the input {shape}")
        return (len(self.channels), *shape[1:])

    def activations(self, input_shape):
        return 0  # numbers that were there before
