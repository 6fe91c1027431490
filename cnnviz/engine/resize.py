"""Larger maps without weights: interpolation, and putting maxima back where they were."""

import math

import numpy as np

from cnnviz.arithmetic.window import pair, sweep
from cnnviz.engine.patches import count_cells, floats, four_axes, same_shape


def interpolate(x, size=None, scale_factor=None, mode="nearest", align_corners=False):
    """Resize every map by reading between its cells.

    Parameters
    ----------
    x : (N, C, H, W)
        The maps.
    size : int or (int, int)
        Rows and columns of the result.
    scale_factor : float or (float, float)
        Or how many times larger it is; the result has ``floor(H * scale_factor)`` rows. Give one
        of the two.
    mode : "nearest" or "bilinear"
        Copy the cell that lies under the result's first edge, or mix the two nearest in each
        direction.
    align_corners : bool
        For bilinear: let the centres of the corner cells coincide, and not the edges of the maps.

    Returns
    -------
    (N, C, H', W')
        The resized maps.

    Raises
    ------
    ValueError
        When neither or both sizes are given, nothing would be left, or the mode is not known.

    Examples
    --------
    >>> interpolate([[[[1, 3]]]], size=(1, 4), mode="bilinear")[0, 0].tolist()
    [[1.0, 1.5, 2.5, 3.0]]
    >>> interpolate([[[[1, 3]]]], scale_factor=(1, 2))[0, 0].tolist()
    [[1.0, 1.0, 3.0, 3.0]]
    """
    (x,) = floats(x)
    for axis, (cells, shares) in _sources(x.shape, size, scale_factor, mode, align_corners):
        x = sum(
            x.take(near, axis) * _along(share.astype(x.dtype), axis)
            for near, share in zip(cells, shares, strict=True)
        )
    return x


def interpolate_backward(
    grad_output, x, size=None, scale_factor=None, mode="nearest", align_corners=False
):
    """Send the blame of each result back to the cells that it was mixed from, by their shares.

    Parameters
    ----------
    grad_output : (N, C, H', W')
        How the loss changes with each result.
    x, size, scale_factor, mode, align_corners
        What `interpolate` was called with.

    Returns
    -------
    (N, C, H, W)
        How the loss changes with each cell of x.

    Raises
    ------
    ValueError
        When `interpolate` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> interpolate_backward([[[[1, 1, 1, 1]]]], [[[[1, 3]]]], size=(1, 4)).tolist()
    [[[[2.0, 2.0]]]]
    """
    x, grad = floats(x, grad_output)
    sources = _sources(x.shape, size, scale_factor, mode, align_corners)
    same_shape(grad, (*x.shape[:2], *(cells.shape[1] for _, (cells, _) in sources)))
    for axis, (cells, shares) in sources:
        shape = list(grad.shape)
        shape[axis] = x.shape[axis]
        blame = np.zeros(shape, grad.dtype)
        for near, share in zip(cells, shares, strict=True):
            lead = (slice(None),) * axis
            np.add.at(blame, (*lead, near), grad * _along(share.astype(grad.dtype), axis))
        grad = blame
    return grad


def _along(values, axis):
    """Turn a list of numbers into the given axis of four."""
    return values.reshape([-1 if other == axis else 1 for other in range(4)])


def _sources(shape, size, scale_factor, mode, align_corners):
    """For each axis, (axis, (cells, shares)): what every result reads, and how much of it."""
    if len(shape) != 4 or 0 in shape[1:]:
        raise ValueError(f"x must have the axes (N, C, H, W) and hold cells, not the shape {shape}")
    if mode not in ("nearest", "bilinear"):
        raise ValueError(f"mode must be 'nearest' or 'bilinear', not {mode!r}")
    if mode == "nearest" and align_corners:
        raise ValueError("align_corners needs mode 'bilinear', not 'nearest'")
    sizes, steps = _result(shape, size, scale_factor)
    read = _nearest if mode == "nearest" else (_aligned if align_corners else _between)
    # PyTorch leaves an axis alone whose size stays, whatever the scale factor was rounded from
    return [
        (axis, read(shape[axis], count, 1 if count == shape[axis] else step))
        for axis, count, step in zip((2, 3), sizes, steps, strict=True)
    ]


def _result(shape, size, scale_factor):
    """The rows and columns of the result, and how far apart they lie on x if a factor says so."""
    if (size is None) == (scale_factor is None):
        raise ValueError(
            f"give either size or scale_factor, not size {size} and scale_factor {scale_factor}"
        )
    if scale_factor is None:
        sizes, steps = pair(size, "size"), (None, None)
    else:
        factors = np.resize(np.asarray(scale_factor, float), 2).tolist()
        if (
            np.shape(scale_factor) not in ((), (2,))
            or not 0 < min(factors) <= max(factors) < np.inf
        ):
            raise ValueError(
                f"scale_factor must be a number above 0 or (rows, columns), not {scale_factor!r}"
            )
        sizes = [math.floor(n * factor) for n, factor in zip(shape[2:], factors, strict=True)]
        steps = [1 / factor for factor in factors]
    if min(sizes) < 1:
        raise ValueError(f"the result of resizing {shape} would be {sizes[0]} x {sizes[1]}")
    return sizes, steps


