"""The hybrid-dilated-convolution rule of Wang et al., 2018, section 3.2, and the true holes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.arithmetic import hybrid_dilation


def test_the_papers_good_rates_pass_and_have_no_holes():
    result = hybrid_dilation((1, 2, 5), kernel_size=3)  # "M_2 = 2 <= 3"
    assert (result.second_distance, result.passes, result.hole_free) == (2, True, True)


def test_the_papers_bad_rates_fail_and_have_holes():
    result = hybrid_dilation((1, 2, 9), kernel_size=3)  # "M_2 = 5 > 3"
    assert (result.second_distance, result.passes, result.hole_free) == (5, False, False)


def test_a_distance_of_just_the_kernel_size_passes():
    # by hand: M_3 = 3, M_2 = max(3 - 6, 6 - 3, 3) = 3; 0 1 2, then steps of 3, reach every cell
    result = hybrid_dilation((1, 3, 3), kernel_size=3)
    assert (result.second_distance, result.passes, result.hole_free) == (3, True, True)


def test_equal_rates_pass_the_distance_rule_and_still_have_holes():
    result = hybrid_dilation((2, 2, 2))
    assert (result.second_distance, result.passes, result.common_factor) == (2, True, 2)
    assert (result.cells, result.holes) == (13 * 13, 13 * 13 - 7 * 7)  # every second cell only


def test_rates_with_a_common_factor_pass_and_fail_separately():
    result = hybrid_dilation((2, 4, 8))  # the paper's own example of a common factor
    assert result.common_factor == 2
    assert not result.hole_free


def test_every_step_shows_its_three_candidates():
    # by hand: M_4 = 9; M_3 = max(9-10, 10-9, 5) = 5; M_2 = max(5-4, 4-5, 2) = 2
    steps = hybrid_dilation((1, 2, 5, 9)).steps
    assert [(s.layer, s.rate, s.candidates, s.distance) for s in steps] == [
        (4, 9, (9,), 9),
        (3, 5, (-1, 1, 5), 5),
        (2, 2, (1, -1, 2), 2),
    ]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 3))
def test_holes_are_the_zeros_of_numpys_product_of_polynomials(rates, kernel_size):
    line = np.ones(1, int)
    for rate in rates:
        taps = np.zeros((kernel_size - 1) * rate + 1, int)
        taps[::rate] = 1
        line = np.convolve(line, taps)
    field = np.outer(line, line)
    result = hybrid_dilation(rates, kernel_size)
    assert (result.holes, result.cells) == ((field == 0).sum(), field.size)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 6), min_size=2, max_size=4))
def test_a_common_factor_always_leaves_holes(rates):
    assert hybrid_dilation([2 * rate for rate in rates]).holes > 0


def test_of_a_single_layer_the_rule_says_nothing():
    result = hybrid_dilation([2])
    assert (result.second_distance, result.passes, result.holes) == (None, None, 16)


def test_no_rates_and_broken_rates_are_refused():
    with pytest.raises(ValueError, match="at least one dilation rate"):
        hybrid_dilation([])
    with pytest.raises(ValueError, match=r"each rate must be a whole number, not 1\.5"):
        hybrid_dilation([1.5])
    with pytest.raises(ValueError, match="dilation must be at least 1, not 0"):
        hybrid_dilation([1, 0])
