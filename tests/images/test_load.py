"""Every kind of picture becomes the pixels that it shows."""

import struct

import numpy as np
import pytest
from PIL import Image

from cnnviz.images import load_image, load_sample
from tests.images.files import (
    COLOUR,
    RAMP,
    RED,
    VALID,
    WHITE,
    chunk,
    encode,
    exif,
    gif,
    png,
    run_length_bmp,
)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "WEBP"])
def test_lossless_files_give_back_every_pixel(kind):
    options = {"lossless": True, "exact": True} if kind == "WEBP" else {}
    loaded = load_image(encode(COLOUR, kind, **options))
    np.testing.assert_array_equal(loaded, COLOUR)
    assert loaded.dtype == np.uint8
    assert loaded.flags.writeable


def test_a_gif_gives_back_its_greys():
    np.testing.assert_array_equal(load_image(VALID["gif"])[:, :, 1], RAMP)


def test_a_jpeg_gives_back_a_flat_colour_to_within_two_levels():
    loaded = load_image(encode(Image.new("RGB", (37, 21), RED), "JPEG", quality=95))
    assert loaded.shape == (21, 37, 3)
    np.testing.assert_allclose(loaded, np.broadcast_to(RED, loaded.shape), atol=2)


# What DC-008 says row 0 and column 0 show: with 1 2 3 / 4 5 6 upright, this is stored.
STORED = {
    1: [[1, 2, 3], [4, 5, 6]],
    2: [[3, 2, 1], [6, 5, 4]],
    3: [[6, 5, 4], [3, 2, 1]],
    4: [[4, 5, 6], [1, 2, 3]],
    5: [[1, 4], [2, 5], [3, 6]],
    6: [[3, 6], [2, 5], [1, 4]],
    7: [[6, 3], [5, 2], [4, 1]],
    8: [[4, 1], [5, 2], [6, 3]],
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_every_exif_orientation_is_turned_upright(orientation, kind):
    stored = np.kron(np.array(STORED[orientation], np.uint8) * 40, np.ones((16, 16), np.uint8))
    options = {"lossless": True} if kind == "WEBP" else {"quality": 100} if kind == "JPEG" else {}
    loaded = load_image(encode(stored, kind, exif=exif(orientation), **options))
    assert loaded.shape == (32, 48, 3)
    np.testing.assert_allclose(loaded[8::16, 8::16, 0], np.array(STORED[1]) * 40, atol=2)


@pytest.mark.parametrize(
    "broken", [b"", b"MM", exif(9), exif(6)[:20], b"Exif\0\0II*\0" + b"\xff" * 9]
)
def test_exif_that_cannot_be_read_leaves_the_picture_as_it_is(broken):
    before, after = VALID["png"].split(b"IDAT")
    data = before[:-4] + chunk(b"eXIf", broken) + before[-4:] + b"IDAT" + after
    np.testing.assert_array_equal(load_image(data), COLOUR)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_is_laid_over_white(mode):
    image = Image.new("RGBA", (3, 1))
    for column, alpha in enumerate((0, 51, 255)):
        image.putpixel((column, 0), (100, 100, 100, alpha))
    if mode == "P":  # three entries of one grey, with three alphas
        image = Image.frombytes("P", (3, 1), bytes((0, 1, 2)))
        image.putpalette((100,) * 9)
        data = encode(image, "PNG", transparency=bytes((0, 51, 255)))
    else:
        data = encode(image.convert(mode), "PNG")
    # 255 + (100 - 255) * alpha / 255
    assert load_image(data)[0, :, 0].tolist() == [255, 224, 100]


@pytest.mark.parametrize(
    ("depth", "row", "key", "expected"),
    [
        (1, 0b01000000, 1, [0, 255, 0, 0]),
        (1, 0b01000000, 0, [255, 255, 255, 255]),
        (2, 0b00011011, 2, [0, 85, 255, 255]),
        (4, 0x0123, 1, [0, 255, 34, 51]),
        (8, 0x00112233, 0x22, [0, 17, 255, 51]),
        (16, 0x0000_00FF_8000_FFFF, 0xFF, [0, 255, 128, 255]),
    ],
)
def test_a_transparent_grey_of_any_depth_becomes_white(depth, row, key, expected):
    raw = b"\0" + row.to_bytes(max(1, depth * 4 // 8), "big")
    data = png((4, 1, depth, 0), raw, chunk(b"tRNS", struct.pack(">H", key)))
    assert load_image(data)[0, :, 0].tolist() == expected


def test_a_transparent_colour_becomes_white_and_its_neighbours_stay():
    raw = b"\0" + bytes((*RED, *RED[:2], RED[2] + 1))
    data = png((2, 1, 8, 2), raw, chunk(b"tRNS", struct.pack(">HHH", *RED)))
    assert load_image(data)[0].tolist() == [list(WHITE), [200, 10, 31]]


def test_of_sixteen_bit_colours_the_high_bytes_tell_which_is_transparent():
    pixels = struct.pack(">6H", 0x1234, 0x5678, 0x9ABC, 0xFF00, 0x8000, 0)
    key = chunk(b"tRNS", struct.pack(">HHH", 0x1234, 0x5678, 0x9ABC))
    data = png((2, 1, 16, 2), b"\0" + pixels, key)
    assert load_image(data)[0].tolist() == [list(WHITE), [255, 128, 0]]


def test_the_alpha_of_a_lossy_webp_is_laid_over_white():
    loaded = load_image(VALID["webp lossy"])  # (9, 90, 200) with alpha 128: 255 + (c - 255) / 2
    np.testing.assert_allclose(loaded, np.broadcast_to((132, 172, 227), loaded.shape), atol=4)


def test_run_length_coded_bmp_is_unpacked():
    # Bottom row first: a run of 3, end of line, two single pixels and a run of 1, end of bitmap.
    loaded = load_image(run_length_bmp(3, 2, b"\3\1\0\0" + b"\1\0\1\1\1\0" + b"\0\1"))
    assert loaded[:, :, 0].tolist() == [[0, RED[0], 0], [RED[0]] * 3]


def test_the_transparent_colour_of_a_gif_becomes_white():
    image = Image.frombytes("P", (3, 1), bytes((0, 1, 2)))
    image.putpalette((0, 0, 0, *RED, 0, 0, 255))
    loaded = load_image(encode(image, "GIF", transparency=2))
    assert loaded[0].tolist() == [[0, 0, 0], list(RED), list(WHITE)]


def test_sixteen_bit_greys_are_rescaled_not_clipped():
    values = np.array([[0, 255, 256, 257, 10_000, 32_768, 65_535]], np.uint16)
    expected = np.rint(values / 257)  # 65535 = 255 * 257
    np.testing.assert_array_equal(load_image(encode(values, "PNG"))[:, :, 0], expected)


def test_one_bit_pictures_are_black_and_white():
    image = Image.fromarray(RAMP > 100)
    for kind in ("PNG", "BMP"):
        np.testing.assert_array_equal(load_image(encode(image, kind))[:, :, 2] > 0, RAMP > 100)


def test_a_cmyk_jpeg_is_not_inverted():
    ink = Image.new("CMYK", (16, 16), (0, 255, 255, 0))  # magenta and yellow make red
    loaded = load_image(encode(ink, "JPEG", quality=100))
    np.testing.assert_allclose(loaded, np.broadcast_to((255, 0, 0), loaded.shape), atol=3)


def test_a_jpeg_whose_adobe_segment_says_rgb_is_not_taken_for_ycbcr():
    data = encode(Image.new("RGB", (16, 16), RED), "JPEG", quality=100, keep_rgb=True)
    for named, numbered in (
        (b"R\x11\0G\x11\0B\x11", b"\1\x11\0\2\x11\0\3\x11"),
        (b"R\0G\0B", b"\1\0\2\0\3"),
    ):
        assert named in data  # components called R, G and B would be known by their names
        data = data.replace(named, numbered)
    loaded = load_image(data)
    np.testing.assert_allclose(loaded, np.broadcast_to(RED, loaded.shape), atol=2)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_shown(kind):
    frames = [Image.new("RGB", (8, 6), colour) for colour in (RED, (0, 0, 255), WHITE)]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    np.testing.assert_allclose(load_image(data), np.broadcast_to(RED, (6, 8, 3)), atol=4)


def test_a_small_first_frame_lies_on_a_white_canvas():
    loaded = load_image(gif((5, 4), (3, 1, 1, 1)))
    assert loaded.shape == (4, 5, 3)
    assert loaded[1, 3].tolist() == list(RED)
    assert (loaded.reshape(-1, 3) == WHITE).all(axis=1).sum() == 19


def test_the_first_frame_of_a_webp_animation_lies_where_it_belongs():
    frame = VALID["webp"][12:]  # one VP8L chunk
    place = b"".join(number.to_bytes(3, "little") for number in (4 // 2, 2 // 2, 6 - 1, 4 - 1, 100))
    size = b"".join(number.to_bytes(3, "little") for number in (12 - 1, 8 - 1))
    chunks = b""
    for name, body in (
        (b"VP8X", b"\2\0\0\0" + size),
        (b"ANIM", bytes(6)),
        (b"ANMF", place + b"\0" + frame),
    ):
        chunks += name + struct.pack("<I", len(body)) + body
    loaded = load_image(b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks)
    assert loaded.shape == (8, 12, 3)
    np.testing.assert_array_equal(loaded[2:6, 4:10], COLOUR)
    assert loaded.sum() == COLOUR.sum() + (8 * 12 - 4 * 6) * 3 * 255


@pytest.mark.parametrize("shape", [(1, 1), (65500, 1), (1, 65500)])
@pytest.mark.parametrize("kind", ["PNG", "GIF", "BMP", "JPEG"])
def test_extreme_shapes_load(shape, kind):
    loaded = load_image(encode(Image.new("L", shape[::-1], 77), kind))
    assert loaded.shape == (*shape, 3)
    assert (abs(loaded.astype(int) - 77) <= 1).all()


def test_a_phone_photo_of_48_million_pixels_loads_at_half_its_size():
    data = encode(Image.new("RGB", (8064, 6048), RED), "JPEG", quality=60)
    loaded = load_image(data)
    assert loaded.shape == (3024, 4032, 3)
    assert abs(loaded[::100, ::100].astype(int) - RED).max() <= 3


def test_a_progressive_cmyk_jpeg_is_halved_sooner_for_it_takes_most_memory():
    image = Image.new("CMYK", (3800, 3800), (0, 255, 255, 0))  # 14.4 million pixels
    sequential = load_image(encode(image, "JPEG"))
    progressive = load_image(encode(image, "JPEG", progressive=True, subsampling=0))
    assert sequential.shape == (3800, 3800, 3)
    assert progressive.shape == (1900, 1900, 3)


def test_a_photo_survives_the_way_through_a_file():
    cat = load_sample("cat")
    loaded = load_image(encode(cat, "JPEG", quality=95, progressive=True))
    assert abs(loaded.astype(int) - cat).mean() < 2
