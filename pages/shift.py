"""Shift: does it matter whether the picture moves before the convolution or the map after it?"""

from cnnviz import stage, ui
from cnnviz.engine import conv2d
from cnnviz.figures.shift import two_orders
from cnnviz.i18n import _
from cnnviz.ui import shift as parts

lesson = ui.lesson("shift")

with lesson.controls:
    picture = ui.image_input("diagonals", side=128)
    kernel = ui.kernel_input()
    by = parts.shift_controls()
    rows, columns, wrap = parts.border_controls(kernel, picture)
    orders = two_orders(picture, kernel.weights, rows, columns, by, wrap)
    shades, __ = ui.signed_display(orders.before, picture, "signed")

with lesson.stage:
    stage.show(
        kernel=kernel.table,
        scale=kernel.divisor,
        field_display=ui.plain_display(picture),
        on_weight=ui.set_weight(kernel),
        **parts.shift_stage(picture, orders, rows, columns, by, wrap, shades),
    )
    parts.shift_formula(rows, columns, by)
    ui.worked_examples(
        {
            _("zeros at the border"): {},
            _("it goes round"): {"border": "wrap"},
            _("stride 2, shift 1"): {"border": "wrap", "stride": 2},
            _("stride 2, shift 2"): {"border": "wrap", "stride": 2, "shift_columns": 2},
            _("a picture, 12 right and 8 down"): {
                "picture": "cat",
                "shift_columns": 12,
                "shift_rows": 8,
                "show": "absolute",
                "pooling_size": 4,
                "pooling_stride": 4,
                "stop": "52.45",
            },
        }
    )

with lesson.more:
    parts.predict_move(columns)
    parts.pooled_shares(conv2d(picture, kernel.weights, padding=(rows.padding, columns.padding)))

lesson.close(
    notice=[
        _(
            "Inside, the order does not matter: the same weights meet the same pixels, only one place further. This is called equivariance."
        ),
        _(
            "At a border of zeros it does matter: a window that hangs over the border meets zeros that moved with the picture in one order, and stayed in the other."
        ),
        _("Where the picture goes round there is no border, and with stride 1 nothing differs."),
        _(
            "With stride 2 the map can only move by whole cells, two pixels each. A shift of 1 gives other numbers: the stops fall on other pixels."
        ),
        _(
            "Max pooling hides small shifts: while the largest number stays in the window, nothing changes. This is called invariance, it is not exact, and it fades as the shift comes near the size of the window."
        ),
        _(
            "So a network is equivariant by its convolutions, and only a little invariant by its pooling. Say “translation invariant” with care."
        ),
    ],
    code=parts.shift_code(picture, kernel, rows, columns, by, wrap),
    sources=[
        _(
            "I. Goodfellow, Y. Bengio and A. Courville: Deep Learning, 2016, section 9.2 (equivariance) and 9.3 (pooling and small shifts)."
        ),
        _(
            "R. Zhang: Making convolutional networks shift-invariant again, 2019, arXiv 1904.11486 (strides break it)."
        ),
        _(
            "O. S. Kayhan and J. C. van Gemert: On translation invariance in CNNs, 2020, arXiv 2003.07064 (borders break it)."
        ),
    ],
)
