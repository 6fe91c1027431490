"""Convolution: a kernel swept over maps, its transpose, and both gradients."""

import numpy as np

from cnnviz.engine.patches import count_stops, floats, four_axes, pad, sweep, windows

TILE_BYTES = 3 << 20  # a patch matrix that stays in the processor's cache


def conv2d(x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
    """Sweep every kernel over the maps; at each stop multiply, add up, and write one number.

    ``y[n, f, r, c] = bias[f] + sum over k, i, j of weight[f, k, i, j] * x[n, k, r s - p + i d,
    c s - p + j d]``, zero where x is read outside of the picture. As in all deep learning this
    is correlation: the kernel is not turned.

    Parameters
    ----------
    x : (N, C, H, W)
        The maps.
    weight : (F, C / groups, kh, kw)
        One kernel for each of the F results.
    bias : (F,), optional
        Added to each result.
    stride, dilation : int or (int, int)
        Cells from stop to stop, and from tap to tap; one number, or (rows, columns).
    padding : int, (rows, columns), ((top, bottom), (left, right)) or str
        Zeros around the picture, in cells for each side. "valid" is none, "same" keeps the size
        at stride 1 (an odd cell goes after), "full" lets every tap meet every cell.
    groups : int
        Group g of the kernels sees only group g of the channels; ``groups=C`` is depthwise.

    Returns
    -------
    (N, F, H', W')
        The feature maps. Whole numbers become float32; float64 stays.

    Raises
    ------
    ValueError
        When channels, groups and kernels do not agree, or no window fits.

    Notes
    -----
    Computed as one matrix product for each tile of stops (Chellapilla, Puri and Simard, "High
    performance convolutional neural networks for document processing", 2006, section 4).

    Examples
    --------
    >>> x = np.arange(9).reshape(1, 1, 3, 3)
    >>> conv2d(x, [[[[0, 1], [2, 3]]]])[0, 0].tolist()  # 0*0 + 1*1 + 2*3 + 3*4 = 19
    [[19.0, 25.0], [37.0, 43.0]]
    """
    x, weight, bias = _operands(x, weight, bias)
    axes = sweep(weight.shape[2:], stride, padding, dilation)
    _check_groups(x.shape, weight.shape, groups)
    _check_bias(bias, weight.shape[0], weight.shape)
    return _correlate(x, weight, bias, axes, groups)


def _operands(x, weight, bias):
    if bias is None:
        x, weight = floats(x, weight)
    else:
        x, weight, bias = floats(x, weight, bias)
    four_axes(x)
    if weight.ndim != 4 or 0 in weight.shape:
        raise ValueError(
            f"weight must have four axes that hold cells, not the shape {weight.shape}"
        )
    return x, weight, bias


def _check_groups(maps, kernels, groups):
    """`kernels` of shape (F, C / groups, kh, kw) must fit onto `maps` of shape (N, C, H, W)."""
    if groups < 1 or kernels[0] % groups or kernels[1] * groups != maps[1]:
        raise ValueError(
            f"{groups} groups of kernels {kernels} need {kernels[1] * groups} channels and a count "
            f"of kernels that {groups} divides, but there are {maps[1]} channels in {maps} and "
            f"{kernels[0]} kernels"
        )


def _check_bias(bias, channels, kernels):
    if bias is not None and bias.shape != (channels,):
        raise ValueError(
            f"bias must have the shape ({channels},) for kernels {kernels}, not {bias.shape}"
        )


def _tiles(images, rows, row_bytes):
    """Cut a batch into (images, rows) slices whose patch matrices have about TILE_BYTES."""
    height = min(rows, max(1, TILE_BYTES // row_bytes))
    count = max(1, TILE_BYTES // (row_bytes * rows))
    for first in range(0, images, count):
        for top in range(0, rows, height):
            yield slice(first, min(first + count, images)), slice(top, min(top + height, rows))


def _patch_tiles(x, axes, stops, groups):
    """Yield (images, columns of the result, patch matrices (n, groups, K, P)), a tile at a time.

    Row k of a patch matrix holds what one weight meets; column p is what one stop reads.
    """
    view = windows(pad(x, axes, stops), axes, stops)  # (N, C, kh, kw, H', W')
    n, c, kh, kw, height, width = view.shape
    room = np.empty(0, x.dtype)
    for images, rows in _tiles(n, height, c * kh * kw * width * x.itemsize):
        patches = view[images, ..., rows, :]
        if room.size < patches.size:
            room = np.empty(patches.size, x.dtype)
        tile = room[: patches.size].reshape(patches.shape)
        tile[...] = patches
        columns = slice(rows.start * width, rows.stop * width)
        yield images, columns, tile.reshape(len(tile), groups, c // groups * kh * kw, -1)


def _correlate(x, weight, bias, axes, groups):
    stops = count_stops(axes, x.shape[2:])
    matrices = weight.reshape(groups, len(weight) // groups, -1)  # (groups, F / groups, K)
    maps = np.empty((len(x), *matrices.shape[:2], stops[0] * stops[1]), matrices.dtype)
    for images, columns, patches in _patch_tiles(x, axes, stops, groups):
        tile = maps[images, ..., columns]
        np.matmul(matrices, patches, out=tile)
        if bias is not None:
            tile += bias.reshape(groups, -1, 1)
    return maps.reshape(len(x), len(weight), *stops)
