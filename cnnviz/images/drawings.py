"""The sample pictures that are drawn, not photographed: each is a function, 256 x 256 pixels.

A shape is its signed distance: for every pixel, how far its centre lies from the shape's edge, in
pixels, negative inside. Painting is then one line: a pixel on the edge gets its share of the
colour. `write()` stores all of them in assets/samples.
"""

from itertools import pairwise
from pathlib import Path

import numpy as np
from PIL import Image

FOLDER = Path(__file__).parents[2] / "assets" / "samples"

SIDE = 256
ROWS, COLUMNS = np.mgrid[0:SIDE, 0:SIDE] + 0.5  # pixel centres

# Top row, left column, height and width. All are of one size, so that any two can change places.
FACE_PARTS = {
    "left eye": (88, 60, 44, 56),
    "right eye": (88, 140, 44, 56),
    "nose": (132, 100, 44, 56),
    "mouth": (178, 100, 44, 56),
}

# Strokes on a grid 4 wide and 6 high, as "column row" pairs.
_LETTERS = {
    "A": ["06 02 20 42 46", "03.5 43.5"],
    "C": ["41 30 10 01 05 16 36 45"],
    "D": ["00 06 26 44 42 20 00"],
    "E": ["40 00 06 46", "03 33"],
    "G": ["41 30 10 01 05 16 36 45 43 2.53"],
    "I": ["20 26"],
    "K": ["00 06", "40 03 46"],
    "L": ["00 06 46"],
    "N": ["06 00 46 40"],
    "P": ["06 00 30 41 42 33 03"],
    "R": ["06 00 30 41 42 33 03", "23 46"],
    "S": ["41 30 10 01 02 13 33 44 45 36 16 05"],
    "T": ["00 40", "20 26"],
}


def circle(row: float, column: float, radius: float) -> np.ndarray:
    """Measure the distance to a disc."""
    return np.hypot(ROWS - row, COLUMNS - column) - radius


def ellipse(row: float, column: float, height: float, width: float) -> np.ndarray:
    """Measure the distance to an ellipse with these half-axes, well enough near its edge."""
    r, c = ROWS - row, COLUMNS - column
    level = np.hypot(r / height, c / width)  # 1 on the edge
    slope = np.hypot(r / height**2, c / width**2) / np.maximum(level, 1e-9)
    return (level - 1) / np.maximum(slope, 1e-9)


def box(top: float, left: float, bottom: float, right: float) -> np.ndarray:
    """Measure the distance to a rectangle."""
    down = np.maximum(top - ROWS, ROWS - bottom)
    across = np.maximum(left - COLUMNS, COLUMNS - right)
    return np.maximum(down, across)


def stroke(points: list[tuple[float, float]], width: float) -> np.ndarray:
    """Measure the distance to a line through (row, column) points, drawn with a round pen."""
    nearest = np.full((SIDE, SIDE), np.inf)
    for (r0, c0), (r1, c1) in pairwise(points):
        length = (r1 - r0) ** 2 + (c1 - c0) ** 2
        share = ((ROWS - r0) * (r1 - r0) + (COLUMNS - c0) * (c1 - c0)) / length
        share = share.clip(0, 1)  # how far along the segment the nearest point lies
        away = np.hypot(ROWS - r0 - share * (r1 - r0), COLUMNS - c0 - share * (c1 - c0))
        nearest = np.minimum(nearest, away)
    return nearest - width / 2


def below(height: np.ndarray) -> np.ndarray:
    """Measure the distance to everything under a skyline, given as a row for each column."""
    steepness = np.hypot(1, np.gradient(height))
    return (height - ROWS) / steepness


def paint(canvas: np.ndarray, distance: np.ndarray, colour) -> None:
    """Lay a colour, or an (H, W, 3) array of colours, over the canvas inside a shape."""
    share = (0.5 - distance).clip(0, 1)[:, :, np.newaxis]  # (H, W, 1), the pixel's part inside
    canvas += share * (np.asarray(colour, float) - canvas)


def fade(amount: np.ndarray, start, end) -> np.ndarray:
    """Blend from one colour (amount 0) to another (amount 1): (H, W, 3)."""
    share = np.clip(amount, 0, 1)[:, :, np.newaxis]
    return np.asarray(start, float) + share * (np.asarray(end, float) - np.asarray(start, float))


def _finish(canvas: np.ndarray) -> np.ndarray:
    return np.rint(canvas.clip(0, 255)).astype(np.uint8)


