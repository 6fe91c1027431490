"""Two orders and pooled shares against slow loops and a law of chance."""

import numpy as np
import pytest

from cnnviz.arithmetic import Window
from cnnviz.figures.shift import shares_chart, shares_in_words, shift, two_orders, unchanged_shares


def noise(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape)


@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("padding", [0, 1, 2])
@pytest.mark.parametrize("by", [(0, 0), (1, 2), (6, 3), (0, 20)])
def test_orders_agree_inside_if_and_only_if_the_stride_divides_the_shift(stride, padding, by):
    axis = Window(3, stride, padding)
    orders = two_orders(noise(1, 1, 12, 13), noise(1, 1, 3, 3, seed=1), axis, axis, by)
    inside, wrong, *_border = orders.counts
    divides = by[0] % stride == 0 == by[1] % stride
    assert wrong == (0 if divides else inside)


@pytest.mark.parametrize(
    ("side", "stride", "by"), [(12, 1, (5, 7)), (12, 3, (3, 6)), (6, 6, (0, 12))]
)
def test_orders_agree_everywhere_on_a_torus(side, stride, by):
    axis = Window(3, stride, (1, 1))
    x = noise(1, 1, side, side)
    orders = two_orders(x, noise(1, 1, 3, 3, seed=1), axis, axis, by, wrap=True)
    assert orders.counts == (orders.inside.size, 0, 0, 0)
    assert orders.inside.all()


def test_torus_that_the_stride_does_not_fit_round_has_a_seam():
    axis = Window(3, 2, (1, 1))
    orders = two_orders(noise(1, 1, 7, 7), noise(1, 1, 3, 3), axis, axis, (0, 2), wrap=True)
    assert orders.inside[:, 1:].any()
    assert not orders.inside[:, 0].any()
    assert orders.counts[1] == 0
    assert orders.counts[3] > 0


def test_without_wrap_zeros_come_in_and_what_leaves_is_lost():
    x = np.arange(1, 7).reshape(2, 3)
    assert shift(x, (1, 1)).tolist() == [[0, 0, 0], [0, 1, 2]]
    assert shift(x, (2, 0)).tolist() == [[0, 0, 0], [0, 0, 0]]
    assert shift(x, (1, 1), wrap=True).tolist() == [[6, 4, 5], [3, 1, 2]]


def test_rounding_is_no_difference():
    """Sums in another order differ in the last digit; the map of differences must not."""
    axis = Window(3)
    orders = two_orders(noise(1, 1, 9, 9) * 1000, np.full((1, 1, 3, 3), 1 / 9), axis, axis, (2, 1))
    assert set(np.unique(orders.difference[0, 0][orders.inside])) == {0.0}


def test_maxima_of_noise_stay_as_often_as_two_windows_share_their_largest():
    """In independent noise the largest of the union lies in the overlap: (k - n) / (k + n)."""
    shares = unchanged_shares(noise(1, 1, 300, 301), kernel_size=4, stride=4, most=5)
    expected = [1, 3 / 5, 2 / 6, 1 / 7, 0, 0]
    assert shares["max"] == pytest.approx(expected, abs=0.02)
    assert shares["none"] == [1, 0, 0, 0, 0, 0]
    assert shares["average"] == [1, 0, 0, 0, 0, 0]


def test_shares_agree_with_a_slow_count():
    maps = np.random.default_rng(3).integers(0, 3, (1, 1, 6, 9)).astype(float)
    shares = unchanged_shares(maps, kernel_size=2, stride=3, most=3)
    for n in range(4):
        left = [
            [maps[0, 0, r : r + 2, c : c + 2].max() for c in range(0, 9 - n - 1, 3)]
            for r in range(0, 5, 3)
        ]
        right = [
            [maps[0, 0, r : r + 2, c + n : c + n + 2].max() for c in range(0, 9 - n - 1, 3)]
            for r in range(0, 5, 3)
        ]
        assert shares["max"][n] == pytest.approx(np.mean(np.equal(left, right)))


def test_tolerance_counts_what_is_nearly_the_same():
    maps = np.arange(20.0).reshape(1, 1, 2, 10)
    assert unchanged_shares(maps, 2, 1, 1)["max"][1] == 0
    assert unchanged_shares(maps, 2, 1, 1, tolerance=1)["max"][1] == 1


def test_map_without_room_for_a_shift_gives_shift_0_only():
    assert unchanged_shares(np.ones((1, 1, 1, 1)), 1, 1, 8) == {
        "none": [1],
        "max": [1],
        "average": [1],
    }


def test_chart_holds_the_shares_in_percent_and_three_kinds_of_line():
    shares = unchanged_shares(noise(1, 1, 40, 40), 4, 4, 3)
    lines = shares_chart(shares).data
    assert [list(line.y) for line in lines] == [
        [100 * v for v in values] for values in shares.values()
    ]
    assert (
        len({line.line.dash for line in lines}) == len({line.marker.symbol for line in lines}) == 3
    )


def test_words_hold_every_share():
    words = shares_in_words({"none": [1, 0.254], "max": [1, 0.5]})
    assert words == (
        "Unchanged after a shift of 0, 1, 2, …, without pooling: 100, 25 %. "
        "Unchanged after a shift of 0, 1, 2, …, max pooling: 100, 50 %."
    )
