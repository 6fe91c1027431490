"""BMP: a header, then rows of pixels.

Source: "Bitmap Storage", "BITMAPINFOHEADER" and its kin in the Windows GDI reference.
"""

import struct

from cnnviz.images.formats.container import Container, require

MAX_RLE_WORK = 2_000_000  # steps of a slow loop: run-length BMP is unpacked in Python


def read(data: bytes) -> Container:
    """Read the header, and check that the rows are all there."""
    (offset, header) = struct.unpack_from("<II", data, 10)
    if header == 12:
        width, height, _planes, bits = struct.unpack_from("<HHHH", data, 18)
        compression = 0
    else:
        width, height, _planes, bits, compression = struct.unpack_from("<iiHHI", data, 18)
        height = abs(height)  # negative: the top row comes first
    require(width > 0 and height > 0, "no pixels")
    if compression in (1, 2):
        # Runs may stand for many pixels or for none: both are steps of a slow loop.
        require(width * height + len(data) // 2 <= MAX_RLE_WORK, "too much run-length work")
    else:
        stride = (width * bits + 31) // 32 * 4
        require(offset + stride * height <= len(data), "cut off inside the pixels")
    return Container("BMP", (height, width), (height, width), (data,), copies=0)
