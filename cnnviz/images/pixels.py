"""From any kind of pixel to red, green and blue bytes, the right way up; smaller; grey."""

import numpy as np
from PIL import Image

from cnnviz.images.formats import Container

TILE = 2**18  # pixels converted at a time, so that no second picture is ever in memory


def to_rgb(image: Image.Image, container: Container, shape: tuple[int, int]) -> np.ndarray:
    """Put a decoded first frame on a white canvas, whatever its mode.

    Parameters
    ----------
    image : PIL.Image.Image
        The decoded frame.
    container : Container
        Where the frame lies and which colour of it is transparent.
    shape : (int, int)
        Rows and columns of the canvas.

    Returns
    -------
    ndarray, shape (H, W, 3), uint8
    """
    canvas = np.full((*shape, 3), 255, np.uint8)  # (H, W, 3)
    top, left = container.corner
    frame = canvas[top : top + image.height, left : left + image.width]
    span = _span(image)
    columns = min(image.width, TILE)
    rows = max(1, TILE // columns)
    for y in range(0, image.height, rows):
        for x in range(0, image.width, columns):
            box = (x, y, min(x + columns, image.width), min(y + rows, image.height))
            tile = image.crop(box)
            target = frame[y : y + rows, x : x + columns]
            target[...] = _tile_rgb(tile, span)
            if container.colour_key is not None:
                target[_matches(tile, container.colour_key)] = 255
    return canvas


def _span(image: Image.Image) -> tuple[float, float] | None:
    """Find the values that become black and white in greys deeper than 8 bits.

    16-bit greys have a fixed white, 65535. Integers of 32 bits and floats have none, so their own
    darkest and brightest pixels take its place, unless the integers look like 16-bit greys or the
    floats like shares of white from 0 to 1.
    """
    if image.mode.startswith("I;16"):
        return 0.0, 65535.0
    if image.mode not in ("I", "F"):
        return None
    low, high = image.getextrema()
    usual = 65535.0 if image.mode == "I" else 1.0
    # Integers that no 8-bit grey could hold are 16-bit greys; smaller ones are stretched.
    if low >= 0 and high <= usual and (image.mode == "F" or high > 255):
        return 0.0, usual
    return (float(low), float(high)) if high > low else (float(low), float(low) + 1)


def _tile_rgb(tile: Image.Image, span: tuple[float, float] | None) -> np.ndarray:
    if span is not None:
        low, high = span
        grey = (np.asarray(tile, np.float64) - low) * (255 / (high - low))
        if tile.mode == "F":  # only floats can be no number at all
            grey = np.nan_to_num(grey).clip(0, 255)
        return np.rint(grey).astype(np.uint8)[:, :, np.newaxis]  # (h, w, 1)
    if "A" in tile.getbands() or "transparency" in tile.info:
        white = Image.new("RGBA", tile.size, "white")
        tile = Image.alpha_composite(white, tile.convert("RGBA"))
    return np.asarray(tile.convert("RGB"))  # (h, w, 3)


def _matches(tile: Image.Image, key: tuple[int, ...]) -> np.ndarray:
    """Mark the pixels of a grey or RGB tile that have exactly the transparent colour."""
    values = np.asarray(tile.convert("L") if tile.mode == "1" else tile)
    return (values.reshape(*values.shape[:2], -1) == key).all(axis=2)  # (h, w)


def upright(picture: np.ndarray, orientation: int) -> np.ndarray:
    """Turn a picture the way its EXIF orientation asks for (CIPA DC-008, 4.6.4 A).

    >>> upright(np.array([[1, 2], [3, 4]]), 6).tolist()
    [[3, 1], [4, 2]]
    """
    if orientation in (5, 6, 7, 8):  # rows and columns change places
        picture = picture.swapaxes(0, 1)
    if orientation in (3, 4, 7, 8):  # the last row comes first
        picture = picture[::-1]
    if orientation in (2, 3, 6, 7):  # the last column comes first
        picture = picture[:, ::-1]
    return np.ascontiguousarray(picture)


def shrink(picture: np.ndarray, side: int) -> tuple[np.ndarray, bool]:
    """Fit a picture into side x side pixels; each new pixel averages the area that it covers.

    Parameters
    ----------
    picture : ndarray, shape (H, W, 3) or (H, W), uint8
        The picture. One that fits already is returned as it is: nothing is ever enlarged.
    side : int
        The most rows and columns wanted.

    Returns
    -------
    picture : ndarray, uint8
        Same proportions to the nearest pixel, and at least one pixel either way.
    scaled : bool
        Whether the picture had to be made smaller.

    Raises
    ------
    ValueError
        If side is below 1.

    Examples
    --------
    >>> shrink(np.array([[0, 100], [100, 200]], np.uint8), 1)
    (array([[100]], dtype=uint8), True)
    """
    if side < 1:
        raise ValueError(f"a picture cannot fit into {side} x {side} pixels; side must be >= 1")
    height, width = picture.shape[:2]
    longest = max(height, width)
    if longest <= side:
        return picture, False
    rows, columns = (max(1, (n * side + longest // 2) // longest) for n in (height, width))
    if height % rows == 0 and width % columns == 0:  # every new pixel covers one whole block
        return np.array(Image.fromarray(picture).reduce((width // columns, height // rows))), True
    # Whole blocks first, in C and in bytes; what is left is small enough for exact fractions.
    blocks = max(1, height // (2 * rows)), max(1, width // (2 * columns))
    image = Image.fromarray(picture).reduce(blocks[::-1])
    values = np.asarray(image, np.float32).reshape(image.height, image.width, -1)  # (h, w, C)
    values = np.tensordot(_area_shares(height, blocks[0], rows), values, 1)  # (rows, w, C)
    values = np.tensordot(_area_shares(width, blocks[1], columns), values, (1, 1))
    values = values.swapaxes(0, 1)  # (columns, rows, C) -> (rows, columns, C)
    small = np.rint(values).clip(0, 255).astype(np.uint8)
    return np.ascontiguousarray(small.reshape(rows, columns, *picture.shape[2:])), True


def _area_shares(size: int, block: int, count: int) -> np.ndarray:
    """Say how much of each of count equal stretches lies in each block of cells: (count, blocks).

    >>> _area_shares(3, 1, 2) * 3
    array([[2., 1., 0.],
           [0., 1., 2.]], dtype=float32)
    """
    edges = np.arange(0, size + block, block)  # of the blocks; the last may be cut off by size
    borders = np.linspace(0, size, count + 1)[:, np.newaxis]  # of the stretches
    overlap = np.minimum(edges[1:], borders[1:]) - np.maximum(edges[:-1], borders[:-1])
    return (overlap.clip(0) * count / size).astype(np.float32)


def to_grey(picture: np.ndarray) -> np.ndarray:
    """Turn colour into brightness: 0.299 red + 0.587 green + 0.114 blue (ITU-R BT.601, 2.5.1).

    Parameters
    ----------
    picture : ndarray, shape (H, W, 3), uint8

    Returns
    -------
    ndarray, shape (H, W), uint8

    Examples
    --------
    >>> to_grey(np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8))
    array([[ 76, 150,  29]], dtype=uint8)
    """
    return np.array(Image.fromarray(picture).convert("L"))
