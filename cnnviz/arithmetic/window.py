"""One axis of a sweep: where a window stops and which cells it reads there."""

from dataclasses import dataclass

PADDING_NAMES = ("valid", "same", "full")


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
        When a number is out of range, or ``"same"`` is asked for with a stride above 1.

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
        return (padding, padding) if isinstance(padding, int) else tuple(padding)

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
        rounded up, but a last window that would start in the padding after the cells is dropped, as
        in PyTorch's pooling.

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
        if room < 0:
            raise ValueError(
                f"a window of {self.extent} cells (kernel size {self.kernel_size}, dilation "
                f"{self.dilation}) does not fit into {n} cells with padding {before} and {after}: "
                f"{n + before + after} is less than {self.extent}"
            )
        if not ceil_mode:
            return room // self.stride + 1
        stops = -(-room // self.stride) + 1
        return stops - 1 if (stops - 1) * self.stride >= n + before else stops

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
