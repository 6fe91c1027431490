"""Linear layers, activations and the loss against SciPy and sums by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special

from cnnviz.engine import (
    cross_entropy,
    cross_entropy_backward,
    leaky_relu,
    leaky_relu_backward,
    linear,
    linear_backward,
    relu,
    relu_backward,
    sigmoid,
    sigmoid_backward,
    softmax,
    tanh,
)

X = np.array([-1e4, -100.0, -30.0, -1.0, -0.0, 0.0, 1.0, 30.0, 100.0, 1e4])


def test_linear_is_a_sum_of_products_for_every_unit():
    random = np.random.default_rng(0)
    x, weight, bias = (random.integers(-9, 9, shape) for shape in ((2, 3, 4), (5, 4), (5,)))
    y = linear(x, weight, bias)
    for i, j, unit in np.ndindex(2, 3, 5):
        total = sum(int(a) * int(b) for a, b in zip(x[i, j], weight[unit], strict=True))
        assert y[i, j, unit] == total + bias[unit]


@pytest.mark.parametrize(
    ("ours", "theirs"), [(sigmoid, special.expit), (tanh, np.tanh), (relu, lambda x: x * (x > 0))]
)
def test_activations_agree_with_scipy_however_large_their_input(ours, theirs):
    np.testing.assert_allclose(ours(X), theirs(X), rtol=1e-14, atol=0)


def test_leaky_relu_keeps_a_hundredth_of_what_is_negative():
    assert leaky_relu([-200, 0, 3]).tolist() == [-2, 0, 3]


def test_at_zero_relu_passes_no_blame_and_leaky_relu_its_small_part():
    assert relu_backward([1.0], [0.0]).tolist() == [0]
    assert leaky_relu_backward([1.0], [0.0], 0.25).tolist() == [0.25]


def test_a_nan_stays_a_nan():
    for activation in (relu, leaky_relu, sigmoid, tanh):
        assert np.isnan(activation([np.nan, 1.0])).tolist() == [True, False]


def test_the_slope_of_sigmoid_vanishes_far_from_zero():
    slopes = sigmoid_backward(np.ones_like(X), X)
    assert slopes.max() == 0.25
    assert slopes[[0, -1]].tolist() == [0, 0]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 99), st.integers(-3, 2), st.sampled_from([1.0, 50.0, 1e4]))
def test_softmax_agrees_with_scipy_along_every_axis(seed, axis, scale):
    x = np.random.default_rng(seed).standard_normal((2, 3, 4)) * scale
    np.testing.assert_allclose(softmax(x, axis), special.softmax(x, axis), rtol=1e-10, atol=1e-300)
    np.testing.assert_allclose(softmax(x + 7, axis), softmax(x, axis), rtol=1e-6, atol=1e-300)


def test_softmax_of_minus_infinities_alone_has_no_answer():
    assert np.isnan(softmax([-np.inf, -np.inf])).all()


def test_cross_entropy_is_the_mean_of_minus_the_log_of_the_right_shares():
    logits, targets = [[2.0, 1.0, 0.0], [0.0, 3.0, 0.0]], [0, 2]
    shares = [math.exp(2) / (math.exp(2) + math.e + 1), 1 / (math.exp(3) + 2)]
    expected = -(math.log(shares[0]) + math.log(shares[1])) / 2
    assert math.isclose(cross_entropy(np.array(logits), targets), expected, rel_tol=1e-14)


def test_cross_entropy_does_not_overflow_nor_lose_a_hopeless_answer():
    assert cross_entropy(np.array([[1e4, 0.0]]), [1]) == 1e4


def test_cross_entropy_of_maps_is_the_mean_over_all_cells():
    logits = np.random.default_rng(0).standard_normal((2, 3, 4, 5))
    targets = np.random.default_rng(1).integers(0, 3, (2, 4, 5))
    flat = logits.transpose(0, 2, 3, 1).reshape(-1, 3)
    assert np.isclose(cross_entropy(logits, targets), cross_entropy(flat, targets.ravel()))


def test_the_blame_of_the_scores_adds_up_to_nothing_for_each_answer():
    grad = cross_entropy_backward(1.0, np.array([[2.0, 1.0, 0.0], [0.0, 3.0, 0.0]]), [0, 2])
    np.testing.assert_allclose(grad.sum(axis=1), 0, atol=1e-16)
    assert (grad < 0).tolist() == [[True, False, False], [False, False, True]]


def test_no_answers_have_no_mean():
    assert np.isnan(cross_entropy(np.ones((0, 3)), []))
    assert cross_entropy_backward(1.0, np.ones((0, 3)), []).shape == (0, 3)


def test_a_gradient_of_no_lists_is_zero_for_the_weights():
    grad_x, grad_weight, grad_bias = linear_backward(
        np.ones((0, 2)), np.ones((0, 3)), np.ones((2, 3)), np.ones(2)
    )
    assert grad_x.shape == (0, 3)
    assert not grad_weight.any()
    assert not grad_bias.any()


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        (([1, 2], [[1, 2, 3]]), r"x \(2,\) and weight \(1, 3\) must agree in their last axis"),
        (([1, 2], [1, 2]), r"weight \(2,\) must agree .*weight must have two"),
        (([1, 2], [[1, 2]], [1, 2]), r"bias for weight \(1, 2\) .*\(1,\), not \(2,\)"),
    ],
)
def test_linear_refuses_what_does_not_fit(arrays, sentence):
    with pytest.raises(ValueError, match=sentence):
        linear(*arrays)


def test_softmax_refuses_an_axis_that_is_not_there():
    with pytest.raises(ValueError, match=r"axis 2 does not exist in the shape \(1, 2\)"):
        softmax([[1, 2]], 2)


@pytest.mark.parametrize(
    ("logits", "targets", "sentence"),
    [
        ([[1, 2]], [2], "0 to 1, but they go from 2 to 2"),
        ([[1, 2]], [-1], "from -1 to -1"),
        ([[1, 2]], [0.0], "whole numbers, not float64"),
        ([[1, 2]], [0, 1], r"not the shapes \(1, 2\) and \(2,\)"),
        ([1, 2], 0, r"not the shapes \(2,\) and \(\)"),
    ],
)
def test_answers_that_cannot_be_right_are_refused(logits, targets, sentence):
    with pytest.raises(ValueError, match=sentence):
        cross_entropy(logits, targets)
