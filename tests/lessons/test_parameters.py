"""Lesson 2: every count is right, every formula gives its count, and the matrix is the convolution."""

import contextlib
import html
import io
import re
from fractions import Fraction
from math import prod

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.signal import correlate2d

from cnnviz.figures.costs import Case, formulas, growth_chart, growth_in_words, names
from cnnviz.figures.unrolled import diagonal, numbered, piece, unroll
from cnnviz.ui.counts import amount

QUICK = settings(max_examples=40, deadline=None)
WAYS = ("connected", "same_maps", "convolution", "separable")
COUNTS = ("weights", "biases", "parameters", "mult_adds", "activations")
SIZE = {"picture": "size"}


def counted(at):
    """The table of counts: for each way, its five numbers as they are shown."""
    table = at.get("html")
    body = next(x.proto.body for x in table if "counts" in x.proto.body)
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", body)
    cells = [re.findall(r"<b>(.*?)</b>", row) for row in rows]
    return {way: dict(zip(COUNTS, row, strict=True)) for way, row in zip(WAYS, cells, strict=True)}


def texts(at):
    return "\n".join(html.unescape(x.value) for x in (*at.markdown, *at.caption, *at.info))


# Each number stands in the notes that the course is made from.
PRESETS = [
    ({"rows": 25, "columns": 40, "channels": 1, "made": 1000, "bias": "false"}, "connected", 10**6),
    (
        {"rows": 600, "columns": 1000, "channels": 1, "made": 1000, "bias": "false"},
        "connected",
        6 * 10**8,
    ),
    ({"rows": 256, "columns": 256, "made": 1000}, "connected", 196_609_000),
    ({"rows": 256, "columns": 256, "made": 10}, "convolution", 280),
]


@pytest.mark.parametrize(("link", "way", "parameters"), PRESETS)
def test_presets_have_the_notes_parameters(open_page, link, way, parameters):
    at = open_page("parameters", **SIZE, **link)
    assert counted(at)[way]["parameters"] == f"{parameters:,}"


def test_clicking_a_preset_shows_the_notes_196609000(open_page):
    at = open_page("parameters", made=7, bias="false")
    next(b for b in at.button if b.label == "256×256 RGB → 1,000").click().run()
    assert counted(at)["connected"] == {
        "weights": "196,608,000",
        "biases": "1,000",
        "parameters": "196,609,000",
        "mult_adds": "196,608,000",
        "activations": "1,000",
    }


def test_a_100x100_colour_picture_has_30000_inputs(open_page):
    body = open_page("parameters", **SIZE, rows=100, columns=100).get("html")
    assert any("= 30,000, maps" in x.proto.body for x in body)


def test_two_layers_of_the_notes_end_in_2458624_numbers_a_picture(open_page):
    at = open_page("parameters", **SIZE, rows=200, columns=200, made=32, second=64, batch=1000)
    shown = texts(at)
    for size in (
        "3×200×200",
        "32×198×198",
        "64×196×196",
        "2,458,624 ",
        "2,458,624,000",
        "| 2,458,624 | 2,458,624,000 |",
    ):
        assert size in shown


def test_6x6_and_3x3_need_576_then_144_then_9_weights(open_page, staged):
    at = open_page("parameters", picture="diagonals", kernel="diagonal", channels=1, made=1)
    steps = at.latex[0].value
    assert r"36\cdot 16 = 576" in steps
    assert r"16\cdot 9 = 144" in steps
    assert r"\tfrac{1}{64}" in steps
    shown = staged(at, "matrix")["arrays"]
    assert shown["numbers"].shape == (1, 16, 36)
    joined = np.flatnonzero(shown["numbers"][0, 0] >= 0) + 1
    assert joined.tolist() == [1, 2, 3, 7, 8, 9, 13, 14, 15]  # the notes' first neuron
    assert shown["stops"][0, 0].tolist() == [3, -1, -3, -1]  # the notes' first row
    assert shown["listed"].reshape(-1).tolist() == shown["stops"].reshape(-1).tolist()
    assert "largest difference **0**" in texts(at)


