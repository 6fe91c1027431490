"""A picture's pixels in another order: two patches swapped, one fixed shuffle, and back."""

from typing import NamedTuple

import numpy as np

from cnnviz.engine import conv2d, linear
from cnnviz.kernels import SOBEL
from cnnviz.matrix import DECIMALS


class Patch(NamedTuple):
    """A rectangle of a picture; `row` and `column` are its first cell, counted from 0."""

    row: int
    column: int
    height: int
    width: int

    def meets(self, other: "Patch") -> bool:
        """Whether the two have a cell in common.

        >>> Patch(0, 0, 2, 2).meets(Patch(1, 1, 2, 2)), Patch(0, 0, 2, 2).meets(Patch(0, 2, 2, 2))
        (True, False)
        """
        return (
            abs(self.row - other.row) < (self.height if self.row < other.row else other.height)
        ) and (
            abs(self.column - other.column)
            < (self.width if self.column < other.column else other.width)
        )

    def of(self, cells):
        """Its part of an (H, W) table, as a view."""
        return cells[
            self.row : self.row + self.height,
            self.column : self.column + self.width,
        ]


def kept(shape) -> np.ndarray:
    """The order that changes nothing, for a picture of (H, W) pixels.

    An order tells for every place of the list which pixel stands there, both counted line by line.

    >>> kept((2, 2))
    array([0, 1, 2, 3])
    """
    return np.arange(shape[0] * shape[1])


def swapped(shape, first: Patch, second: Patch) -> np.ndarray:
    """The order in which two patches have changed places: (H * W,).

    Raises
    ------
    ValueError
        When the patches overlap, differ in size or leave the picture of (H, W) pixels.

    Examples
    --------
    >>> swapped((2, 3), Patch(0, 0, 2, 1), Patch(0, 2, 2, 1)).reshape(2, 3)
    array([[2, 1, 0],
           [5, 4, 3]])
    """
    cells = kept(shape).reshape(shape)
    inside = [patch.of(cells) for patch in (first, second)]
    for patch, part in zip((first, second), inside, strict=True):
        if part.shape != first[2:]:
            raise ValueError(f"{patch} does not lie in a picture of {shape}, or is not {first[2:]}")
    if first.meets(second):
        raise ValueError(f"{first} and {second} overlap, so they cannot change places")
    order = cells.copy()
    first.of(order)[...], second.of(order)[...] = inside[1], inside[0]
    return order.reshape(-1)


def shuffled(shape, seed: int) -> np.ndarray:
    """One fixed order at random: the same seed gives the same one, for every picture of this size.

    >>> sorted(shuffled((2, 2), seed=1).tolist())
    [0, 1, 2, 3]
    """
    return np.random.default_rng(seed).permutation(shape[0] * shape[1])


def undo(order) -> np.ndarray:
    """The order that brings every pixel back: where each one has gone.

    >>> undo([2, 0, 1])
    array([1, 2, 0])
    """
    return np.argsort(order)


def rearrange(picture, order) -> np.ndarray:
    """A picture with its pixels in another order; the shape (..., H, W) stays.

    >>> rearrange([[1, 2], [3, 4]], [3, 2, 1, 0])
    array([[4, 3],
           [2, 1]])
    """
    picture = np.asarray(picture)
    return picture.reshape(*picture.shape[:-2], -1)[..., order].reshape(picture.shape)


def neuron_answers(picture, order, seed=0) -> tuple[float, float]:
    """One fully connected neuron on a picture, and on it in another order with its weights alike.

    The weights are whole numbers from -9 to 9, and pixels are counted in thousandths: both sums
    are exact, whatever the order of their terms.

    Parameters
    ----------
    picture : (1, 1, H, W)
        Numbers of at most three decimals.
    order : (H * W,)
        As `shuffled` makes it.
    seed : int
        For the weights.

    Returns
    -------
    (float, float)
        The answers; they agree for every order.
    """
    pixels = np.rint(np.asarray(picture, float).reshape(1, -1) * 10**DECIMALS)  # (1, H * W)
    weights = np.random.default_rng(seed).integers(-9, 10, pixels.shape).astype(float)
    answers = (
        linear(pixels, weights),
        linear(pixels[:, order], weights[:, order]),
    )
    return tuple(float(answer[0, 0]) / 10**DECIMALS for answer in answers)


def convolution_differences(picture, order) -> int:
    """How many results of a 3x3 kernel change when the pixels are swept in another order.

    The results are brought back to their places before they are compared, so that only what the
    kernel saw can make a difference. The kernel is Sobel's.

    >>> convolution_differences(np.eye(4)[None, None], kept((4, 4)))
    0
    """
    kernel = SOBEL.weights
    usual = conv2d(picture, kernel, padding=1)
    other = conv2d(rearrange(picture, order), kernel, padding=1)
    return int(np.count_nonzero(np.abs(rearrange(other, undo(order)) - usual) > 1e-6))
