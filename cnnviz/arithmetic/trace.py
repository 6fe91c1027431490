"""A stack as a table: what each layer makes, costs and sees."""

from dataclasses import dataclass

from cnnviz.arithmetic.cost import Cost, cost
from cnnviz.arithmetic.layers import Layer, Sequential, stack
from cnnviz.arithmetic.layers.base import Shape
from cnnviz.arithmetic.receptive_field import FieldPair, receptive_field

HEADINGS = ("layer", "output", "parameters", "mult-adds", "field", "jump", "start")


@dataclass(frozen=True)
class Row:
    """One layer of a stack at work on an input of known shape."""

    number: int
    """Counted from 1."""
    layer: Layer
    input_shape: Shape
    output_shape: Shape
    cost: Cost
    receptive_field: FieldPair
    """What one of its output cells sees of the input of the whole stack."""

    @property
    def name(self) -> str:
        """What the layer is called."""
        return self.layer.name

    @property
    def parameters(self) -> int:
        """Numbers of this layer that training can change."""
        return self.cost.parameters

    @property
    def mult_adds(self) -> int:
        """Products that this layer adds up for one picture."""
        return self.cost.mult_adds

    @property
    def activations(self) -> int:
        """Numbers that this layer computes for one picture."""
        return self.cost.activations


def flat(layers) -> Sequential:
    """Take stacks inside a stack apart; sums and branches stay one layer each.

    >>> from cnnviz.arithmetic import ReLU
    >>> flat([ReLU(), Sequential(ReLU(), Sequential(ReLU()))])
    Sequential(ReLU(), ReLU(), ReLU())
    """
    parts = []
    for layer in stack(layers):
        parts += flat(layer) if isinstance(layer, Sequential) else [layer]
    return Sequential(*parts)


def trace(layers, input_shape: Shape) -> list[Row]:
    """Follow a picture through a stack: one row for each layer.

    Sums (`Residual`) and concatenations (`Branches`) are one row each; trace their parts to look
    inside.

    Raises
    ------
    ValueError
        When a layer cannot read what the one before it makes; the sentence says which.

    Examples
    --------
    >>> from cnnviz.arithmetic import Conv2d, MaxPool2d
    >>> [(row.output_shape, row.receptive_field.size)
    ...  for row in trace([Conv2d(1, 6, 5), MaxPool2d(2)], (1, 32, 32))]
    [((6, 28, 28), 5), ((6, 14, 14), 6)]
    """
    layers = flat(layers)
    layers.output_shape(input_shape)  # refuses by number before anything is counted
    rows = []
    for number, (layer, shape) in enumerate(layers.parts(tuple(input_shape)), start=1):
        field = receptive_field(layers[:number], input_shape)
        rows.append(Row(number, layer, shape, layer.output_shape(shape), cost(layer, shape), field))
    return rows


def table(layers, input_shape: Shape, headings=HEADINGS, total: str = "total") -> str:
    """Print a stack as text: each layer with its shape, parameters, mult-adds and field.

    `headings` and `total` are the words at the top and at the bottom, in any language.

    Examples
    --------
    >>> from cnnviz.arithmetic import Conv2d, MaxPool2d
    >>> print(table([Conv2d(1, 6, kernel_size=5), MaxPool2d(2)], (1, 32, 32)))
       layer                        output   parameters  mult-adds  field  jump  start
    1  Conv2d(1, 6, kernel_size=5)  6×28×28         156    117,600      5     1      0
    2  MaxPool2d(kernel_size=2)     6×14×14           0          0      6     2      0
       total                                        156    117,600
    """
    rows = trace(layers, input_shape)
    whole_stack = cost(layers, input_shape)
    lines = [["", *headings]]
    for row in rows:
        field = row.receptive_field
        numbers = f"{row.parameters:,}", f"{row.mult_adds:,}", field.size, field.jump, field.start
        layer = repr(row.layer) if not hasattr(row.layer, "children") else row.name
        lines.append([str(row.number), layer, _by(row.output_shape), *map(_by, numbers)])
    sums = f"{whole_stack.parameters:,}", f"{whole_stack.mult_adds:,}"
    lines.append(["", total, "", *sums, "", "", ""])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    left = (0, 1, 2)  # names and shapes start on the left, numbers end on the right
    return "\n".join(
        "  ".join(
            cell.ljust(width) if which in left else cell.rjust(width)
            for which, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _by(value) -> str:
    return "×".join(map(str, value)) if isinstance(value, tuple) else str(value)
