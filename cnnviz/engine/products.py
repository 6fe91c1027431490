"""The three matrix products of convolution: forward, back to the picture, back to the kernels.

A stop reads ``K = C / groups * kh * kw`` numbers, a tile of stops makes P columns of them: the
patch matrix (K, P). With the kernels as rows (F / groups, K) the maps are ``kernels @ patches``
(Chellapilla, Puri and Simard, "High performance convolutional neural networks for document
processing", 2006), and the two gradients are the products with either side transposed.
"""

import numpy as np

from cnnviz.engine.patches import crop, pad, padded_shape, windows

TILE_BYTES = 4 << 20  # a patch matrix of this size stays in the processor's cache


def correlate(x, weight, bias, axes, stops, groups):
    """Sweep the kernels: ``kernels @ patches``, (N, C, H, W) -> (N, F, H', W')."""
    kernels = weight.reshape(groups, len(weight) // groups, -1)  # (groups, F / groups, K)
    maps = np.empty((len(x), *kernels.shape[:2], stops[0] * stops[1]), x.dtype)
    view = windows(pad(x, axes, stops), axes, stops)
    for images, columns, patches in _patches(view, groups):
        tile = maps[images, ..., columns]
        np.matmul(kernels, patches, out=tile)
        if bias is not None:
            tile += bias.reshape(groups, -1, 1)
    return maps.reshape(len(x), len(weight), *stops)


def scatter(maps, weight, axes, size, groups):
    """Stamp the kernels: ``kernels.T @ maps``, (N, F, H', W') -> (N, C, H, W).

    Every map cell adds the kernel, times its own value, to the cells that its window covers.
    """
    kernels = weight.reshape(groups, len(weight) // groups, -1)
    stops = maps.shape[2:]
    maps = maps.reshape(len(maps), *kernels.shape[:2], stops[0] * stops[1])
    shape = (len(maps), groups * weight.shape[1], *size)
    padded = np.zeros(padded_shape(shape, axes, stops), maps.dtype)
    view = windows(padded, axes, stops, writeable=True)
    for images, rows, columns, stamps in _tiles(view, groups):
        np.matmul(kernels.swapaxes(1, 2), maps[images, ..., columns], out=stamps)
        tile = view[images, ..., rows, :]
        stamps = stamps.reshape(tile.shape)
        for i, j in np.ndindex(*weight.shape[2:]):  # one tap at a time: its cells do not overlap
            tile[:, :, i, j] += stamps[:, :, i, j]
    return crop(padded, axes, size)


def weight_gradient(x, maps, axes, groups):
    """Let every map cell blame what it read: ``maps @ patches.T`` -> (F, C / groups, kh, kw)."""
    stops, (n, f) = maps.shape[2:], maps.shape[:2]
    maps = maps.reshape(n, groups, f // groups, stops[0] * stops[1])
    view = windows(pad(x, axes, stops), axes, stops)
    kh, kw = view.shape[2:4]
    blame = np.zeros((groups, f // groups, x.shape[1] // groups * kh * kw), x.dtype)
    for images, columns, patches in _patches(view, groups):
        blame += (maps[images, ..., columns] @ patches.swapaxes(2, 3)).sum(axis=0)
    return blame.reshape(f, -1, kh, kw)


def _patches(view, groups):
    """The patch matrices of all windows, a tile at a time."""
    for images, rows, columns, tile in _tiles(view, groups):
        met = view[images, ..., rows, :]
        tile.reshape(met.shape)[...] = met  # the one copy of the picture: kh * kw times its size
        yield images, columns, tile


def _tiles(view, groups):
    """Cut a view of windows (N, C, kh, kw, H', W') into tiles of whole images or of rows.

    Yields (images, rows, columns of the maps, an array (n, groups, K, P) to work in). The array is
    the same piece of memory each time, which is why it is still in the cache.
    """
    n, c, kh, kw, height, width = view.shape
    row = c * kh * kw * width
    room = max(row, TILE_BYTES // view.itemsize)
    count, step = max(1, room // (row * height)), min(height, room // row)
    memory = np.empty(min(count, n) * row * step, view.dtype)
    for first in range(0, n, count):
        images = slice(first, min(first + count, n))
        for top in range(0, height, step):
            rows = slice(top, min(top + step, height))
            shape = (images.stop - first, groups, c // groups * kh * kw, (rows.stop - top) * width)
            tile = memory[: np.prod(shape)].reshape(shape)
            yield images, rows, slice(top * width, rows.stop * width), tile
