"""The windows of a picture: padding, and one strided view that everything sweeping reads."""

import numpy as np

from cnnviz.arithmetic import sweep  # noqa: F401 (the examples use it)


def floats(*arrays):
    """Make every number a float of one kind: float64 if any array is, float32 otherwise.

    >>> floats([1, 2])[0].dtype
    dtype('float32')
    """
    arrays = [np.asarray(array) for array in arrays]
    for array in arrays:
        if array.dtype.kind not in "biuf":
            raise ValueError(f"arrays must hold real numbers, not {array.dtype}")
    double = any(array.dtype == np.float64 for array in arrays)
    return [array.astype(np.float64 if double else np.float32, copy=False) for array in arrays]


def four_axes(array, name="x", axes="(N, C, H, W)"):
    """Refuse an array that does not have four axes, or has no cells: only a batch may be empty."""
    if array.ndim != 4:
        raise ValueError(f"{name} must have the axes {axes}, not the shape {array.shape}")
    if 0 in array.shape[1:]:
        raise ValueError(f"{name} {axes} has an axis without cells: its shape is {array.shape}")


def same_shape(grad_output, shape):
    """Refuse a gradient that does not belong to the result."""
    if grad_output.shape != tuple(shape):
        raise ValueError(
            f"grad_output must have the shape of the result, {tuple(shape)}, "
            f"not {grad_output.shape}"
        )


def count_stops(axes, size, ceil_mode=False):
    """How many stops the windows make: the (rows, columns) of the result.

    >>> count_stops(sweep(2, stride=2), (5, 4), ceil_mode=True)
    (3, 2)
    """
    return _each_axis(size, [axis.output_size for axis in axes], ceil_mode, ceil_mode)


def count_cells(axes, stops, rows_more=0, columns_more=0):
    """How many cells so many stops cover: the (rows, columns) of a transposed convolution.

    >>> count_cells(sweep(2, stride=2), (3, 2), rows_more=1)
    (7, 4)
    """
    return _each_axis(stops, [axis.input_size for axis in axes], rows_more, columns_more)


def _each_axis(size, measures, *options):
    """Measure rows and columns; a refusal says which of them does not work, and out of what."""
    sizes = []
    for name, n, measure, option in zip(("rows", "columns"), size, measures, options, strict=True):
        try:
            sizes.append(measure(n, option))
        except ValueError as error:
            raise ValueError(f"{name} of {size[0]} x {size[1]}: {error}") from None
    return tuple(sizes)


def padded_shape(shape, axes, stops):
    """The shape of maps (N, C, H, W) with all the padding that the windows read.

    >>> padded_shape((1, 1, 5, 4), sweep(2, stride=2), (3, 2))  # one row overhangs
    (1, 1, 6, 4)
    """
    sizes = [
        axis.padding[0] + max(n, axis.taps(stop - 1)[-1] + 1)
        for axis, stop, n in zip(axes, stops, shape[2:], strict=True)
    ]
    return (*shape[:2], *sizes)


def crop(padded, axes, size):
    """The part of the padded maps that is picture, `size` rows and columns of it."""
    (top, _), (left, _) = (axis.padding for axis in axes)
    return padded[:, :, top : top + size[0], left : left + size[1]]


def pad(x, axes, stops, fill=0.0):
    """Put the padding that the windows read around every map of ``x`` (N, C, H, W).

    Returns `x` itself when there is nothing to add.

    >>> pad(np.ones((1, 1, 1, 1)), sweep(3, padding=1), (1, 1))[0, 0].tolist()
    [[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]
    """
    shape = padded_shape(x.shape, axes, stops)
    if shape == x.shape:
        return x
    padded = np.full(shape, fill, x.dtype)
    crop(padded, axes, x.shape[2:])[...] = x
    return padded


def windows(padded, axes, stops, writeable=False):
    """Every window of every map, as a view that copies nothing.

    ``(N, C, H, W) -> (N, C, kh, kw, H', W')``: for tap (i, j) of the kernel, the cells that this
    tap meets at all stops.

    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> windows(x, sweep(2), (2, 2))[0, 0, 0, 1].tolist()  # the cells under the upper right tap
    [[1.0, 2.0], [4.0, 5.0]]
    """
    rows, columns = axes
    *maps, down, right = padded.strides
    return np.lib.stride_tricks.as_strided(
        padded,
        (*padded.shape[:2], rows.kernel_size, columns.kernel_size, *stops),
        (
            *maps,
            down * rows.dilation,
            right * columns.dilation,
            down * rows.stride,
            right * columns.stride,
        ),
        writeable=writeable,
    )
