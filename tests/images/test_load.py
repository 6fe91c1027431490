"""Any bytes become an array or one sentence."""

import io
import re
import struct
import subprocess
import sys
import zlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cnnviz.images import MAX_BYTES, ImageError, load_image, load_sample

RAMP = np.arange(0, 240, 10, np.uint8).reshape(4, 6)  # 24 different greys
COLOUR = np.stack([RAMP, RAMP[::-1], 255 - RAMP], axis=2)  # (4, 6, 3)
WHITE, RED = (255, 255, 255), (200, 10, 30)


def encode(image, kind, **options) -> bytes:
    image = image if isinstance(image, Image.Image) else Image.fromarray(image)
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(header: tuple, raw: bytes, *extra: bytes) -> bytes:
    """A PNG made by hand: (width, height, depth, colour type), filtered rows, further chunks."""
    body = chunk(b"IHDR", struct.pack(">IIBB3x", *header)) + b"".join(extra)
    pixels = chunk(b"IDAT", zlib.compress(raw))
    return b"\x89PNG\r\n\x1a\n" + body + pixels + chunk(b"IEND", b"")


def gif(canvas: tuple, frame: tuple, *before: bytes) -> bytes:
    """A GIF made by hand: black canvas (width, height), frame (left, top, width, height)."""
    screen = b"GIF89a" + struct.pack("<HHBBB", *canvas, 0x80, 0, 0) + bytes((0, 0, 0, *RED))
    pixel = b"\x02\x02\x4c\x01\x00"  # one pixel of colour 1: codes 4, 1, 5 of 3 bits
    return screen + b"".join(before) + b"," + struct.pack("<HHHHB", *frame, 0) + pixel + b";"


def exif(orientation: int) -> bytes:
    entry = struct.pack(">HHIHH", 0x0112, 3, 1, orientation, 0)
    return b"Exif\0\0MM\0*" + struct.pack(">IH", 8, 1) + entry + bytes(4)


VALID = {
    "png": encode(COLOUR, "PNG"),
    "jpeg": encode(np.tile(COLOUR, (8, 8, 1)), "JPEG", progressive=True, exif=exif(6)),
    "gif": encode(RAMP, "GIF"),
    "bmp": encode(COLOUR, "BMP"),
    "webp": encode(COLOUR, "WEBP", lossless=True, exact=True),
    "webp lossy": encode(Image.new("RGBA", (40, 30), (9, 90, 200, 128)), "WEBP"),
}


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


FOREIGN = {
    "text": b"hello, world",
    "eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
    "pdf": b"%PDF-1.7\n",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    "tiff": encode(RAMP, "TIFF"),
    "ppm": encode(RAMP, "PPM"),
    "ico": encode(Image.new("RGB", (16, 16)), "ICO"),
    "wav": b"RIFF\x24\0\0\0WAVEfmt ",
}


@pytest.mark.parametrize("name", FOREIGN)
def test_other_kinds_of_file_are_refused_by_their_content(name):
    with pytest.raises(ImageError, match="not a PNG, JPEG, GIF, BMP or WebP"):
        load_image(FOREIGN[name])


def test_an_empty_file_is_refused():
    with pytest.raises(ImageError, match="0 bytes"):
        load_image(b"")


def test_a_file_of_too_many_bytes_is_refused_before_it_is_looked_at():
    with pytest.raises(ImageError, match=r"20\.0 MB, and at most 20 MB"):
        load_image(VALID["png"] + bytes(MAX_BYTES))


@pytest.mark.parametrize("name", VALID)
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.8, 0.95])
def test_truncated_files_are_refused(name, kept):
    data = VALID[name]
    with pytest.raises(ImageError, match=r"damaged|not a PNG"):
        load_image(data[: int(len(data) * kept)])


@pytest.mark.parametrize("name", ["png", "jpeg", "gif", "webp"])
def test_a_file_that_lacks_only_its_last_byte_is_refused(name):
    with pytest.raises(ImageError, match="damaged"):
        load_image(VALID[name][:-1].rstrip(b"\0") if name == "webp" else VALID[name][:-1])


def test_damage_to_the_pixels_of_a_png_is_noticed():
    data = bytearray(VALID["png"])
    data[data.index(b"IDAT") + 12] ^= 1
    with pytest.raises(ImageError, match="damaged"):
        load_image(bytes(data))


def test_a_jpeg_with_hardly_any_data_for_its_size_is_refused():
    small = encode(Image.new("L", (16, 16)), "JPEG")
    at = re.search(rb"\xff\xc0\0.\x08", small).end()
    with pytest.raises(ImageError, match="damaged"):
        load_image(small[:at] + struct.pack(">HH", 2000, 2000) + small[at + 4 :])


def bombs():
    header = struct.pack("<IiiHHIIiiII", 40, 60_000, 60_000, 1, 8, 1, 0, 0, 0, 0, 0)
    webp = b"VP8X" + struct.pack("<I", 10) + b"\2\0\0\0" + b"\xff\x3f\0" * 2
    frame = VALID["webp"][12:]
    jpeg = encode(Image.new("L", (16, 16)), "JPEG")
    at = re.search(rb"\xff\xc0\0.\x08", jpeg).end()
    huge = jpeg[:at] + struct.pack(">HH", 65500, 65500) + jpeg[at + 4 : -2]
    return {
        "png": png((65500, 65500, 8, 2), bytes(100)),
        "gif": gif((65500, 65500), (0, 0, 1, 1)),
        "gif frame": gif((1, 1), (65000, 65000, 1, 1)),
        "bmp": b"BM" + struct.pack("<IHHI", 0, 0, 0, 54) + header + bytes(2000),
        "webp": b"RIFF" + struct.pack("<I", 4 + len(webp + frame)) + b"WEBP" + webp + frame,
        "jpeg": huge + bytes(2**20 * 9) + b"\xff\xd9",
    }


