"""Pooling: what survives of a window, and where its gradient goes."""

from cnnviz import stage, ui
from cnnviz.engine import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward
from cnnviz.i18n import _
from cnnviz.ui import pooling as parts

lesson = ui.lesson("pooling")

with lesson.controls:
    maps, lanes, shades = parts.pooling_input()
    pooling = parts.pooling_controls(maps.shape)
    if pooling.largest:
        result, winners = max_pool2d(maps, **pooling.window, return_indices=True)
        gradient = parts.incoming_gradient(result.shape, pooling)
        sent_back = max_pool2d_backward(gradient, maps, **pooling.window)
    else:
        counts = pooling.count_include_pad
        result, winners = avg_pool2d(maps, **pooling.window, count_include_pad=counts), None
        gradient = parts.incoming_gradient(result.shape, pooling)
        sent_back = avg_pool2d_backward(gradient, maps, **pooling.window, count_include_pad=counts)

with lesson.stage:
    told = parts.pooling_stage(maps, result, winners, gradient, sent_back, pooling, lanes, shades)
    stage.show(rows=pooling.rows, columns=pooling.columns, **told)
    ui.size_formula(pooling.rows, pooling.columns, maps.shape)
    ui.worked_examples(
        {
            "4×4 → 3×3": {"stride": 1},
            "4×4 → 2×2": {},
            _("two channels, stride (2, 1)"): {
                "numbers": "count4x2",
                "kernel_size": 3,
                "padding": 1,
                "apart": True,
                "kernel_size_columns": 3,
                "padding_columns": 1,
                "stride": 2,
                "stride_columns": 1,
            },
            _("the mean spreads"): {"pooling": "average", "backward": True},
            _("one winner, many windows"): {"stride": 1, "backward": True},
            _("global average"): {"pooling": "global_average", "numbers": "count4x2"},
            _("a picture in colour"): {
                "photo": True,
                "colour": True,
                "kernel_size": 8,
                "stride": 8,
            },
        }
    )

with lesson.more:
    parts.pooling_shapes(maps.shape, result.shape)
    parts.predict_result(maps, result, sent_back, pooling)

lesson.close(
    notice=[
        _(
            "Pooling has no weights: the largest number or the mean of a window needs nothing learned."
        ),
        _(
            "Every channel is pooled by itself: the number of channels stays, only rows and columns shrink."
        ),
        _(
            "The padding of a max counts as minus infinity, so it never wins; that of a mean is zeros, and you choose whether they count."
        ),
        _(
            "Backward, max sends all of the gradient to the winner and needs to remember which cell that was. The mean sends each cell the same share, one n-th."
        ),
        _(
            "Where windows overlap, a cell gets the sum of what they send. The sum of all gradients stays the same."
        ),
        _(
            "Take max where it matters whether something is there at all, an edge or an eye; take the mean where all of the window matters, as at the end of a network."
        ),
        _(
            "Global pooling gives one number for each channel. Some notes print that it takes the mean “of all channels”: channels are never mixed."
        ),
    ],
    code=parts.pooling_code(maps, pooling),
    sources=[
        _(
            "Y. LeCun et al.: Gradient-based learning applied to document recognition, 1998 (subsampling by means)."
        ),
        _(
            "D. Scherer, A. Müller and S. Behnke: Evaluation of pooling operations in convolutional architectures for object recognition, 2010 (max against mean)."
        ),
        _(
            "M. Lin, Q. Chen and S. Yan: Network in network, 2013, arXiv 1312.4400 (global average pooling)."
        ),
        _(
            "A. Zhang, Z. Lipton, M. Li and A. Smola: Dive into Deep Learning, section 7.5 (the examples)."
        ),
    ],
)
