"""What lesson 1 asks and says: which pixels change places, and who notices."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
import streamlit as st

from cnnviz.figures.rearranged import (
    Patch,
    convolution_differences,
    kept,
    neuron_answers,
    shuffled,
    swapped,
)
from cnnviz.i18n import _
from cnnviz.images import FACE_PARTS
from cnnviz.ui import controls
from cnnviz.ui.code import excerpt, literal
from cnnviz.ui.frame import heading
from cnnviz.ui.predict import predict

FACE_SIDE = 256  # FACE_PARTS are counted in a picture of this size
LARGEST_SEED = 9999
PARTS = tuple(FACE_PARTS)
PAIRS = {f"{a}-{b}".replace(" ", "_"): (a, b) for a, b in combinations(PARTS, 2)}
USUAL = "left_eye-nose"
OWN_KEYS = ("row_a", "column_a", "row_b", "column_b", "patch_rows", "patch_columns")
PLACED = "_patches_placed"  # the size of the picture that the learner's rectangles were placed in


@dataclass(frozen=True)
class Change:
    """What is done to the picture: `order` as in cnnviz.figures.rearranged, and its patches."""

    kind: str
    order: np.ndarray
    patches: tuple[Patch, ...] = ()
    seed: int = 0


def change_controls(shape) -> Change:
    """Ask what to do with the pixels: swap two patches, shuffle all, or nothing.

    Parameters
    ----------
    shape : tuple
        The picture's; rows and columns are its last two numbers.
    """
    shape = shape[-2:]
    kinds = {
        "swap": _("swap two patches"),
        "shuffle": _("shuffle all pixels"),
        "none": _("leave it as it is"),
    }
    kind = controls.choice(_("Change the picture"), "change", kinds)
    if kind == "shuffle":
        seed = controls.number(_("Number of the shuffle"), "seed", 0, LARGEST_SEED, 1)
        return Change(kind, shuffled(shape, seed), seed=seed)
    if kind == "none":
        return Change(kind, kept(shape))
    if shape == (1, 1):
        st.info(_("A picture of one pixel has no second patch: nothing is swapped."))
        return Change("none", kept(shape))
    above = st.container()
    first, second = patch_controls(shape)
    if first.meets(second):
        above.info(
            _(
                "Rectangles A (row {row_a}, column {column_a}) and B (row {row_b}, column {column_b}) overlap, "
                "so nothing is swapped. Move one of them away."
            ).format(
                row_a=first.row + 1,
                column_a=first.column + 1,
                row_b=second.row + 1,
                column_b=second.column + 1,
            )
        )
        return Change(kind, kept(shape), (first, second))
    return Change(kind, swapped(shape, first, second), (first, second))


def patch_controls(shape) -> tuple[Patch, Patch]:
    """Two patches: named parts of the face, or rectangles of the learner's own."""
    if st.session_state["picture"] == "face":
        words = part_names()
        names = {key: f"{words[a]} ↔ {words[b]}" for key, (a, b) in PAIRS.items()}
        names["own"] = _("two rectangles of your own")
        pair = controls.choice(_("Swap"), "patches", names, USUAL)
        if pair != "own":
            return tuple(face_patch(part, shape) for part in PAIRS[pair])
    return own_patches(shape)


def part_names():
    """The parts of the sample face for the learner."""
    return {
        "left eye": _("left eye"),
        "right eye": _("right eye"),
        "nose": _("nose"),
        "mouth": _("mouth"),
    }


def face_patch(part, shape) -> Patch:
    """A part of the sample face, in a face shown at another size."""
    row, column, height, width = FACE_PARTS[part]
    down, across = (n / FACE_SIDE for n in shape)
    height, width = max(1, round(height * down)), max(1, round(width * across))
    return Patch(
        min(round(row * down), shape[0] - height),
        min(round(column * across), shape[1] - width),
        height,
        width,
    )


