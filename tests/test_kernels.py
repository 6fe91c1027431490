"""Kernels do what their names say."""

import numpy as np
import pytest
from scipy import ndimage

from cnnviz.kernels import FIXED, SIZED, binomial, kernel_names
from cnnviz.matrix import LARGEST_WEIGHT

SIZES = [(1, 1), (2, 2), (3, 3), (3, 5), (4, 1), (11, 11)]


def test_every_kernel_has_a_name_and_every_name_a_kernel():
    assert {*SIZED, *FIXED, "custom"} == set(kernel_names())


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", SIZED)
def test_a_sized_kernel_comes_in_the_size_asked_for_and_in_whole_numbers(name, size):
    kernel = SIZED[name](*size)
    assert kernel.table.shape == size
    assert np.array_equal(kernel.table, np.rint(kernel.table))
    assert np.abs(kernel.table).max() <= LARGEST_WEIGHT


@pytest.mark.parametrize("size", SIZES)
def test_blurs_keep_the_brightness_and_outlines_drop_it(size):
    assert SIZED["blur"](*size).weights.sum() == pytest.approx(1)
    assert SIZED["gaussian"](*size).weights.sum() == pytest.approx(1)
    assert SIZED["outline"](*size).table.sum() == 0


def test_gaussian_is_repeated_averaging_of_neighbours():
    """Pascal's triangle: n - 1 times (1, 1) / 2."""
    row = np.array([1.0])
    for _ in range(6):
        row = np.convolve(row, [0.5, 0.5])
    np.testing.assert_allclose(binomial(7, 7).weights[0, 0], np.outer(row, row))


def test_sobel_is_the_published_one():
    """SciPy's Sobel along the columns of a picture."""
    picture = np.random.default_rng(3).normal(size=(9, 9))
    ours = ndimage.correlate(picture, FIXED["sobel_columns"].table)[1:-1, 1:-1]
    np.testing.assert_allclose(ours, ndimage.sobel(picture, axis=1)[1:-1, 1:-1])


def test_turned_correlation_is_convolution():
    picture, kernel = np.random.default_rng(4).normal(size=(9, 9)), FIXED["emboss"]
    turned = ndimage.correlate(picture, kernel.turned().table)[1:-1, 1:-1]
    np.testing.assert_allclose(turned, ndimage.convolve(picture, kernel.table)[1:-1, 1:-1])
