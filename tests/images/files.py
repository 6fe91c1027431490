"""Small picture files, made in memory, odd ones by hand."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

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


def run_length_bmp(width: int, height: int, codes: bytes) -> bytes:
    """A BMP made by hand, of RLE8 codes, in which colour 0 is black and 1 red."""
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, 0, 0, 0, 2, 0)
    colours = bytes((0, 0, 0, 0, *RED[::-1], 0))
    return b"BM" + struct.pack("<IHHI", 0, 0, 0, 62) + header + colours + codes


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