@pytest.mark.parametrize("name", ["png", "gif", "gif frame", "webp"])
def test_a_small_file_of_a_huge_picture_is_refused_with_its_size(name):
    with pytest.raises(ImageError, match=r"\d{5} rows of \d{5} pixels, [\d.]+ million in all"):
        load_image(bombs()[name])


@pytest.mark.parametrize("name", ["bmp", "jpeg"])
def test_a_huge_picture_without_the_data_for_it_is_refused(name):
    with pytest.raises(ImageError, match=r"damaged|million in all"):
        load_image(bombs()[name])


def test_more_than_65535_rows_are_refused():
    with pytest.raises(ImageError, match="65536 rows of 1 pixels"):
        load_image(png((1, 65536, 8, 0), bytes(2 * 65536)))


def scans(count: int) -> bytes:
    """A progressive JPEG whose last scan is repeated until there are count of them."""
    data = encode(np.tile(RAMP, (4, 4)), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (count - data.count(b"\xff\xda")) + data[-2:]


def test_a_hundred_scans_are_read():
    assert load_image(scans(100)).shape == (16, 24, 3)


def test_a_hundred_and_one_scans_are_refused_with_the_number():
    with pytest.raises(ImageError, match="in 101 scans, and at most 100"):
        load_image(scans(101))


def test_scans_in_a_thumbnail_do_not_count():
    thumbnail = b"\xff\xe1" + struct.pack(">H", 2 + 3 * 150) + b"\xff\xda\0" * 150
    assert load_image(VALID["jpeg"][:2] + thumbnail + VALID["jpeg"][2:]).ndim == 3


@pytest.mark.parametrize("name", [b"iCCP", b"zTXt", b"iTXt", b"eXIf", b"acTL"])
def test_parts_that_no_pixel_needs_are_never_unpacked(name):
    bomb = zlib.compress(bytes(80_000_000), 9)
    before = {b"iCCP": b"x\0\0", b"zTXt": b"k\0\0", b"iTXt": b"k\0\1\0\0\0"}.get(name, b"")
    data = png((2, 1, 8, 0), b"\0\1\2", *[chunk(name, before + bomb)] * 10)
    assert load_image(data)[0, :, 0].tolist() == [1, 2]


@pytest.mark.parametrize(
    "data",
    [
        png((1, 1, 8, 0), b"\0\0", *[chunk(b"teXt", b"")] * 30_000),
        gif((1, 1), (0, 0, 1, 1), b"!\xfe\0" * 400_000),
        b"\xff\xd8" + b"\xff\xfe\0\2" * 30_000 + VALID["jpeg"][2:],
    ],
    ids=["png", "gif", "jpeg"],
)
def test_files_of_endlessly_many_parts_are_refused(data):
    with pytest.raises(ImageError, match="damaged"):
        load_image(data)


# Runs in a process of its own, so that the peak is this picture's. VmHWM is the most memory that
# the process ever had, in kB (Linux counts it so; elsewhere there is nothing to ask).
PEAK = """
import re, sys
from pathlib import Path
from PIL import Image
from cnnviz.images import load_image
Image.init()
data = Path(sys.argv[1]).read_bytes()
peak = lambda: int(re.search(r"VmHWM:\\s*(\\d+)", Path("/proc/self/status").read_text())[1])
before = peak()
print(load_image(data).size, peak() - before)
"""

LARGEST = {
    "PNG": (Image.new("RGBA", (4000, 4000), RED), {"compress_level": 1}),
    "JPEG": (Image.new("RGB", (4000, 4000), RED), {"progressive": True, "subsampling": 0}),
    "WEBP": (Image.new("RGB", (3200, 3100), RED), {"lossless": True, "method": 0}),
}


@pytest.mark.parametrize("kind", LARGEST if sys.platform == "linux" else ())
def test_the_largest_pictures_take_less_than_200_mb(kind, tmp_path, request):
    image, options = LARGEST[kind]
    path = tmp_path / "picture"
    path.write_bytes(encode(image, kind, **options))
    command = [sys.executable, "-c", PEAK, str(path)]
    run = subprocess.run(
        command, cwd=request.config.rootpath, capture_output=True, text=True, check=True
    )
    size, peak = map(int, run.stdout.split())
    assert size == 3 * image.width * image.height
    assert size / 1024 < peak < 200_000


@settings(max_examples=150, deadline=None)
@given(
    name=st.sampled_from(sorted(VALID)),
    edits=st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), max_size=8),
    cut=st.integers(0, 40),
)
def test_whatever_happens_to_a_file_it_is_a_picture_or_a_sentence(name, edits, cut):
    data = bytearray(VALID[name])
    for position, value in edits:
        data[position % len(data)] = value
    try:
        loaded = load_image(bytes(data[: len(data) - cut]))
    except ImageError as error:
        assert str(error).endswith(".")  # noqa: PT017 - a picture is as good
    else:
        assert loaded.ndim == 3
        assert loaded.shape[2] == 3
        assert loaded.dtype == np.uint8


@settings(max_examples=60, deadline=None)
@given(
    start=st.sampled_from(
        [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a", b"BM", b"RIFF0000WEBP"]
    ),
    rest=st.binary(max_size=300),
)
def test_no_bytes_after_a_known_beginning_raise_anything_else(start, rest):
    with pytest.raises(ImageError):
        load_image(start + rest)


def test_a_photo_survives_the_way_through_a_file():
    cat = load_sample("cat")
    loaded = load_image(encode(cat, "JPEG", quality=95, progressive=True))
    assert abs(loaded.astype(int) - cat).mean() < 2
