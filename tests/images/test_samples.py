"""Sample pictures and grids."""

import itertools

import numpy as np
import pytest
from PIL import Image

from cnnviz.images import FACE_PARTS, grids, load_grid, load_sample, samples, to_grey
from cnnviz.images.drawings import DRAWINGS, FOLDER


@pytest.mark.parametrize("key", ["cat", "face", "text", "texture", "scene"])
def test_every_sample_is_a_256_pixel_square_with_an_origin(key):
    sample = samples()[key]
    assert sample.key == key
    assert sample.title
    assert "CC0" in sample.origin
    picture = load_sample(key)
    assert picture.shape == (256, 256, 3)
    assert to_grey(picture).std() > 30  # enough contrast to be seen in grey


@pytest.mark.parametrize("key", DRAWINGS)
def test_a_stored_drawing_is_what_its_function_draws(key):
    # One level of room: the last bit of a cosine is the machine's own.
    np.testing.assert_allclose(load_sample(key).astype(int), DRAWINGS[key](), atol=1)
    assert samples()[key].kind == "drawing"


def test_every_stored_file_is_small_and_has_its_origin_written_down():
    origins = (FOLDER / "ORIGIN.md").read_text(encoding="utf-8")
    files = [path for path in FOLDER.iterdir() if path.suffix != ".md"]
    assert len(files) == len(samples())
    for path in files:
        assert path.stat().st_size < 60_000
        assert f"| {path.name} |" in origins


def test_the_parts_of_the_face_can_change_places():
    assert list(FACE_PARTS) == ["left eye", "right eye", "nose", "mouth"]
    assert len({(height, width) for _, _, height, width in FACE_PARTS.values()}) == 1
    cells = [
        {(r, c) for r in range(top, top + height) for c in range(left, left + width)}
        for top, left, height, width in FACE_PARTS.values()
    ]
    for one, other in itertools.combinations(cells, 2):
        assert not one & other


def test_each_part_of_the_face_holds_something_and_ends_within_its_rectangle():
    face = load_sample("face").astype(int)
    skin = face[60 + 40, 128]
    for top, left, height, width in FACE_PARTS.values():
        part = face[top : top + height, left : left + width]
        plain = (abs(part - skin) <= 2).all(axis=2)
        assert 0.1 < 1 - plain.mean() < 0.9
        assert plain[0].all()
        assert plain[-1].all()
        assert plain[:, 0].all()
        assert plain[:, -1].all()


def test_the_texture_turns_into_false_rings_when_pixels_are_skipped():
    grey = to_grey(load_sample("texture")).astype(float)
    rim = grey[126:130, :16]  # rings nearly one pixel wide, at the left end of the middle row
    assert abs(np.diff(rim, axis=1)).mean() > 60  # neighbours differ: fine
    assert abs(np.diff(rim[:, ::2], axis=1)).mean() < 40  # every second one does not: coarse


NUMBERS = {
    "notes5": "33210 00131 31223 20022 20001",
    "diagonals": "100001 010010 001100 100010 010010 001010",
    "count3": "012 345 678",
    "band": " ".join(["11000011"] * 6),
    "impulse": " ".join(["0000000"] * 3 + ["0001000"] + ["0000000"] * 3),
}


@pytest.mark.parametrize("key", NUMBERS)
def test_the_grids_hold_the_numbers_of_the_lessons(key):
    expected = [[int(digit) for digit in row] for row in NUMBERS[key].split()]
    np.testing.assert_array_equal(load_grid(key), expected)
    assert load_grid(key).dtype == np.float64


def test_the_ramp_has_13_rows_and_8_columns_of_small_integers():
    ramp = load_grid("ramp13x8")
    assert ramp.shape == (13, 8)
    assert (ramp == ramp.round()).all()
    assert 0 <= ramp.min() <= ramp.max() <= 20


def test_every_grid_is_listed_with_title_and_origin():
    assert set(grids()) == {*NUMBERS, "ramp13x8"}
    assert all(g.kind == "grid" and g.title and g.origin for g in grids().values())


def test_a_changed_grid_does_not_change_the_next_one():
    load_grid("count3")[0, 0] = 99
    assert load_grid("count3")[0, 0] == 0


@pytest.mark.parametrize("load", [load_sample, load_grid])
def test_an_unknown_key_is_refused_with_the_known_ones(load):
    with pytest.raises(ValueError, match=r"no sample 'dog'; the samples are (cat|notes5), "):
        load("dog")


def test_the_photograph_is_stored_without_metadata():
    with Image.open(FOLDER / "cat.jpg") as image:
        assert not image.getexif()