def test_counts_follow_the_learner_s_picture(open_page):
    sides = [counted(open_page("parameters", picture="cat", side=side)) for side in (64, 128)]
    weights = [int(x["connected"]["weights"].replace(",", "")) for x in sides]
    assert weights[1] == 4 * weights[0]
    assert sides[0]["convolution"]["weights"] == sides[1]["convolution"]["weights"]


def test_second_kernel_that_does_not_fit_is_explained(open_page):
    at = open_page("parameters", picture="notes5", kernel_size=4)
    assert "leaves 2×2" in at.info[0].value
    assert "4×4" in at.info[0].value


@pytest.mark.parametrize(
    "link",
    [
        {"picture": "own", "grid": "5"},
        {"picture": "own", "grid": "5", "padding": "same", "kernel_size": 11},
        {"picture": "own", "grid": " / ".join("1" * 32)},
        SIZE
        | {"rows": 1000, "columns": 1000, "channels": 1024, "made": 4096, "kernel_size": 11}
        | {"second": 4096, "units": 4096, "batch": 4096, "padding": "same"},
    ],
    ids=["1x1", "1x1 same", "32x1", "everything at its most"],
)
def test_extreme_settings_have_no_fault(open_page, link):
    at = open_page("parameters", **link)
    assert not at.exception
    assert "largest difference **0**" in texts(at)


def test_program_prints_the_counts_of_the_table(open_page):
    at = open_page("parameters", picture="diagonals", made=6, bias="false")
    program = next(x.value for x in at.code if x.value.startswith("C, H, W"))
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(program, {})
    said = [line.split()[-1] for line in printed.getvalue().splitlines()]
    table = counted(at)
    assert said == [
        table[way]["parameters"].replace(",", "")
        for way in ("connected", "convolution", "separable")
    ]


cases = some.builds(
    Case,
    some.tuples(some.integers(1, 64), some.integers(5, 300), some.integers(5, 300)),
    some.integers(1, 500),
    some.integers(1, 5),
    some.sampled_from(["valid", "same"]),
    some.booleans(),
)


@QUICK
@given(cases, some.sampled_from(WAYS))
def test_every_formula_gives_the_count_beside_it(case, way):
    found = case.cost(way)
    for count, (_letters, numbers) in formulas(case, way).items():
        value = eval(numbers.replace("·", "*").replace("²", "**2"))
        assert value == getattr(found, count), count


@QUICK
@given(cases, some.sampled_from(WAYS))
def test_letters_and_numbers_of_a_formula_say_the_same(case, way):
    channels, height, width = case.shape
    k, n = case.kernel_size, case.made
    lost = 0 if case.padding == "same" else k - 1
    values = {"C": channels, "H": height, "W": width, "n": n, "k": k}
    values |= {"h": height - lost, "w": width - lost}
    for letters, numbers in formulas(case, way).values():
        letters = letters.replace("H'", "h").replace("W'", "w")
        both = [
            eval(x.replace("·", "*").replace("²", "**2"), dict(values)) for x in (letters, numbers)
        ]
        assert both[0] == both[1]


def test_counts_agree_with_counting_one_by_one():
    """3 channels of 5x4, 2 filters of 3x3: 3 x 2 stops, every product listed."""
    products = [
        (f, r, c, channel, u, v)
        for f in range(2)
        for r in range(3)
        for c in range(2)
        for channel in range(3)
        for u in range(3)
        for v in range(3)
    ]
    found = Case((3, 5, 4), 2, 3).cost("convolution")
    assert found.mult_adds == len(products)
    assert found.weights == len({(f, channel, u, v) for f, _r, _c, channel, u, v in products})
    assert found.activations == len({(f, r, c) for f, r, c, *_ in products})


def test_separable_costs_the_share_that_howard_2017_gives():
    """1 / N + 1 / k^2 of the weights and of the mult-adds, biases left out."""
    case = Case((32, 112, 112), 64, 3, "same", bias=False)
    whole, cheap = case.cost("convolution"), case.cost("separable")
    share = Fraction(1, 64) + Fraction(1, 9)
    assert Fraction(cheap.weights, whole.weights) == share
    assert Fraction(cheap.mult_adds, whole.mult_adds) == share