def _nearest(n, count, step):
    """Result i reads cell ``floor(i * step)``, in the float32 that PyTorch uses."""
    step = np.float32(n / count if step is None else step)
    if count == 2 * n:  # PyTorch doubles exactly, whatever the scale factor was rounded from
        step = np.float32(0.5)
    at = np.floor(np.arange(count, dtype=np.float32) * step).astype(int)
    return np.minimum(at, n - 1)[None], np.ones((1, count))


def _between(n, count, step):
    """Result i lies over ``(i + 1/2) * step - 1/2``: its centre over the same place of the map."""
    step = n / count if step is None else step
    return _mix((np.arange(count) + 0.5) * step - 0.5, n)


def _aligned(n, count, _):
    """Result i lies over ``i * (n - 1) / (count - 1)``: the last over the last."""
    return _mix(np.arange(count) * ((n - 1) / (count - 1) if count > 1 else 0), n)


def _mix(at, n):
    """The two cells around each place, and their shares; at the ends the last cell alone."""
    before = np.minimum(at.astype(int), n - 1)
    share = np.clip(at - before, 0, 1)
    return np.stack([before, np.minimum(before + 1, n - 1)]), np.stack([1 - share, share])


def max_unpool2d(x, indices, kernel_size, stride=None, padding=0, output_size=None):
    """Put every maximum back where it was found; all other cells are 0.

    Parameters
    ----------
    x, indices : (N, C, H, W)
        The maxima, and the cell ``row * W' + column`` of each, both from `max_pool2d`. If a cell is
        named twice, the last in reading order counts.
    kernel_size, stride, padding
        What `max_pool2d` was called with; numbers, or (rows, columns).
    output_size : (int, int), optional
        The size to go back to, less than one stride away from ``(H - 1) * stride - 2 * padding +
        kernel_size``, which is taken if it is not given. Only its last two numbers count.

    Returns
    -------
    (N, C, H', W')
        The sparse maps.

    Raises
    ------
    ValueError
        When the shapes differ, the output size is out of reach, or a cell lies outside of it.

    Examples
    --------
    >>> max_unpool2d([[[[9]]]], [[[[2]]]], 2)[0, 0].tolist()
    [[0.0, 0.0], [9.0, 0.0]]
    """
    (x,) = floats(x)
    indices, size = _unpooling(x, indices, kernel_size, stride, padding, output_size)
    n, c = x.shape[:2]
    maps = np.zeros((n * c, size[0] * size[1]), x.dtype)
    cells = x.shape[2] * x.shape[3]
    np.put_along_axis(maps, indices.reshape(n * c, cells), x.reshape(n * c, cells), axis=1)
    return maps.reshape(n, c, *size)


def max_unpool2d_backward(
    grad_output, x, indices, kernel_size, stride=None, padding=0, output_size=None
):
    """Fetch the blame of every maximum from the cell that it was put into.

    Parameters
    ----------
    grad_output : (N, C, H', W')
        How the loss changes with each result.
    x, indices, kernel_size, stride, padding, output_size
        What `max_unpool2d` was called with.

    Returns
    -------
    (N, C, H, W)
        How the loss changes with each maximum.

    Raises
    ------
    ValueError
        When `max_unpool2d` would refuse, or `grad_output` has not the shape of its result.

    Examples
    --------
    >>> max_unpool2d_backward([[[[1, 2], [3, 4]]]], [[[[9]]]], [[[[2]]]], 2).tolist()
    [[[[3.0]]]]
    """
    x, grad = floats(x, grad_output)
    indices, size = _unpooling(x, indices, kernel_size, stride, padding, output_size)
    same_shape(grad, (*x.shape[:2], *size))
    maps, cells = x.shape[0] * x.shape[1], x.shape[2] * x.shape[3]
    grad = grad.reshape(maps, size[0] * size[1])
    return np.take_along_axis(grad, indices.reshape(maps, cells), axis=1).reshape(x.shape)


def _unpooling(x, indices, kernel_size, stride, padding, output_size):
    """The checked indices and size of the result."""
    four_axes(x)
    indices = np.asarray(indices)
    if indices.dtype.kind not in "iu" or indices.shape != x.shape:
        raise ValueError(
            f"indices must be whole numbers in the shape of x, {x.shape}, "
            f"not {indices.dtype} in the shape {indices.shape}"
        )
    axes = sweep(kernel_size, kernel_size if stride is None else stride, pair(padding, "padding"))
    # asked for the largest size in reach: the usual one may be 0 where a larger one is meant
    reach = [axis.stride - 1 for axis in axes]
    largest = count_cells(axes, x.shape[2:], *reach)
    usual = [n - more for n, more in zip(largest, reach, strict=True)]
    size = usual if output_size is None else pair(tuple(output_size)[-2:], "output_size")
    for axis, n, wanted in zip(axes, usual, size, strict=True):
        if wanted < 1 or abs(wanted - n) >= axis.stride:
            raise ValueError(
                f"output_size must be above 0 and less than a stride of {axis.stride} away from "
                f"{usual[0]} x {usual[1]}, not {size[0]} x {size[1]}"
            )
    if indices.size and not 0 <= indices.min() <= indices.max() < size[0] * size[1]:
        raise ValueError(
            f"indices must lie in 0 to {size[0] * size[1] - 1} for {size[0]} x {size[1]} cells, "
            f"but they go from {indices.min()} to {indices.max()}"
        )
    return indices, tuple(size)
