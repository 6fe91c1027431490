"""Interpolation and unpooling against SciPy, worked examples and PyTorch's rules."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from cnnviz.engine import interpolate, interpolate_backward, max_pool2d, max_unpool2d

few = settings(max_examples=40, deadline=None)
sizes = st.tuples(st.integers(1, 9), st.integers(1, 9))


def picture(seed, size):
    return np.random.default_rng(seed).standard_normal((1, 1, *size))


def between(x, count, align_corners, axis):
    """Linear interpolation of one axis by np.interp, which holds the ends."""
    n = x.shape[axis]
    if align_corners:
        at = np.linspace(0, n - 1, count) if count > 1 else np.zeros(1)
    else:
        at = (np.arange(count) + 0.5) * n / count - 0.5
    return np.apply_along_axis(lambda line: np.interp(at, np.arange(n), line), axis, x)


@few
@given(sizes, sizes, st.booleans(), st.integers(0, 99))
def test_bilinear_is_linear_interpolation_along_each_axis(size, result, align_corners, seed):
    x = picture(seed, size)
    y = interpolate(x, result, mode="bilinear", align_corners=align_corners)
    expected = between(between(x, result[0], align_corners, 2), result[1], align_corners, 3)
    np.testing.assert_allclose(y, expected, rtol=1e-10, atol=1e-12)


def test_bilinear_with_aligned_corners_is_scipys_zoom_of_order_1():
    x = picture(0, (4, 5))
    y = interpolate(x, (10, 13), mode="bilinear", align_corners=True)
    zoomed = ndimage.zoom(x[0, 0], (2.5, 2.6), order=1)
    np.testing.assert_allclose(y[0, 0], zoomed, rtol=1e-10, atol=1e-12)


@few
@given(sizes, st.integers(1, 4), st.integers(1, 4), st.integers(0, 99))
def test_nearest_by_a_whole_factor_repeats_every_cell(size, rows, columns, seed):
    x = picture(seed, size)
    repeated = x.repeat(rows, axis=2).repeat(columns, axis=3)
    np.testing.assert_array_equal(interpolate(x, scale_factor=(rows, columns)), repeated)


# PyTorch 2.13, torch.nn.functional.interpolate(torch.arange(n.)[None, None, None], ...)
@pytest.mark.parametrize(
    ("n", "options", "cells"),
    [
        (5, {"size": (1, 3)}, [0, 1, 3]),
        (3, {"size": (1, 5)}, [0, 0, 1, 1, 2]),
        (4, {"scale_factor": (1, 1.5)}, [0, 0, 1, 2, 2, 3]),
        (5, {"scale_factor": (1, 0.7)}, [0, 1, 2]),
        (4, {"scale_factor": (1, 1.1)}, [0, 1, 2, 3]),  # floor(4.4) = 4: left alone
        (9, {"scale_factor": (1, 2.1)}, [i // 2 for i in range(18)]),  # doubled exactly
    ],
)
def test_nearest_reads_the_cells_that_pytorch_reads(n, options, cells):
    x = np.arange(n).reshape(1, 1, 1, n)
    assert interpolate(x, **options)[0, 0, 0].tolist() == cells


def test_nearest_rounds_the_distance_of_cells_to_float32_as_pytorch_does():
    # result 23 lies at 23 * 14 / 46 = 7 exactly, but PyTorch 2.13 reads cell 6
    assert interpolate(np.arange(14).reshape(1, 1, 1, 14), (1, 46))[0, 0, 0, 23] == 6


def test_a_scale_factor_that_is_not_whole_sets_the_distance_as_in_pytorch():
    # floor(3 * 1.5) = 4 results, 1 / 1.5 apart; size=4 would put them 3 / 4 apart
    x = np.array([[[[0.0, 3.0, 6.0]]]])
    by_factor = interpolate(x, scale_factor=(1, 1.5), mode="bilinear")[0, 0, 0]
    by_size = interpolate(x, size=(1, 4), mode="bilinear")[0, 0, 0]
    np.testing.assert_allclose(by_factor, [0, 1.5, 3.5, 5.5], rtol=1e-12)
    np.testing.assert_allclose(by_size, [0, 1.875, 4.125, 6], rtol=1e-12)


@few
@given(sizes, sizes, st.sampled_from(["nearest", "bilinear"]), st.integers(0, 99))
def test_the_gradient_is_the_adjoint(size, result, mode, seed):
    x, z = picture(seed, size), picture(seed + 1, result)
    back = interpolate_backward(z, x, result, mode=mode)
    assert np.isclose((interpolate(x, result, mode=mode) * z).sum(), (x * back).sum())


def test_a_nan_stays_with_the_results_that_read_it():
    x = np.zeros((1, 1, 5, 5))
    x[0, 0, 0, 0] = np.nan
    assert np.isnan(interpolate(x, 10)).sum() == 4


def test_unpooling_fills_with_zeros_around_the_maxima():
    x = np.array([[[[1, 2, 6, 3], [3, 5, 2, 1], [1, 2, 2, 1], [7, 3, 4, 8]]]])
    y, cells = max_pool2d(x, 2, return_indices=True)
    back = max_unpool2d(y, cells, 2)[0, 0]
    assert back.tolist() == [[0, 0, 6, 0], [0, 5, 0, 0], [0, 0, 0, 0], [7, 0, 0, 8]]


def test_of_two_maxima_for_one_cell_the_last_stays():
    assert max_unpool2d([[[[1, 2]]]], [[[[3, 3]]]], 2)[0, 0].tolist() == [[0, 0, 0, 2], [0] * 4]


def test_a_size_that_the_pooling_forgot_can_be_given_back():
    x = np.arange(25).reshape(1, 1, 5, 5)
    y, cells = max_pool2d(x, 2, return_indices=True)
    assert max_unpool2d(y, cells, 2, output_size=(5, 5))[0, 0, 1, 1] == 6
    assert max_unpool2d(y, cells, 2, output_size=x.shape).shape == x.shape


def test_a_single_row_comes_back_though_its_usual_size_would_be_none():
    x = np.array([[[[1.0, 2.0, 3.0]]]])
    y, cells = max_pool2d(x, 2, padding=1, return_indices=True)
    assert max_unpool2d(y, cells, 2, padding=1, output_size=(1, 3)).tolist() == [[[[1, 0, 3]]]]


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({}, "either size or scale_factor, not size None and scale_factor None"),
        ({"size": 3, "scale_factor": 2}, "not size 3 and scale_factor 2"),
        ({"size": 0}, "would be 0 x 0"),
        ({"scale_factor": np.nan}, "not nan"),
        ({"scale_factor": 0.2}, r"resizing \(1, 1, 4, 4\) would be 0 x 0"),
        ({"scale_factor": -2}, "must be a number above 0 .*not -2"),
        ({"size": 3, "mode": "cubic"}, "'nearest' or 'bilinear', not 'cubic'"),
        ({"size": 3, "align_corners": True}, "align_corners needs mode 'bilinear'"),
        ({"size": (3, 3, 3)}, r"size must be .*not \(3, 3, 3\)"),
        ({"scale_factor": (1, 2, 3)}, r"scale_factor must be .*not \(1, 2, 3\)"),
    ],
)
def test_what_cannot_be_resized_is_refused_with_its_numbers(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        interpolate(np.ones((1, 1, 4, 4)), **options)


@pytest.mark.parametrize("shape", [(4, 4), (1, 1, 0, 4)])
def test_what_holds_no_maps_is_not_resized(shape):
    with pytest.raises(ValueError, match=r"axes \(N, C, H, W\)"):
        interpolate(np.ones(shape), 2)


@pytest.mark.parametrize(
    ("indices", "options", "sentence"),
    [
        ([[[[16]]]], {}, "indices must lie in 0 to 3 for 2 x 2 cells, but they go from 16 to 16"),
        ([[[[-1]]]], {}, "from -1 to -1"),
        ([[[[1.0]]]], {}, "whole numbers in the shape of x.*not float64"),
        ([[[1]]], {}, r"not int64 in the shape \(1, 1, 1\)"),
        ([[[[0]]]], {"output_size": (4, 2)}, "less than a stride of 2 away from 2 x 2, not 4 x 2"),
        ([[[[0]]]], {"output_size": (0, 2)}, "not 0 x 2"),
        ([[[[0]]]], {"padding": 1}, "above 0 .* away from 0 x 0, not 0 x 0"),
    ],
)
def test_what_cannot_be_unpooled_is_refused_with_its_numbers(indices, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        max_unpool2d([[[[5.0]]]], np.array(indices), 2, **options)
