"""Padding and stride: how large the result is, and which pixels are left out."""

from cnnviz import kernels, stage, ui
from cnnviz.engine import conv2d
from cnnviz.i18n import _

lesson = ui.lesson("padding_stride")

with lesson.controls:
    picture = ui.image_input("size", sizes=True)
    rows, columns = ui.window_controls(picture.shape)
    count_reads = ui.toggle(_("Show how many windows read each pixel"), "reads")
    batch, channels, filters = ui.shape_controls()
    kernel = kernels.box(rows.kernel_size, columns.kernel_size)
    feature_map = conv2d(
        picture,
        kernel.weights,
        stride=(rows.stride, columns.stride),
        padding=(rows.padding, columns.padding),
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
        count_reads=count_reads,
    )
    ui.size_formula(rows, columns, picture.shape)
    ui.worked_examples(
        {
            "720×960, valid": {"picture": "size", "rows": 720, "columns": 960},
            "i=4 k=3 p=1": {"picture": "size", "rows": 4, "columns": 4, "padding": "1"},
            "i=5 k=4 p=2": {"picture": "size", "kernel_size": 4, "padding": "2"},
            "same i=5 k=3": {"picture": "size", "padding": "same"},
            "full i=5 k=3": {"picture": "size", "padding": "full", "reads": True},
            "i=5 k=3 s=2 p=1": {"picture": "size", "padding": "1", "stride": 2},
            "i=5 k=2 s=2": {"picture": "size", "kernel_size": 2, "stride": 2},
            "3×3, k=2, p=1, s=(3, 2)": {
                "picture": "size",
                "rows": 3,
                "columns": 3,
                "kernel_size": 2,
                "kernel_size_columns": 2,
                "padding": "1",
                "apart": True,
                "stride": 3,
                "stride_columns": 2,
            },
            "100×100, k=3, p=2": {
                "picture": "size",
                "rows": 100,
                "columns": 100,
                "padding": "2",
                "channels": 3,
                "filters": 4,
            },
            "(4, 2, 3, 5), k=(3, 5), p=(1, 2)": {
                "picture": "size",
                "rows": 3,
                "columns": 5,
                "apart": True,
                "kernel_size": 3,
                "kernel_size_columns": 5,
                "padding": "sides",
                "padding_top": 1,
                "padding_bottom": 1,
                "padding_left": 2,
                "padding_right": 2,
                "batch": 4,
                "channels": 2,
                "filters": 3,
            },
        }
    )

with lesson.more:
    ui.shapes(batch, channels, filters, picture.shape, rows, columns)
    ui.padding_conventions(rows, columns, picture.shape)
    ui.predict_size(rows, columns, picture.shape)
    ui.explain_leftovers(rows, columns, picture.shape)

lesson.close(
    notice=[
        _(
            "Without padding a pixel in the corner is read once, one in the middle k·k times: the border counts for less."
        ),
        _(
            "“same” adds d(k−1) cells in total. Where that is odd, the extra cell goes after, below and to the right."
        ),
        _("“full” lets every pixel be read k·k times, and the result is larger than the picture."),
        _(
            "The division is rounded down. What is left over at the far side is read by no window: it is hatched."
        ),
    ],
    code=ui.convolution_code(picture, kernel, rows, columns),
    sources=[
        _(
            "V. Dumoulin and F. Visin: A guide to convolution arithmetic for deep learning, 2016, arXiv 1603.07285."
        ),
        _(
            "A. Zhang, Z. Lipton, M. Li and A. Smola: Dive into Deep Learning, section 7.3 (padding in total)."
        ),
        _("PyTorch documentation, torch.nn.Conv2d (padding on each side)."),
    ],
)
