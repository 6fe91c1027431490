"""Flatten: what is lost when a picture becomes a list of numbers."""

from cnnviz import ui
from cnnviz.figures.rearranged import rearrange, undo
from cnnviz.i18n import _
from cnnviz.stage.strip import show_strip
from cnnviz.ui import flatten

lesson = ui.lesson("flatten")

with lesson.controls:
    picture = ui.image_input("face", side=64)
    change = flatten.change_controls(picture.shape)
    mark = ui.toggle(_("Mark what changed in the list"), "mark")
    changed = rearrange(picture, change.order)
    restored = rearrange(changed, undo(change.order))

with lesson.stage:
    show_strip(
        picture,
        None if change.kind == "none" else changed,
        undo(change.order),
        display=ui.plain_display(picture),
        restored=restored if change.kind == "shuffle" else None,
        patches=change.patches,
        mark=mark,
        on_patch=flatten.move_patch(change),
    )
    flatten.place_formula(picture.shape)
    ui.worked_examples(
        {
            _("eye and nose"): {"picture": "face", "side": "64", "patches": "left_eye-nose"},
            _("eye and mouth"): {"picture": "face", "side": "64", "patches": "right_eye-mouth"},
            _("cat, shuffled"): {"picture": "cat", "side": "64", "change": "shuffle", "seed": 1},
            _("6×6: distance 1 and 6"): {"picture": "diagonals", "change": "none"},
            _("5×5, shuffled"): {"picture": "notes5", "change": "shuffle", "seed": 2, "mark": True},
        }
    )

with lesson.more:
    flatten.predict_distance(picture.shape)
    flatten.count_changed(picture, changed)
    flatten.who_notices(picture, change, restored)

lesson.close(
    notice=[
        _(
            "Two swapped patches leap to the eye in the picture. In the list it is hard to say that anything is wrong."
        ),
        _(
            "The list is written row by row. Neighbours to the left and right stay neighbours; those above and below are "
            "a whole row away."
        ),
        _(
            "At the end of a row the list goes on at the other edge: numbers that stand side by side need not be "
            "neighbours in the picture."
        ),
        _(
            "Nothing is lost as long as you know the width: the list can be folded into the picture again. But a fully "
            "connected layer is never told the width."
        ),
        _(
            "Shuffle the pixels: to the eye the picture is gone, to a fully connected layer it is the same problem. What a "
            "convolution looks for is gone with the neighbours."
        ),
        _(
            "A colour picture makes a list of three such parts: red, then green, then blue. The three numbers of one pixel "
            "lie rows times columns apart."
        ),
    ],
    code=flatten.flatten_code(picture, change),
    sources=[
        _(
            "I. Goodfellow, Y. Bengio and A. Courville: Deep Learning, 2016, section 9.4 (models without convolution learn as well from permuted pixels)."
        ),
        _(
            "A. Zhang, Z. Lipton, M. Li and A. Smola: Dive into Deep Learning, section 7.1 (from fully connected layers to convolutions)."
        ),
        _("PyTorch documentation, torch.flatten (row by row)."),
    ],
)
