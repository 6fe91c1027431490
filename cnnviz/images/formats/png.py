"""PNG: chunks with a length, a name and a checksum.

Source: https://www.w3.org/TR/png-3/ (chunks: section 5, colour types: table 8, tRNS: 11.3.1).
"""

import struct
import zlib
from collections.abc import Iterator

from cnnviz.images.formats.container import MAX_PARTS, BrokenFileError, Container, require
from cnnviz.images.formats.exif import read_orientation


def _chunks(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    view, position = memoryview(data), 8
    for _number in range(MAX_PARTS):
        length, name = struct.unpack_from(">I4s", data, position)
        body = view[position + 8 : position + 8 + length]
        position += 12 + length
        require(position <= len(data), "cut off inside a chunk")
        if name[:1].isupper() or name == b"tRNS":  # damage here is damage to the pixels
            (crc,) = struct.unpack_from(">I", data, position - 4)
            require(crc == zlib.crc32(body, zlib.crc32(name)), f"checksum of {name!r}")
        yield name, body
        if name == b"IEND":
            return
    raise BrokenFileError("too many chunks")


def _chunk(name: bytes, *pieces: bytes | memoryview) -> tuple[bytes | memoryview, ...]:
    crc = zlib.crc32(name)
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
    return (struct.pack(">I4s", sum(map(len, pieces)), name), *pieces, struct.pack(">I", crc))


def read(data: bytes) -> Container:
    """Keep header, palette, transparency and pixels, after checking that they are whole."""
    chunks: dict[bytes, list[memoryview]] = {}
    previous = b""
    for name, body in _chunks(data):
        known = name in (b"IHDR", b"PLTE", b"IDAT", b"IEND") or name[:1].islower()
        require(known, f"unknown critical chunk {name!r}")
        require((previous == b"") == (name == b"IHDR"), "IHDR is not the first chunk")
        scattered = name == b"IDAT" and previous != b"IDAT" and b"IDAT" in chunks
        require(not scattered, "IDAT chunks are not in a row")
        if name in (b"PLTE", b"IDAT") or name not in chunks:
            chunks.setdefault(name, []).append(body)
        previous = name
    (header,) = chunks[b"IHDR"]
    width, height, depth, colour, *methods = struct.unpack(">IIBBBBB", header)
    require(methods in ([0, 0, 0], [0, 0, 1]), "unknown compression, filter or interlacing")
    require(b"IDAT" in chunks, "no pixels")
    parts = [data[:8], *_chunk(b"IHDR", header)]
    key = None
    if colour == 3:
        require(len(chunks.get(b"PLTE", ())) == 1, "a palette picture needs one palette")
        parts += _chunk(b"PLTE", *chunks[b"PLTE"])
        if b"tRNS" in chunks:
            parts += _chunk(b"tRNS", *chunks[b"tRNS"])
    elif colour in (0, 2) and b"tRNS" in chunks:
        samples = struct.unpack_from(">H" if colour == 0 else ">HHH", chunks[b"tRNS"][0])
        key = tuple(_sample(sample, depth, colour) for sample in samples)
    parts += [*_chunk(b"IDAT", *chunks[b"IDAT"]), *_chunk(b"IEND")]
    exif = chunks.get(b"eXIf", [b""])[0]
    size = (height, width)
    return Container(
        "PNG", size, size, tuple(parts), orientation=read_orientation(exif), colour_key=key
    )


def _sample(sample: int, depth: int, colour: int) -> int:
    """Put a tRNS sample into the units of Pillow's decoded picture."""
    if depth == 16:
        return sample if colour == 0 else sample >> 8  # Pillow keeps 16 bits for greys alone
    top = 2**depth - 1
    return (sample & top) * 255 // top  # depths 1, 2, 4 are spread over 0..255
