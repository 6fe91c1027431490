"""EXIF: which way up the camera was held.

Source: CIPA DC-008 (orientation: 4.6.4 A), laid out as in TIFF 6.0, section 2.
"""

import struct


def read_orientation(exif: bytes | memoryview) -> int:
    r"""Read the orientation, 1 to 8; 1 (upright) where there is none that can be read.

    >>> header, entry = b"MM\0*\0\0\0\x08\0\x01", b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0"
    >>> read_orientation(header + entry)
    6
    """
    exif = bytes(exif[:65536]).removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return 1
    try:
        (start,) = struct.unpack_from(f"{order}I", exif, 4)
        (entries,) = struct.unpack_from(f"{order}H", exif, start)
        for entry in range(start + 2, start + 2 + 12 * entries, 12):
            tag, kind, _count, value = struct.unpack_from(f"{order}HHIH", exif, entry)
            if (tag, kind) == (0x0112, 3) and 1 <= value <= 8:
                return value
    except struct.error:  # it points beyond its own end
        pass
    return 1
