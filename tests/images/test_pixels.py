"""Modes, shrinking and greys."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz.images import load_sample, shrink, to_grey
from cnnviz.images.formats import Container
from cnnviz.images.pixels import to_rgb


def rgb(image: Image.Image) -> np.ndarray:
    size = (image.height, image.width)
    return to_rgb(image, Container("PNG", size, size, ()), size)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]], np.float32), [0, 128, 255]),
        (np.array([[-2.0, 0.0, 8.0]], np.float32), [0, 51, 255]),
        (np.array([[3.0, 3.0]], np.float32), [0, 0]),
        (np.array([[0.0, np.nan, 1.0]], np.float32), [0, 0, 255]),
        (np.array([[0, 257, 65535]], np.int32), [0, 1, 255]),
        (np.array([[0, 50, 200]], np.int32), [0, 64, 255]),
        (np.array([[-(2**31), 0, 2**31 - 1]], np.int32), [0, 128, 255]),
    ],
)
def test_integer_and_float_greys_are_rescaled_not_clipped(values, expected):
    loaded = rgb(Image.fromarray(values))
    assert loaded[0, :, 0].tolist() == expected
    assert (loaded == loaded[:, :, :1]).all()


@pytest.mark.parametrize(
    "mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "HSV", "RGBA", "LA", "RGBX"]
)
def test_white_is_white_and_black_is_black_in_every_mode(mode):
    image = Image.new("RGB", (2, 1), "white")
    image.putpixel((1, 0), (0, 0, 0))
    loaded = rgb(image.convert(mode))
    np.testing.assert_allclose(loaded[0], [[255] * 3, [0] * 3], atol=1)


def test_wide_and_tall_pictures_are_put_together_from_their_tiles():
    rng = np.random.default_rng(0)
    for shape in [(3, 300_000, 3), (1500, 400, 3)]:
        values = rng.integers(0, 256, shape, np.uint8)
        np.testing.assert_array_equal(rgb(Image.fromarray(values)), values)


def slow_area_average(picture, rows, columns):
    """Each new pixel's average over the old cells that it covers, cell by cell."""
    height, width = picture.shape[:2]
    result = np.zeros((rows, columns, *picture.shape[2:]))
    for i in range(rows):
        for j in range(columns):
            top, bottom = i * height / rows, (i + 1) * height / rows
            left, right = j * width / columns, (j + 1) * width / columns
            for r in range(int(top), min(height, int(np.ceil(bottom)))):
                for c in range(int(left), min(width, int(np.ceil(right)))):
                    share = (min(bottom, r + 1) - max(top, r)) * (min(right, c + 1) - max(left, c))
                    result[i, j] += share * picture[r, c]
    return result * rows * columns / (height * width)


@settings(max_examples=40, deadline=None)
@given(
    shape=st.tuples(st.integers(1, 24), st.integers(1, 24)),
    side=st.integers(1, 24),
    seed=st.integers(0, 99),
)
def test_each_new_pixel_averages_the_area_that_it_covers(shape, side, seed):
    picture = np.random.default_rng(seed).integers(0, 256, (*shape, 3), np.uint8)
    side = max(side, -(-max(shape) // 3))  # further down, whole blocks are averaged first
    small, scaled = shrink(picture, side)
    assert scaled == (max(shape) > side)
    if scaled:
        expected = slow_area_average(picture, *small.shape[:2])
        np.testing.assert_allclose(small, expected, atol=1.01)  # may be rounded twice
    else:
        np.testing.assert_array_equal(small, picture)


@pytest.mark.parametrize(("shape", "side"), [((97, 130), 11), ((150, 61), 20), ((5, 203), 9)])
def test_shrinking_a_smooth_picture_far_down_still_averages_areas(shape, side):
    rows, columns = np.indices(shape)
    picture = np.rint(127 + 60 * np.sin(rows / 30) + 60 * np.cos(columns / 40)).astype(np.uint8)
    small, _ = shrink(picture, side)
    np.testing.assert_allclose(small, slow_area_average(picture, *small.shape), atol=1.5)


@pytest.mark.parametrize("side", [1, 2, 4, 8, 16, 32])
def test_shrinking_by_a_power_of_two_averages_whole_blocks(side):
    picture = np.random.default_rng(1).integers(0, 256, (64, 64), np.uint8)
    block = 64 // side
    expected = picture.reshape(side, block, side, block).mean(axis=(1, 3))
    np.testing.assert_allclose(shrink(picture, side)[0], expected, atol=1.01)


@pytest.mark.parametrize(
    ("shape", "side", "expected"),
    [
        ((3000, 4000), 256, (192, 256)),
        ((65500, 1), 256, (256, 1)),
        ((1, 65500), 100, (1, 100)),
        ((720, 960), 240, (180, 240)),
        ((257, 256), 256, (256, 255)),
    ],
)
def test_the_proportions_are_kept_and_no_side_vanishes(shape, side, expected):
    picture = np.full((*shape, 3), 91, np.uint8)
    small, scaled = shrink(picture, side)
    assert small.shape == (*expected, 3)
    assert scaled
    assert (small == 91).all()


def test_nothing_is_enlarged():
    picture = load_sample("cat")
    assert shrink(picture, 256)[0] is picture
    assert shrink(picture, 1000) == (picture, False)


def test_a_side_below_one_is_refused():
    with pytest.raises(ValueError, match="0 x 0 pixels; side must be >= 1"):
        shrink(np.zeros((2, 2, 3), np.uint8), 0)


def test_grey_is_the_luminance_of_itu_r_601():
    picture = np.random.default_rng(2).integers(0, 256, (50, 50, 3), np.uint8)
    grey = to_grey(picture)
    assert grey.dtype == np.uint8
    np.testing.assert_allclose(grey, picture @ [0.299, 0.587, 0.114], atol=0.51)