def face() -> np.ndarray:
    """Draw a friendly face whose eyes, nose and mouth lie in the rectangles of FACE_PARTS."""
    canvas = fade(ROWS / SIDE, (112, 178, 196), (178, 216, 212))
    skin, shade, dark = (246, 208, 170), (226, 168, 130), (66, 44, 36)
    paint(canvas, ellipse(262, 128, 40, 92), (204, 84, 72))  # shoulders
    paint(canvas, box(205, 104, 250, 152), shade)  # neck
    paint(canvas, ellipse(112, 128, 100, 98), dark)  # hair
    for column in (32, 224):
        paint(canvas, ellipse(138, column, 20, 13), skin)  # ears
        paint(canvas, ellipse(138, column, 10, 6), shade)
    paint(canvas, ellipse(140, 128, 96, 92), skin)
    for column in (62, 194):
        paint(canvas, circle(172, column, 16), (244, 178, 148))  # cheeks
    fringe = np.maximum(ellipse(112, 128, 100, 98), ROWS - 72 - 10 * np.cos(COLUMNS / 9))
    paint(canvas, fringe, dark)
    for top, left, height, width in (FACE_PARTS["left eye"], FACE_PARTS["right eye"]):
        row, column = top + height / 2 + 4, left + width / 2
        brow = [(row - 19, column - 20), (row - 22, column), (row - 19, column + 20)]
        paint(canvas, stroke(brow, 5), dark)
        paint(canvas, ellipse(row, column, 14, 24), (255, 255, 255))
        paint(canvas, circle(row, column, 12.5), (48, 116, 84))
        paint(canvas, circle(row, column, 6.5), (20, 20, 24))
        paint(canvas, circle(row - 4, column + 4, 3), (255, 255, 255))
    top, left, height, width = FACE_PARTS["nose"]
    row, column = top + height - 14, left + width / 2
    paint(canvas, stroke([(row - 26, column + 3), (row - 2, column + 12)], 4), shade)
    paint(canvas, ellipse(row, column, 8, 17), shade)
    for nostril in (column - 7, column + 7):
        paint(canvas, ellipse(row + 2, nostril, 3, 4), (150, 92, 70))
    top, left, height, width = FACE_PARTS["mouth"]
    row, column = top + 9, left + width / 2
    smile = np.maximum(ellipse(row, column, 26, 25), row - ROWS)  # the lower half of an ellipse
    paint(canvas, smile, (150, 40, 48))
    paint(canvas, np.maximum(smile, ROWS - row - 8), (255, 255, 255))  # teeth
    paint(canvas, np.maximum(smile, circle(row + 28, column, 15)), (226, 112, 112))  # tongue
    return _finish(canvas)


def text() -> np.ndarray:
    """Draw an eye chart: letters of four sizes, and straight edges in every direction."""
    canvas = np.full((SIDE, SIDE, 3), 255.0)
    ink = (16, 16, 20)
    lines = (("CNN", 16, 72), ("KERNEL", 114, 37), ("STRIDE", 172, 24), ("PADDING", 214, 15))
    for word, top, height in lines:
        unit = height / 6
        left = (SIDE - unit * (6 * len(word) - 2)) / 2  # a letter is 4 wide, a gap 2
        for place, letter in enumerate(word):
            for line in _LETTERS[letter]:
                pairs = [_pair(pair) for pair in line.split()]
                points = [
                    (top + unit * row, left + unit * (6 * place + column)) for column, row in pairs
                ]
                paint(canvas, stroke(points, max(1.6, 0.85 * unit)), ink)
    paint(canvas, np.maximum(box(4, 4, 252, 252), -box(7, 7, 249, 249)), ink)  # a frame
    return _finish(canvas)


def _pair(pair: str) -> tuple[float, float]:
    cut = 1 if pair[1:2].isdigit() else 3  # "03.5" is 0 and 3.5, "2.53" is 2.5 and 3
    return float(pair[:cut]), float(pair[cut:])


