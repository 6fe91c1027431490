"""Max and average pooling: worked examples, slow loops, and PyTorch's rules for the edges."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from cnnviz.engine import (
    avg_pool2d,
    avg_pool2d_backward,
    global_avg_pool2d,
    global_max_pool2d,
    max_pool2d,
    max_pool2d_backward,
    max_unpool2d,
)
from tests.engine import slow

few = settings(max_examples=50, deadline=None)
ARANGE = np.arange(32).reshape(1, 2, 4, 4)


@st.composite
def axes(draw):
    """(size, kernel_size, stride, padding, dilation) of one axis on which a window fits."""
    kernel, dilation = draw(st.integers(1, 4)), draw(st.integers(1, 2))
    padding = draw(st.integers(0, kernel // 2))
    reach = dilation * (kernel - 1) + 1
    size = max(dilation, reach - 2 * padding) + draw(st.integers(0, 4))
    return size, kernel, draw(st.integers(1, 4)), padding, dilation


def both(rows, columns):
    """The size of a picture, and the options of a pooling, from those of its two axes."""
    names = "size", "kernel_size", "stride", "padding", "dilation"
    options = dict(zip(names, zip(rows, columns, strict=True), strict=False))
    return options.pop("size"), options


def test_the_preset_of_lesson_6():
    y = max_pool2d(ARANGE, 3, stride=(2, 1), padding=1)
    assert y[0, 0].tolist() == [[5, 6, 7, 7], [13, 14, 15, 15]]
    assert y[0, 1].tolist() == [[21, 22, 23, 23], [29, 30, 31, 31]]


@pytest.mark.parametrize(("stride", "result"), [(1, 3), (None, 2)])
def test_the_sizes_of_lesson_6(stride, result):
    assert max_pool2d(ARANGE, 2, stride).shape == (1, 2, result, result)
    assert avg_pool2d(ARANGE, 2, stride).shape == (1, 2, result, result)


@few
@given(axes(), axes(), st.booleans(), st.integers(0, 99))
def test_max_pooling_is_the_first_largest_cell_of_every_window(rows, columns, ceil_mode, seed):
    size, options = both(rows, columns)
    x = np.random.default_rng(seed).integers(-3, 3, (2, 2, *size)).astype(float)
    x[x == -3] = -np.inf
    reads = [slow.windows(*axis, ceil_mode=ceil_mode) for axis in (rows, columns)]

    def first_largest(plane, cells):
        inside = [(r, c) for r, c in cells if 0 <= r < size[0] and 0 <= c < size[1]]
        row, column = max(inside, key=lambda cell: plane[cell])  # max keeps the first
        return row * size[1] + column

    y, found = max_pool2d(x, **options, ceil_mode=ceil_mode, return_indices=True)
    expected = slow.pool(x, *reads, first_largest).astype(int)
    np.testing.assert_array_equal(found, expected)
    assert found.dtype == np.int64
    values = np.take_along_axis(x.reshape(2, 2, -1), expected.reshape(2, 2, -1), axis=2)
    np.testing.assert_array_equal(y, values.reshape(y.shape))
    np.testing.assert_array_equal(y, max_pool2d(x, **options, ceil_mode=ceil_mode))


@few
@given(axes(), axes(), st.booleans(), st.booleans(), st.integers(0, 99))
def test_average_pooling_divides_by_the_cells_that_pytorch_counts(
    rows, columns, ceil_mode, count_include_pad, seed
):
    rows, columns = (axis[:4] for axis in (rows, columns))
    rows, columns = ((max(axis[0], axis[1]), *axis[1:]) for axis in (rows, columns))
    size, options = both(rows, columns)
    x = np.random.default_rng(seed).integers(-9, 9, (2, 1, *size)).astype(float)
    reads = [slow.windows(*axis, ceil_mode=ceil_mode) for axis in (rows, columns)]

    def mean(plane, cells):
        inside = [(r, c) for r, c in cells if 0 <= r < size[0] and 0 <= c < size[1]]
        padded = [
            (r, c)
            for r, c in cells
            if r < size[0] + rows[3] and c < size[1] + columns[3]  # beyond it nothing counts
        ]
        return sum(plane[cell] for cell in inside) / len(padded if count_include_pad else inside)

    y = avg_pool2d(x, **options, ceil_mode=ceil_mode, count_include_pad=count_include_pad)
    np.testing.assert_allclose(y, slow.pool(x, *reads, mean), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("size", [2, 3, 5])
def test_pooling_with_stride_1_is_a_filter_of_scipy(size):
    x = np.random.default_rng(0).standard_normal((1, 1, 12, 9))
    inside = slice(size // 2, size // 2 + 12 - size + 1), slice(size // 2, size // 2 + 9 - size + 1)
    largest = ndimage.maximum_filter(x[0, 0], size)[inside]
    np.testing.assert_array_equal(max_pool2d(x, size, 1)[0, 0], largest)
    mean = ndimage.uniform_filter(x[0, 0], size)[inside]
    np.testing.assert_allclose(avg_pool2d(x, size, 1)[0, 0], mean, atol=1e-12)


# PyTorch 2.13, torch.nn.functional.max_pool2d(torch.zeros(1, 1, n, n), k, s, p, d, ceil_mode=True)
@pytest.mark.parametrize(
    ("n", "k", "s", "p", "d", "result"),
    [
        (5, 2, 2, 0, 1, 3),  # the last window overhangs
        (5, 3, 2, 0, 1, 2),  # it fits exactly: ceil_mode changes nothing
        (5, 2, 4, 1, 1, 2),
        (4, 2, 3, 1, 1, 2),  # a third would start in the padding after the picture: dropped
        (2, 3, 2, 0, 1, 1),  # not even one fits, but it overhangs by less than a stride
        (6, 3, 2, 0, 2, 2),
    ],
)
def test_the_last_window_in_ceil_mode_is_pytorchs(n, k, s, p, d, result):
    assert max_pool2d(np.zeros((1, 1, n, n)), k, s, p, d, ceil_mode=True).shape[2] == result


def test_the_padding_of_max_pooling_never_wins():
    y, cells = max_pool2d(np.full((1, 1, 3, 3), -7.0), 3, 2, 1, return_indices=True)
    assert y.tolist() == [[[[-7, -7], [-7, -7]]]]
    assert cells.tolist() == [[[[0, 1], [3, 4]]]]


def test_of_nothing_but_minus_infinity_the_first_cell_of_the_picture_wins():
    _, cells = max_pool2d(np.full((1, 1, 3, 3), -np.inf), 3, 2, 1, return_indices=True)
    assert cells.tolist() == [[[[0, 1], [3, 4]]]]


def test_a_nan_counts_as_the_largest_and_of_several_the_last_as_in_pytorch():
    nan = np.nan
    x = np.array([[[[1, nan, 5, 6], [nan, 2, 9, 9]]]])
    y, cells = max_pool2d(x, 2, return_indices=True)
    np.testing.assert_array_equal(y, [[[[nan, 9]]]])
    assert cells.tolist() == [[[[4, 6]]]]
    assert np.isnan(global_max_pool2d(x)).all()


def test_of_equal_cells_the_first_gets_all_of_the_blame():
    grad = max_pool2d_backward(np.full((1, 1, 1, 1), 8.0), np.ones((1, 1, 2, 2)), 2)
    assert grad.tolist() == [[[[8, 0], [0, 0]]]]


def test_who_wins_in_several_windows_gets_the_sum_of_their_blame():
    x = np.zeros((1, 1, 3, 3))
    x[0, 0, 1, 1] = 5
    grad = max_pool2d_backward(np.array([[[[1, 2], [3, 4]]]]), x, 2, stride=1)
    assert grad[0, 0].tolist() == [[0, 0, 0], [0, 10, 0], [0, 0, 0]]


def test_a_dilated_window_that_reads_nothing_but_padding_blames_nobody():
    x = np.ones((1, 1, 1, 1))
    assert max_pool2d(x, 2, 1, padding=1, dilation=2).tolist() == [[[[-np.inf]]]]
    assert max_pool2d_backward(x, x, 2, 1, padding=1, dilation=2).tolist() == [[[[0]]]]


@few
@given(axes(), axes(), st.integers(0, 99))
def test_pooling_only_hands_blame_around(rows, columns, seed):
    size, options = both(rows, columns)
    x = np.random.default_rng(seed).standard_normal((1, 2, *size))
    grad = np.random.default_rng(seed + 1).standard_normal(max_pool2d(x, **options).shape)
    assert np.isclose(max_pool2d_backward(grad, x, **options).sum(), grad.sum())
    del options["dilation"], options["padding"]
    if all(axis[0] >= axis[1] for axis in (rows, columns)):
        grad = np.random.default_rng(seed + 1).standard_normal(avg_pool2d(x, **options).shape)
        assert np.isclose(avg_pool2d_backward(grad, x, **options).sum(), grad.sum())


@few
@given(axes(), axes(), st.integers(0, 99))
def test_unpooling_puts_every_maximum_back_where_it_was(rows, columns, seed):
    size, options = both(rows, columns)
    del options["dilation"]
    if any(axis[0] + 2 * axis[3] < axis[1] for axis in (rows, columns)):
        return
    x = np.random.default_rng(seed).permutation(np.prod(size)).reshape(1, 1, *size) + 1.0
    y, cells = max_pool2d(x, **options, return_indices=True)
    back = max_unpool2d(y, cells, **options, output_size=size)
    winners = np.isin(x, y)
    np.testing.assert_array_equal(back, np.where(winners, x, 0))


def test_global_pooling_is_one_window_over_the_whole_map():
    x = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    np.testing.assert_array_equal(global_max_pool2d(x), max_pool2d(x, (4, 5)))
    np.testing.assert_allclose(global_avg_pool2d(x), avg_pool2d(x, (4, 5)), rtol=1e-12)
    assert global_avg_pool2d(x).shape == (2, 3, 1, 1)


def test_a_padding_of_four_sides_is_a_pooling_of_the_padded_picture():
    x = np.random.default_rng(0).standard_normal((1, 1, 5, 5))
    padded = np.pad(x, ((0, 0), (0, 0), (1, 0), (0, 1)), constant_values=-np.inf)
    y = max_pool2d(x, 3, 1, padding=((1, 0), (0, 1)))
    np.testing.assert_array_equal(y, max_pool2d(padded, 3, 1))


@pytest.mark.parametrize("pool", [max_pool2d, avg_pool2d])
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((3, 1, 2), "at most half of the kernel size 3, that is 1, not 2"),
        ((3, 1, "same"), "in numbers of cells, not 'same'"),
        ((5,), "rows of 4 x 4: a window of 5 cells.*4 is less than 5"),
        ((2, 0), "stride must be at least 1, not 0"),
        ((0,), "kernel_size must be at least 1, not 0"),
        ((2.5,), "kernel_size must be .*not 2.5"),
    ],
)
def test_what_cannot_be_pooled_is_refused_with_its_numbers(pool, arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        pool(ARANGE, *arguments)


def test_dilation_does_not_widen_the_padding_that_is_allowed():
    with pytest.raises(ValueError, match="half of the kernel size 3"):
        max_pool2d(np.ones((1, 1, 9, 9)), 3, 1, padding=2, dilation=3)


def test_a_window_that_hangs_over_by_a_stride_is_refused_in_ceil_mode_too():
    with pytest.raises(ValueError, match="a window of 4 cells"):
        max_pool2d(np.ones((1, 1, 2, 7)), (4, 3), 2, ceil_mode=True)


@pytest.mark.parametrize("pool", [global_max_pool2d, global_avg_pool2d])
def test_global_pooling_refuses_a_map_without_cells(pool):
    with pytest.raises(ValueError, match=r"\(1, 2, 0, 3\)"):
        pool(np.ones((1, 2, 0, 3)))