def own_patches(shape) -> tuple[Patch, Patch]:
    """Two rectangles of one size, where the learner has put them in a picture of this size."""
    state = st.session_state
    if state.get(PLACED, shape) != shape:  # numbers that fitted another picture say nothing here
        for key in OWN_KEYS:
            controls.set_value(key, None)
            st.query_params.pop(key, None)
    state[PLACED] = shape
    patches = rectangle_controls(shape, usual_patches(shape))
    for key in (*OWN_KEYS, PLACED):
        controls.register(key, None)  # a worked example brings a picture of another size
    return patches


def usual_patches(shape) -> tuple[Patch, Patch]:
    """Where the face has an eye and the nose; in a picture too small for that, its two ends.

    >>> usual_patches((1, 2))
    (Patch(row=0, column=0, height=1, width=1), Patch(row=0, column=1, height=1, width=1))
    """
    first, second = (face_patch(part, shape) for part in PAIRS[USUAL])
    if first.meets(second):
        return Patch(0, 0, 1, 1), Patch(shape[0] - 1, shape[1] - 1, 1, 1)
    return first, second


def rectangle_controls(shape, usual) -> tuple[Patch, Patch]:
    """Ask for the size of both rectangles, and for the first cell of each."""
    sizes = controls.beside()
    with sizes[0]:
        height = controls.number(_("Rows of a patch"), "patch_rows", 1, shape[0], usual[0].height)
    with sizes[1]:
        width = controls.number(
            _("Columns of a patch"), "patch_columns", 1, shape[1], usual[0].width
        )
    patches = []
    for letter, at in zip("ab", usual, strict=True):
        name, places = letter.upper(), controls.beside()
        with places[0]:
            row = controls.number(
                _("{patch}: row").format(patch=name),
                f"row_{letter}",
                1,
                shape[0] - height + 1,
                at.row + 1,
            )
        with places[1]:
            column = controls.number(
                _("{patch}: column").format(patch=name),
                f"column_{letter}",
                1,
                shape[1] - width + 1,
                at.column + 1,
            )
        patches.append(Patch(row - 1, column - 1, height, width))
    return tuple(patches)


def move_patch(change: Change):
    """What the strip calls when a patch has been pulled to another place; None if there is none."""
    if not change.patches:
        return None

    def moved(which, row, column):
        places = [(patch.row, patch.column) for patch in change.patches]
        places[which] = (row, column)
        __, __, height, width = change.patches[0]
        numbers = [n + 1 for place in places for n in place] + [height, width]
        controls.set_value("patches", "own")
        controls.set_value(PLACED, None)  # these numbers are of the picture that is shown now
        for key, value in zip(OWN_KEYS, numbers, strict=True):
            controls.set_value(key, value)

    return moved


def place_formula(shape):
    """Where a pixel stands in the list, with this picture's width."""
    height, width = shape[-2:]
    place, row, column = _("place"), _("row"), _("column")
    away = [rf"{height}\cdot {width} = {height * width}"]
    if width > 1:
        away.append(r"\leftrightarrow\, \pm 1")
    if height > 1:
        away.append(rf"\updownarrow\, \pm {width}")
    spaced = r",\quad ".join(away)
    st.latex(
        rf"\begin{{gathered}} \text{{{place}}} = (\text{{{row}}} - 1)\cdot {width} + \text{{{column}}} \\"
        rf" {spaced} \end{{gathered}}"
    )


def predict_distance(shape):
    """Ask how far a pixel and the one below it, or beside it, are apart in the list."""
    height, width = shape[-2:]
    if height > 1:
        predict(
            _(
                "The picture has {height}×{width} pixels, rows × columns. How many places further in the list is the pixel below?"
            ).format(height=height, width=width),
            width,
            _("The two are a whole row apart, and a row has {width}.").format(width=width),
            key="distance",
        )
    elif width > 1:
        predict(
            _(
                "The picture has a single row. How many places further in the list is the pixel to the right?"
            ),
            1,
            _("A single row is a list already: neighbours stay neighbours."),
            key="distance",
        )