@QUICK
@given(some.data(), some.integers(1, 7), some.integers(1, 7), some.integers(1, 3))
def test_matrix_gives_scipy_s_map(data, height, width, k):
    padding = data.draw(some.sampled_from(["valid", "same"]))
    if padding == "valid":
        k = min(k, height, width)
    seed = data.draw(some.integers(0, 99))
    picture = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(float)
    kernel = data.draw(some.sampled_from([numbered, diagonal]))(k)
    found = unroll(picture[None, None], kernel, padding)
    before = 0 if padding == "valid" else (k - 1) // 2
    after = 0 if padding == "valid" else k - 1 - before
    expected = correlate2d(np.pad(picture, (before, after)), kernel, mode="valid")
    assert found.listed.tolist() == expected.reshape(-1).tolist()
    assert found.difference == 0
    assert found.connections.sparse == int((found.numbers >= 0).sum())


def test_kernel_as_large_as_the_picture_is_fully_connected():
    found = unroll(np.arange(16.0).reshape(1, 1, 4, 4), numbered(4))
    dense, sparse, shared = found.connections
    assert dense == sparse == shared == 16
    assert found.listed.tolist() == [sum(i * (i + 1) for i in range(16))]


def test_piece_is_the_middle_and_never_smaller_than_the_kernel():
    picture = np.arange(400.0).reshape(1, 1, 20, 20)
    assert piece(picture, 3)[0, 0, 0, 0] == picture[0, 0, 7, 7]
    assert piece(picture, 9).shape == (1, 1, 9, 9)
    assert np.array_equal(piece(picture[..., :2, :5], 2), picture[..., :2, :5])


def test_chart_lines_are_the_closed_forms():
    chart = growth_chart(Case((3, 64, 64), 10, 3, bias=False))
    lines = [trace for trace in chart.data if trace.mode == "lines+markers"]
    label = names()
    sides = lines[0].x
    expected = {
        ("x", "connected"): [3 * s * s * 10 for s in sides],
        ("x", "same_maps"): [3 * s * s * 10 * (s - 2) ** 2 for s in sides],
        ("x", "convolution"): [270] * len(sides),
        ("x", "separable"): [57] * len(sides),
        ("x2", "connected"): [3 * s * s * 10 for s in sides],
        ("x2", "same_maps"): [3 * s * s * 10 * (s - 2) ** 2 for s in sides],
        ("x2", "convolution"): [270 * (s - 2) ** 2 for s in sides],
        ("x2", "separable"): [57 * (s - 2) ** 2 for s in sides],
    }
    assert len(lines) == len(expected)
    for (axis, way), values in expected.items():
        line = next(x for x in lines if x.xaxis == axis and x.name == label[way])
        assert list(line.y) == values


def test_chart_marks_the_learner_s_own_picture_between_its_sides():
    chart = growth_chart(Case((1, 9, 16), 1, 3))
    signs = [trace for trace in chart.data if trace.mode == "markers"]
    assert {trace.x[0] for trace in signs} == {12.0}
    assert signs[0].y[0] == 9 * 16 + 1


def test_chart_s_words_carry_its_numbers():
    words = growth_in_words(Case((3, 100, 100), 10, 3))
    assert f"{prod((3, 64, 64, 10)):,}" in words
    assert f"{prod((3, 512, 512, 10)):,}" in words
    assert "64 times" in words


def test_very_long_counts_show_their_first_digits():
    assert amount(999_999_999_999_999) == "999,999,999,999,999"
    assert amount(1_234_567_890_123_456) == "≈ 1.235·10¹⁵"


def test_kernel_that_a_small_table_has_squeezed_is_explained(open_page):
    at = open_page("parameters", picture="own", grid="1")
    assert any("at most 1×1" in x.value for x in at.caption)
    assert not any("at most" in x.value for x in open_page("parameters").caption)
