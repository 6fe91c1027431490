"""What lesson 6 asks and says: the window, the way back, the program."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from cnnviz.arithmetic import Window
from cnnviz.i18n import _
from cnnviz.stage import Display
from cnnviz.ui import controls
from cnnviz.ui.inputs import image_input
from cnnviz.ui.planes import (
    channel_lanes,
    counting,
    excerpt,
    own_picture_waits,
    planes_input,
    source,
)
from cnnviz.ui.predict import predict

MIXED = [[1, 3, 2, 1], [4, 6, 5, 2], [7, 2, 1, 0], [3, 5, 8, 4]]
MOST_KERNEL = 16
MOST_STRIDE = 16


@dataclass(frozen=True)
class Pooling:
    """What the learner has chosen: the window, what is kept of it, and which way is shown."""

    rows: Window
    columns: Window
    largest: bool
    count_include_pad: bool
    is_global: bool
    backward: bool

    @property
    def window(self) -> dict:
        """The window as the engine takes it."""
        both = (self.rows, self.columns)
        return {
            "kernel_size": tuple(axis.kernel_size for axis in both),
            "stride": tuple(axis.stride for axis in both),
            "padding": tuple(axis.padding[0] for axis in both),
        }


def pooling_input():
    """Ask for small tables, or by a switch for the learner's picture, in grey or in colour.

    Returns
    -------
    (ndarray, tuple of Lane, Display)
        The maps (1, C, H, W), a lane for each channel, and how their numbers become shades.
    """
    tables = {
        "mixed4": (_("4×4 numbers"), np.array([MIXED], dtype=float)),
        "count4": (_("0 to 15, 4×4"), counting(1, 4, 4)),
        "count4x2": (_("0 to 31, two channels of 4×4"), counting(2, 4, 4)),
    }
    left, right = controls.beside()
    with left:
        photo = controls.toggle(_("A picture"), "photo")
    if not photo:
        own_picture_waits()
        maps = planes_input(tables)
        return maps, channel_lanes(maps.shape[1], colour=False), Display.spread(maps)
    with right:
        colour = controls.toggle(_("In colour"), "colour")
    maps = image_input(colour=colour, grids=False)
    shades = Display(palette="rgb" if colour else "grey")
    return maps, channel_lanes(maps.shape[1], colour), shades


def pooling_controls(shape) -> Pooling:
    """Ask for the kind of pooling and its window; only what fits the picture can be chosen."""
    kinds = {
        "max": _("max"),
        "average": _("average"),
        "global_max": _("global max"),
        "global_average": _("global average"),
    }
    kind = controls.choice(_("Pooling"), "pooling", kinds)
    is_global = kind.startswith("global")
    if is_global:
        rows, columns = (Window(n) for n in shape[-2:])
    else:
        rows, columns = window_controls(shape)
    counts = True
    if kind == "average" and max(rows.padding + columns.padding):
        counts = controls.toggle(_("The zeros of the padding count"), "count_include_pad", True)
    backward = controls.toggle(_("Backward: send the gradient back"), "backward")
    return Pooling(rows, columns, kind.endswith("max"), counts, is_global, backward)


def window_controls(shape):
    """Kernel size, stride and padding, which may be half a window at most."""
    apart = controls.toggle(_("Rows and columns apart"), "apart")
    most = tuple(min(MOST_KERNEL, n) for n in shape[-2:])
    kernel = controls.pair(_("Kernel size"), "kernel_size", 1, most, 2, apart=apart)
    stride = controls.pair(_("Stride"), "stride", 1, MOST_STRIDE, 2, apart=apart)
    half = tuple(n // 2 for n in kernel)
    padding = controls.pair(_("Padding"), "padding", 0, half, 0, apart=apart)
    return tuple(Window(*axis) for axis in zip(kernel, stride, padding, strict=True))


def incoming_gradient(shape, pooling):
    """The gradient that comes in from the next layer: made-up small numbers, as the learner chooses.

    Returns
    -------
    ndarray, shape `shape`
    """
    if not pooling.backward:
        return np.ones(shape)
    kinds = {"count": _("1, 2, 3, … 9 in turn"), "ones": _("1 everywhere")}
    if controls.choice(_("Incoming gradient"), "gradient", kinds) == "ones":
        return np.ones(shape)
    return (np.arange(np.prod(shape)) % 9 + 1.0).reshape(shape)


def pooling_stage(maps, result, winners, gradient, sent_back, pooling, lanes, shades) -> dict:
    """What the stage is told, either way."""
    told = {
        "lanes": lanes,
        "operation": "max" if pooling.largest else "average",
        "count_padding": pooling.count_include_pad,
        "winners": winners,
        "scatter": pooling.backward,
    }
    if not pooling.backward:
        return told | {
            "field": maps,
            "stops": result,
            "field_display": shades,
            "stops_display": shades,
            "captions": (_("Input"), _("Pooled")),
        }
    return told | {
        "field": sent_back,
        "stops": gradient,
        "read": maps,
        "field_display": Display(0, float(sent_back.max()), "amount"),
        "stops_display": Display(0, float(gradient.max()), "amount"),
        "captions": (_("Gradient sent back"), _("Incoming gradient")),
        "note": gradient_sums(gradient, sent_back),
    }


def pooling_shapes(shape, result_shape):
    """What goes in and out, and that nothing is learned."""
    st.markdown(
        _(
            "Shapes: input {input}, output {output}. As many channels come out as went in, each pooled by itself. Weights to learn: 0."
        ).format(input=f"`{tuple(shape)}`", output=f"`{tuple(result_shape)}`")
    )


def gradient_sums(gradient, sent_back) -> str:
    """The two sums, in words with the numbers, and what makes them differ where they do."""
    came, went = float(gradient.sum()), float(sent_back.sum())
    numbers = {"came": f"{came:,.10g}", "went": f"{round(went, 4):,.10g}"}
    if abs(came - went) < 1e-6 * came:
        return _("Sum that came in: {came}. Sum sent back: {went}. Nothing is lost.").format(
            **numbers
        )
    return _(
        "Sum that came in: {came}. Sum sent back to the picture: {went}. The other {lost} fell into the padding, whose zeros took part in the mean."
    ).format(**numbers, lost=f"{round(came - went, 4):,.10g}")


def predict_result(maps, result, sent_back, pooling):
    """Ask about what the stage shows: the gradient sent back, or the size of the result."""
    if pooling.backward:
        predict_touched(sent_back)
    else:
        predict_size(maps.shape, result.shape)


def predict_size(shape, result_shape):
    """Ask how many numbers are left of one channel."""
    height, width = shape[-2:]
    down, across = result_shape[-2:]
    predict(
        _(
            "One channel has {height}×{width} = {n} numbers. How many of them are left after the pooling?"
        ).format(height=height, width=width, n=f"{height * width:,}"),
        down * across,
        _("{down}×{across}: one number for each stop of the window.").format(
            down=down, across=across
        ),
        key="size",
    )


def predict_touched(sent_back):
    """Ask how many cells of the first channel have any part in the result."""
    touched = int(np.count_nonzero(sent_back[0, 0]))
    predict(
        _("Of the {n} cells of one channel, how many get any of the gradient?").format(
            n=sent_back[0, 0].size
        ),
        touched,
        _(
            "With max only the winners do; with the mean every cell that some window reads. A cell that several windows chose gets it once from each."
        ),
        key="touched",
    )


def pooling_code(maps, pooling) -> dict[str, str]:
    """The same pooling as programs that run as they stand: of small maps all of it."""
    extents = (0, 0) if pooling.is_global else pooling.window["kernel_size"]
    part, comment = excerpt(maps, *extents)
    size = "x.shape[2:]" if pooling.is_global else str(pooling.window["kernel_size"])
    options = (
        "" if pooling.is_global else ", stride={stride}, padding={padding}".format(**pooling.window)
    )
    if not pooling.largest and not pooling.count_include_pad:
        options += ", count_include_pad=False"
    name = "max_pool2d" if pooling.largest else "avg_pool2d"
    torch = [
        "import torch",
        "import torch.nn.functional as F",
        "",
        f"x = torch.tensor({source(part)}, dtype=torch.float64){comment}",
        f"print(F.{name}(x, {size}{options}))",
    ]
    return {"PyTorch": "\n".join(torch), "NumPy": numpy_program(part, comment, pooling)}


def numpy_program(part, comment, pooling):
    """The pooling in NumPy alone: pad, look through windows, reduce."""
    (top, left), (down, across) = pooling.window["padding"], pooling.window["stride"]
    pad = f"((0, 0), (0, 0), ({top}, {top}), ({left}, {left}))"
    size = "x.shape[2:]" if pooling.is_global else str(pooling.window["kernel_size"])
    view = f"sliding_window_view({{}}, {size}, axis=(2, 3))[:, :, ::{down}, ::{across}]"
    lines = [
        "import numpy as np",
        "from numpy.lib.stride_tricks import sliding_window_view",
        "",
        f"x = np.array({source(part)}, dtype=float){comment}",
    ]
    if pooling.largest:
        lines += [
            f"padded = np.pad(x, {pad}, constant_values=-np.inf)",
            f"print({view.format('padded')}.max(axis=(-2, -1)))",
        ]
    elif pooling.count_include_pad:
        lines += [
            f"padded = np.pad(x, {pad})",
            f"print({view.format('padded')}.mean(axis=(-2, -1)))",
        ]
    else:
        lines += [
            f"padded, inside = np.pad(x, {pad}), np.pad(np.ones_like(x), {pad})",
            f"sums = {view.format('padded')}.sum(axis=(-2, -1))",
            f"print(sums / {view.format('inside')}.sum(axis=(-2, -1)))",
        ]
    return "\n".join(lines)
