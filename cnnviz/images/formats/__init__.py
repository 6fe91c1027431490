"""Take a picture file apart and keep only what its pixels need.

A picture file is a chain of parts, and most of the ways in which a file can hurt its reader sit in
parts that no pixel needs: texts that unpack to gigabytes, colour profiles, thumbnails, thousands of
further animation frames. Each reader walks the parts without decoding any of them, checks that the
file is whole, and says how large the first frame is and which bytes draw it. Everything that is
decoded later is decoded from those bytes alone.
"""

from cnnviz.images.formats import bmp, gif, jpeg, png, webp
from cnnviz.images.formats.container import BrokenFileError, Container

__all__ = ["BrokenFileError", "Container", "identify", "read"]

_READERS = {
    "PNG": png.read,
    "JPEG": jpeg.read,
    "GIF": gif.read,
    "BMP": bmp.read,
    "WEBP": webp.read,
}


def identify(data: bytes) -> str | None:
    """Name the format by the file's first bytes, never by the file's name.

    >>> identify(b"GIF89a...")
    'GIF'
    >>> identify(b"%!PS-Adobe-3.0 EPSF-3.0") is None
    True
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith((b"GIF87a", b"GIF89a")):
        return "GIF"
    if data.startswith(b"BM"):
        return "BMP"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def read(kind: str, data: bytes) -> Container:
    """Walk through a file of one of the five formats, without decoding it.

    Raises
    ------
    BrokenFileError, struct.error, LookupError, ArithmeticError, ValueError
        The file is cut off, damaged or not of this kind.
    """
    return _READERS[kind](data)
