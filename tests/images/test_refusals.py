"""Whatever is no picture becomes one sentence, soon and in little memory."""

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

from cnnviz.images import MAX_BYTES, ImageError, load_image
from tests.images.files import RAMP, RED, VALID, chunk, encode, gif, png, run_length_bmp

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


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE", b"tRNS", b"IDAT"])
def test_damage_to_whatever_makes_the_pixels_of_a_png_is_noticed(name):
    image = Image.frombytes("P", (3, 1), bytes((0, 1, 2)))
    image.putpalette(bytes(range(9)))
    data = bytearray(encode(image, "PNG", transparency=b"\1\2\3"))
    load_image(bytes(data))
    data[data.index(name) + 7] ^= 1
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


def scans(count: int, side: int = 16) -> bytes:
    """A progressive JPEG whose last scan is repeated until there are count of them."""
    data = encode(np.resize(RAMP, (side, side)), "JPEG", progressive=True)
    last = data[data.rindex(b"\xff\xda") : -2]
    return data[:-2] + last * (count - data.count(b"\xff\xda")) + data[-2:]


def test_a_hundred_scans_are_read():
    assert load_image(scans(100)).shape == (16, 16, 3)


def test_a_hundred_and_one_scans_are_refused_with_the_number():
    with pytest.raises(ImageError, match="in 101 scans, and at most 100"):
        load_image(scans(101))


def test_many_scans_of_a_large_picture_are_refused_for_the_time_that_they_take():
    with pytest.raises(ImageError, match=r"4\.4 million in all, and a JPEG file like this one"):
        load_image(scans(90, side=2100))


def test_run_length_coded_bmp_that_takes_millions_of_steps_is_refused():
    assert load_image(run_length_bmp(1000, 1000, (b"\xfa\1" * 4 + b"\0\0") * 1000)).any()
    with pytest.raises(ImageError, match="damaged"):
        load_image(run_length_bmp(2000, 2000, (b"\xfa\1" * 8 + b"\0\0") * 2000))


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
