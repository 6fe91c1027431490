"""What every layer can tell before it has seen a picture.

The names and their meaning are PyTorch's. A shape is (channels, rows, columns), or (features,)
after `Flatten`; the batch is left out. Multiply-adds are counted as the published tables do: those
of convolutions and fully connected layers, padding included, biases not.
"""

from dataclasses import MISSING, fields
from math import prod

from cnnviz.arithmetic.reading import HERE, Reading
from cnnviz.arithmetic.window import Window, whole

Shape = tuple[int, ...]
Size = int | tuple[int, int]


class Layer:
    """A description of one step: shapes, weights and multiplications, and no arrays."""

    weights = 0
    biases = 0
    windows: tuple[Window, Window] | None = None
    """The windows along the rows and along the columns, for layers that sweep."""

    @property
    def name(self) -> str:
        """What the layer is called, here and in PyTorch's manner."""
        return type(self).__name__

    @property
    def parameters(self) -> int:
        """How many numbers training can change."""
        return self.weights + self.biases

    def output_shape(self, input_shape: Shape) -> Shape:
        """The shape of the result, or a ValueError that says what does not fit."""
        return check_shape(input_shape)

    def mult_adds(self, input_shape: Shape) -> int:
        """How many products are added up for one picture."""
        self.output_shape(input_shape)
        return 0

    def activations(self, input_shape: Shape) -> int:
        """How many numbers the layer computes for one picture; four bytes each as float32."""
        return prod(self.output_shape(input_shape))

    def readings(self, input_shape: Shape | None = None) -> tuple[Reading, Reading]:
        """What an output cell reads of the input, along the rows and along the columns.

        Global pooling and flattening read everything, which is a number only for a known
        `input_shape`.
        """
        return HERE, HERE

    def __repr__(self):
        # the shortest call that makes this layer: also what the tables and the PyTorch code show
        shown = []
        for field in fields(self):
            value = getattr(self, field.name)
            text = f'"{value}"' if isinstance(value, str) else repr(value)
            if field.default is MISSING and field.name.startswith(("in_", "out_", "num_")):
                shown.append(text)
            elif field.default is MISSING or value != field.default:
                shown.append(f"{field.name}={text}")
        return f"{self.name}({', '.join(shown)})"


def check_shape(shape) -> Shape:
    """Refuse what is neither a stack of maps nor a list of features.

    >>> check_shape([3, 8, 8])
    (3, 8, 8)
    """
    shape = tuple(whole(n, "each number of a shape") for n in shape)
    if len(shape) not in (1, 3) or min(shape) < 1:
        raise ValueError(
            f"a shape is (channels, rows, columns) or (features,), all at least 1, not {shape}"
        )
    return shape


def maps(layer, shape, channels: int | None = None) -> Shape:
    """Refuse an input that is not a stack of maps, or not of so many."""
    shape = check_shape(shape)
    if len(shape) != 3:
        raise ValueError(f"{layer.name} reads (channels, rows, columns), not {shape[0]} features")
    if channels is not None and shape[0] != channels:
        raise ValueError(
            f"{layer.name} reads {channels} channels, but the input {shape} has {shape[0]}"
        )
    return shape


def each_axis(shape, size_of) -> tuple[int, int]:
    """Size both axes of a map; a refusal says which axis does not fit."""
    sizes = []
    for which, (axis, n) in enumerate(zip(("rows", "columns"), shape[1:], strict=True)):
        try:
            sizes.append(size_of(which, n))
        except ValueError as error:
            raise ValueError(f"{axis} of {shape}: {error}") from None
    return tuple(sizes)


def at_least_one(layer, *names):
    """Refuse a count below 1."""
    for name in names:
        if whole(getattr(layer, name), name) < 1:
            raise ValueError(f"{name} must be at least 1, not {getattr(layer, name)}")
