"""One axis of a sweep: where a window stops and which cells it reads there."""

from dataclasses import dataclass
from operator import index

PADDING_NAMES = ("valid", "same", "full")


def whole(value, name: str) -> int:
    """Read a whole number; refuse anything else with a sentence.

    >>> whole(3, "stride")
    3
    """
    try:
        return index(value)
    except TypeError:
        raise ValueError(f"{name} must be a whole number, not {value!r}") from None


def pair(value, name: str, axes: str = "(rows, columns)") -> tuple[int, int]:
    """Read a size: one whole number for both, or two.

    >>> pair(3, "stride"), pair((2, 1), "stride")
    ((3, 3), (2, 1))
    """
    try:
        first, second = (value, value) if not hasattr(value, "__len__") else value
        return index(first), index(second)
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a whole number or {axes}, not {value!r}") from None


@dataclass(frozen=True)
class Window:
    """A window that sweeps along one axis of a picture.

    Rows and columns are two windows. Everything that slides is described by this class:
    convolution, pooling, transposed convolution, receptive fields and the stage.

    Parameters
    ----------
    kernel_size : int
        Cells that the window reads at each stop, at least 1.
    stride : int
        Cells from one stop to the next, at least 1.
    padding : int, (int, int) or str
        Cells added before and after the axis; one number means the same on both sides. Kept as
        the pair ``(before, after)``. ``"valid"`` adds none; ``"same"`` adds ``dilation *
        (kernel_size - 1)`` in total, so that stride 1 keeps the size (an odd cell goes after, as in
        PyTorch); ``"full"`` adds ``dilation * (kernel_size - 1)`` on each side, so that every cell
        is read equally often.
    dilation : int
        Cells from one tap to the next; 1 means no holes.

    Raises
    ------
    ValueError
        When a number is not whole or out of range, or ``"same"`` is asked for with a stride
        above 1.

    Examples
    --------
    >>> Window(3, stride=2, padding=1).output_size(5)
    3
    >>> list(Window(3, dilation=2, padding="same").taps(0))
    [-2, 0, 2]
    """

    kernel_size: int
    stride: int = 1
    padding: int | tuple[int, int] | str = 0
    dilation: int = 1

    def __post_init__(self):
        for name in ("kernel_size", "stride", "dilation"):
            object.__setattr__(self, name, whole(getattr(self, name), name))
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, not {getattr(self, name)}")
        object.__setattr__(self, "padding", self._pair(self.padding))
        if min(self.padding) < 0:
            raise ValueError(f"padding must be at least 0, not {self.padding}")

    def _pair(self, padding):
        reach = self.extent - 1
        if padding == "same" and self.stride != 1:
            raise ValueError(f"padding 'same' needs stride 1, not stride {self.stride}")
        if isinstance(padding, str):
            named = {
                "valid": (0, 0),
                "same": (reach // 2, reach - reach // 2),
                "full": (reach, reach),
            }
            if padding not in named:
                raise ValueError(f"padding must be one of {', '.join(named)}, not {padding!r}")
            return named[padding]
        return pair(padding, "padding", "(before, after)")

    @property
    def extent(self) -> int:
        """Cells from the first tap to the last, holes included: ``d (k - 1) + 1``.

        Source: Dumoulin and Visin, "A guide to convolution arithmetic", 2016, section 5.1.

        >>> Window(3, dilation=2).extent
        5
        """
        return self.dilation * (self.kernel_size - 1) + 1

    def output_size(self, n: int, ceil_mode: bool = False) -> int:
        """How many stops the window makes over ``n`` cells.

        ``floor((n + before + after - extent) / stride) + 1``. With `ceil_mode` the division is
        rounded up, so that a last window may hang over the end, but one that would start in the
        padding after the cells is dropped, as in PyTorch's pooling.

        Source: Dumoulin and Visin, 2016, relationship 15; PyTorch's documentation of Conv2d and
        MaxPool2d.

        Raises
        ------
        ValueError
            When the window does not fit even once.

        >>> Window(2, stride=2).output_size(5)
        2
        >>> Window(2, stride=2).output_size(5, ceil_mode=True)
        3
        """
        before, after = self.padding
        room = n + before + after - self.extent
        stops = (-(-room // self.stride) if ceil_mode else room // self.stride) + 1
        if stops < 1:
            raise ValueError(
                f"a window of {self.extent} cells (kernel size {self.kernel_size}, dilation "
                f"{self.dilation}) does not fit into {n} cells with padding {before} and {after}: "
                f"{n + before + after} is less than {self.extent}"
            )
        if ceil_mode and (stops - 1) * self.stride >= n + before:
            return stops - 1
        return stops

    def input_size(self, stops: int, output_padding: int = 0) -> int:
        """How many cells ``stops`` windows cover: the output size of a transposed convolution.

        ``(stops - 1) * stride + extent - before - after + output_padding``. A stride above 1 makes
        several sizes give the same number of stops; this is the smallest of them, and
        `output_padding` picks another.

        Source: Dumoulin and Visin, 2016, relationship 14; PyTorch's documentation of
        ConvTranspose2d.

        Raises
        ------
        ValueError
            When nothing is left.

        >>> Window(3, stride=2, padding=1).input_size(3)
        5
        """
        before, after = self.padding
        cells = (stops - 1) * self.stride + self.extent - before - after + output_padding
        if stops < 1 or cells < 1:
            raise ValueError(
                f"{stops} stops {self.stride} apart of a window of {self.extent} cells, padding "
                f"{before} and {after} taken off, {output_padding} added, leave {cells} cells"
            )
        return cells

    def taps(self, i: int) -> range:
        """The input cells that output ``i`` reads.

        Negative numbers, and numbers past the end of the input, lie in the padding.

        >>> list(Window(3, stride=2, padding=1).taps(1))
        [1, 2, 3]
        """
        first = i * self.stride - self.padding[0]
        return range(first, first + self.extent, self.dilation)

    def reads(self, n: int) -> list[int]:
        """How many stops read each of the ``n`` cells; 0 means that no window ever reads it.

        >>> Window(3).reads(5)
        [1, 2, 3, 2, 1]
        """
        counts = [0] * n
        for i in range(self.output_size(n)):
            for cell in self.taps(i):
                if 0 <= cell < n:
                    counts[cell] += 1
        return counts


def sweep(kernel_size, stride=1, padding=0, dilation=1) -> tuple[Window, Window]:
    """The two windows that sweep over a picture: one along the rows, one along the columns.

    Parameters
    ----------
    kernel_size, stride, dilation : int or (int, int)
        One number for both axes, or (rows, columns).
    padding : int, (rows, columns), ((top, bottom), (left, right)) or str
        As in `Window`, for each axis.

    Examples
    --------
    >>> sweep(3, stride=(2, 1))[0]
    Window(kernel_size=3, stride=2, padding=(0, 0), dilation=1)
    >>> [axis.padding for axis in sweep(3, padding=((0, 1), (2, 3)))]
    [(0, 1), (2, 3)]
    """
    both = isinstance(padding, str) or not hasattr(padding, "__len__")
    sides = (padding, padding) if both else tuple(padding)
    if len(sides) != 2:
        raise ValueError(
            "padding must be a whole number, (rows, columns), ((top, bottom), (left, right)) or a "
            f"name, not {padding!r}"
        )
    axes = zip(
        pair(kernel_size, "kernel_size"),
        pair(stride, "stride"),
        sides,
        pair(dilation, "dilation"),
        strict=True,
    )
    rows, columns = (Window(*axis) for axis in axes)
    return rows, columns
