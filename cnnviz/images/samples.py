"""Pictures and small grids of numbers to start from, each with its origin."""

from dataclasses import dataclass
from functools import cache

import numpy as np

from cnnviz.i18n import _
from cnnviz.images.drawings import FOLDER
from cnnviz.images.load import load_image

_FILES = {
    "cat": "cat.jpg",
    "face": "face.png",
    "text": "text.png",
    "texture": "texture.png",
    "scene": "scene.png",
}

_GRIDS = {
    "notes5": [
        [3, 3, 2, 1, 0],
        [0, 0, 1, 3, 1],
        [3, 1, 2, 2, 3],
        [2, 0, 0, 2, 2],
        [2, 0, 0, 0, 1],
    ],
    "diagonals": [
        [1, 0, 0, 0, 0, 1],
        [0, 1, 0, 0, 1, 0],
        [0, 0, 1, 1, 0, 0],
        [1, 0, 0, 0, 1, 0],
        [0, 1, 0, 0, 1, 0],
        [0, 0, 1, 0, 1, 0],
    ],
    "count3": [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
    "band": [[1, 1, 0, 0, 0, 0, 1, 1]] * 6,
    "ramp13x8": [[row + column for column in range(8)] for row in range(13)],
    "impulse": [[int(row == column == 3) for column in range(7)] for row in range(7)],
}


@dataclass(frozen=True)
class Sample:
    """A sample: its key in links, and its title and origin in the learner's language.

    `kind` is "photo", "drawing" or "grid".
    """

    key: str
    title: str
    origin: str
    kind: str


def samples() -> dict[str, Sample]:
    """List the sample pictures by key, in the order in which to offer them.

    >>> list(samples())
    ['cat', 'face', 'text', 'texture', 'scene']
    """
    drawn = _("Drawn for this course; public domain (CC0)")
    return _by_key(
        Sample(
            "cat",
            _("Cat"),
            _("Chelsea the cat, photographed by Stéfan van der Walt; public domain (CC0)"),
            "photo",
        ),
        Sample("face", _("Face"), drawn, "drawing"),
        Sample("text", _("Letters and edges"), drawn, "drawing"),
        Sample("texture", _("Rings and stripes"), drawn, "drawing"),
        Sample("scene", _("Landscape"), drawn, "drawing"),
    )


def grids() -> dict[str, Sample]:
    """List the small grids of integers by key.

    >>> list(grids())
    ['notes5', 'diagonals', 'count3', 'band', 'ramp13x8', 'impulse']
    """
    notes = _("From the notes that this course is made from")
    own = _("Made for this course")
    return _by_key(
        Sample("notes5", _("5 x 5 numbers"), notes, "grid"),
        Sample("diagonals", _("Two diagonals, 6 x 6"), notes, "grid"),
        Sample("count3", _("Counting, 3 x 3"), notes, "grid"),
        Sample("band", _("Black band, 6 x 8"), _("Dive into Deep Learning, section 7.2.3"), "grid"),
        Sample("ramp13x8", _("Ramp, 13 x 8"), own, "grid"),
        Sample("impulse", _("A single 1, 7 x 7"), own, "grid"),
    )


@cache  # five small pictures, asked for at every run of a page
def load_sample(key: str) -> np.ndarray:
    """Open a sample picture: (H, W, 3), uint8, read-only.

    Raises
    ------
    ValueError
        If there is no such sample.

    Examples
    --------
    >>> load_sample("cat").shape
    (256, 256, 3)
    """
    picture = load_image((FOLDER / _find(_FILES, key)).read_bytes())
    picture.setflags(write=False)
    return picture


def load_grid(key: str) -> np.ndarray:
    """Make a grid of small integers: (H, W), float64.

    Raises
    ------
    ValueError
        If there is no such grid.

    Examples
    --------
    >>> load_grid("count3")
    array([[0., 1., 2.],
           [3., 4., 5.],
           [6., 7., 8.]])
    """
    return np.array(_find(_GRIDS, key), np.float64)


def _by_key(*entries: Sample) -> dict[str, Sample]:
    return {entry.key: entry for entry in entries}


def _find(known: dict, key: str):
    if key not in known:
        raise ValueError(f"there is no sample {key!r}; the samples are {', '.join(known)}")
    return known[key]
