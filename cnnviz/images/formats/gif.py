"""GIF: a screen, then images and extensions, each a chain of small blocks.

Source: the GIF89a specification (screen: section 18, image: 20, graphic control: 23).
"""

import struct

from cnnviz.images.formats.container import BrokenFileError, Container, require

MAX_BLOCKS = 300_000  # images, extensions and the blocks of at most 255 bytes inside them


def _end_of_blocks(data: bytes, position: int, budget: list[int]) -> int:
    """Follow a chain of data blocks to the position after the empty block that ends it."""
    while data[position]:
        position += 1 + data[position]
        budget[0] -= 1
        require(budget[0] > 0, "too many blocks")
    return position + 1


def _table(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0  # bytes of a colour table


def read(data: bytes) -> Container:
    """Find the first image, whole, and the colour that is transparent in it."""
    view, budget = memoryview(data), [MAX_BLOCKS]
    screen_width, screen_height, flags = struct.unpack_from("<HHB", data, 6)
    position = 13 + _table(flags)
    colours = view[13:position]
    transparent, image = -1, None
    while data[position] != 0x3B:  # the trailer
        budget[0] -= 1
        require(budget[0] > 0, "too many blocks")
        if data[position] == 0x21:  # an extension
            if data[position + 1] == 0xF9 and data[position + 2] >= 4 and image is None:
                transparent = data[position + 6] if data[position + 3] & 1 else -1
            position = _end_of_blocks(data, position + 2, budget)
        elif data[position] == 0x2C:  # an image
            start = position
            position += 10 + _table(data[start + 9])
            position = _end_of_blocks(data, position + 1, budget)
            image = image or (start, position)
        else:
            raise BrokenFileError(f"unknown block {data[position]:#x}")
    require(image is not None, "no image")
    start, end = image
    left, top, width, height, image_flags = struct.unpack_from("<HHHHB", data, start + 1)
    control = b""
    if transparent >= 0:
        control = bytes((0x21, 0xF9, 4, 1, 0, 0, transparent, 0))
    parts = (
        b"GIF89a" + struct.pack("<HHBBB", width, height, flags, 0, 0),
        colours,
        control + b"," + struct.pack("<HHHHB", 0, 0, width, height, image_flags),
        view[start + 10 : end],
        b";",
    )
    canvas = (max(screen_height, top + height), max(screen_width, left + width))
    return Container("GIF", canvas, (height, width), parts, corner=(top, left))
