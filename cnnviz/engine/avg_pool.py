"""Average pooling: of every window the mean, channel by channel."""

import numpy as np

from cnnviz.engine.patches import crop, floats, four_axes, pad, padded_shape, same_shape
from cnnviz.engine.pool import fold, pooling, unfold_sums


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
    x, axes, stops = pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    sums = fold(np.add, pad(x, axes, stops), axes, stops)
    sums /= _divisors(x, axes, stops, count_include_pad)
    return sums


def avg_pool2d_backward(
    grad_output, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True
):
    """Spread the blame of each mean evenly over the cells of its window.

    Parameters
    ----------
    grad_output : (N, C, H', W')
        How the loss changes with each mean.
    x, kernel_size, stride, padding, ceil_mode, count_include_pad
        What `avg_pool2d` was called with.

    Returns
    -------
    (N, C, H, W)
        How the loss changes with each cell of x.

    Raises
    ------
    ValueError
        When `avg_pool2d` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> avg_pool2d_backward([[[[4, 8]]]], np.zeros((1, 1, 2, 4)), 2)[0, 0].tolist()
    [[1.0, 1.0, 2.0, 2.0], [1.0, 1.0, 2.0, 2.0]]
    """
    x, grad = floats(x, grad_output)
    x, axes, stops = pooling(x, kernel_size, stride, padding, 1, ceil_mode)
    same_shape(grad, (*x.shape[:2], *stops))
    shares = grad / _divisors(x, axes, stops, count_include_pad)
    spread = unfold_sums(shares, axes, padded_shape(x.shape, axes, stops))
    return crop(spread, axes, x.shape[2:])


def global_avg_pool2d(x):
    """Keep one number of every map: its mean (Lin, Chen and Yan, "Network in network", 2014, 3.2).

    Parameters
    ----------
    x : (N, C, H, W)
        The maps.

    Returns
    -------
    (N, C, 1, 1)
        The means.

    Raises
    ------
    ValueError
        When x has not four axes.

    Examples
    --------
    >>> global_avg_pool2d(np.arange(8).reshape(1, 2, 2, 2)).ravel().tolist()
    [1.5, 5.5]
    """
    (x,) = floats(x)
    four_axes(x)
    return x.mean(axis=(2, 3), keepdims=True)


def global_avg_pool2d_backward(grad_output, x):
    """Spread the blame of each mean evenly over its map.

    Parameters
    ----------
    grad_output : (N, C, 1, 1)
        How the loss changes with each mean.
    x : (N, C, H, W)
        What `global_avg_pool2d` was called with.

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
    >>> global_avg_pool2d_backward([[[[8]]]], np.zeros((1, 1, 2, 2)))[0, 0].tolist()
    [[2.0, 2.0], [2.0, 2.0]]
    """
    (x,) = floats(x)
    four_axes(x)
    return avg_pool2d_backward(grad_output, x, x.shape[2:])


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
