"""Pooling: every window becomes one number, channel by channel."""

import numpy as np

from cnnviz.engine.patches import count_stops, floats, four_axes, pad, sweep


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
    x, axes, stops = _pooling(x, kernel_size, stride, padding, dilation, ceil_mode)
    padded = pad(x, axes, stops, -np.inf)
    if return_indices:
        return _largest_with_cells(padded, axes, stops, x.shape[3])
    return _fold(np.maximum, padded, axes, stops)


def avg_pool2d(x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Replace every window by its mean.

    Parameters
    ----------
    x : (N, C, H, W)
        The maps; each is pooled by itself.
    kernel_size, stride, padding, ceil_mode
        As in `max_pool2d`; the padding is zeros.
    count_include_pad : bool
        Divide by the number of cells with the padding, or without it. Cells that a last window
        overhangs beyond the padding never count.

    Returns
    -------
    (N, C, H', W')
        The means.

    Raises
    ------
    ValueError
        When no window fits, or the padding is more than half of the kernel size.

    Examples
    --------
    >>> avg_pool2d(np.arange(16).reshape(1, 1, 4, 4), 2)[0, 0].tolist()
    [[2.5, 4.5], [10.5, 12.5]]
    """
    x, axes, stops = _pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    sums = _fold(np.add, pad(x, axes, stops), axes, stops)
    sums /= _divisors(x, axes, stops, count_include_pad)
    return sums


def _pooling(x, kernel_size, stride, padding, dilation, ceil_mode):
    (x,) = floats(x)
    four_axes(x)
    axes = sweep(kernel_size, kernel_size if stride is None else stride, padding, dilation)
    for axis in axes:
        if max(axis.padding) > axis.kernel_size // 2:
            raise ValueError(
                f"padding may be at most half of the kernel size {axis.kernel_size}, that is "
                f"{axis.kernel_size // 2}, not {max(axis.padding)}"
            )
    return x, axes, count_stops(axes, x.shape[2:], ceil_mode)


def _cells(axis, tap, stops):
    """The slice of padded cells that tap number `tap` meets at all stops."""
    first = tap * axis.dilation
    return slice(first, first + (stops - 1) * axis.stride + 1, axis.stride)


def _fold(combine, padded, axes, stops):
    """Combine the cells of every window: first along the rows, then along the columns."""
    for which, (axis, count) in enumerate(zip(axes, stops, strict=True)):
        lead = (slice(None),) * (2 + which)
        result = padded[(*lead, _cells(axis, 0, count))].copy()
        for tap in range(1, axis.kernel_size):
            combine(result, padded[(*lead, _cells(axis, tap, count))], out=result)
        padded = result
    return padded


def _largest_with_cells(padded, axes, stops, width):
    """The maxima of all windows and their cells: first along a row, then from row to row."""
    rows, columns = axes
    cells = np.zeros((), np.int64)
    for axis, count, lead, step in ((columns, stops[1], 3, 1), (rows, stops[0], 2, width)):
        before = (slice(None),) * lead
        shape = (count, 1) if axis is rows else (count,)
        best = where = None
        for tap in range(axis.kernel_size):
            chosen = (*before, _cells(axis, tap, count))
            values = padded[chosen]
            at = np.array([axis.taps(stop)[tap] for stop in range(count)])
            at = np.where(at < 0, at % axis.dilation, at).reshape(shape) * step
            here = at + (cells[chosen] if cells.ndim else cells)
            if best is None:
                best, where = values.copy(), np.broadcast_to(here, values.shape).copy()
                continue
            better = (values > best) | np.isnan(values)
            np.copyto(best, values, where=better)
            np.copyto(where, here, where=better)
        padded, cells = best, where
    return padded, cells


def _divisors(x, axes, stops, count_include_pad):
    """By how many cells each window's sum is divided (H', W')."""
    counts = []
    for axis, count, n in zip(axes, stops, x.shape[2:], strict=True):
        before, after = axis.padding if count_include_pad else (0, 0)
        inside = [
            sum(-before <= cell < n + after for cell in axis.taps(stop)) for stop in range(count)
        ]
        counts.append(np.array(inside, x.dtype))
    return np.outer(*counts)