def texture() -> np.ndarray:
    """Draw a zone plate: rings that grow finer until, at the rim, each is one pixel wide.

    At r pixels from the centre the rings have r / 256 periods a pixel; 1/2, the finest that pixels
    can show (Shannon 1949, theorem 1), is reached at the rim. Stripes 4 pixels wide and a chequered
    field fill the corners. Whatever skips pixels turns these into false, coarse patterns.
    """
    r, c = ROWS - SIDE / 2, COLUMNS - SIDE / 2
    radius = np.hypot(r, c)
    bright = 0.5 + 0.5 * np.cos(np.pi * radius**2 / SIDE)
    row, column = np.indices((SIDE, SIDE))
    across, down = column % 4 < 2, row % 4 < 2
    slanted, chequered = (row + column) % 6 < 3, (row + column) % 2 == 0
    corners = np.where(r < 0, np.where(c < 0, across, down), np.where(c < 0, slanted, chequered))
    bright = np.where(radius < SIDE / 2 - 1, bright, corners)
    bright = np.rint(bright * 31) / 31  # 32 levels keep the file small
    return _finish(fade(bright, (22, 34, 74), (255, 246, 224)))


def scene() -> np.ndarray:
    """Draw a landscape: smooth sky, sun, mountains, a lake, hills, a house and trees."""
    canvas = fade(ROWS / 150, (92, 150, 214), (252, 226, 190))
    glow = np.exp(-((circle(62, 188, 0) / 42) ** 2))
    canvas += glow[:, :, np.newaxis] * (np.array((255, 240, 190)) - canvas)
    paint(canvas, circle(62, 188, 21), (255, 214, 92))
    x = COLUMNS[0]
    peaks = np.minimum(78 + abs(x - 66) * 0.9, 96 + abs(x - 152) * 0.75)
    peaks = np.minimum(peaks, 104 + abs(x - 232) * 0.8)
    paint(canvas, below(peaks), fade((ROWS - 80) / 80, (96, 106, 150), (158, 170, 196)))
    snow = np.maximum(below(peaks), ROWS - 98 - 5 * np.sin(COLUMNS / 4))
    paint(canvas, snow, (248, 250, 255))
    paint(canvas, box(150, -9, 200, 265), fade((ROWS - 150) / 45, (176, 204, 222), (70, 128, 170)))
    for row, left, right in ((160, 150, 214), (167, 172, 232), (175, 140, 196), (184, 168, 240)):
        paint(canvas, stroke([(row, left), (row, right)], 2), (226, 236, 240))  # glints on the lake
    far = 158 + 13 * np.cos((x + 12) / 40) + x * 0.12
    paint(canvas, below(far), fade((ROWS - 150) / 60, (122, 168, 92), (86, 138, 76)))
    near = 206 - 14 * np.sin((x + 30) / 52)
    paint(canvas, below(near), fade((ROWS - 190) / 66, (74, 128, 62), (34, 82, 46)))
    _house(canvas)
    for row, column, size in ((196, 186, 17), (204, 222, 22), (212, 28, 20)):
        paint(canvas, box(row, column - 3, row + 2 * size, column + 3), (96, 66, 44))
        for r, c, part in ((0, -0.55, 0.75), (0, 0.55, 0.75), (-0.7, 0, 0.85)):
            shade = fade((ROWS - row + size) / (2 * size), (66, 150, 70), (30, 88, 50))
            paint(canvas, circle(row + r * size, column + c * size, part * size), shade)
    return _finish(canvas)


def _house(canvas: np.ndarray) -> None:
    paint(canvas, box(176, 78, 222, 142), (240, 226, 200))
    roof = np.maximum(
        0.8 * (148 + 0.72 * abs(COLUMNS - 110) - ROWS), ROWS - 178
    )  # under two slopes, above the walls
    paint(canvas, roof, (178, 62, 50))
    paint(canvas, box(150, 124, 168, 133), (150, 70, 60))  # chimney
    paint(canvas, box(194, 118, 222, 134), (112, 72, 48))  # door
    paint(canvas, box(188, 86, 206, 106), (250, 250, 250))
    paint(canvas, box(190, 88, 204, 104), (84, 130, 176))  # window
    paint(canvas, box(188, 95, 206, 97), (250, 250, 250))
    paint(canvas, box(196, 86, 198, 106), (250, 250, 250))


DRAWINGS = {"face": face, "text": text, "texture": texture, "scene": scene}


def write() -> None:
    """Store the drawings as PNG files, by palette where they have at most 256 colours."""
    for key, draw in DRAWINGS.items():
        picture = draw()
        colours, numbers = np.unique(picture.reshape(-1, 3), axis=0, return_inverse=True)
        image = Image.fromarray(picture)
        if len(colours) <= 256:
            image = Image.fromarray(numbers.reshape(SIDE, SIDE).astype(np.uint8))
            image.putpalette(colours.tobytes())
        image.save(FOLDER / f"{key}.png", optimize=True)
