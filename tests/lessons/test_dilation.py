"""Lesson 9: dilation, by link and by click, against slow counts and SciPy."""

import itertools
import re

import numpy as np
import pytest
from scipy import ndimage, signal

from cnnviz.arithmetic import hybrid_dilation
from cnnviz.kernels import box
from cnnviz.ui.dilation import blur_stack, conclusion, details, heavy


def slow_offsets(rates, kernel_size):
    """All places that a path can lead to, along one axis, by trying every path."""
    taps = [[rate * t for t in range(kernel_size)] for rate in rates]
    return [sum(path) for path in itertools.product(*taps)]


def texts(at):
    return [x.value for x in at.markdown]


def rule_shown(at, which):
    """The lines of the rule under the first or the second map."""
    return [x.value for x in at.latex if "gcd" in x.value][which]


def test_two_two_two_leaves_71_percent_and_one_two_five_nothing(open_page, staged):
    at = open_page("dilation", rate_1="2", rate_2="2", rate_3="2", against="1-2-5")
    line = next(x for x in texts(at) if x.startswith("Rates 2, 2, 2"))
    assert "13×13 pixels, 120 of 169 never read (71.0 %)" in line
    assert "Rates 1, 2, 5: 17×17 pixels, 0 of 289 never read (0.0 %)" in line
    for key, rates in (("paths", (2, 2, 2)), ("paths_against", (1, 2, 5))):
        counts = np.bincount(slow_offsets(rates, 3))
        blob = staged(at, key)
        assert np.array_equal(blob["arrays"]["map0"][0], np.outer(counts, counts))
        assert blob["factors"] == [counts.tolist()] * 2


def test_two_two_two_passes_the_test_and_the_lesson_says_why_it_still_has_holes(open_page):
    at = open_page("dilation", rate_1="2", rate_2="2", rate_3="2")
    shown = rule_shown(at, 0)
    assert r"M_2 &= 2 \le K = 3" in shown
    assert r"\gcd(2, 2, 2) &= 2" in shown
    assert any("passes and there are holes all the same" in x for x in texts(at))


def test_one_two_nine_fails_the_test(open_page):
    at = open_page("dilation", rate_1="1", rate_2="2", rate_3="9")
    shown = rule_shown(at, 0)
    # by hand: M_3 = 9; M_2 = max[9 - 4, 4 - 9, 2] = 5
    assert r"\max[9 - 4,\; 4 - 9,\; 2] = \max[5, -5, 2] = 5" in shown
    assert "M_2 &= 5 > K = 3" in shown
    assert any("The test fails, and the count agrees" in x for x in texts(at))


def test_one_two_five_is_worked_out_line_by_line(open_page):
    shown = rule_shown(open_page("dilation", rate_1="1", rate_2="2", rate_3="5"), 0)
    for line in (
        "M_3 &= r_3 = 5",
        r"M_2 &= \max[M_3 - 2r_2,\; 2r_2 - M_3,\; r_2]",
        r"\max[5 - 4,\; 4 - 5,\; 2] = \max[1, -1, 2] = 2",
        r"M_2 &= 2 \le K = 3",
    ):
        assert line in shown


@pytest.mark.parametrize(
    ("query", "extent", "padding", "size"),
    [
        ({}, "2\\cdot(3-1)+1 = 5", 2, 6),
        ({"dilation": "4"}, "4\\cdot(3-1)+1 = 9", 4, 6),
        ({"kernel_size": "5", "dilation": "3"}, "3\\cdot(5-1)+1 = 13", 6, 6),
        ({"padding": "valid"}, "2\\cdot(3-1)+1 = 5", 2, 2),
    ],
)
def test_extent_and_padding_are_shown_with_their_numbers(open_page, query, extent, padding, size):
    at = open_page("dilation", picture="diagonals", **query)
    first, second = (x.value.strip("$\n") for x in at.latex[:2])
    assert extent in first
    assert first.endswith(f"= {padding}")
    assert second.endswith(f"= {size}")


def test_the_stage_shows_the_dilated_mean_of_the_learners_picture(open_page, staged):
    sent = staged(open_page("dilation", picture="notes5", dilation="2"), "stage")
    field, stops = (sent["arrays"][name][0] for name in ("field", "stops"))
    kernel = np.zeros((5, 5))
    kernel[::2, ::2] = 1 / 9
    assert stops == pytest.approx(signal.correlate2d(field, kernel, "same"))


def test_clicking_an_example_shows_what_its_link_shows(open_page):
    clicked = open_page("dilation")
    next(b for b in clicked.button if b.label == "rates 2, 3").click().run()
    linked = open_page("dilation", depth="2", rate_1="2", rate_2="3")
    assert rule_shown(clicked, 0) == rule_shown(linked, 0)
    assert any(
        "takes for granted that the first rate is 1, and here it is 2" in x for x in texts(clicked)
    )


