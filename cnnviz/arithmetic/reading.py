"""Which input cells an output cell reads, along one axis, for everything a layer can do.

A convolution or a pooling reads the taps of its window. Layers that enlarge a map go the other
way. A stack reads what its first layer reads of what its second layer reads, and so on; branches
read what any of them reads. Receptive fields and path counts are made of nothing else.

Cells are counted without borders: numbers below 0 or past the end lie in the padding.
"""

# ruff: noqa: D102 - `Reading` says once what each method means

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor, lcm

from cnnviz.arithmetic.window import Window


class Reading:
    """What the outputs of a layer read of its input, along one axis.

    Output ``o`` looks at the surroundings of the place ``ratio * o + offset``. The pattern of taps
    repeats every ``period`` outputs.
    """

    ratio: Fraction
    offset: Fraction
    known = True

    @property
    def period(self) -> int:
        """After how many outputs the pattern of taps repeats."""
        return self.ratio.denominator

    def taps(self, output: int) -> Sequence[int]:
        """The input cells that one output reads, each as often as there are paths to it."""
        raise NotImplementedError

    def hull(self, first: int, last: int) -> tuple[int, int] | None:
        """The first and the last input cell that the outputs from `first` to `last` read.

        None when they read nothing. Taps move along with the output from period to period, so only
        one period at each end has to be looked at.
        """
        step = self.period - 1
        head = [self.taps(o) for o in range(first, min(last, first + step) + 1)]
        tail = [self.taps(o) for o in range(max(first, last - step), last + 1)]
        if not any(map(len, head)):
            return None
        return min(min(t) for t in head if len(t)), max(max(t) for t in tail if len(t))


@dataclass(frozen=True)
class Swept(Reading):
    """A window sweeps over the input: convolution and pooling.

    >>> Swept(Window(3, stride=2, padding=1)).taps(1)
    range(1, 4)
    """

    window: Window

    @property
    def ratio(self):
        return Fraction(self.window.stride)

    @property
    def offset(self):
        return Fraction(self.window.extent - 1, 2) - self.window.padding[0]

    def taps(self, output):
        return self.window.taps(output)

    def hull(self, first, last):
        return self.window.taps(first)[0], self.window.taps(last)[-1]


@dataclass(frozen=True)
class Stamped(Reading):
    """A window stamps the input onto the output: transposed convolution and unpooling.

    Input cell i reaches the outputs ``window.taps(i)``; so an output reads every i that reaches it.

    >>> Stamped(Window(3, stride=2)).taps(2), Stamped(Window(3, stride=2)).taps(3)
    ([0, 1], [1])
    """

    window: Window

    @property
    def ratio(self):
        return Fraction(1, self.window.stride)

    @property
    def offset(self):
        return -Swept(self.window).offset * self.ratio

    def taps(self, output):
        w = self.window
        last_first = range(output + w.padding[0], output + w.padding[0] - w.extent, -w.dilation)
        return sorted(place // w.stride for place in last_first if place % w.stride == 0)


@dataclass(frozen=True)
class Resized(Reading):
    """The nearest cell, or the two around a place, are read: interpolation.

    Source: PyTorch's documentation of Upsample, ``align_corners=False``: output ``o`` looks at
    ``(o + 1/2) / scale - 1/2``; "nearest" reads cell ``floor(o / scale)``. Past the border PyTorch
    reads the border cell again; here those places count as padding.

    >>> Resized(Fraction(2), "bilinear").taps(3)
    [1, 2]
    """

    scale: Fraction
    mode: str

    @property
    def ratio(self):
        return 1 / self.scale

    @property
    def offset(self):
        return (self.ratio - 1) / 2

    def taps(self, output):
        if self.mode == "nearest":
            return [floor(output * self.ratio)]
        place = self.ratio * output + self.offset
        cell = floor(place)
        return [cell] if cell == place else [cell, cell + 1]


@dataclass(frozen=True)
class Shared(Reading):
    """The `n` input cells are shared out among the outputs: adaptive and global pooling.

    Bins of equal length, or overlapping by a cell where the division leaves a remainder. One output
    reads everything. `n` is None while the input size is not known.

    Source: PyTorch's AdaptiveAvgPool2d: from ``floor(o n / outputs)`` to
    ``ceil((o + 1) n / outputs)``.

    >>> [list(Shared(5, 2).taps(o)) for o in (0, 1)]
    [[0, 1, 2], [2, 3, 4]]
    """

    n: int | None
    outputs: int = 1

    @property
    def known(self):
        return self.n is not None

    @property
    def ratio(self):
        return Fraction(self.n or 1, self.outputs)

    @property
    def offset(self):
        return (self.ratio - 1) / 2

    def taps(self, output):
        end = -(-(output + 1) * self.n // self.outputs)
        return range(output * self.n // self.outputs, end)


@dataclass(frozen=True)
class Moved(Reading):
    """Each output reads the one cell that lies `cells` further on: cropping.

    >>> Moved(5).taps(2)
    [7]
    """

    cells: int
    ratio = Fraction(1)

    @property
    def offset(self):
        return Fraction(self.cells)

    def taps(self, output):
        return [output + self.cells]


@dataclass(frozen=True)
class Chain(Reading):
    """Layers one after another, the first one nearest to the input.

    >>> Chain((Swept(Window(3)), Swept(Window(3)))).hull(0, 0)
    (0, 4)
    """

    links: tuple[Reading, ...]

    @property
    def known(self):
        return all(link.known for link in self.links)

    @property
    def ratio(self):
        return self._place(1) - self._place(0)

    @property
    def offset(self):
        return self._place(0)

    def _place(self, output):
        place = Fraction(output)
        for link in reversed(self.links):
            place = link.ratio * place + link.offset
        return place

    @property
    def period(self):
        # after so many outputs every link, seen from the output, has moved by whole cells
        period, ratio = 1, Fraction(1)
        for link in reversed(self.links):
            # the link repeats after link.period of its own outputs, and those are `ratio` apart
            period = lcm(period, (ratio / link.period).denominator)
            ratio *= link.ratio
        return period

    def hull(self, first, last):
        cells = first, last
        for link in reversed(self.links):
            cells = link.hull(*cells)
            if cells is None:
                return None
        return cells


@dataclass(frozen=True)
class Parallel(Reading):
    """Layers beside one another on the same input, summed or concatenated.

    >>> Parallel((Swept(Window(1)), Swept(Window(3, padding=1)))).hull(0, 0)
    (-1, 1)
    """

    paths: tuple[Reading, ...]

    @property
    def known(self):
        return all(path.known for path in self.paths)

    @property
    def ratio(self):
        return max(path.ratio for path in self.paths)

    @property
    def offset(self):
        return max(self.paths, key=lambda path: path.ratio).offset

    @property
    def period(self):
        return lcm(*(path.period for path in self.paths))

    @property
    def aligned(self) -> bool:
        """Whether all paths look at the same places of the input."""
        return len({(path.ratio, path.offset) for path in self.paths}) == 1

    def hull(self, first, last):
        hulls = [hull for path in self.paths if (hull := path.hull(first, last))]
        return (min(h[0] for h in hulls), max(h[1] for h in hulls)) if hulls else None


HERE = Swept(Window(1))
"""The reading of a layer that changes each cell by itself."""
