"""Lesson 5: slices, partial maps and sums, by link and by click."""

import contextlib
import io
import re

import numpy as np
import pytest
from scipy.signal import correlate

from cnnviz.kernels import FIXED

# Dive into Deep Learning, section 7.4.1: two channels, 0..8 and 1..9, kernels 0..3 and 1..4.
TWO = {"numbers": "count3x2", "kernels": "count", "filters": 1}
TWO_MAP = [[56, 72], [104, 120]]


def expected_maps(header):
    """Partial maps and sum by SciPy, from what the stage was sent."""
    arrays = header["arrays"]
    pairs = zip(arrays["field"], arrays["kernel"], strict=True)
    partial = [correlate(plane, slice_, "valid", "direct") for plane, slice_ in pairs]
    bias = header["bias"]["value"] / header["bias"]["divisor"]
    return np.stack(partial), sum(partial) + bias


def numbers_in(text):
    return np.array(re.sub(r"[\[\]]", " ", text).split(), float)


def test_two_channels_of_the_notes_add_up_to_their_map(open_page, staged):
    arrays = staged(open_page("channels", **TWO))["arrays"]
    assert arrays["field"][1].tolist() == [[1, 2, 3], [4, 5, 6], [7, 8, 9]]
    assert arrays["partial"].tolist() == [[[19, 25], [37, 43]], [[37, 47], [67, 77]]]
    assert arrays["stops"][0].tolist() == TWO_MAP


def test_clicking_the_example_gives_what_its_link_gives(open_page, staged):
    at = open_page("channels", photo="true")
    next(b for b in at.button if "56 72" in b.label).click().run()
    assert staged(at)["arrays"]["stops"][0].tolist() == TWO_MAP


@pytest.mark.parametrize(("numbers", "shape"), [("rgb5", (3, 3)), ("rgb4", (2, 2))])
def test_3_slices_of_3x3_leave_3x3_of_5x5_and_2x2_of_4x4(open_page, staged, numbers, shape):
    arrays = staged(open_page("channels", numbers=numbers, filters=1))["arrays"]
    assert arrays["kernel"].shape == (3, 3, 3)
    assert arrays["stops"].shape == (1, *shape)


@pytest.mark.parametrize(
    "query",
    [
        {"bias": 2},
        {"filters": 8, "filter": 7},
        {"numbers": "own", "planes": "1 2 / 3 4 | 5 6 / 7 8.5", "kernels": "count", "bias": -0.5},
        {"photo": "true", "side": 16, "kernels": "colours", "filters": 8, "filter": 5},
    ],
)
def test_partial_maps_and_their_sum_agree_with_scipy(open_page, staged, query):
    header = staged(open_page("channels", **query))
    partial, total = expected_maps(header)
    assert header["arrays"]["partial"] == pytest.approx(partial, abs=1e-9)
    assert header["arrays"]["stops"][0] == pytest.approx(total, abs=1e-9)


@pytest.mark.parametrize("filters", [1, 2, 8])
def test_there_are_as_many_maps_as_kernels(open_page, staged, filters):
    header = staged(open_page("channels", filters=filters))
    assert header["arrays"]["stops"].shape == (1, 3, 3)
    maps = header["arrays"].get("maps", header["arrays"]["stops"])
    assert maps.shape == (filters, 3, 3)


def test_map_chosen_on_the_stage_is_the_one_in_the_link(open_page, staged):
    at = open_page("channels", filters=4, filter=3)
    header = staged(at)
    assert header["chosen"] == 2
    assert (header["arrays"]["maps"][2] == header["arrays"]["stops"][0]).all()


def test_shapes_are_written_as_pytorch_writes_them(open_page):
    at = open_page("channels", batch=4, filters=2)
    table = next(x.value for x in at.markdown if x.value.startswith("| what"))
    for shape in ("(4, 3, 5, 5)", "(2, 3, 3, 3)", "(2,)", "(2, 1, 1)", "(4, 2, 3, 3)"):
        assert f"`{shape}`" in table
    # torch.nn.Conv2d(3, 2, 3) has 56 parameters; each of the 4*2*3*3 numbers takes 27 products.
    counts = next(x.value for x in at.markdown if x.value.startswith("Numbers to learn"))
    assert "= **56**" in counts
    assert "27 a number, 72 numbers, **1,944**" in counts


