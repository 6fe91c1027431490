"""Batch normalisation: its arithmetic, its running statistics, what it refuses."""

import numpy as np
import pytest

from cnnviz.engine import batch_norm, batch_norm_backward

SHAPE = (4, 3, 2, 5)


def maps():
    return np.random.default_rng(0).standard_normal(SHAPE) * 3 + 5


def test_training_gives_every_channel_mean_0_and_variance_1():
    y = batch_norm(maps(), None, None, training=True, eps=0)
    np.testing.assert_allclose(y.mean(axis=(0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var(axis=(0, 2, 3)), 1, rtol=1e-12)


def test_evaluation_uses_the_running_statistics_and_leaves_them():
    mean, var = np.array([1.0, 2.0, 3.0]), np.array([4.0, 9.0, 16.0])
    x = np.full((1, 3), 7.0)
    y = batch_norm(x, mean, var, weight=[1, 2, 4], bias=[0, 0, 1], eps=0)
    np.testing.assert_allclose(y, [[3, 10 / 3, 5]], rtol=1e-15)
    assert mean.tolist() == [1, 2, 3]
    assert var.tolist() == [4, 9, 16]


def test_training_moves_the_running_statistics_in_place_towards_the_unbiased_variance():
    x, mean, var = maps(), np.full(3, 2.0), np.full(3, 8.0)
    batch_norm(x, mean, var, training=True, momentum=0.25)
    np.testing.assert_allclose(mean, 0.75 * 2 + 0.25 * x.mean(axis=(0, 2, 3)), rtol=1e-12)
    np.testing.assert_allclose(var, 0.75 * 8 + 0.25 * x.var(axis=(0, 2, 3), ddof=1), rtol=1e-12)


def test_running_statistics_of_float32_stay_float32_and_are_the_same_arrays():
    mean, var = np.zeros(3, np.float32), np.ones(3, np.float32)
    y = batch_norm(maps(), mean, var, training=True)
    assert (y.dtype, mean.dtype, var.dtype) == (np.float64, np.float32, np.float32)
    assert mean.all()


def test_the_gradient_moves_no_running_statistics():
    mean, var = np.zeros(3), np.ones(3)
    batch_norm_backward(np.ones(SHAPE), maps(), mean, var, training=True)
    assert not mean.any()
    assert (var == 1).all()


def test_in_training_the_same_blame_for_all_values_is_no_blame():
    grad, _, _ = batch_norm_backward(np.ones(SHAPE), maps(), None, None, training=True)
    np.testing.assert_allclose(grad, 0, atol=1e-12)


def test_an_empty_batch_teaches_nothing():
    mean, var = np.zeros(3), np.ones(3)
    assert batch_norm(np.ones((0, 3)), mean, var, training=True).shape == (0, 3)
    assert not mean.any()
    assert (var == 1).all()


@pytest.mark.parametrize(
    ("arguments", "options", "sentence"),
    [
        ((np.ones((1, 3)), None, None), {"training": True}, r"more than 1 value.*\(1, 3\)"),
        ((np.ones((2, 3)), None, np.ones(3)), {}, "running_mean must be given unless training"),
        ((np.ones((2, 3)), np.ones(3), None), {}, "running_var must be given unless training"),
        ((np.ones((2, 3)), np.ones(2), np.ones(3)), {}, r"running_mean .*\(3,\), not \(2,\)"),
        ((np.ones((2, 3)), [0, 0, 0], np.ones(3)), {}, "must be an array of floats"),
        ((np.ones((2, 3)), np.ones(3, int), np.ones(3)), {}, "must be an array of floats"),
        ((np.ones((2, 3)), np.ones(3), np.ones(3), np.ones(4)), {}, r"weight .*\(3,\), not \(4,\)"),
        ((np.ones(3), np.ones(3), np.ones(3)), {}, r"\(N, C, ...\) .*not the shape \(3,\)"),
    ],
)
def test_what_cannot_be_normalised_is_refused_with_its_numbers(arguments, options, sentence):
    with pytest.raises(ValueError, match=sentence):
        batch_norm(*arguments, **options)
