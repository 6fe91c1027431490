"""What all pooling shares: its windows, and combining the cells of each, one axis at a time."""

import numpy as np

from cnnviz.arithmetic import sweep
from cnnviz.engine.patches import count_stops, floats, four_axes

ROWS, COLUMNS = 2, 3  # their places in (N, C, H, W)


def pooling(x, kernel_size, stride, padding, dilation, ceil_mode):
    """Check what a pooling was asked: the maps as floats, the windows and how many stops."""
    (x,) = floats(x)
    four_axes(x)
    if isinstance(padding, str):
        raise ValueError(f"the padding of a pooling is in numbers of cells, not {padding!r}")
    axes = sweep(kernel_size, kernel_size if stride is None else stride, padding, dilation)
    for axis in axes:
        if max(axis.padding) > axis.kernel_size // 2:
            raise ValueError(
                f"padding may be at most half of the kernel size {axis.kernel_size}, that is "
                f"{axis.kernel_size // 2}, not {max(axis.padding)}"
            )
    return x, axes, count_stops(axes, x.shape[2:], ceil_mode)


def met_by(array, tap, place, axis, stops):
    """The cells that one tap meets at all stops along one axis of an array, as a view.

    >>> axis = sweep(2, stride=2)[0]
    >>> met_by(np.arange(4.0).reshape(1, 1, 1, 4), 1, COLUMNS, axis, 2).tolist()
    [[[[1.0, 3.0]]]]
    """
    first = tap * axis.dilation
    along = slice(first, first + (stops - 1) * axis.stride + 1, axis.stride)
    return array[(*(slice(None),) * place, along)]


def fold(combine, padded, axes, stops):
    """Combine the cells of every window: first along the rows, then along the columns.

    >>> fold(np.add, np.ones((1, 1, 3, 3)), sweep(2), (2, 2))[0, 0].tolist()
    [[4.0, 4.0], [4.0, 4.0]]
    """
    for place, axis, count in zip((ROWS, COLUMNS), axes, stops, strict=True):
        result = met_by(padded, 0, place, axis, count).copy()
        for tap in range(1, axis.kernel_size):
            combine(result, met_by(padded, tap, place, axis, count), out=result)
        padded = result
    return padded


def unfold_sums(sums, axes, shape):
    """The transpose of folding by addition: every cell gets the sum of all that it was added to.

    >>> unfold_sums(np.ones((1, 1, 2, 2)), sweep(2), (1, 1, 3, 3))[0, 0].tolist()
    [[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]
    """
    for place, axis in zip((ROWS, COLUMNS), axes, strict=True):
        spread = np.zeros((*sums.shape[:place], shape[place], *sums.shape[place + 1 :]), sums.dtype)
        for tap in range(axis.kernel_size):
            cells = met_by(spread, tap, place, axis, sums.shape[place])
            cells += sums
        sums = spread
    return sums
