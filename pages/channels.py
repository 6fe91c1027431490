"""Channels: a kernel has a slice for each, and all slices together make one map."""

from cnnviz import stage, ui
from cnnviz.engine import conv2d
from cnnviz.i18n import _
from cnnviz.ui import channels as parts

lesson = ui.lesson("channels")

with lesson.controls:
    picture, lanes, shades, photo = parts.channels_input()
    weights = parts.kernels_input(len(lanes), photo)
    left, right = ui.beside()
    with left:
        chosen = parts.kernel_choice(weights)
    with right:
        bias = ui.number(_("Bias"), "bias", -255.0, 255.0, 0.0, step=1.0)
    rows, columns = ui.kernel_windows(parts.first_slice(weights), picture)
    feature_maps = conv2d(picture, weights, [bias] * len(weights))
    slices = weights[chosen]
    partial = conv2d(picture, slices[:, None], groups=len(lanes))
    result_shades, note = ui.signed_display(
        feature_maps[:, chosen], picture, "absolute" if photo else "signed"
    )
    batch = parts.batch_control()

with lesson.stage:
    stage.show(
        picture,
        feature_maps[0, chosen],
        rows,
        columns,
        kernel=slices,
        bias=bias,
        lanes=lanes,
        partial=partial,
        maps=parts.all_maps(feature_maps, chosen),
        field_display=shades,
        stops_display=result_shades,
        partial_display=result_shades,
        captions=(_("Input"), _("Sum and bias"), _("Partial maps")),
        note=note,
        on_weight=parts.set_slice(weights, chosen),
    )
    parts.channels_formula(picture.shape, weights, bias)
    ui.worked_examples(
        {
            _("two channels: 56 72 / 104 120"): {
                "numbers": "count3x2",
                "kernels": "count",
                "filters": 1,
            },
            "(3, 5, 5) → (3, 3)": {"filters": 1},
            "(3, 4, 4) → (2, 2)": {"numbers": "rgb4", "filters": 1},
            _("1×1: from 3 to 2 channels"): {"numbers": "rgb3", "kernels": "pointwise"},
            _("eight kernels on a picture"): {"photo": True, "filters": 8},
        }
    )

with lesson.more:
    parts.channel_shapes(batch, picture.shape, weights, feature_maps.shape)
    parts.predict_maps(weights)
    parts.pointwise_proof(picture, weights)

lesson.close(
    notice=[
        _(
            "One kernel gives one map, whatever the number of channels: its slices each make a partial map, and these are added up."
        ),
        _(
            "Point at a number of the sum: every product that it is made of stands in the middle, and the sentence adds them up."
        ),
        _(
            "A kernel must have as many slices as the input has channels. How many kernels there are is free: it is the number of channels of the result."
        ),
        _(
            "The bias is one number for each kernel, added once after the sum, the same everywhere in the map."
        ),
        _(
            "(3, 5, 5) with a kernel of (3, 3, 3) gives (3, 3), because 5 − 3 + 1 = 3. Some notes print (2, 2) there: that is the result for (3, 4, 4)."
        ),
        _("Choose the 1×1 kernels: no pixel looks at its neighbours, only the channels are mixed."),
    ],
    code=parts.channels_code(picture, weights, bias),
    sources=[
        _(
            "A. Zhang, Z. Lipton, M. Li and A. Smola: Dive into Deep Learning, section 7.4 (the two channels, and 1×1)."
        ),
        _(
            "M. Lin, Q. Chen and S. Yan: Network in network, 2013, arXiv 1312.4400 (1×1 convolution)."
        ),
        _("PyTorch documentation, torch.nn.Conv2d (the shapes)."),
        _("Recommendation ITU-R BT.601 (the weights of red, green and blue in grey)."),
    ],
)
