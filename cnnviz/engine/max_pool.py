"""Max pooling: of every window the largest number, channel by channel."""

import numpy as np

from cnnviz.engine.patches import floats, four_axes, pad, same_shape
from cnnviz.engine.pool import COLUMNS, ROWS, fold, met_by, pooling


def max_pool2d(
    x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False, return_indices=False
):
    """Keep the largest number of every window.

    Parameters
    ----------
    x : (N, C, H, W)
        The maps; each is pooled by itself.
    kernel_size, stride, dilation : int or (int, int)
        The window, in cells; the stride is the kernel size unless given.
    padding : int, (rows, columns) or ((top, bottom), (left, right))
        Cells of minus infinity around the picture, at most half of the kernel size.
    ceil_mode : bool
        Let a last window overhang the end, if it starts in the picture or the padding before it.
    return_indices : bool
        Also say where each maximum was found.

    Returns
    -------
    (N, C, H', W'), or a pair of them
        The maxima, and with `return_indices` for each the cell ``row * W + column`` (int64) that
        it came from. Of equal numbers the first in reading order is taken. NaN counts as largest.

    Raises
    ------
    ValueError
        When no window fits, or the padding is more than half of the kernel size.

    Examples
    --------
    >>> x = np.arange(16).reshape(1, 1, 4, 4)
    >>> largest, cells = max_pool2d(x, 2, return_indices=True)
    >>> largest[0, 0].tolist(), cells[0, 0].tolist()
    ([[5.0, 7.0], [13.0, 15.0]], [[5, 7], [13, 15]])
    """
    x, axes, stops = pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    padded = pad(x, axes, stops, -np.inf)
    if return_indices:
        return _largest_with_cells(padded, axes, stops, x.shape[3])
    return fold(np.maximum, padded, axes, stops)


def max_pool2d_backward(
    grad_output,
    x,
    kernel_size,
    stride=None,
    padding=0,
    dilation=1,
    ceil_mode=False,
    return_indices=False,
):
    """Send all of the blame to the winner of each window; who won several gets the sum.

    Parameters
    ----------
    grad_output : (N, C, H', W')
        How the loss changes with each maximum.
    x, kernel_size, stride, padding, dilation, ceil_mode, return_indices
        What `max_pool2d` was called with; `return_indices` makes no difference here.

    Returns
    -------
    (N, C, H, W)
        How the loss changes with each cell of x.

    Raises
    ------
    ValueError
        When `max_pool2d` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> x = np.arange(9).reshape(1, 1, 3, 3)
    >>> max_pool2d_backward(np.ones((1, 1, 2, 1)), x, (2, 3), stride=1)[0, 0].tolist()
    [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
    """
    x, grad = floats(x, grad_output)
    _, cells = max_pool2d(x, kernel_size, stride, padding, dilation, ceil_mode, True)
    same_shape(grad, cells.shape)
    n, c, height, width = x.shape
    grad_x = np.zeros((n * c, height * width), x.dtype)
    maps = np.arange(n * c).reshape(n, c, 1, 1)
    inside = cells < height * width  # a dilated window may read nothing but padding
    np.add.at(grad_x, (np.broadcast_to(maps, cells.shape)[inside], cells[inside]), grad[inside])
    return grad_x.reshape(x.shape)


def global_max_pool2d(x):
    """Keep one number of every map: its largest.

    Parameters
    ----------
    x : (N, C, H, W)
        The maps.

    Returns
    -------
    (N, C, 1, 1)
        The maxima.

    Raises
    ------
    ValueError
        When x has not four axes.

    Examples
    --------
    >>> global_max_pool2d(np.arange(8).reshape(1, 2, 2, 2)).ravel().tolist()
    [3.0, 7.0]
    """
    (x,) = floats(x)
    four_axes(x)
    return x.max(axis=(2, 3), keepdims=True)


def global_max_pool2d_backward(grad_output, x):
    """Send all of the blame to the largest cell of each map.

    Parameters
    ----------
    grad_output : (N, C, 1, 1)
        How the loss changes with each maximum.
    x : (N, C, H, W)
        What `global_max_pool2d` was called with.

    Returns
    -------
    (N, C, H, W)
        How the loss changes with each cell of x.

    Raises
    ------
    ValueError
        When x has not four axes, or `grad_output` has not the shape of the result.

    Examples
    --------
    >>> global_max_pool2d_backward([[[[5]]]], [[[[1, 3], [2, 0]]]])[0, 0].tolist()
    [[0.0, 5.0], [0.0, 0.0]]
    """
    (x,) = floats(x)
    four_axes(x)
    return max_pool2d_backward(grad_output, x, x.shape[2:])


def _largest_with_cells(padded, axes, stops, width):
    """The maxima of all windows, and the cell of the picture that each of them came from."""
    rows, columns = axes
    area = rows.kernel_size * columns.kernel_size
    taps = np.zeros((1, 1, 1, 1), np.min_scalar_type(area))  # the smallest integers: quick passes
    largest, taps = _first_largest(padded, taps, COLUMNS, columns, stops[1], 1)
    largest, taps = _first_largest(largest, taps, ROWS, rows, stops[0], columns.kernel_size)
    # from the tap within its window to the cell within the picture
    row, column = np.divmod(np.arange(area), columns.kernel_size)
    cells = (row * rows.dilation * width + column * columns.dilation)[taps]
    first = [
        np.array([axis.taps(stop)[0] for stop in range(count)])
        for axis, count in zip(axes, stops, strict=True)
    ]
    cells += _cell(first, width)
    # a window of nothing but minus infinity names its first cell that lies in the picture
    inside = [np.where(f < 0, f % axis.dilation, f) for f, axis in zip(first, axes, strict=True)]
    np.copyto(cells, _cell(inside, width), where=largest == -np.inf)
    return largest, cells


def _cell(at, width):
    """The number in reading order of the cells at these rows and columns (H', W')."""
    return at[0][:, None] * width + at[1]


def _first_largest(values, taps, place, axis, stops, step):
    """Search windows along one axis: the largest values, and which tap was the first to meet them.

    `taps` holds what an earlier axis found; tap t of this axis adds ``t * step``. Later taps have
    larger numbers, so that "note it where it is better" is a maximum.
    """
    taps = np.broadcast_to(taps, values.shape)
    largest = met_by(values, 0, place, axis, stops).copy()
    noted = met_by(taps, 0, place, axis, stops).copy()
    for tap in range(1, axis.kernel_size):
        candidates = met_by(values, tap, place, axis, stops)
        number = met_by(taps, tap, place, axis, stops) + taps.dtype.type(tap * step)
        # of several NaN the last is taken, as in PyTorch
        better = (candidates > largest) | np.isnan(candidates)
        np.maximum(largest, candidates, out=largest)
        np.maximum(noted, number * better, out=noted)
    return largest, noted
