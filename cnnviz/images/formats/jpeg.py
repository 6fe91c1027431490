"""JPEG: segments that start with a marker, and scans of compressed data between them.

Source: ITU-T T.81, annex B (markers: table B.1, frame and scan headers: B.2.2 and B.2.3).
"""

import re
import struct
from collections.abc import Iterator

from cnnviz.images.formats.container import MAX_PARTS, BrokenFileError, Container, require
from cnnviz.images.formats.exif import read_orientation

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")  # not stuffing, filling or a restart
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ONE_PASS = (0xC0, 0xC1, 0xC9)  # sequential; progressive ones are drawn over and over


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield marker, start and end of each segment up to the end of the image."""
    position = 2
    for _number in range(MAX_PARTS):
        found = _MARKER.search(data, position)
        require(found is not None, "cut off before the end of the image")
        start, marker = found.start(), data[found.end() - 1]
        if marker in (0x01, 0xD9):  # these two stand alone
            position = start + 2
        else:
            require(marker >= 0xC0 and marker != 0xD8, f"marker {marker:#x} out of place")
            (length,) = struct.unpack_from(">H", data, start + 2)
            position = start + 2 + length
            require(length >= 2 and position <= len(data), "cut off inside a segment")
        yield marker, start, position
        if marker == 0xD9:
            return
    raise BrokenFileError("too many segments")


def read(data: bytes) -> Container:
    """Keep tables and scans; count the scans and what it takes to hold them."""
    view = memoryview(data)
    parts: list[bytes | memoryview] = [data[:2]]
    frame, scans, first_scan, orientation, end = b"", 0, 0, 0, 0
    coding, multiscan = 0, False
    for marker, start, end in _segments(data):
        body = data[start + 4 : end]
        if marker in _FRAMES:
            require(not frame and not scans, "frame header out of place")
            frame, coding, multiscan = body, marker, marker not in _ONE_PASS
        elif marker == 0xDA:
            require(bool(frame), "a scan without a frame header")
            first_scan = first_scan or start
            multiscan = multiscan or body[0] < frame[5]
            scans += 1
        elif marker == 0xE1 and body.startswith(b"Exif\0\0"):
            orientation = orientation or read_orientation(body)
        named = (marker, body[:4]) in ((0xE0, b"JFIF"), (0xEE, b"Adob"))  # they set the colours
        if not scans and (named or marker < 0xE0):
            parts.append(view[start:end])
    require(scans > 0, "no scan")
    parts.append(view[first_scan:end])
    height, width, channels = struct.unpack_from(">HHB", frame, 1)
    factors = [frame[7 + 3 * c] for c in range(channels)]  # horizontal and vertical, 4 bits each
    largest = max(f >> 4 for f in factors) * max(f & 15 for f in factors)
    samples = sum((f >> 4) * (f & 15) for f in factors) / max(largest, 1)  # per pixel
    # A picture in several scans is held as coefficients of 2 bytes each until the last one is read.
    working = 2 * samples if multiscan else 0.0
    # Each block of 8 x 8 samples is coded in at least one bit, save by arithmetic coders.
    least_bits = height * width * samples / 64
    coded_bits = 8 * (end - first_scan)
    require(coding >= 0xC9 or coded_bits >= least_bits, "too little data for its size")
    size = (height, width)
    return Container(
        "JPEG",
        size,
        size,
        tuple(parts),
        orientation=orientation or 1,
        working_bytes=working,
        scans=scans,
    )
