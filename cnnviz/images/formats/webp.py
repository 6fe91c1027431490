"""WebP: RIFF chunks; the first frame of an animation becomes a still picture.

Source: RFC 9649 (chunks: section 2.3, VP8X and ANMF: 2.7, lossless header: 3.4); VP8: RFC 6386.
"""

import struct
from collections.abc import Iterator

from cnnviz.images.formats.container import MAX_PARTS, BrokenFileError, Container, require
from cnnviz.images.formats.exif import read_orientation


def _riff_chunks(view: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    position = 0
    for _number in range(MAX_PARTS):
        if len(view) - position < 8:  # a stray padding byte is harmless
            return
        name, length = struct.unpack_from("<4sI", view, position)
        position += 8
        require(position + length <= len(view), "cut off inside a chunk")
        yield name, view[position : position + length]
        position += length + length % 2
    raise BrokenFileError("too many chunks")


def _riff_chunk(name: bytes, body: bytes | memoryview) -> tuple[bytes | memoryview, ...]:
    return struct.pack("<4sI", name, len(body)), body, bytes(len(body) % 2)


def _uint24(body: memoryview, position: int) -> int:
    return int.from_bytes(body[position : position + 3], "little")


def _size(name: bytes, body: memoryview) -> tuple[int, int]:
    """Rows and columns from the header of a lossy or lossless bitstream."""
    if name == b"VP8L":
        require(body[0] == 0x2F, "lossless signature")
        (bits,) = struct.unpack_from("<I", body, 1)
        return (bits >> 14 & 0x3FFF) + 1, (bits & 0x3FFF) + 1
    require(bytes(body[3:6]) == b"\x9d\x01\x2a", "lossy signature")
    width, height = struct.unpack_from("<HH", body, 6)
    return height & 0x3FFF, width & 0x3FFF


def read(data: bytes) -> Container:
    """Keep the bitstream of the first frame, with its alpha where it has some."""
    (length,) = struct.unpack_from("<I", data, 4)
    require(12 <= 8 + length <= len(data), "cut off")
    canvas, corner, exif = None, (0, 0), b""
    image: dict[bytes, memoryview] = {}
    for name, body in _riff_chunks(memoryview(data)[12 : 8 + length]):
        if name == b"VP8X":
            canvas = canvas or (_uint24(body, 7) + 1, _uint24(body, 4) + 1)
        elif name == b"ANMF" and not image:
            corner = (2 * _uint24(body, 3), 2 * _uint24(body, 0))
            image = dict(_riff_chunks(body[16:]))
        elif name in (b"ALPH", b"VP8 ", b"VP8L"):
            image.setdefault(name, body)
        elif name == b"EXIF":
            exif = exif or body
    name = b"VP8 " if b"VP8 " in image else b"VP8L"
    require(name in image, "no image")
    frame = _size(name, image[name])
    body = _riff_chunk(name, image[name])
    if b"ALPH" in image and name == b"VP8 ":
        height, width = frame
        sides = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        extended = _riff_chunk(b"VP8X", b"\x10\0\0\0" + sides)  # 0x10: there is alpha
        body = (*extended, *_riff_chunk(b"ALPH", image[b"ALPH"]), *body)
    total = 4 + sum(map(len, body))
    canvas = canvas or frame
    require(frame[0] + corner[0] <= canvas[0], "the frame is taller than the canvas")
    require(frame[1] + corner[1] <= canvas[1], "the frame is wider than the canvas")
    return Container(
        "WEBP",
        canvas,
        frame,
        (struct.pack("<4sI4s", b"RIFF", total, b"WEBP"), *body),
        corner=corner,
        orientation=read_orientation(exif),
        working_bytes=12.0,  # two canvases of the animation decoder and one copy, 4 bytes each
        copies=3,
    )
