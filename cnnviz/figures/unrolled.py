"""A convolution written as the matrix of a fully connected layer."""

from dataclasses import dataclass

import numpy as np

from cnnviz.arithmetic import Window, connections, sweep, weight_matrix
from cnnviz.engine import conv2d, linear

SMALLEST_SIDE = 6  # of the piece of a picture that is multiplied; larger only for larger kernels


@dataclass(frozen=True)
class Unrolled:
    """The same results twice: by a matrix times the picture as a list, and by a sweep.

    `numbers` holds, for every result (row) and pixel (column), the number of the kernel's weight
    that joins them, counted line by line from 0, and -1 where nothing does.
    """

    picture: np.ndarray  # (1, 1, h, w)
    kernel: np.ndarray  # (kh, kw)
    rows: Window
    columns: Window
    numbers: np.ndarray  # (results, pixels)
    listed: np.ndarray  # (results,), by the matrix
    swept: np.ndarray  # (1, 1, h', w'), by the sweep

    @property
    def difference(self) -> float:
        """The largest difference between the two."""
        return float(np.abs(self.listed - self.swept.reshape(-1)).max())

    @property
    def connections(self):
        """How many weights: dense, sparse, shared."""
        return connections(self.picture.shape[2:], (self.rows, self.columns))


def unroll(picture, kernel, padding=0) -> Unrolled:
    """Multiply the flattened picture by the matrix of a convolution.

    Source: Dumoulin and Visin, A guide to convolution arithmetic for deep learning, 2016, 4.1.

    Parameters
    ----------
    picture : (1, 1, h, w)
        A small one: the matrix has a column for each pixel.
    kernel : (kh, kw)
        The weights.
    padding : int, pair or str
        As in `conv2d`.

    Examples
    --------
    >>> found = unroll(np.arange(9.0).reshape(1, 1, 3, 3), np.array([[0.0, 1.0], [2.0, 3.0]]))
    >>> found.listed.tolist(), found.difference
    ([19.0, 25.0, 37.0, 43.0], 0.0)
    """
    rows, columns = windows = sweep(kernel.shape, padding=padding)
    joined = weight_matrix(picture.shape[2:], windows)
    numbers = np.array([[-1 if n is None else n for n in line] for line in joined])
    weights = np.where(numbers < 0, 0.0, kernel.reshape(-1)[numbers])  # (results, pixels)
    return Unrolled(
        picture,
        kernel,
        rows,
        columns,
        numbers,
        linear(picture.reshape(1, -1), weights)[0],
        conv2d(picture, kernel[None, None], padding=padding),
    )


def piece(picture, kernel_size: int) -> np.ndarray:
    """The middle of a picture, small enough for a matrix: (1, 1, at most 6, at most 6).

    A kernel larger than that gets a piece of its own size.

    >>> piece(np.zeros((1, 1, 90, 4)), 3).shape
    (1, 1, 6, 4)
    """
    most = max(SMALLEST_SIDE, kernel_size)
    cut = []
    for n in picture.shape[2:]:
        first = max(0, (n - most) // 2)
        cut.append(slice(first, first + most))
    return picture[:, :, cut[0], cut[1]]


def numbered(size: int) -> np.ndarray:
    """A kernel in which every weight is another number: 1, 2, 3, ... line by line.

    >>> numbered(2)
    array([[1., 2.],
           [3., 4.]])
    """
    return np.arange(1.0, size * size + 1).reshape(size, size)


def diagonal(size: int) -> np.ndarray:
    """1 from the upper left to the lower right, -1 elsewhere: it looks for that line.

    >>> diagonal(2)
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    return 2 * np.eye(size) - 1
