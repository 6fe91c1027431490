"""How far one number can see: receptive fields, the cone through a stack, and paths to each cell."""

from collections import Counter
from fractions import Fraction
from typing import NamedTuple

from cnnviz.arithmetic.layers import Composite, Layer, Sequential, stack
from cnnviz.arithmetic.layers.base import Shape
from cnnviz.arithmetic.reading import Chain, Parallel, Reading


class ReceptiveField(NamedTuple):
    """The input cells that one output cell depends on, along one axis.

    All three are None where an output depends on the whole input, whose size was not given.
    """

    size: int | None
    """Cells from the first to the last, holes included."""
    jump: int | Fraction | None
    """Cells from one output's field to the next one's; a fraction where the map was enlarged."""
    start: int | None
    """First input cell that output 0 reads; negative inside the padding."""


class Misalignment(NamedTuple):
    """Branches that look at different places of the input."""

    layer: str
    """Number of the layer, counted from 1; "3.1.2" is the second layer of path 1 of layer 3."""
    axis: str
    """"rows" or "columns"."""
    centres: tuple[Fraction, ...]
    """For each path, the place in the middle of what output 0 reads of the branches' input."""


class FieldPair(tuple):
    """The receptive field along the rows and along the columns: ``rows, columns = field``.

    `size`, `jump` and `start` give one number where both axes agree and (rows, columns) where they
    do not.
    """

    misaligned: tuple[Misalignment, ...]

    def __new__(cls, rows: ReceptiveField, columns: ReceptiveField, misaligned=()):
        """Pair two fields up."""
        self = super().__new__(cls, (rows, columns))
        self.misaligned = tuple(misaligned)
        return self

    @property
    def rows(self) -> ReceptiveField:
        """The field along the rows."""
        return self[0]

    @property
    def columns(self) -> ReceptiveField:
        """The field along the columns."""
        return self[1]

    @property
    def size(self):
        """Cells from the first to the last, holes included."""
        return self._both("size")

    @property
    def jump(self):
        """Cells from one output's field to the next one's."""
        return self._both("jump")

    @property
    def start(self):
        """First input cell that output 0 reads."""
        return self._both("start")

    @property
    def aligned(self) -> bool:
        """Whether all branches look at the same places of the input."""
        return not self.misaligned

    def _both(self, name):
        rows, columns = (getattr(axis, name) for axis in self)
        return rows if rows == columns else (rows, columns)

    def __repr__(self):
        return f"FieldPair(rows={self.rows}, columns={self.columns}, aligned={self.aligned})"


def receptive_field(layers, input_shape: Shape | None = None) -> FieldPair:
    """How many input cells one output cell depends on, and how they move with it.

    For windows, from the input on: ``size += (extent - 1) * jump``, ``start -= padding * jump``,
    then ``jump *= stride``. Padding moves the field and leaves its size alone. Of branches the
    largest counts; a sum or a stack of paths that look at different places is reported in
    `misaligned`.

    Layers that enlarge the map divide the jump; neighbouring outputs then see fields of different
    size, and the largest is given. Where such a layer leaves outputs that read nothing at all
    (kernel smaller than stride, or dilated), the size is an upper bound.

    Parameters
    ----------
    layers : Layer, or collection of them
        The stack, the layer nearest to the input first.
    input_shape : (channels, rows, columns), optional
        Needed only where a layer reads everything: global and adaptive pooling, `Flatten`. Without
        it the fields behind such a layer are None.

    Returns
    -------
    FieldPair
        Two `ReceptiveField`, of rows and columns.

    Notes
    -----
    Source: Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    Distill, 2019, equations 2 to 6, and its section on alignment.

    Examples
    --------
    >>> from cnnviz.arithmetic import Conv2d
    >>> receptive_field([Conv2d(1, 1, 3, stride=2, padding=1), Conv2d(1, 1, 3)])
    FieldPair(rows=ReceptiveField(size=7, jump=2, start=-1), \
columns=ReceptiveField(size=7, jump=2, start=-1), aligned=True)
    """
    layers = stack(layers)
    rows, columns = layers.readings(input_shape)
    field = _field(rows)
    other = field if rows == columns else _field(columns)
    return FieldPair(field, other, _misaligned(layers, input_shape))


def _field(reading: Reading) -> ReceptiveField:
    if not reading.known:
        return ReceptiveField(None, None, None)
    hulls = [reading.hull(o, o) for o in range(reading.period)]
    sizes = [hull[1] - hull[0] + 1 for hull in hulls if hull]
    jump = reading.ratio
    return ReceptiveField(
        size=max(sizes, default=0),
        jump=int(jump) if jump.denominator == 1 else jump,
        start=hulls[0][0] if hulls[0] else None,
    )


def _misaligned(layer: Layer, shape: Shape | None, place: str = "") -> list[Misalignment]:
    if not isinstance(layer, Composite):
        return []
    found = []
    if not isinstance(layer, Sequential):
        for axis, reading in zip(("rows", "columns"), layer.readings(shape), strict=True):
            if reading.known and not reading.aligned:
                centres = tuple(path.offset for path in reading.paths)
                found.append(Misalignment(place, axis, centres))
    for number, (part, part_shape) in enumerate(layer.parts(shape), start=1):
        found += _misaligned(part, part_shape, f"{place}.{number}".strip("."))
    return found


