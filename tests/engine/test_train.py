"""The trainer: gradients through whole networks, the rule of the step, and learning."""

import numpy as np
import pytest

from cnnviz.arithmetic import (
    AvgPool2d,
    BatchNorm2d,
    Conv2d,
    ConvTranspose2d,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    Sigmoid,
    Tanh,
    Upsample,
)
from cnnviz.engine import cross_entropy, cross_entropy_backward
from cnnviz.engine.train import Network, fit


def strokes(count, seed=0):
    """Pictures of 8 x 8 with a horizontal (0), vertical (1) or diagonal (2) stroke, and noise."""
    random = np.random.default_rng(seed)
    targets = random.integers(0, 3, count)
    x = random.standard_normal((count, 1, 8, 8)) * 0.2
    for picture, kind in zip(x[:, 0], targets, strict=True):
        row, column = random.integers(1, 4, 2)
        for step in range(4):
            picture[row + step * (kind > 0), column + step * (kind != 1)] += 1
    return x.astype(np.float32), targets


def small_cnn(seed=0):
    return Network(
        [
            Conv2d(1, 4, kernel_size=3, padding=1),
            ReLU(),
            MaxPool2d(2),
            Conv2d(4, 6, kernel_size=3),
            ReLU(),
            Flatten(),
            Linear(24, 3),
        ],
        seed,
    )


EVERYTHING = Sequential(
    Conv2d(1, 2, kernel_size=2, bias=False),
    BatchNorm2d(2),
    Tanh(),
    ConvTranspose2d(2, 3, kernel_size=2, stride=2),
    Sigmoid(),
    AvgPool2d(2),
    Upsample(2, mode="bilinear"),
    Conv2d(3, 3, kernel_size=3, groups=3),
    GlobalAvgPool2d(),
    Flatten(),
    Linear(3, 2),
)


def test_the_gradients_of_a_whole_network_are_slopes_found_by_finite_differences():
    network, targets = Network(EVERYTHING), np.array([0, 1, 1])
    x = np.random.default_rng(0).standard_normal((3, 1, 5, 5))
    for step in network.steps:  # in float64, where differences are exact enough
        step.arrays = {name: array.astype(float) for name, array in step.arrays.items()}
    scores = network.forward(x, training=True)
    grad_x = network.backward(cross_entropy_backward(1.0, scores, targets))
    cases = [(x, grad_x)] + [
        (step.arrays[name], step.gradients[name]) for step in network.steps for name in step.arrays
    ]
    assert len(cases) == 1 + 1 + 2 + 2 + 2 + 2
    for array, gradient in cases:
        cell = (0,) * array.ndim
        losses = []
        for move in (1e-6, -2e-6):
            array[cell] += move
            losses.append(cross_entropy(network.forward(x, training=True), targets))
        array[cell] += 1e-6
        assert np.isclose((losses[0] - losses[1]) / 2e-6, gradient[cell], rtol=1e-5, atol=1e-8)


def test_a_network_has_the_weights_that_its_description_counts():
    arrays = [array for step in Network(EVERYTHING).steps for array in step.arrays.values()]
    assert sum(array.size for array in arrays) == EVERYTHING.parameters


def test_the_first_weights_have_the_variance_that_he_et_al_derive():
    weight = Network([Linear(50, 2000)]).steps[0].arrays["weight"]
    assert weight.var() == pytest.approx(2 / 50, rel=0.02)


def test_two_steps_follow_the_rule_of_momentum():
    network = Network([Linear(1, 2, bias=False)])
    weight = network.steps[0].arrays["weight"]
    weight[...] = 0
    steps = fit(network, [[2.0]], [0], rate=0.5, momentum=0.9, epochs=2)
    next(steps)  # both shares are 1/2: the gradients are 2 * (1/2 - 1) and 2 * 1/2
    np.testing.assert_allclose(weight, [[0.5], [-0.5]], rtol=1e-6)
    next(steps)
    share = np.exp(1) / (np.exp(1) + np.exp(-1))
    velocity = 0.9 * -1 + 2 * (share - 1)
    np.testing.assert_allclose(weight, [[0.5 - 0.5 * velocity], [0.5 * velocity - 0.5]], rtol=1e-6)


def test_a_small_cnn_learns_strokes_that_it_has_not_seen():
    network = small_cnn()
    x, targets = strokes(300)
    progress = list(fit(network, x, targets, rate=0.05, epochs=5))
    assert [p.step for p in progress] == list(range(1, 51))
    assert progress[0].loss > 0.8
    assert np.mean([p.loss for p in progress[-10:]]) < 0.1
    assert network.accuracy(*strokes(200, seed=1)) > 0.95


def test_the_same_seeds_give_the_same_network_and_other_seeds_another():
    x, targets = strokes(64)
    ends = []
    for seed in (0, 0, 1):
        network = small_cnn(seed)
        *_, last = fit(network, x, targets, epochs=2, seed=seed)
        ends.append((last, network.steps[0].arrays["weight"].tolist()))
    assert ends[0] == ends[1]
    assert ends[0] != ends[2]


def test_training_can_be_watched_and_stopped_at_every_step():
    network = small_cnn()
    x, targets = strokes(64)
    before = network.steps[0].arrays["weight"].copy()
    first = next(fit(network, x, targets))
    assert (first.step, first.epoch) == (1, 0)
    assert (network.steps[0].arrays["weight"] != before).any()


def test_batch_normalisation_learns_its_statistics_in_training_alone():
    network = Network([BatchNorm2d(1), Flatten(), Linear(64, 3)])
    x, targets = strokes(64)
    network.predict(x)
    assert not network.steps[0].options["running_mean"].any()
    next(fit(network, x, targets))
    assert network.steps[0].options["running_mean"].any()


def test_a_layer_without_training_is_refused():
    with pytest.raises(ValueError, match="no training for Dropout"):
        Network([Dropout(0.5)])


@pytest.mark.parametrize(
    ("count", "options", "sentence"),
    [
        (3, {}, r"\(4, 1, 8, 8\), \(3,\)"),
        (4, {"rate": 0}, "rate must be above 0.*not 0, 0.9, 32 and 1"),
        (4, {"momentum": 1}, "not 0.1, 1, 32 and 1"),
        (4, {"batch_size": 0}, "not 0.1, 0.9, 0 and 1"),
        (4, {"epochs": -1}, "32 and -1"),
    ],
)
def test_what_cannot_be_learned_is_refused_with_its_numbers(count, options, sentence):
    x, targets = strokes(4)
    with pytest.raises(ValueError, match=sentence):
        next(fit(small_cnn(), x, targets[:count], **options))
