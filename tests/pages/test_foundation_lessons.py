"""Lessons 3 and 4 show the numbers of the notes and of the guide, by link."""

import numpy as np
import pytest

NOTES5 = {"picture": "notes5", "kernel": "custom", "weights": "0 1 2 / 2 2 0 / 0 1 2"}
COUNT3 = {"picture": "count3", "kernel": "custom", "weights": "0 1 / 2 3"}
DIAGONALS = {"picture": "diagonals", "kernel": "custom", "weights": "1 -1 -1 / -1 1 -1 / -1 -1 1"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Dumoulin and Visin, 2016, figure 1.1
        (NOTES5, [[12, 12, 17], [10, 17, 19], [9, 6, 14]]),
        # Dive into Deep Learning, figure 7.2.1
        (COUNT3, [[19, 25], [37, 43]]),
        # Dive into Deep Learning, section 7.2.3: 1 at the falling edge, -1 at the rising one
        ({"picture": "band", "kernel": "edge"}, [[0, 1, 0, 0, 0, -1, 0]] * 6),
        # the same kernel turned by 180 degrees
        (COUNT3 | {"flip": "true"}, [[5, 11], [23, 29]]),
        (COUNT3 | {"bias": "-1.5"}, [[17.5, 23.5], [35.5, 41.5]]),
    ],
)
def test_convolution_examples(open_page, staged, query, expected):
    at = open_page("convolution", **query)
    assert not at.exception
    np.testing.assert_array_equal(staged(at)["arrays"]["stops"][0], expected)


def test_diagonals_give_the_first_row_of_the_notes(open_page, staged):
    stops = staged(open_page("convolution", **DIAGONALS))["arrays"]["stops"]
    np.testing.assert_array_equal(stops[0, 0], [3, -1, -3, -1])


def test_13_by_8_becomes_11_by_6(open_page, staged):
    stops = staged(open_page("convolution", picture="ramp13x8", kernel="blur"))["arrays"]["stops"]
    assert stops.shape == (1, 11, 6)


@pytest.mark.parametrize(
    ("query", "size"),
    [  # from the notes, each with the size that Dumoulin and Visin's relationship 6 gives
        ({"rows": 720, "columns": 960}, (718, 958)),
        ({"rows": 4, "columns": 4, "padding": 1}, (4, 4)),
        ({"kernel_size": 4, "padding": 2}, (6, 6)),
        ({"padding": "same"}, (5, 5)),
        ({"padding": "full"}, (7, 7)),
        ({"padding": 1, "stride": 2}, (3, 3)),
        (
            {
                "rows": 3,
                "columns": 3,
                "kernel_size": 2,
                "kernel_size_columns": 2,
                "padding": 1,
                "apart": "true",
                "stride": 3,
                "stride_columns": 2,
            },
            (2, 2),
        ),
        ({"rows": 100, "columns": 100, "padding": 2}, (102, 102)),
        ({"kernel_size": 2, "stride": 2}, (2, 2)),
    ],
)
def test_sizes_by_link(open_page, staged, query, size):
    at = open_page("padding_stride", picture="size", **query)
    assert staged(at)["arrays"]["stops"].shape[1:] == size
    assert f"+ 1 = {size[0]}" in at.latex[0].value


def test_batch_and_channels_as_pytorch_writes_them(open_page):
    query = {
        "rows": 3,
        "columns": 5,
        "apart": "true",
        "kernel_size": 3,
        "kernel_size_columns": 5,
        "padding": "sides",
    }
    query |= {"padding_top": 1, "padding_bottom": 1, "padding_left": 2, "padding_right": 2}
    at = open_page("padding_stride", batch=4, channels=2, filters=3, **query)
    text = " ".join(x.value for x in at.markdown)
    assert "`(4, 2, 3, 5)`" in text
    assert "`(3, 2, 3, 5)`" in text
    assert "`(4, 3, 3, 5)`" in text


@pytest.mark.parametrize(
    ("query", "corner", "middle"),
    [({}, 1, 9), ({"padding": "full"}, 9, 9), ({"padding": "1"}, 4, 9)],
)
def test_how_many_windows_read_each_pixel(open_page, staged, query, corner, middle):
    reads = staged(open_page("padding_stride", reads="true", **query))["arrays"]["reads"][0]
    assert (reads[0, 0], reads[2, 2]) == (corner, middle)


def test_a_stride_that_leaves_cells_over_says_so(open_page):
    at = open_page("padding_stride", kernel_size=2, stride=2)
    assert "1 of the rows and 1 of the columns" in at.info[0].value


def test_a_kernel_larger_than_the_picture_is_explained(open_page):
    at = open_page("convolution", picture="count3", kernel="blur", kernel_size=5)
    assert not at.exception
    assert "5×5 does not fit into a picture of 3×3" in at.warning[0].value


def test_upload_that_is_no_picture_keeps_the_old_one(open_page, staged):
    at = open_page("convolution", picture="notes5")
    at.file_uploader(key="upload").set_value(("x.png", b"not a picture", "image/png")).run()
    assert not at.exception
    assert "The previous picture stays." in at.warning[0].value
    assert staged(at)["arrays"]["field"].shape == (1, 5, 5)


def test_a_wrong_table_keeps_the_last_good_numbers(open_page, staged):
    at = open_page("convolution", **NOTES5)
    at.text_area(key="weights_text").set_value("1 2 / x").run()
    assert "“x” is not a number. The last good numbers stay." in at.warning[0].value
    np.testing.assert_array_equal(staged(at)["arrays"]["stops"][0, 0], [12, 12, 17])