def count_changed(original, changed):
    """How many numbers of the list are others now."""
    count, places = int(np.count_nonzero(original != changed)), original.size
    st.markdown(
        _("{count} of the {places} places of the list hold another number than before.").format(
            count=f"{count:,}", places=f"{places:,}"
        )
    )


def who_notices(picture, change: Change, restored):
    """A fully connected neuron and a convolution on both orders of the same pixels."""
    heading(_("Who notices?"))
    before, after = neuron_answers(picture, change.order)
    differ = convolution_differences(picture, change.order)
    lines = [
        f"| {_('reads the picture')} | {_('before')} | {_('after')} | {_('difference')} |",
        "|---|--:|--:|--:|",
        f"| {_('a fully connected neuron, its weights in the new order too')} "
        f"| {before:,.10g} | {after:,.10g} | {after - before:g} |",
    ]
    st.markdown("\n".join(lines))
    st.markdown(
        _(
            "The neuron adds up {places} products. Sums do not depend on the order, so for a fully connected layer one "
            "order of the pixels is as good as any other: it can learn from the shuffled picture just as well."
        ).format(places=f"{picture.size:,}")
    )
    st.markdown(
        _(
            "A 3×3 kernel (Sobel) reads neighbours. Swept over the changed picture, {differ} of its {places} results are "
            "others, even after every result has been brought back to its place."
        ).format(differ=f"{differ:,}", places=f"{picture.size:,}")
    )
    if change.kind == "shuffle":
        st.markdown(
            _(
                "The same order read backwards puts every pixel back: largest difference {difference}."
            ).format(difference=f"{np.abs(restored - picture).max():g}")
        )


def flatten_code(picture, change: Change) -> dict[str, str]:
    """The list, the change and its undoing, in PyTorch and in NumPy."""
    plane, comment = excerpt(picture)
    torch = ["import torch", "", f"x = torch.tensor({literal(plane)}){comment}"]
    numpy = ["import numpy as np", "", f"x = np.array({literal(plane)}){comment}"]
    permutation = f"np.random.default_rng({change.seed}).permutation"
    if change.kind == "shuffle":  # the order shown is NumPy's, in either program
        torch.insert(1, "import numpy as np")
    for program, count, copy, order in (
        (torch, "x.numel()", "clone", f"torch.from_numpy({permutation}(x.numel()))"),
        (numpy, "x.size", "copy", f"{permutation}(x.size)"),
    ):
        program += [
            f"flat = x.flatten()  # {_('row by row')}",
            f"print({count}, x[-1, 0] == flat[(len(x) - 1) * x.shape[1]])  # {_('counted from 0')}",
        ]
        if change.kind == "shuffle":
            program += [
                f"order = {order}",
                "changed = flat[order].reshape(x.shape)",
                "restored = changed.flatten()[order.argsort()].reshape(x.shape)",
                "print(changed, (restored == x).all())",
            ]
        elif change.kind == "swap":
            first, second = (slices(patch) for patch in code_patches(plane, comment, change))
            program += [
                f"changed = x.{copy}()",
                f"changed[{first}] = x[{second}]",
                f"changed[{second}] = x[{first}]",
                "print(changed, changed.flatten() == flat)",
            ]
    return {"PyTorch": "\n".join(torch), "NumPy": "\n".join(numpy)}


def code_patches(plane, comment, change):
    """The patches to be written into a program; of an excerpt, its first and its last row."""
    if not comment:
        return change.patches
    height, width = plane.shape
    return Patch(0, 0, 1, width), Patch(height - 1, 0, 1, width)


def slices(patch: Patch) -> str:
    """A patch as an index.

    >>> slices(Patch(1, 2, 3, 4))
    '1:4, 2:6'
    """
    return f"{patch.row}:{patch.row + patch.height}, {patch.column}:{patch.column + patch.width}"
