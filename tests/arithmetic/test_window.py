"""Window against published tables, slow loops and the cases of lesson 4."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.arithmetic import Window, sweep

# Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285v2:
# the cases of the figures named beside them. i, k, s, p, d -> o
DUMOULIN_VISIN = {
    "figure 2.1, no padding, unit strides": (4, 3, 1, 0, 1, 2),
    "figure 2.2, arbitrary padding": (5, 4, 1, 2, 1, 6),
    "figure 2.3, half padding": (5, 3, 1, 1, 1, 5),
    "figure 2.4, full padding": (5, 3, 1, 2, 1, 7),
    "figure 2.5, no padding, strides": (5, 3, 2, 0, 1, 2),
    "figure 2.6, padding and strides": (5, 3, 2, 1, 1, 3),
    "figure 2.7, padding and strides, a cell unread": (6, 3, 2, 1, 1, 3),
    "figure 1.5, pooling": (5, 3, 1, 0, 1, 3),
    "figure 5.1, dilation": (7, 3, 1, 0, 2, 3),
}
# The same guide, chapter 4: input of the transposed convolution, k, s, p, a -> output
TRANSPOSED = {
    "figure 4.1": (2, 3, 1, 0, 0, 4),
    "figure 4.2": (6, 4, 1, 2, 0, 5),
    "figure 4.3": (5, 3, 1, 1, 0, 5),
    "figure 4.4": (7, 3, 1, 2, 0, 5),
    "figure 4.5": (2, 3, 2, 0, 0, 5),
    "figure 4.6": (3, 3, 2, 1, 0, 5),
    "figure 4.7": (3, 3, 2, 1, 1, 6),
}
# The course's notes, by number; where a note misprints its result the right one stands here:
# 001 gives 6 for full padding of 5 by 3, whose own formula (i + k - 1) gives 7.
NOTES = {
    "000: 720 rows, 3x3, valid": (720, Window(3), 718),
    "000: 960 columns, 3x3, valid": (960, Window(3), 958),
    "000: 13 rows, 3x3": (13, Window(3), 11),
    "000: 8 columns, 3x3": (8, Window(3), 6),
    "001: i=4 k=3 p=1": (4, Window(3, padding=1), 4),
    "001: i=5 k=4 p=2": (5, Window(4, padding=2), 6),
    "001: same, i=5 k=3": (5, Window(3, padding="same"), 5),
    "001: full, i=5 k=3": (5, Window(3, padding="full"), 7),
    "001: i=5 k=3 s=2 p=1": (5, Window(3, stride=2, padding=1), 3),
    "004: 3 rows, 2x2, padding 1, stride 3": (3, Window(2, stride=3, padding=1), 2),
    "004: 3 columns, 2x2, padding 1, stride 2": (3, Window(2, stride=2, padding=1), 2),
    "004: 100, k=3, padding 2 on each side": (100, Window(3, padding=2), 102),
    "004: 3 rows, kernel (3, 5), padding (1, 2)": (3, Window(3, padding=1), 3),
    "004: 5 columns, kernel (3, 5), padding (1, 2)": (5, Window(5, padding=2), 5),
    "i=5 k=2 s=2": (5, Window(2, stride=2), 2),
}


@st.composite
def windows(draw, most=5):
    k, s, d = (draw(st.integers(1, most)) for _ in range(3))
    return Window(k, s, (draw(st.integers(0, most)), draw(st.integers(0, most))), d)


@pytest.mark.parametrize("case", DUMOULIN_VISIN.values(), ids=DUMOULIN_VISIN)
def test_output_size_is_that_of_the_guide_to_convolution_arithmetic(case):
    i, k, s, p, d, o = case
    assert Window(k, s, p, d).output_size(i) == o


@pytest.mark.parametrize("case", TRANSPOSED.values(), ids=TRANSPOSED)
def test_input_size_is_the_guides_transposed_convolution(case):
    i, k, s, p, a, o = case
    assert Window(k, s, p).input_size(i, output_padding=a) == o


@pytest.mark.parametrize(("n", "window", "stops"), NOTES.values(), ids=NOTES)
def test_output_size_is_that_of_the_notes(n, window, stops):
    assert window.output_size(n) == stops


@settings(max_examples=60, deadline=None)
@given(windows(), st.integers(1, 20))
def test_output_size_counts_the_places_where_the_window_fits(window, n):
    before, after = window.padding
    padded = range(-before, n + after)
    stops = 0
    while all(stops * window.stride - before + t in padded for t in range(window.extent)):
        stops += 1
    if stops:
        assert window.output_size(n) == stops
        assert window.taps(stops - 1)[-1] in padded
    else:
        with pytest.raises(ValueError, match="does not fit"):
            window.output_size(n)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(1, 6), st.data(), st.integers(1, 20))
def test_ceil_mode_adds_the_window_that_hangs_over_but_starts_before_the_end(k, s, data, n):
    padding = data.draw(st.integers(0, k // 2))  # more is refused by PyTorch's pooling
    window = Window(k, s, padding)
    # PyTorch's rule in words: windows follow one another until the padded cells are covered; the
    # last may hang over the end, by less than a stride, but must start in the cells or before them
    end, stops = n + padding, 0
    while True:
        first = stops * s - padding
        covered = stops > 0 and (stops - 1) * s - padding + k >= end
        if covered or first >= n or first + k - end >= s:
            break
        stops += 1
    if stops:
        assert window.output_size(n, ceil_mode=True) == stops
    else:
        with pytest.raises(ValueError, match="does not fit"):
            window.output_size(n, ceil_mode=True)


# nn.MaxPool2d(k, s, padding=p, ceil_mode=True) of PyTorch 2.13, run once: n, k, s, p -> cells
@pytest.mark.parametrize(
    ("n", "k", "s", "p", "cells"),
    [(5, 2, 2, 0, 3), (112, 3, 2, 0, 56), (1, 2, 2, 0, 1), (4, 2, 3, 1, 2), (5, 2, 3, 1, 2)],
)
def test_ceil_mode_is_pytorchs(n, k, s, p, cells):
    assert Window(k, s, p).output_size(n, ceil_mode=True) == cells


@settings(max_examples=60, deadline=None)
@given(windows(), st.integers(1, 20))
def test_input_size_is_the_smallest_input_with_that_many_stops(window, stops):
    smallest = (stops - 1) * window.stride + window.extent - sum(window.padding)
    if smallest < 1:
        with pytest.raises(ValueError, match=f"leave {smallest} cells"):
            window.input_size(stops)
        return
    n = window.input_size(stops)
    sizes = range(n, n + window.stride)
    assert [window.output_size(size) for size in sizes] == [stops] * window.stride
    assert window.output_size(n + window.stride) == stops + 1
    assert [window.input_size(stops, size - n) for size in sizes] == list(sizes)


@settings(max_examples=60, deadline=None)
@given(windows(), st.integers(1, 20))
def test_taps_are_what_a_marker_on_padded_cells_finds(window, n):
    before, after = window.padding
    if n + before + after < window.extent:
        return
    padded = np.arange(-before, n + after)
    views = np.lib.stride_tricks.sliding_window_view(padded, window.extent)
    for i, cells in enumerate(views[:: window.stride, :: window.dilation]):
        assert list(window.taps(i)) == cells.tolist()


def test_taps_is_a_range():
    assert Window(3, stride=2, padding=1, dilation=2).taps(1) == range(1, 6, 2)


@settings(max_examples=60, deadline=None)
@given(windows(), st.integers(1, 20))
def test_reads_are_the_column_sums_of_the_window_matrix(window, n):
    before, after = window.padding
    if n + before + after < window.extent:
        return
    matrix = np.zeros((window.output_size(n), before + n + max(after, window.extent)), int)
    for i, row in enumerate(matrix):
        start = i * window.stride
        row[start : start + window.extent : window.dilation] += 1
    assert window.reads(n) == matrix.sum(0)[before : before + n].tolist()


@pytest.mark.parametrize(("k", "d"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 3)])
def test_same_keeps_the_size_and_puts_the_odd_cell_after(k, d):
    window = Window(k, padding="same", dilation=d)
    before, after = window.padding
    assert window.output_size(9) == 9
    assert after - before == d * (k - 1) % 2


@pytest.mark.parametrize(("k", "d"), [(1, 1), (2, 1), (3, 1), (4, 2), (5, 3)])
def test_full_reads_every_cell_equally_often(k, d):
    assert Window(k, padding="full", dilation=d).reads(9) == [k] * 9


def test_valid_reads_corners_once_and_the_middle_k_times():
    assert Window(3, padding="valid").reads(6) == [1, 2, 3, 3, 2, 1]


def test_a_stride_above_the_kernel_leaves_cells_unread():
    assert Window(1, stride=2).reads(5) == [1, 0, 1, 0, 1]
    assert Window(2, stride=2).reads(5) == [1, 1, 1, 1, 0]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"kernel_size": 0}, "kernel_size must be at least 1, not 0"),
        ({"stride": 0}, "stride must be at least 1, not 0"),
        ({"dilation": 0}, "dilation must be at least 1, not 0"),
        ({"padding": -1}, r"padding must be at least 0, not \(-1, -1\)"),
        ({"padding": (0, -2)}, r"padding must be at least 0, not \(0, -2\)"),
        ({"padding": (1, 2, 3)}, r"padding must be .*\(before, after\), not \(1, 2, 3\)"),
        ({"padding": 1.5}, "padding must be a whole number .*, not 1.5"),
        ({"padding": "most"}, "padding must be one of valid, same, full, not 'most'"),
        ({"padding": "same", "stride": 2}, "padding 'same' needs stride 1, not stride 2"),
        ({"kernel_size": 2.5}, "kernel_size must be a whole number, not 2.5"),
        ({"stride": "2"}, "stride must be a whole number, not '2'"),
    ],
)
def test_impossible_windows_are_refused_with_their_numbers(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        Window(**{"kernel_size": 3} | arguments)


def test_a_window_that_does_not_fit_says_all_numbers():
    with pytest.raises(
        ValueError,
        match=r"window of 5 cells \(kernel size 3, dilation 2\) does not fit into 2 cells with "
        "padding 1 and 1: 4 is less than 5",
    ):
        Window(3, padding=1, dilation=2).output_size(2)


def test_numpys_integers_are_integers():
    window = Window(np.int64(3), np.int32(2), np.int8(1))
    assert window == Window(3, 2, 1)
    assert type(window.kernel_size) is int


def test_sweep_gives_rows_and_columns_their_own_numbers():
    rows, columns = sweep((3, 5), stride=(1, 2), padding=(1, 2), dilation=(2, 1))
    assert (rows, columns) == (Window(3, 1, 1, 2), Window(5, 2, 2, 1))
    assert sweep(3, padding=((1, 2), (3, 4)))[1].padding == (3, 4)
    assert sweep(3, padding="same") == (Window(3, padding="same"),) * 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"kernel_size": (3, 3, 3)}, r"kernel_size must be .* \(rows, columns\), not \(3, 3, 3\)"),
        ({"kernel_size": 3, "stride": 1.5}, "stride must be a whole number or .*, not 1.5"),
        ({"kernel_size": 3, "padding": (1, 2, 3)}, r"padding must be .*, not \(1, 2, 3\)"),
    ],
)
def test_sweep_refuses_what_is_neither_a_number_nor_a_pair(arguments, sentence):
    with pytest.raises(ValueError, match=sentence):
        sweep(**arguments)