def cone(layers, cell: tuple[int, int], input_shape: Shape | None = None) -> list[tuple | None]:
    """What one output cell reads of every map on the way, from the input to the output.

    Parameters
    ----------
    layers : Layer, or collection of them
        The stack.
    cell : (row, column)
        The output cell.
    input_shape : (channels, rows, columns), optional
        As in `receptive_field`.

    Returns
    -------
    list of ((first row, last row), (first column, last column))
        One more than there are layers: of the input, of the first layer's result, and so on; the
        last is the cell itself. None from where nothing is read. The same upper bound as in
        `receptive_field` behind layers that leave outputs without input.

    Examples
    --------
    >>> from cnnviz.arithmetic import Conv2d, MaxPool2d
    >>> cone([Conv2d(1, 1, 3, padding=1), MaxPool2d(2)], cell=(0, 2))
    [((-1, 2), (3, 6)), ((0, 1), (4, 5)), ((0, 0), (2, 2))]
    """
    seen = tuple((place, place) for place in cell)
    found = [seen]
    for part, shape in reversed(stack(layers).parts(input_shape)):
        readings = part.readings(shape)
        if not all(reading.known for reading in readings):
            raise ValueError(f"{part.name} reads its whole input: the cone needs an input_shape")
        if seen is not None:
            seen = tuple(r.hull(*span) for r, span in zip(readings, seen, strict=True))
            seen = None if None in seen else seen
        found.append(seen)
    return found[::-1]


def path_counts(
    layers, input_shape: Shape | None = None, cell: tuple[int, int] = (0, 0)
) -> list[list[int]]:
    """How many paths lead from each input cell of the field to one output cell.

    Each way through the taps of all layers counts once, whatever its weight. A 0 is a hole: a cell
    inside the field that the output never uses (gridding, Wang et al., 2018, arXiv 1702.08502,
    section 3.2). Channels are not counted; padding is.

    Parameters
    ----------
    layers, input_shape
        As in `receptive_field`.
    cell : (row, column)
        The output cell. Another one has the same counts elsewhere, unless a layer enlarges the map.

    Returns
    -------
    list of lists of int
        A row for each row of the field, from its first to its last read cell.

    Examples
    --------
    >>> from cnnviz.arithmetic import Conv2d
    >>> path_counts([Conv2d(1, 1, (1, 3), dilation=2), Conv2d(1, 1, (1, 3), dilation=2)])
    [[1, 0, 2, 0, 3, 0, 2, 0, 1]]
    """
    rows, columns = _known_readings(layers, input_shape)
    counts = _through(rows, columns, {cell[0]: Counter({cell[1]: 1})})
    counts = {row: line for row, line in counts.items() if line}  # rows that reach no column
    across = _span({column for line in counts.values() for column in line})
    return [[counts.get(r, Counter())[c] for c in across] for r in _span(counts)]


def path_counts_by_axis(layers, input_shape: Shape | None = None) -> tuple[list[int], list[int]]:
    """The path counts along the rows and along the columns; their products are `path_counts`.

    Only a stack without branches comes apart like this: paths of a sum take their rows and columns
    through the same branch.

    >>> from cnnviz.arithmetic import Conv2d
    >>> path_counts_by_axis([Conv2d(1, 1, (3, 5)), Conv2d(1, 1, (3, 1))])
    ([1, 2, 3, 2, 1], [1, 1, 1, 1, 1])
    """
    axes = []
    for reading in _known_readings(layers, input_shape):
        counts = _along(reading, {0: 1})
        axes.append([counts.get(cell, 0) for cell in _span(counts)])
    return tuple(axes)


def holes(counts: list[list[int]]) -> tuple[int, int]:
    """How many cells of the field no path reaches, and how many cells it has.

    >>> holes([[1, 0, 2, 0, 1]])
    (2, 5)
    """
    return sum(row.count(0) for row in counts), sum(map(len, counts))


def _known_readings(layers, input_shape):
    readings = stack(layers).readings(input_shape)
    if not all(reading.known for reading in readings):
        raise ValueError("a layer reads its whole input: counting paths needs an input_shape")
    return readings


def _span(cells) -> range:
    return range(min(cells, default=0), max(cells, default=-1) + 1)


def _along(reading: Reading, counts: dict) -> dict:
    """Carry the counts of output cells back to input cells, along one axis."""
    if isinstance(reading, Chain):
        for link in reversed(reading.links):
            counts = _along(link, counts)
        return counts
    if isinstance(reading, Parallel):
        raise ValueError("with branches, rows and columns do not come apart: use path_counts")
    carried = {}
    for output, paths in counts.items():
        for cell in reading.taps(output):
            carried[cell] = carried[cell] + paths if cell in carried else paths
    return carried


def _through(rows: Reading, columns: Reading, counts: dict) -> dict:
    """Carry the counts of output cells, {row: {column: paths}}, back to input cells."""
    if isinstance(rows, Chain):
        for down, across in zip(reversed(rows.links), reversed(columns.links), strict=True):
            counts = _through(down, across, counts)
        return counts
    if isinstance(rows, Parallel):
        total = {}
        for down, across in zip(rows.paths, columns.paths, strict=True):
            for row, line in _through(down, across, counts).items():
                total[row] = total[row] + line if row in total else line
        return total
    lines = _along(rows, counts)
    return {row: Counter(_along(columns, line)) for row, line in lines.items()}