def test_every_conclusion_agrees_with_trying_every_path():
    said = {}
    for rates in [r for n in (1, 2, 3) for r in itertools.product((1, 2, 3, 5, 9), repeat=n)]:
        places = set(slow_offsets(rates, 3))
        hole_free = len(places) == max(places) + 1
        words = conclusion(hybrid_dilation(rates, 3))
        said.setdefault(words.split(":")[0].split(".")[0].replace("**", ""), []).append(rates)
        denies = ("no holes" in words) or ("finds no hole" in words)
        assert denies == hole_free, (rates, words)
    assert len(said) == 7  # each of the seven sentences is needed


def test_with_a_first_rate_of_one_the_test_is_enough():
    """What the lesson says about the rule, tried on all rates up to 6."""
    for rates in itertools.product((1,), *[range(1, 7)] * 3):
        verdict = hybrid_dilation(rates, 3)
        assert verdict.hole_free or not verdict.passes


def test_neighbours_under_two_two_two_share_no_pixel():
    places = set(slow_offsets((2, 2, 2), 3))
    assert not places & {place + 1 for place in places}


def test_the_artefact_is_the_marks_spread_by_both_rates(open_page, staged):
    at = open_page("dilation", picture="impulse", rate_1="1", rate_2="1", rate_3="1")
    sent = staged(at, "artefact")
    impulse = np.zeros((7, 7))
    impulse[3, 3] = 1
    assert np.array_equal(sent["arrays"]["map0"][0], impulse)
    expected = impulse
    for _layer in range(3):
        expected = ndimage.uniform_filter(expected, 3, mode="constant")
    assert sent["arrays"]["map1"][0] == pytest.approx(expected, abs=1e-9)


def test_holes_show_as_zeros_between_the_spread_of_one_pixel():
    x = np.zeros((1, 1, 15, 15))
    x[..., 7, 7] = 1
    spread = blur_stack(x, (2, 2, 2), box(3, 3))[0, 0]
    assert np.count_nonzero(spread > 1e-12) == 49
    assert np.allclose(spread[::2], 0)  # every second row, seen from the border, stays empty


def test_details_are_few_and_lie_at_edges():
    x = np.full((1, 1, 40, 40), 50.0)
    x[..., 20:30, 20:30] = 200
    marks = details(x)[0, 0]
    assert set(np.unique(marks)) <= {0.0, 255.0}
    assert marks.sum() <= 0.03 * x.size * 255
    assert not marks[5:15, 5:15].any()


def test_the_two_ways_compared_have_the_same_reach_and_weights(open_page):
    at = open_page("dilation", side="128")
    table = next(x for x in texts(at) if x.startswith("| way"))
    dilated, strided = ([c.strip() for c in line.split("|")] for line in table.splitlines()[2:])
    assert dilated[2] == strided[2] == "15×15"
    assert dilated[5] == strided[5] == "27"
    assert (dilated[3], strided[3]) == ("1", "4")
    assert dilated[4].endswith("= 16,384")
    assert strided[4].endswith("= 1,024")
    assert dilated[6] == f"{27 * 128 * 128:,}"
    assert strided[6] == f"{9 * (64 * 64 + 32 * 32 + 32 * 32):,}"


def test_half_of_the_weight_lies_in_the_middle():
    for side in (3, 5, 7):
        weights = heavy(side).weights[0, 0]
        assert weights.sum() == pytest.approx(1)
        assert weights[side // 2, side // 2] == pytest.approx(0.5)


@pytest.mark.parametrize("grid", ["7", "1 2", "1 / 2 / 3", " / ".join(["0 " * 32] * 32)])
def test_pictures_of_one_cell_or_one_line_are_no_trouble(open_page, grid):
    largest = {f"rate_{n}": "9" for n in range(1, 6)}
    at = open_page("dilation", picture="own", grid=grid, kernel_size="7", depth="5", **largest)
    assert not at.exception


def test_printed_count_prints_the_percentage_that_is_shown(open_page, capsys):
    at = open_page("dilation", rate_1="1", rate_2="2", rate_3="9")
    exec(next(x.value for x in at.code if "convolve" in x.value))
    percent = re.search(r"([\d.]+) % never", capsys.readouterr().out)[1]
    assert any(f"({percent} %)" in x for x in texts(at))


def test_a_rate_that_is_not_asked_for_does_not_come_back_with_the_next_example(open_page):
    at = open_page("dilation")
    for label in ("rates 1, 2, 9", "rates 2, 3", "one bright pixel"):
        next(b for b in at.button if b.label == label).click().run()
    assert "rate_3" not in at.query_params
    assert any(x.startswith("Rates 2, 2, 2:") for x in texts(at))


def test_bright_pixel_s_example_starts_where_the_window_reads_it(open_page, staged):
    at = open_page("dilation")
    next(b for b in at.button if b.label == "one bright pixel").click().run()
    sent = staged(at)
    row, column = (int(n) - 1 for n in sent["start"][1].split("."))
    assert sent["arrays"]["stops"][0][row, column] > 0


def test_examples_of_rates_stand_in_a_row_of_their_own(open_page):
    labels = {b.key: b.label for b in open_page("dilation").button}
    rates = [label for key, label in labels.items() if key.startswith("rate_example_")]
    assert rates == ["rates 2, 2, 2", "rates 1, 2, 5", "rates 1, 2, 9", "rates 2, 3"]
