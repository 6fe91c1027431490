"""What the engine is held against: definitions as plain loops, and slopes by differences."""

import numpy as np


def conv2d(x, weight, bias, stride, padding, dilation, groups):
    """Convolution by its definition; stride and dilation (rows, columns), padding of four sides."""
    (n, _, height, width), (f, c, kh, kw) = x.shape, weight.shape
    (top, bottom), (left, right) = padding
    rows = (height + top + bottom - dilation[0] * (kh - 1) - 1) // stride[0] + 1
    columns = (width + left + right - dilation[1] * (kw - 1) - 1) // stride[1] + 1
    y = np.zeros((n, f, rows, columns))
    for image, kernel, row, column in np.ndindex(*y.shape):
        total = 0.0 if bias is None else bias[kernel]
        for k, i, j in np.ndindex(c, kh, kw):
            r = row * stride[0] - top + i * dilation[0]
            s = column * stride[1] - left + j * dilation[1]
            if 0 <= r < height and 0 <= s < width:
                channel = kernel // (f // groups) * c + k
                total += weight[kernel, k, i, j] * x[image, channel, r, s]
        y[image, kernel, row, column] = total
    return y


def windows(size, kernel_size, stride, padding, dilation=1, ceil_mode=False):
    """The cells that each window of one axis reads, inside the picture or its padding or beyond.

    The number of windows is found by trying, as PyTorch's documentation words it: windows go as
    long as they fit; with ceil_mode they may overhang the end, if they start inside of the picture
    or of the padding before it.
    """
    found, start, reach = [], -padding, dilation * (kernel_size - 1)
    while start + reach < size + padding or (
        ceil_mode and start < size and start + reach - stride < size + padding - 1
    ):
        found.append([start + tap * dilation for tap in range(kernel_size)])
        start += stride
    return found


def pool(x, rows, columns, reduce):
    """Apply `reduce` to the cells [(row, column), ...] of every window."""
    n, c = x.shape[:2]
    y = np.zeros((n, c, len(rows), len(columns)))
    for image, channel, r, s in np.ndindex(*y.shape):
        cells = [(row, column) for row in rows[r] for column in columns[s]]
        y[image, channel, r, s] = reduce(x[image, channel], cells)
    return y


def slopes(function, arrays, which, grad_output, step=1e-4):
    """How ``sum(grad_output * function(*arrays))`` changes with each number of arrays[which]."""
    slope = np.zeros_like(arrays[which])
    for cell in np.ndindex(*slope.shape):
        values = []
        for sign in (1, -1):
            moved = [array if array is None else array.copy() for array in arrays]
            moved[which][cell] += sign * step
            values.append((grad_output * function(*moved)).sum())
        slope[cell] = (values[0] - values[1]) / (2 * step)
    return slope
