"""Lesson 7: the two orders and the pooled shares, by link and by click."""

import contextlib
import io
import re

import numpy as np
import pytest
from scipy.signal import correlate


def both_orders(header):
    """Both maps by SciPy on a picture without a border, from what the stage was sent."""
    shifted, picture = header["arrays"]["field"]
    kernel = header["arrays"]["kernel"][0] / header["scale"]
    rows, columns = header["rows"], header["columns"]
    around = [(axis["before"], axis["after"]) for axis in (rows, columns)]
    mode = {"mode": "wrap"} if header["wrap"] else {}

    def convolve(x):
        swept = correlate(np.pad(x, around, **mode), kernel, "valid", "direct")
        return swept[:: rows["stride"], :: columns["stride"]]

    return convolve(shifted), convolve(picture)


def numbers_in(text):
    return np.array(re.sub(r"[\[\]]", " ", text).split(), float)


def test_inside_nothing_differs_and_at_a_border_of_zeros_something_does(open_page, staged):
    header = staged(open_page("shift"))
    difference = header["arrays"]["stops"][0]
    # Two diagonals, 6 x 6, 3 x 3 kernel, moved 1 to the right: columns 3 to 5 and rows 2 to 5 read
    # nothing but pixels of the picture in both orders.
    assert (difference[1:5, 2:5] == 0).all()
    assert np.count_nonzero(difference[:, 0]) > 0
    assert header["words"]["scale"].startswith(
        "Numbers that differ: inside, where only pixels of the picture are read, 0 of 12;"
    )


def test_on_a_picture_that_goes_round_the_order_makes_no_difference(open_page, staged):
    header = staged(open_page("shift", border="wrap", shift_rows=2, shift_columns=5))
    assert not header["arrays"]["stops"].any()
    assert (
        header["words"]["scale"] == "The order makes no difference. Numbers that differ: 0 of 36."
    )


@pytest.mark.parametrize(("by", "equal"), [(1, False), (2, True), (3, False), (4, True)])
def test_under_stride_2_only_multiples_of_2_agree(open_page, staged, by, equal):
    header = staged(open_page("shift", border="wrap", stride=2, shift_columns=by))
    assert (not header["arrays"]["stops"].any()) is equal
    assert ("cannot move by a part" in header["words"]["scale"]) is not equal
    assert header["lanes"][1]["moved"] == [0, by // 2]


@pytest.mark.parametrize("border", ["zeros", "none", "wrap"])
@pytest.mark.parametrize("kernel", ["sobel_columns", "edge", "blur"])
@pytest.mark.parametrize("stride", [1, 2])
def test_both_maps_agree_with_scipy(open_page, staged, border, kernel, stride):
    header = staged(open_page("shift", border=border, kernel=kernel, stride=stride, shift_rows=1))
    first, second = both_orders(header)
    partial = header["arrays"]["partial"]
    assert partial[0] == pytest.approx(first, abs=1e-6)
    down, across = header["lanes"][1]["moved"]
    assert partial[1][down:, across:] == pytest.approx(
        second[: len(second) - down, : second.shape[1] - across], abs=1e-6
    )
    assert header["arrays"]["stops"][0] == pytest.approx(partial[0] - partial[1], abs=1e-6)


def test_picture_moves_down_and_to_the_right(open_page, staged):
    shifted, picture = staged(open_page("shift", shift_rows=2, shift_columns=1))["arrays"]["field"]
    assert (shifted[2:, 1:] == picture[:-2, :-1]).all()
    assert not shifted[:2].any()
    assert not shifted[:, :1].any()


def test_shift_larger_than_the_picture_leaves_nothing_and_no_fault(open_page, staged):
    at = open_page("shift", shift_rows=16, shift_columns=16)
    assert not at.exception
    assert not staged(at)["arrays"]["field"][0].any()


def test_clicking_the_example_gives_what_its_link_gives(open_page, staged):
    at = open_page("shift")
    next(b for b in at.button if b.label == "stride 2, shift 2").click().run()
    by_link = open_page("shift", border="wrap", stride=2, shift_columns=2)
    assert (staged(at)["arrays"]["stops"] == staged(by_link)["arrays"]["stops"]).all()
    assert (
        staged(at)["words"]["scale"]
        == "The order makes no difference. Numbers that differ: 0 of 9."
    )


def test_formula_divides_the_shift_by_the_stride(open_page):
    at = open_page("shift", stride=2, shift_columns=3)
    assert at.latex[0].value.strip("$\n").endswith(r"\frac{3}{2} = 1.5")


def test_chart_says_its_numbers_in_words(open_page):
    at = open_page("shift", picture="cat", side=64)
    words = next(x.value for x in at.markdown if x.value.startswith("Unchanged"))
    assert "without pooling: 100, " in words
    assert "max pooling: 100, " in words


@pytest.mark.parametrize(
    "query",
    [{}, {"border": "wrap", "shift_rows": 1}, {"border": "none", "stride": 2, "kernel": "blur"}],
)
def test_numpy_program_runs_as_it_stands_and_prints_the_difference(open_page, staged, query):
    at = open_page("shift", **query)
    program, printed = at.code[1].value, io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(program, {})
    shown = numbers_in(printed.getvalue())
    assert shown == pytest.approx(staged(at)["arrays"]["stops"].ravel(), abs=1e-6)


def test_map_with_no_number_inside_speaks_of_the_border_alone(open_page, staged):
    words = staged(open_page("shift", picture="count3", shift_columns=2))["words"]["scale"]
    assert words.startswith("No stop reads only pixels")
    assert words.endswith("of 9.")
