"""What is known of a picture file before any pixel is decoded."""

from dataclasses import dataclass

MAX_PARTS = 20_000  # chunks or segments; the busiest honest files have a few thousand


class BrokenFileError(ValueError):
    """The file breaks its own format's rules; the message is for developers."""


@dataclass(frozen=True)
class Container:
    """What a file says about its first frame before any pixel is decoded.

    Attributes
    ----------
    kind : str
        Pillow's name of the format.
    canvas : (int, int)
        Rows and columns of the whole picture.
    frame : (int, int)
        Rows and columns of the first frame, which may be smaller than the canvas.
    parts : tuple of bytes-like
        Joined, a minimal file of the same format that holds the first frame alone.
    corner : (int, int)
        Row and column of the canvas where the frame's first pixel lies.
    orientation : int
        The EXIF orientation, 1 to 8.
    colour_key : tuple of int or None
        The one grey or colour that counts as transparent (PNG), in the decoded picture's units.
    working_bytes : float
        Bytes a pixel that the decoder needs besides the decoded picture.
    copies : int
        How often the file's bytes are in memory while it is decoded, besides the caller's.
    scans : int
        How many passes over the picture the file makes (JPEG; 1 elsewhere).
    """

    kind: str
    canvas: tuple[int, int]
    frame: tuple[int, int]
    parts: tuple[bytes | memoryview, ...]
    corner: tuple[int, int] = (0, 0)
    orientation: int = 1
    colour_key: tuple[int, ...] | None = None
    working_bytes: float = 0.0
    copies: int = 1
    scans: int = 1


def require(holds: bool, what: str) -> None:
    """Refuse a file in which something does not hold."""
    if not holds:
        raise BrokenFileError(what)
