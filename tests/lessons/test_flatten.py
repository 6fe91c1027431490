"""Lesson 1: pixels change places, the list hides it, and only neighbours are lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from scipy.signal import correlate2d

from cnnviz.figures.rearranged import (
    Patch,
    convolution_differences,
    kept,
    neuron_answers,
    rearrange,
    shuffled,
    swapped,
    undo,
)
from cnnviz.images import FACE_PARTS, load_sample, shrink, to_grey
from cnnviz.ui.flatten import PAIRS

QUICK = settings(max_examples=40, deadline=None)
SOBEL = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


def face():
    """The sample face as the page shows it: grey, 64 pixels a side."""
    return to_grey(shrink(load_sample("face"), 64)[0])


def quarter(part):
    """A part of the face at 64 pixels a side, a quarter of its own size, as slices."""
    row, column = (n / 4 for n in FACE_PARTS[part][:2])
    return np.s_[round(row) : round(row) + 11, round(column) : round(column) + 14]


def test_eye_and_nose_have_changed_places_and_nothing_else(open_page, staged):
    shown = staged(open_page("flatten"), "strip")["arrays"]
    expected = np.array(face(), float)
    eye, nose = quarter("left eye"), quarter("nose")
    expected[eye], expected[nose] = face()[nose], face()[eye]
    assert shown["original"][0].tolist() == face().tolist()
    assert shown["changed"][0].tolist() == expected.tolist()


@pytest.mark.parametrize(
    ("label", "link"),
    [
        ("eye and nose", {"picture": "face", "side": 64}),
        ("cat, shuffled", {"picture": "cat", "side": 64, "change": "shuffle"}),
        ("6×6: distance 1 and 6", {"picture": "diagonals", "change": "none"}),
    ],
)
def test_clicking_an_example_shows_what_its_link_shows(open_page, staged, label, link):
    at = open_page(
        "flatten", patches="own", row_a=5, seed=7
    )  # what is not on the page stays behind
    next(b for b in at.button if b.label == label).click().run()
    clicked, linked = (staged(x, "strip") for x in (at, open_page("flatten", **link)))
    assert clicked["words"] == linked["words"]
    for name, values in linked["arrays"].items():
        assert np.array_equal(values, clicked["arrays"][name]), name


def test_formula_has_the_picture_s_own_width_and_length(open_page):
    formula = open_page("flatten", picture="diagonals").latex[0].value
    assert r"\cdot 6 +" in formula
    assert r"6\cdot 6 = 36" in formula
    assert r"\pm 6" in formula


def test_shuffled_picture_is_put_back_exactly(open_page, staged):
    at = open_page("flatten", picture="cat", change="shuffle", side=32)
    shown = staged(at, "strip")["arrays"]
    assert shown["changed"].tolist() != shown["original"].tolist()
    assert shown["restored"].tolist() == shown["original"].tolist()
    assert any("largest difference 0." in text.value for text in at.markdown)


def test_arrival_says_where_each_pixel_stands_now(open_page, staged):
    shown = staged(open_page("flatten", picture="cat", change="shuffle", seed=3), "strip")["arrays"]
    arrival = shown["arrival"].reshape(-1).astype(int)
    changed = shown["changed"].reshape(-1)
    assert changed[arrival].tolist() == shown["original"].reshape(-1).tolist()


def test_same_number_of_the_shuffle_is_the_same_shuffle(open_page, staged):
    first, again, other = (
        staged(open_page("flatten", change="shuffle", seed=seed), "strip")["arrays"]["changed"]
        for seed in (5, 5, 6)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_overlapping_rectangles_are_explained_and_swap_nothing(open_page, staged):
    at = open_page("flatten", patches="own", row_a=10, column_a=10, row_b=12, column_b=12)
    shown = staged(at, "strip")["arrays"]
    assert "row 10, column 10" in at.info[0].value
    assert "row 12, column 12" in at.info[0].value
    assert np.array_equal(shown["original"], shown["changed"])


def test_own_rectangles_swap_where_the_link_says(open_page, staged):
    at = open_page(
        "flatten",
        picture="own",
        grid="1 2 3 / 4 5 6",
        patch_rows=2,
        patch_columns=1,
        row_a=1,
        column_a=1,
        row_b=1,
        column_b=3,
    )
    assert staged(at, "strip")["arrays"]["changed"][0].tolist() == [[3, 2, 1], [6, 5, 4]]
    assert any("4 of the 6 places" in text.value for text in at.markdown)


@pytest.mark.parametrize("grid", ["5", "1 2", " / ".join("123456")])
@pytest.mark.parametrize("change", ["swap", "shuffle", "none"])
def test_smallest_pictures_have_no_fault(open_page, grid, change):
    assert not open_page("flatten", picture="own", grid=grid, change=change).exception


def test_largest_picture_is_shuffled_and_put_back(open_page, staged):
    shown = staged(open_page("flatten", picture="cat", side=512, change="shuffle"), "strip")
    assert np.array_equal(shown["arrays"]["original"], shown["arrays"]["restored"])


@pytest.mark.parametrize("change", ["swap", "shuffle"])
def test_program_makes_the_picture_that_is_shown(open_page, staged, change, capsys):
    at = open_page("flatten", picture="notes5", change=change, seed=4)
    program = next(x.value for x in at.code if x.value.startswith("import numpy"))
    names = {}
    exec(program, names)
    assert names["changed"].tolist() == staged(at, "strip")["arrays"]["changed"][0].tolist()


def test_every_named_swap_of_the_face_is_possible(open_page):
    for pair in PAIRS:
        assert not open_page("flatten", patches=pair).info, pair


@QUICK
@given(some.integers(1, 9), some.integers(1, 9), some.integers(0, 99))
def test_undo_puts_every_pixel_back(height, width, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (1, 1, height, width))
    order = shuffled((height, width), seed)
    assert np.array_equal(rearrange(rearrange(picture, order), undo(order)), picture)


@QUICK
@given(some.data(), some.integers(1, 4), some.integers(1, 4))
def test_patches_meet_exactly_when_they_share_a_cell(data, height, width):
    places = [data.draw(some.integers(0, 6)) for _ in range(4)]
    first, second = (Patch(*place, height, width) for place in (places[:2], places[2:]))
    cells = [
        {(p.row + i, p.column + j) for i in range(height) for j in range(width)}
        for p in (first, second)
    ]
    assert first.meets(second) == bool(cells[0] & cells[1])


def test_swap_refuses_what_overlaps_or_leaves_the_picture():
    with pytest.raises(ValueError, match="overlap"):
        swapped((4, 4), Patch(0, 0, 2, 2), Patch(1, 1, 2, 2))
    with pytest.raises(ValueError, match=r"\(4, 4\)"):
        swapped((4, 4), Patch(0, 0, 2, 2), Patch(3, 2, 2, 2))


@QUICK
@given(some.integers(0, 999))
def test_neuron_answers_the_same_in_any_order(seed):
    picture = np.random.default_rng(seed).integers(-999_000, 999_000, (1, 1, 7, 9)) / 1000
    before, after = neuron_answers(picture, shuffled((7, 9), seed))
    assert before == after


def test_neuron_s_answer_is_the_sum_of_its_products():
    picture = np.arange(6.0).reshape(1, 1, 2, 3)
    weights = np.random.default_rng(0).integers(-9, 10, 6)
    answer = sum(int(weight) * pixel for pixel, weight in enumerate(weights))
    assert neuron_answers(picture, kept((2, 3))) == (answer, answer)


def test_convolution_notices_as_many_results_as_scipy_counts():
    picture = np.random.default_rng(0).integers(0, 256, (1, 1, 12, 10)).astype(float)
    order = shuffled((12, 10), seed=2)
    usual, other = (
        correlate2d(x[0, 0], SOBEL, mode="same") for x in (picture, rearrange(picture, order))
    )
    back = np.empty(120)
    back[order] = other.reshape(-1)
    assert convolution_differences(picture, order) == int((back != usual.reshape(-1)).sum())


def words_of(at):
    return [x.value for x in at.markdown]


def test_picture_of_one_row_is_asked_about_its_neighbour_and_has_no_row_below(open_page):
    at = open_page("flatten", picture="own", grid="1 2 3")
    assert r"\updownarrow" not in at.latex[0].value
    assert r"\leftrightarrow" in at.latex[0].value
    assert any("pixel to the right" in x for x in words_of(at))
    assert not any("pixel below" in x for x in words_of(at))


def test_picture_of_one_pixel_asks_nothing_and_says_why_nothing_is_swapped(open_page):
    at = open_page("flatten", picture="own", grid="7")
    assert "no second patch" in at.info[0].value
    assert not any("Your guess first" in x for x in words_of(at))


def test_rectangles_squeezed_by_a_tiny_picture_do_not_stay_squeezed(open_page):
    at = open_page("flatten", picture="cat", side=64)
    before = [x.value for x in at.number_input]
    for side in ("8", "64"):
        at.selectbox(key="side").set_value(side).run()
    assert [x.value for x in at.number_input] == before
    at.number_input(key="row_a").set_value(3).run()
    assert at.number_input(key="row_a").value == 3


def test_shuffled_example_moves_the_pixel_that_it_stands_on(open_page, staged):
    at = open_page("flatten")
    next(b for b in at.button if b.label == "5×5, shuffled").click().run()
    assert staged(at, "strip")["arrays"]["arrival"][0][2, 2] != 12
