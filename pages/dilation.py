"""Dilation: a kernel with holes sees further for the same weights, and what that costs."""

from cnnviz import kernels, stage, ui
from cnnviz.engine import conv2d
from cnnviz.i18n import _
from cnnviz.ui import dilation

lesson = ui.lesson("dilation")

with lesson.controls:
    picture = ui.image_input("cat", side=128)
    rows, columns = dilation.window_input(picture.shape)
    kernel = kernels.box(rows.kernel_size, columns.kernel_size)
    feature_map = conv2d(
        picture,
        kernel.weights,
        padding=(rows.padding, columns.padding),
        dilation=(rows.dilation, columns.dilation),
    )

with lesson.stage:
    stage.show(
        picture,
        feature_map,
        rows,
        columns,
        kernel=kernel.table,
        scale=kernel.divisor,
        field_display=ui.plain_display(picture),
        stops_display=ui.plain_display(picture),
    )
    dilation.extent_formula(rows)
    ui.size_formula(rows, columns, picture.shape)
    ui.worked_examples(
        {
            _("no holes: d = 1"): {"dilation": 1},
            _("3×3 reaching 5×5"): {"picture": "diagonals", "dilation": 2, "padding": "valid"},
            _("same size: p = 4"): {"dilation": 4},
            _("one bright pixel"): {"picture": "impulse", "stop": "4.4"},
        }
    )

with lesson.more:
    dilation.predict_holes(rows)
    rates = dilation.rates_input(rows.kernel_size)
    ui.worked_examples(
        {
            _("rates 2, 2, 2"): {"rate_1": 2, "rate_2": 2, "rate_3": 2},
            _("rates 1, 2, 5"): {"rate_1": 1, "rate_2": 2, "rate_3": 5, "against": "1-2-9"},
            _("rates 1, 2, 9"): {"rate_1": 1, "rate_2": 2, "rate_3": 9},
            _("rates 2, 3"): {"depth": 2, "rate_1": 2, "rate_2": 3},
        },
        key="rate_examples",
    )
    cure = dilation.cure_input()
    dilation.gridding(rates, cure, rows.kernel_size)
    dilation.artefact(picture, rates, cure, rows.kernel_size)
    dilation.against_downsampling(picture, rows.kernel_size)

with lesson.stage:
    dilation.announce(rates, cure, rows.kernel_size)

lesson.close(
    notice=[
        _(
            "Dilation d leaves d − 1 pixels between the taps. The kernel reaches d(k−1)+1 pixels and still has k·k weights."
        ),
        _("A padding of d(k−1)/2 on each side keeps the size. For a 3×3 kernel that is d itself."),
        _(
            "Rates 2, 2, 2: three layers see 13×13 pixels and read only 49 of them, every second row and column. Rates 1, 2, 5 see 17×17 and read all."
        ),
        _(
            "Neighbouring numbers under rates 2, 2, 2 share not one pixel: that is why the grid shows."
        ),
        _(
            "Dilation trades arithmetic for resolution: no result is thrown away, and every layer works at full size."
        ),
    ],
    code=dilation.dilation_code(picture, kernel, rows, columns, rates),
    sources=[
        _(
            "F. Yu and V. Koltun: Multi-Scale Context Aggregation by Dilated Convolutions, 2016, arXiv 1511.07122 (rates that double)."
        ),
        _(
            "P. Wang et al.: Understanding Convolution for Semantic Segmentation, 2018, arXiv 1702.08502, section 3.2 (gridding, hybrid dilated convolution, equation 2)."
        ),
        _(
            "V. Dumoulin and F. Visin: A guide to convolution arithmetic for deep learning, 2016, arXiv 1603.07285."
        ),
    ],
)
