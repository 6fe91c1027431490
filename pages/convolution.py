"""Convolution: a kernel swept over a picture makes a feature map."""

from cnnviz import stage, ui
from cnnviz.engine import conv2d
from cnnviz.i18n import _

lesson = ui.lesson("convolution")

with lesson.controls:
    picture = ui.image_input()
    kernel = ui.kernel_input()
    left, right = ui.beside()
    with left:
        bias = ui.number(_("Bias"), "bias", -255.0, 255.0, 0.0, step=1.0)
    flip = ui.toggle(_("True convolution: turn the kernel by 180°"), "flip")
    swept = kernel.turned() if flip else kernel

with lesson.stage:
    rows, columns = ui.kernel_windows(swept, picture)
    feature_map = conv2d(picture, swept.weights, [bias])
    with right:
        shades, note = ui.signed_display(feature_map, picture)
    stage.show(
        picture,
        feature_map,
        rows,
        columns,
        kernel=swept.table,
        scale=swept.divisor,
        bias=bias,
        field_display=ui.plain_display(picture),
        stops_display=shades,
        note=note,
        on_weight=ui.set_weight(kernel, flip),
    )
    ui.size_formula(rows, columns, picture.shape)
    ui.worked_examples(
        {
            "5×5 → 3×3": {
                "picture": "notes5",
                "kernel": "custom",
                "weights": "0 1 2 / 2 2 0 / 0 1 2",
            },
            _("two diagonals"): {
                "picture": "diagonals",
                "kernel": "custom",
                "weights": "1 -1 -1 / -1 1 -1 / -1 -1 1",
            },
            "3×3 → 2×2": {"picture": "count3", "kernel": "custom", "weights": "0 1 / 2 3"},
            "13×8 → 11×6": {"picture": "ramp13x8", "kernel": "blur"},
            _("black band"): {
                "picture": "band",
                "kernel": "edge",
                "show": "signed",
                "stop": "1.2",
            },
        }
    )

with lesson.more:
    ui.predict_first_value(picture, feature_map)

lesson.close(
    notice=[
        _(
            "Every result is one sum: each pixel under the window times the weight above it, all added up."
        ),
        _(
            "The same few weights are used at every stop. Point at a weight to see all the pixels that it meets."
        ),
        _("The weights of an edge kernel add up to 0: where the picture is flat, the result is 0."),
        _(
            "The result is smaller than the picture, because the window must fit inside. The next lesson is about that."
        ),
        _(
            "What deep learning calls convolution does not turn the kernel; mathematics calls it correlation. Turn the "
            "kernel: nothing changes for a symmetric one, and the sign changes for Sobel."
        ),
    ],
    code=ui.convolution_code(picture, swept, rows, columns, bias),
    sources=[
        _(
            "V. Dumoulin and F. Visin: A guide to convolution arithmetic for deep learning, 2016, arXiv 1603.07285."
        ),
        _(
            "I. Goodfellow, Y. Bengio and A. Courville: Deep Learning, 2016, section 9.1 (correlation and convolution)."
        ),
        _(
            "A. Zhang, Z. Lipton, M. Li and A. Smola: Dive into Deep Learning, section 7.2 (the band and the kernel 1 −1)."
        ),
        _("I. Sobel and G. Feldman: An isotropic 3×3 image gradient operator, 1968."),
    ],
)
