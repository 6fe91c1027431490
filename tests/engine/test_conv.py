"""Convolution and its transpose: worked examples, slow loops, SciPy, and the laws they obey."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage, signal

from cnnviz.arithmetic import sweep
from cnnviz.engine import (
    conv2d,
    conv2d_backward,
    conv_transpose2d,
    conv_transpose2d_backward,
    linear,
)
from tests.engine import slow

few = settings(max_examples=40, deadline=None)
size = st.integers(1, 3)
pairs = st.tuples(size, size)
sides = st.tuples(*[st.tuples(st.integers(0, 2), st.integers(0, 2))] * 2)


def numbers(seed, *shape):
    """Small whole numbers as float64: every sum of products is exact."""
    return np.random.default_rng(seed).integers(-9, 10, shape).astype(float)


def maps(rows):
    return np.array(rows, float)[None, None]


@st.composite
def convolutions(draw):
    """A picture, kernels, a bias or none, and options that fit them."""
    groups, seed = draw(size), draw(st.integers(0, 999))
    kernel, stride, dilation = draw(pairs), draw(pairs), draw(pairs)
    padding = draw(sides)
    room = [
        max(1, d * (k - 1) + 1 - sum(p)) + draw(st.integers(0, 5))
        for k, d, p in zip(kernel, dilation, padding, strict=True)
    ]
    x = numbers(seed, draw(st.integers(0, 3)), groups * draw(size), *room)
    weight = numbers(seed + 1, groups * draw(size), x.shape[1] // groups, *kernel)
    bias = numbers(seed + 2, len(weight)) if draw(st.booleans()) else None
    options = {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}
    return x, weight, bias, options


# Lesson 3 of the course, and the notes that it names
NOTE_001 = [[3, 3, 2, 1, 0], [0, 0, 1, 3, 1], [3, 1, 2, 2, 3], [2, 0, 0, 2, 2], [2, 0, 0, 0, 1]]
DIAGONALS = [
    [1, 0, 0, 0, 0, 1],
    [0, 1, 0, 0, 1, 0],
    [0, 0, 1, 1, 0, 0],
    [1, 0, 0, 0, 1, 0],
    [0, 1, 0, 0, 1, 0],
    [0, 0, 1, 0, 1, 0],
]


@pytest.mark.parametrize(
    ("picture", "kernel", "feature_map"),
    [
        (NOTE_001, [[0, 1, 2], [2, 2, 0], [0, 1, 2]], [[12, 12, 17], [10, 17, 19], [9, 6, 14]]),
        (np.arange(9).reshape(3, 3), [[0, 1], [2, 3]], [[19, 25], [37, 43]]),
    ],
    ids=["note 001, section 2.2", "note 004"],
)
def test_the_worked_examples_of_the_notes(picture, kernel, feature_map):
    assert conv2d(maps(picture), maps(kernel))[0, 0].tolist() == feature_map


def test_the_first_row_of_note_003s_diagonals():
    kernel = [[1, -1, -1], [-1, 1, -1], [-1, -1, 1]]
    assert conv2d(maps(DIAGONALS), maps(kernel))[0, 0, 0].tolist() == [3, -1, -3, -1]


def test_two_channels_add_up_to_one_map_as_in_note_004():
    x = np.stack([np.arange(9), np.arange(1, 10)]).reshape(1, 2, 3, 3)
    weight = np.stack([np.arange(4), np.arange(1, 5)]).reshape(1, 2, 2, 2)
    assert conv2d(x, weight)[0, 0].tolist() == [[56, 72], [104, 120]]


def test_a_1x1_convolution_is_a_linear_layer_at_each_cell():
    x, weight = numbers(0, 1, 3, 4, 5), numbers(1, 2, 3, 1, 1)
    at_each_cell = linear(x.transpose(0, 2, 3, 1), weight[:, :, 0, 0])
    np.testing.assert_array_equal(conv2d(x, weight), at_each_cell.transpose(0, 3, 1, 2))


@pytest.mark.parametrize(
    ("picture", "kernel", "options", "result"),
    [
        ((720, 960), (3, 3), {}, (718, 958)),
        ((4, 4), (3, 3), {"padding": 1}, (4, 4)),
        ((5, 5), (3, 3), {"padding": "full"}, (7, 7)),
        ((3, 3), (2, 2), {"padding": 1, "stride": (3, 2)}, (2, 2)),
        ((3, 5), (3, 5), {"padding": (1, 2)}, (3, 5)),
        ((5, 5), (2, 2), {"stride": 2}, (2, 2)),
        ((13, 8), (3, 3), {}, (11, 6)),
    ],
)
def test_the_sizes_of_lessons_3_and_4(picture, kernel, options, result):
    y = conv2d(np.zeros((1, 1, *picture)), np.zeros((1, 1, *kernel)), **options)
    assert y.shape == (1, 1, *result)


@few
@given(convolutions())
def test_it_is_the_definition_written_as_loops(case):
    x, weight, bias, options = case
    np.testing.assert_array_equal(
        conv2d(x, weight, bias, **options), slow.conv2d(x, weight, bias, **options)
    )


@pytest.mark.parametrize("mode", ["valid", "same", "full"])
@pytest.mark.parametrize("shape", [(3, 3), (2, 5), (7, 4)])
def test_the_paddings_with_names_agree_with_scipy(mode, shape):
    x, kernel = numbers(0, 9, 8), numbers(1, *shape)
    expected = signal.correlate(x, kernel, mode, method="direct")
    if mode == "same":  # SciPy puts the odd cell of an even kernel before, PyTorch after
        flipped = x[::-1, ::-1], kernel[::-1, ::-1]
        expected = signal.correlate(*flipped, mode, method="direct")[::-1, ::-1]
    result = conv2d(x[None, None], kernel[None, None], padding=mode)
    np.testing.assert_array_equal(result[0, 0], expected)


@pytest.mark.parametrize("shape", [(31, 31), (12, 15)])
@pytest.mark.parametrize("padding", [0, "same", ((3, 0), (1, 20))])
def test_large_kernels_agree_with_scipy_within_the_precision_of_float32(shape, padding):
    random = np.random.default_rng(0)
    x = random.standard_normal((2, 2, 150, 211), dtype=np.float32)
    weight = random.standard_normal((2, 1, *shape), dtype=np.float32)
    bias = np.float32([1, -2])
    y = conv2d(x, weight, bias, padding=padding, groups=2)
    sides = [axis.padding for axis in sweep(shape, padding=padding)]
    for image, channel in np.ndindex(2, 2):
        padded = np.pad(x[image, channel].astype(float), sides)
        expected = signal.correlate(padded, weight[channel, 0], "valid") + bias[channel]
        np.testing.assert_allclose(y[image, channel], expected, rtol=0, atol=2e-4)
    assert y.dtype == np.float32


def test_a_large_kernel_spreads_a_nan_no_further_than_its_windows():
    x = np.zeros((1, 1, 90, 90), np.float32)
    x[0, 0, 0, 0] = np.nan
    y = conv2d(x, np.ones((1, 1, 20, 20), np.float32))
    assert np.isnan(y).sum() == 1


@pytest.mark.parametrize("kernel_size", [3, 7, 11])
def test_sums_of_whole_numbers_are_exact_in_float32(kernel_size):
    grey = np.random.default_rng(0).integers(0, 256, (1, 1, 200, 220))
    kernel = np.random.default_rng(1).integers(-9, 10, (kernel_size, kernel_size))
    y = conv2d(grey, kernel[None, None], padding="same")
    expected = ndimage.correlate(grey[0, 0], kernel, mode="constant")
    assert y.dtype == np.float32
    np.testing.assert_array_equal(y[0, 0], expected)


def test_many_tiles_give_what_one_gives():
    # 40 * 9 * 98 numbers for each row: some 20 tiles, the last of them shorter
    x, weight = numbers(0, 2, 40, 100, 100), numbers(1, 3, 40, 3, 3)
    y = conv2d(x, weight)
    for row in (0, 13, 57, 97):
        np.testing.assert_array_equal(y[:, :, [row]], conv2d(x[:, :, row : row + 3], weight))


def test_gradients_over_many_tiles_are_sums_over_all_stops():
    x, weight = numbers(0, 2, 40, 100, 100), numbers(1, 3, 40, 3, 3)
    grad = numbers(2, 2, 3, 98, 98)
    grad_x, grad_weight, _ = conv2d_backward(grad, x, weight)
    for f, c, i, j in [(0, 0, 0, 0), (2, 39, 2, 1), (1, 17, 1, 2)]:
        met = x[:, c, i : i + 98, j : j + 98]
        assert grad_weight[f, c, i, j] == (grad[:, f] * met).sum()
    assert (grad_x * x).sum() == (grad * conv2d(x, weight)).sum()


def test_the_large_forward_needs_no_more_than_25_megabytes():
    x, weight = np.zeros((1, 32, 198, 198), np.float32), np.zeros((64, 32, 3, 3), np.float32)
    conv2d(x, weight)
    tracemalloc.start()
    conv2d(x, weight)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 25e6


@few
@given(convolutions())
def test_it_is_linear_in_the_picture_and_in_the_kernels(case):
    x, weight, _, options = case
    other = np.roll(x, 1) * 3 + 1
    np.testing.assert_array_equal(
        conv2d(2 * x - other, weight, **options),
        2 * conv2d(x, weight, **options) - conv2d(other, weight, **options),
    )
    others = np.roll(weight, 1) * 3 + 1
    np.testing.assert_array_equal(
        conv2d(x, 2 * weight - others, **options),
        2 * conv2d(x, weight, **options) - conv2d(x, others, **options),
    )


@few
@given(st.integers(0, 6), st.integers(0, 6), st.integers(1, 3))
def test_to_shift_by_the_stride_and_convolve_is_to_convolve_and_shift(down, right, stride):
    x, weight = numbers(0, 1, 2, 9, 9), numbers(1, 3, 2, 3, 2)
    canvas, moved = np.zeros((2, 1, 2, 30, 30))
    canvas[..., :9, :9] = x
    moved[..., down * stride : 9 + down * stride, right * stride : 9 + right * stride] = x
    still = conv2d(canvas, weight, stride=stride)
    result = conv2d(moved, weight, stride=stride)[..., down:, right:]
    np.testing.assert_array_equal(result, still[..., : result.shape[2], : result.shape[3]])


@few
@given(convolutions())
def test_the_transposed_convolution_is_the_adjoint(case):
    x, weight, _, options = case
    y = conv2d(x, weight, **options)
    z = numbers(7, *y.shape)
    rows_left, columns_left = (
        (n + sum(axis.padding) - axis.extent) % axis.stride
        for n, axis in zip(x.shape[2:], _axes(weight, options), strict=True)
    )
    back = conv_transpose2d(z, weight, output_padding=(rows_left, columns_left), **options)
    assert back.shape == x.shape
    assert (y * z).sum() == (x * back).sum()


def _axes(weight, options):
    return sweep(weight.shape[2:], options["stride"], options["padding"], options["dilation"])


def test_a_transposed_convolution_is_a_full_convolution_with_the_turned_kernel():
    x, weight = numbers(0, 2, 3, 5, 4), numbers(1, 3, 2, 3, 2)
    turned = weight[:, :, ::-1, ::-1].swapaxes(0, 1)
    np.testing.assert_array_equal(conv_transpose2d(x, weight), conv2d(x, turned, padding="full"))


def test_overlapping_stamps_add_up_into_a_checkerboard_unless_the_stride_divides_the_kernel():
    ones = np.ones((1, 1, 4, 4))
    uneven = conv_transpose2d(ones, np.ones((1, 1, 3, 3)), stride=2)[0, 0]
    even = conv_transpose2d(ones, np.ones((1, 1, 4, 4)), stride=2)[0, 0]
    assert uneven[2:-2, 2:-2].tolist() == [[4, 2, 4, 2, 4], [2, 1, 2, 1, 2]] * 2 + [[4, 2, 4, 2, 4]]
    assert (even[2:-2, 2:-2] == 4).all()


# Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016, figures 4.1-4.7
@pytest.mark.parametrize(
    ("n", "k", "s", "p", "extra", "result"),
    [
        (2, 3, 1, 0, 0, 4),
        (6, 4, 1, 2, 0, 5),
        (5, 3, 1, 1, 0, 5),
        (7, 3, 1, 2, 0, 5),
        (2, 3, 2, 0, 0, 5),
        (3, 3, 2, 1, 0, 5),
        (3, 3, 2, 1, 1, 6),
    ],
)
def test_transposed_sizes_are_those_of_the_guide(n, k, s, p, extra, result):
    y = conv_transpose2d(
        np.ones((1, 1, n, n)), np.ones((1, 1, k, k)), None, s, p, output_padding=extra
    )
    assert y.shape == (1, 1, result, result)


def test_rows_that_output_padding_adds_hold_the_bias_alone():
    y = conv_transpose2d(np.ones((1, 1, 1, 1)), np.ones((1, 1, 1, 1)), [5], 3, output_padding=2)
    assert y[0, 0].tolist() == [[6, 5, 5], [5, 5, 5], [5, 5, 5]]


def test_output_padding_may_pass_the_stride_if_it_stays_below_the_dilation():
    y = conv_transpose2d(maps([[1]]), maps([[1, 1]]), dilation=3, output_padding=2)
    assert y[0, 0].tolist() == [[1, 0, 0, 1, 0, 0], [0] * 6, [0] * 6]


@few
@given(convolutions())
def test_a_kernels_gradient_is_the_correlation_of_picture_and_gradient(case):
    x, weight, bias, options = case
    grad = numbers(5, *conv2d(x, weight, bias, **options).shape)
    _, grad_weight, grad_bias = conv2d_backward(grad, x, weight, bias, **options)
    # linear in the weights: their gradient times other weights is the gradient times their result
    others = numbers(6, *weight.shape)
    assert (grad_weight * others).sum() == (grad * conv2d(x, others, **options)).sum()
    assert (grad_bias is None) == (bias is None)
    assert bias is None or grad_bias.tolist() == grad.sum(axis=(0, 2, 3)).tolist()


@pytest.mark.parametrize("function", [conv2d, conv_transpose2d])
def test_an_empty_batch_gives_an_empty_batch(function):
    assert function(np.ones((0, 2, 4, 4)), np.ones((2, 2, 3, 3))).shape[:2] == (0, 2)


@pytest.mark.parametrize(
    ("kind", "result"), [(int, "float32"), (np.float32, "float32"), (float, "float64")]
)
def test_float64_stays_and_all_else_becomes_float32(kind, result):
    x, weight = np.ones((1, 1, 3, 3), kind), np.ones((1, 1, 2, 2), kind)
    assert conv2d(x, weight).dtype == result
    assert {grad.dtype.name for grad in conv2d_backward(conv2d(x, weight), x, weight)[:2]} == {
        result
    }


X, W = np.ones((1, 4, 5, 6)), np.ones((6, 2, 3, 3))


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ((X, W), {}, r"\(6, 2, 3, 3\) in 1 groups needs 2 channels.*\(1, 4, 5, 6\) has 4"),
        ((X, np.ones((5, 2, 3, 3))), {"groups": 2}, r"that 2 divides.*there are 5 kernels"),
        ((X, W), {"groups": 0}, "in 0 groups"),
        ((X, W), {"groups": 1.5}, "groups must be a whole number, not 1.5"),
        ((X, W, np.ones(4)), {"groups": 2}, r"bias .* must have the shape \(6,\), not \(4,\)"),
        ((X[0], W), {"groups": 2}, r"x must have the axes .*not the shape \(4, 5, 6\)"),
        ((X[:, :, :0], W), {"groups": 2}, r"x .* has an axis without cells: .*\(1, 4, 0, 6\)"),
        ((X, W[0]), {"groups": 2}, r"weight must have the axes .*\(2, 3, 3\)"),
        ((X, W[:0]), {"groups": 2}, r"weight \(0, 2, 3, 3\) holds no kernels"),
        ((X, W), {"groups": 2, "dilation": 3}, "rows of 5 x 6: a window of 7 cells.*5 is less"),
        ((X, W), {"groups": 2, "padding": "same", "stride": 2}, "'same' needs stride 1"),
        ((X, W), {"groups": 2, "padding": "odd"}, "valid, same, full, not 'odd'"),
        ((X, W), {"groups": 2, "padding": -1}, "padding must be at least 0"),
        ((X, W), {"groups": 2, "stride": 0}, "stride must be at least 1, not 0"),
        ((X, W), {"groups": 2, "stride": (1, 2, 3)}, r"stride must be .*not \(1, 2, 3\)"),
        ((X * 1j, W), {"groups": 2}, "must hold real numbers, not complex128"),
    ],
)
def test_what_cannot_be_convolved_is_refused_with_its_numbers(arguments, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        conv2d(*arguments, **options)


@pytest.mark.parametrize(
    ("weight", "options", "sentence"),
    [
        (np.ones((3, 2, 2, 2)), {}, r"needs 3 channels.*x \(1, 4, 5, 6\) has 4"),
        (np.ones((4, 2, 2, 2)), {"groups": 3}, "that 3 divides"),
        (np.ones((4, 2, 2, 2)), {"bias": np.ones(3)}, r"must have the shape \(2,\), not \(3,\)"),
        (np.ones((4, 2, 2, 2)), {"output_padding": 1}, "below the stride 1 .*dilation 1, not 1"),
        (np.ones((4, 2, 2, 2)), {"output_padding": -1}, "at least 0.*not -1"),
        (np.ones((4, 2, 2, 2)), {"padding": 3}, "rows of 5 x 6.*padding 3 and 3.*leave 0 cells"),
    ],
)
def test_what_cannot_be_stamped_is_refused_with_its_numbers(weight, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        conv_transpose2d(X, weight, **options)


@pytest.mark.parametrize("backward", [conv2d_backward, conv_transpose2d_backward])
def test_a_gradient_of_another_shape_is_refused(backward):
    with pytest.raises(ValueError, match=r"shape of the result, .*not \(1, 4, 9, 9\)"):
        backward(np.ones((1, 4, 9, 9)), X, np.ones((4, 4, 2, 2)))