def test_formula_counts_27_products(open_page):
    assert r"3 \cdot 3 \cdot 3 = 27" in open_page("channels").latex[0].value


def test_1x1_kernel_and_fully_connected_layer_differ_by_nothing(open_page):
    for query in ({}, {"numbers": "rgb3", "kernels": "pointwise"}, {"photo": "true", "side": 32}):
        at = open_page("channels", **query)
        said = next(x.value for x in at.markdown if "largest difference" in x.value)
        assert "largest difference **0**" in said


def test_pixels_weighed_in_the_proof_are_those_of_the_picture(open_page, staged):
    at = open_page("channels", numbers="rgb3", kernels="pointwise")
    arrays = staged(at)["arrays"]
    weights, pixel, product, _maps = re.findall(r"begin{pmatrix} (.*?) \\end", at.latex[1].value)
    rows = [[float(x) for x in row.split("&")] for row in weights.split(r"\\")]
    values = [float(x) for x in pixel.split(r"\\")]
    assert values == arrays["field"][:, 0, 0].tolist()
    assert [float(x) for x in product.split(r"\\")] == (np.array(rows) @ values).tolist()
    assert arrays["stops"][0, 0, 0] == float(product.split(r"\\")[0])


@pytest.mark.parametrize(
    ("numbers", "slices", "kernel", "said"),
    [
        ("rgb5", "1 | 2 || 3 | 4", [[[1]], [[2]], [[0]]], "3, not 2"),
        ("count3x2", "1 | 2 | 3", [[[1]], [[2]]], "2, not 3"),
    ],
)
def test_kernel_gets_a_slice_for_every_channel_and_says_so(
    open_page, staged, numbers, slices, kernel, said
):
    at = open_page("channels", numbers=numbers, kernels="own", slices=slices)
    assert staged(at)["arrays"]["kernel"].tolist() == kernel
    assert any(said in x.value for x in at.caption)


def test_kernels_of_different_sizes_are_explained_and_the_last_good_ones_stay(open_page, staged):
    at = open_page("channels", **TWO)
    at.text_area(key="slices_text").set_value("1 0 / 0 1 | 1").run()
    assert "2×2 and one 1×1" in at.warning[0].value
    assert staged(at)["arrays"]["stops"][0].tolist() == TWO_MAP


def test_kernel_larger_than_the_picture_is_explained(open_page):
    at = open_page("channels", numbers="own", planes="1 2 | 3 4 | 5 6")
    assert not at.exception
    assert "3×3 does not fit into a picture of 1×2" in at.warning[0].value


def test_colour_kernels_hold_the_named_kernels_for_every_channel(open_page, staged):
    arrays = staged(open_page("channels", photo="true", side=16, filters=8))["arrays"]
    assert arrays["kernel"].tolist() == [FIXED["sobel_columns"].table.tolist()] * 3
    # Recommendation ITU-R BT.601: Y = 0.299 R + 0.587 G + 0.114 B
    grey = staged(open_page("channels", photo="true", side=16, filters=8, filter=3))["arrays"]
    expected = np.tensordot([0.299, 0.587, 0.114], grey["field"][:, 1:-1, 1:-1], 1)
    assert grey["stops"][0] == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("query", [TWO, {"bias": 1.5}, {"photo": "true", "side": 16}])
def test_numpy_program_runs_as_it_stands_and_prints_the_maps(open_page, staged, query):
    at = open_page("channels", **query)
    program, printed = at.code[1].value, io.StringIO()
    with contextlib.redirect_stdout(printed), np.printoptions(threshold=10_000):
        exec(program, {})
    count = query.get("filters", 2)
    shown = numbers_in(printed.getvalue())
    stops = staged(at)["arrays"]["stops"][0]
    if query.get("photo"):
        stops = stops[:6, :6]  # the program holds the first 8 rows and columns
    assert shown.size == count * stops.size
    assert shown[: stops.size] == pytest.approx(stops.ravel(), rel=1e-6)
