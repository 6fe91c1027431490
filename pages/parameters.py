"""Parameters: how many weights a layer needs, and why a convolution needs so few."""

from cnnviz import ui
from cnnviz.i18n import _
from cnnviz.ui import counts, parameters

lesson = ui.lesson("parameters")

with lesson.controls:
    picture = ui.image_input(sizes=True)
    case, kernel = parameters.case_controls(picture.shape)

with lesson.stage:
    counts.counts_table(case)
    matrix = parameters.matrix_stage(picture, case, kernel)
    parameters.matrix_formula(matrix)
    size = {"picture": "size", "rows": 256, "columns": 256}
    ui.worked_examples(
        {
            "6×6, 3×3": {
                "picture": "diagonals",
                "channels": 1,
                "made": 1,
                "bias": False,
                "kernel": "diagonal",
            },
            "25×40 → 1,000": size
            | {"rows": 25, "columns": 40, "channels": 1, "made": 1000, "bias": False},
            "600×1,000 → 1,000": size
            | {"rows": 600, "columns": 1000, "channels": 1, "made": 1000, "bias": False},
            "100×100 RGB": size | {"rows": 100, "columns": 100},
            "256×256 RGB → 1,000": size | {"made": 1000},
            _("10 filters, RGB"): size | {"made": 10},
            "200×200×3 → 32 → 64": size
            | {"rows": 200, "columns": 200, "made": 32, "second": 64, "batch": 1000},
        }
    )

with lesson.more:
    parameters.predict_parameters(case)
    counts.letters_table(case)
    parameters.growth(case)
    parameters.agreements(case)
    parameters.two_layers(case)

lesson.close(
    notice=[
        _(
            "A fully connected layer has one weight for every pair of a pixel and a unit. Double the side, and it has four "
            "times as many."
        ),
        _(
            "A convolution has the same few weights whatever the size of the picture. Its mult-adds do grow: the weights are "
            "used again at every stop."
        ),
        _(
            "A convolution is a fully connected layer with most weights removed (a window sees only what is near) and the "
            "rest shared (equal colours are one number). Point at a row, a column or a weight."
        ),
        _(
            "Removing saves computing and memory; sharing saves memory only. Every coloured cell is still one product."
        ),
        _(
            "Fewer weights do not mean fewer results: here the convolution makes many numbers where the fully connected layer "
            "with n units makes n."
        ),
        _(
            "Set the kernel size to the side of a small table: the convolution has become the fully connected layer."
        ),
    ],
    code=parameters.parameters_code(case),
    sources=[
        _(
            "I. Goodfellow, Y. Bengio and A. Courville: Deep Learning, 2016, section 9.2 (sparse connections, shared weights)."
        ),
        _(
            "V. Dumoulin and F. Visin: A guide to convolution arithmetic for deep learning, 2016, section 4.1 (convolution as a matrix)."
        ),
        _(
            "A. Howard et al.: MobileNets, 2017, arXiv 1704.04861, section 3.1 (depthwise separable convolution)."
        ),
        _("Keras documentation, SeparableConv2D (one bias vector)."),
    ],
)
