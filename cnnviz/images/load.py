"""From any bytes to a clean array of pixels, or to one sentence that says why not.

A file is never trusted. Its kind is told from its first bytes, its parts are walked through
without decoding them (`cnnviz.images.formats`), its size and the work it asks for are checked, and
only then are the bytes of its first frame decoded.
"""

import io

import numpy as np
from PIL import Image

from cnnviz.i18n import _
from cnnviz.images import formats
from cnnviz.images.pixels import to_rgb, upright

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 16_000_000  # beyond it a JPEG is decoded at half its size, anything else refused
MAX_SIDE = 65_535  # rows or columns; Pillow keeps an address for every row
MAX_HALVED_PIXELS = 64_000_000
MAX_SCANS = 100
MAX_WORK = 400_000_000  # pixels times scans, and BYTE_WORK a byte: the time that a JPEG takes
BYTE_WORK = 16  # pixels of an empty scan that are drawn in the time of one byte of a full one
MAX_MEMORY = 170_000_000  # bytes that decoding may take on top of what the caller holds


class ImageError(ValueError):
    """Why a file cannot be shown, in one sentence for the learner."""


def load_image(data: bytes) -> np.ndarray:
    """Turn an uploaded file into pixels, or say in one sentence why that cannot be done.

    PNG, JPEG, GIF, BMP and WebP are told by their content. The picture is the first frame of an
    animation, turned upright as its EXIF orientation says, with transparency laid over white and
    greys of 16 bits rescaled to 0..255. Colour profiles and gamma are not applied. A JPEG too large
    to be held whole (of 16 million pixels, fewer in CMYK) comes back at half its width and height.

    Parameters
    ----------
    data : bytes
        The whole file.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8
        Red, green and blue, 0..255.

    Raises
    ------
    ImageError
        The file is empty, too large, of another kind, damaged or cut off. Nothing else is raised,
        and no file takes more than about 200 MB of memory or 2 s.

    Examples
    --------
    >>> load_image(b"%PDF-1.7")
    Traceback (most recent call last):
    cnnviz.images.load.ImageError: This is not a PNG, JPEG, GIF, BMP or WebP picture, ...
    """
    kind = _checked_kind(data)
    try:
        container = formats.read(kind, data)
        halved = _checked_size(container, len(data))
        return _decode(container, halved)
    except ImageError:
        raise
    except Exception as error:  # decoders meet damage in more ways than they document
        raise ImageError(
            _(
                "This {kind} file is damaged, incomplete or of a rare variety and cannot be "
                "opened: save or download it again, as PNG or JPEG."
            ).format(kind=kind)
        ) from error


def _checked_kind(data: bytes) -> str:
    if not data:
        raise ImageError(_("The file is empty: it has 0 bytes."))
    if len(data) > MAX_BYTES:
        raise ImageError(
            _("The file has {size:.1f} MB, and at most {limit} MB can be opened.").format(
                size=len(data) / 2**20, limit=MAX_BYTES // 2**20
            )
        )
    kind = formats.identify(data)
    if kind is None:
        raise ImageError(
            _(
                "This is not a PNG, JPEG, GIF, BMP or WebP picture, as far as its first bytes "
                "tell: save or export it as one of these and try again."
            )
        )
    return kind


def _checked_size(container: formats.Container, file_bytes: int) -> bool:
    """Refuse what would take too long or too much memory; say whether to decode at half size."""
    pixels = container.canvas[0] * container.canvas[1]
    memory = MAX_MEMORY - container.copies * file_bytes
    # A decoded pixel takes 4 bytes, beside the decoder's own or, later, the 3 of the result.
    full = min(MAX_PIXELS, int(memory / max(container.working_bytes + 4, 4 + 3)))
    limit = full
    if container.kind == "JPEG":
        half = int(memory / max(container.working_bytes + 4 / 4, (4 + 3) / 4))
        limit = min(MAX_HALVED_PIXELS, half)
    if max(container.canvas) > MAX_SIDE:
        raise ImageError(
            _(
                "The picture has {height} rows of {width} pixels, and neither number may be "
                "larger than {limit}."
            ).format(height=container.canvas[0], width=container.canvas[1], limit=MAX_SIDE)
        )
    if container.scans > MAX_SCANS:
        raise ImageError(
            _("This JPEG draws its picture in {scans} scans, and at most {limit} are read.").format(
                scans=container.scans, limit=MAX_SCANS
            )
        )
    limit = min(limit, (MAX_WORK - BYTE_WORK * file_bytes) // container.scans)
    if pixels > limit:
        raise ImageError(
            _(
                "The picture has {height} rows of {width} pixels, {pixels:.1f} million in all, "
                "and a {kind} file like this one may have {limit:.1f} million."
            ).format(
                height=container.canvas[0],
                width=container.canvas[1],
                pixels=pixels / 1e6,
                kind=container.kind,
                limit=limit / 1e6,
            )
        )
    return pixels > full


def _decode(container: formats.Container, halved: bool) -> np.ndarray:
    file = io.BytesIO(b"".join(container.parts))
    with Image.open(file, formats=[container.kind]) as image:
        if image.size != container.frame[::-1]:
            raise formats.BrokenFileError(f"{image.size} decoded, {container.frame} announced")
        shape = container.canvas
        if halved:
            image.draft(None, (image.width // 2, image.height // 2))
            shape = (image.height, image.width)
        image.load()
        picture = to_rgb(image, container, shape)
    return upright(picture, container.orientation)
