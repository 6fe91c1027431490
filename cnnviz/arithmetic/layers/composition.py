"""Layers made of layers: one after another, summed, or side by side."""

# ruff: noqa: D102 - `Layer` says once what each method means

from collections.abc import Iterable
from dataclasses import dataclass
from math import prod

from cnnviz.arithmetic.layers.base import Layer, check_shape
from cnnviz.arithmetic.reading import HERE, Chain, Parallel


def stack(layers) -> "Sequential":
    """Read a layer, or any collection of layers, as one `Sequential`.

    >>> len(stack([])), stack(Sequential())
    (0, Sequential())
    """
    if isinstance(layers, Sequential):
        return layers
    if isinstance(layers, Layer):
        return Sequential(layers)
    if hasattr(layers, "layers"):  # a published architecture
        return stack(layers.layers)
    return Sequential(*layers)


class Composite(Layer):
    """What all layers made of layers share: they cost what their parts cost."""

    children: tuple[Layer, ...]

    def parts(self, input_shape):
        """Each part with the shape that it reads (None where that is not known)."""
        return [(child, input_shape) for child in self.children]

    @property
    def weights(self):
        return sum(child.weights for child in self.children)

    @property
    def biases(self):
        return sum(child.biases for child in self.children)

    def mult_adds(self, input_shape):
        self.output_shape(input_shape)
        return sum(part.mult_adds(shape) for part, shape in self.parts(input_shape))

    def activations(self, input_shape):
        self.output_shape(input_shape)
        return sum(part.activations(shape) for part, shape in self.parts(input_shape))

    def __repr__(self):
        return f"{self.name}({', '.join(map(repr, self.children))})"


@dataclass(frozen=True, repr=False, init=False)
class Sequential(Composite):
    """One layer after another.

    >>> from cnnviz.arithmetic import Conv2d, MaxPool2d
    >>> net = Sequential(Conv2d(1, 6, kernel_size=5), MaxPool2d(2))
    >>> net.output_shape((1, 32, 32)), net.parameters
    ((6, 14, 14), 156)
    """

    children: tuple[Layer, ...]

    def __init__(self, *layers: Layer):
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ValueError(f"a stack is made of layers; {layer!r} is none")
        object.__setattr__(self, "children", layers)

    def __iter__(self):
        return iter(self.children)

    def __len__(self):
        return len(self.children)

    def __getitem__(self, which):
        return (
            Sequential(*self.children[which]) if isinstance(which, slice) else self.children[which]
        )

    def _shapes(self, shape):
        # the input's shape, then that of each layer's result
        yield shape
        for number, layer in enumerate(self.children, start=1):
            try:
                shape = layer.output_shape(shape)
            except ValueError as error:
                raise ValueError(f"layer {number}, {layer.name}: {error}") from None
            yield shape

    def parts(self, input_shape):
        if input_shape is None:
            return super().parts(None)
        return list(zip(self.children, self._shapes(input_shape), strict=False))

    def output_shape(self, input_shape):
        *_, shape = self._shapes(check_shape(input_shape))
        return shape

    def readings(self, input_shape=None):
        pairs = [part.readings(shape) for part, shape in self.parts(input_shape)]
        pairs = [pair for pair in pairs if pair != (HERE, HERE)]
        return Chain(tuple(rows for rows, _ in pairs)), Chain(
            tuple(columns for _, columns in pairs)
        )


class _Paths(Composite):
    """Layers beside one another on the same input."""

    def readings(self, input_shape=None):
        pairs = [path.readings(input_shape) for path in self.children]
        return Parallel(tuple(rows for rows, _ in pairs)), Parallel(
            tuple(cols for _, cols in pairs)
        )


@dataclass(frozen=True, repr=False, init=False)
class Residual(_Paths):
    """Add what came in to what the body made of it.

    `shortcut` None passes the input on as it is; otherwise it has to bring the input to the shape
    of the body's result.

    Source: He et al., Deep Residual Learning, 2016, arXiv 1512.03385, equations 1 and 2.

    >>> from cnnviz.arithmetic import Conv2d
    >>> Residual(Conv2d(8, 8, kernel_size=3, padding=1)).output_shape((8, 7, 7))
    (8, 7, 7)
    """

    body: Sequential
    shortcut: Sequential

    def __init__(
        self, body: Layer | Iterable[Layer], shortcut: Layer | Iterable[Layer] | None = None
    ):
        object.__setattr__(self, "body", stack(body))
        object.__setattr__(self, "shortcut", stack(() if shortcut is None else shortcut))

    @property
    def children(self):
        return (self.body, self.shortcut)

    def output_shape(self, input_shape):
        made, kept = (path.output_shape(input_shape) for path in self.children)
        if made != kept:
            raise ValueError(f"the body gives {made} and the shortcut {kept}: they cannot be added")
        return made

    def activations(self, input_shape):
        return super().activations(input_shape) + prod(self.output_shape(input_shape))


@dataclass(frozen=True, repr=False, init=False)
class Branches(_Paths):
    """Give the same input to several paths and stack their maps: concatenation.

    Source: Szegedy et al., Going Deeper with Convolutions, 2015, arXiv 1409.4842, section 4.

    >>> from cnnviz.arithmetic import Conv2d
    >>> Branches(Conv2d(3, 4, 1), Conv2d(3, 2, 3, padding=1)).output_shape((3, 8, 8))
    (6, 8, 8)
    """

    children: tuple[Sequential, ...]

    def __init__(self, *paths: Layer | Iterable[Layer]):
        if not paths:
            raise ValueError("Branches needs at least one path")
        object.__setattr__(self, "children", tuple(map(stack, paths)))

    def output_shape(self, input_shape):
        shapes = [path.output_shape(input_shape) for path in self.children]
        if len({shape[1:] for shape in shapes}) > 1:
            raise ValueError(f"the paths give {shapes}: maps of different size cannot be stacked")
        return (sum(shape[0] for shape in shapes), *shapes[0][1:])
