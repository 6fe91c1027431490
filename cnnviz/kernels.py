"""Kernels by purpose: small tables of weights with a name."""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np

from cnnviz.i18n import _


@dataclass(frozen=True)
class Kernel:
    """Weights to be multiplied with a patch, and what the sum is divided by.

    The two are kept apart so that a blur can be shown in whole numbers: nine pixels are added and
    the sum is divided by 9 once, instead of nine products with 0.111...

    Parameters
    ----------
    table : ndarray, shape (rows, columns)
        The weights before the division.
    divisor : int
        What the sum is divided by.
    """

    table: np.ndarray
    divisor: int = 1

    @property
    def weights(self) -> np.ndarray:
        """What the engine takes: shape (1, 1, rows, columns), divided.

        >>> box(1, 2).weights
        array([[[[0.5, 0.5]]]])
        """
        return (self.table / self.divisor)[None, None]

    def turned(self) -> "Kernel":
        """The kernel turned by half a turn: correlation with it is true convolution."""
        return Kernel(self.table[::-1, ::-1], self.divisor)


def box(rows, columns):
    """Each pixel counts the same: a blur."""
    return Kernel(np.ones((rows, columns)), rows * columns)


def binomial(rows, columns):
    """Rows of Pascal's triangle: a Gaussian in whole numbers.

    >>> binomial(3, 3).table[1], binomial(3, 3).divisor
    (array([2., 4., 2.]), 16)
    """
    down, across = ([comb(n - 1, i) for i in range(n)] for n in (rows, columns))
    return Kernel(np.outer(down, across).astype(float), 2 ** (rows + columns - 2))


def identity(rows, columns):
    """Only the pixel in the middle counts: the picture stays as it is."""
    table = np.zeros((rows, columns))
    # An even kernel has no middle; this is where padding "same" leaves the picture in place.
    table[(rows - 1) // 2, (columns - 1) // 2] = 1
    return Kernel(table)


def outline(rows, columns):
    """The pixel in the middle against all around it: flat areas become 0."""
    return Kernel(identity(rows, columns).table * rows * columns - 1)


def fixed(*rows):
    """A kernel that has one size only."""
    return Kernel(np.array(rows, dtype=float))


# Sobel: I. Sobel and G. Feldman, 1968 ("An isotropic 3x3 image gradient operator").
SOBEL = fixed((-1, 0, 1), (-2, 0, 2), (-1, 0, 1))
SIZED: dict[str, Callable[[int, int], Kernel]] = {
    "identity": identity,
    "blur": box,
    "gaussian": binomial,
    "outline": outline,
}
FIXED: dict[str, Kernel] = {
    "sharpen": fixed((0, -1, 0), (-1, 5, -1), (0, -1, 0)),
    "laplacian": fixed((0, 1, 0), (1, -4, 1), (0, 1, 0)),
    "sobel_columns": SOBEL,
    "sobel_rows": Kernel(SOBEL.table.T),
    "emboss": fixed((-2, -1, 0), (-1, 1, 1), (0, 1, 2)),
    "edge": fixed((1, -1)),
}


def kernel_names() -> dict[str, str]:
    """Every kernel's name for the learner."""
    return {
        "identity": _("identity: change nothing"),
        "blur": _("blur: mean of the patch"),
        "gaussian": _("Gaussian: soft blur"),
        "sharpen": _("sharpen"),
        "outline": _("outline: all around"),
        "laplacian": _("Laplacian: four neighbours"),
        "sobel_columns": _("Sobel: vertical edges"),
        "sobel_rows": _("Sobel: horizontal edges"),
        "emboss": _("emboss: light from one side"),
        "edge": _("difference (1 −1)"),
        "custom": _("your own weights"),
    }
