"""What lesson 5 asks and says: several channels, several kernels, shapes, and 1x1 kernels."""

import numpy as np
import streamlit as st

from cnnviz import kernels
from cnnviz.engine import conv2d, linear
from cnnviz.i18n import _
from cnnviz.kernels import FIXED, Kernel
from cnnviz.matrix import (
    LARGEST_WEIGHT,
    MatrixError,
    format_kernels,
    parse_kernels,
    read_number,
)
from cnnviz.stage import Display, Maps
from cnnviz.ui import controls
from cnnviz.ui.frame import heading
from cnnviz.ui.inputs import image_input, table_text
from cnnviz.ui.planes import (
    channel_lanes,
    counting,
    excerpt,
    own_picture_waits,
    planes_input,
    source,
)
from cnnviz.ui.predict import predict

MOST_KERNELS = 8
LARGEST_KERNEL = 7
GREY = (0.299, 0.587, 0.114)  # how bright the eye sees red, green and blue: ITU-R BT.601


def digits(*shape, low, count):
    """Small whole numbers from `low` on, in a fixed order without a pattern."""
    return (np.arange(np.prod(shape)) * 7 % 13 % count + low).reshape(shape).astype(float)


def channels_input():
    """Ask for small tables, or by a switch for the learner's picture in colour.

    Returns
    -------
    (ndarray, tuple of Lane, Display, bool)
        The channels (1, C, H, W), a lane for each, their shades, and whether it is a picture.
    """
    photo = controls.toggle(_("A picture"), "photo")
    if photo:
        picture = image_input(colour=True, grids=False, side=128)
        return picture, channel_lanes(3, colour=True), Display(palette="rgb"), True
    own_picture_waits()
    tables = {
        "rgb5": (_("red, green, blue: 5×5"), digits(3, 5, 5, low=0, count=4)),
        "rgb4": (_("red, green, blue: 4×4"), digits(3, 4, 4, low=0, count=4)),
        "rgb3": (_("red, green, blue: 3×3"), digits(3, 3, 3, low=0, count=4)),
        "count3x2": (
            _("two channels: 0 to 8, 1 to 9"),
            np.concatenate([counting(1, 3, 3), counting(1, 3, 3, start=1)]),
        ),
    }
    planes = planes_input(tables)
    named = planes.shape[1] == 3 and st.session_state["numbers"] != "own"
    lanes = channel_lanes(planes.shape[1], colour=named)
    return planes, lanes, Display.spread(planes), False


def named_kernels(channels, photo) -> dict:
    """Sets of kernels, each of shape (8, `channels`, kh, kw), with their labels."""
    small = digits(MOST_KERNELS, channels, 3, 3, low=-1, count=3)
    count = np.arange(4.0).reshape(2, 2) + np.arange(channels)[:, None, None]
    sets = {
        "small": (_("small whole numbers, 3×3"), small),
        "count": (
            _("counting, 2×2"),
            count + np.arange(MOST_KERNELS)[:, None, None, None],
        ),
        "pointwise": (_("1×1"), digits(MOST_KERNELS, channels, 1, 1, low=1, count=3)),
    }
    if photo:
        sets = {"colours": (_("edges and colours, 3×3"), colour_kernels())} | sets
    return sets


def colour_kernels():
    """Eight kernels for pictures in colour, shape (8, 3, 3, 3).

    Edges in all channels or in red alone, grey, and one colour against others.
    """
    middle = kernels.identity(3, 3).table
    every = np.ones(3)
    pairs = [
        (every, FIXED["sobel_columns"].table),
        (every, FIXED["sobel_rows"].table),
        (GREY, middle),
        ((1, -1, 0), middle),
        ((-0.5, -0.5, 1), middle),
        (every, FIXED["laplacian"].table),
        (every, FIXED["emboss"].table),
        ((1, 0, 0), FIXED["sobel_columns"].table),
    ]
    return np.stack([np.multiply.outer(np.array(mix), table) for mix, table in pairs])


def kernels_input(channels, photo):
    """Ask for one to eight kernels, each with a slice for every channel.

    Returns
    -------
    ndarray, shape (F, `channels`, kh, kw)
    """
    sets = named_kernels(channels, photo)
    default = next(iter(sets))
    titles = {name: title for name, (title, _weights) in sets.items()}
    name = controls.choice(
        _("Kernels"), "kernels", titles | {"own": _("your own weights")}, default
    )
    own = name == "own"
    weights = sets.get(name, sets[default])[1]
    if not own:
        weights = weights[: controls.number(_("How many kernels"), "filters", 1, MOST_KERNELS, 2)]
    weights = table_text(
        "slices",
        _("Weights (rows end with /, slices with |, kernels with ||)"),
        weights,
        own,
        lambda: st.session_state.update(kernels="own"),
        LARGEST_KERNEL,
        LARGEST_WEIGHT,
        parse=parse_kernels,
        form=format_kernels,
    )
    return with_channels(weights, channels)


def with_channels(weights, channels):
    """Kernels with a slice for every channel; says so where slices had to be added or left out."""
    count = weights.shape[1]
    if count == channels:
        return weights
    st.caption(
        _(
            "A kernel needs a slice for every channel: {channels}, not {count}. Missing slices are 0, others are left out."
        ).format(channels=channels, count=count)
    )
    fitted = np.zeros((len(weights), channels, *weights.shape[2:]))
    fitted[:, :count] = weights[:, :channels]
    return fitted


def kernel_choice(weights) -> int:
    """Ask which kernel the stage shows; returns its index."""
    if len(weights) == 1:
        controls.register("filter", None)
        return 0
    return controls.number(_("Kernel on the stage"), "filter", 1, len(weights), 1) - 1


def first_slice(weights) -> Kernel:
    """A kernel's size, for the window that sweeps it."""
    return Kernel(weights[0, 0])


def set_slice(weights, chosen):
    """What the stage calls when a weight has been changed there."""

    def change(*place_and_value):
        *place, typed = place_and_value
        lane, row, column = place if len(place) == 3 else (0, *place)
        changed = weights.copy()
        try:
            changed[chosen, lane, row, column] = read_number(typed, LARGEST_WEIGHT)
        except MatrixError as error:
            st.toast(str(error))
            return
        st.session_state.update(kernels="own", slices=format_kernels(changed))

    return change


def all_maps(feature_maps, chosen):
    """All feature maps to choose from on the stage, where there are several."""
    if feature_maps.shape[1] == 1:
        return None
    return Maps(feature_maps[0], chosen, lambda i: st.session_state.update(filter=i + 1))


def channels_formula(shape, weights, bias):
    """How many products make one number, and the sum that they go into, with this case's numbers."""
    channels, (high, wide) = shape[1], weights.shape[2:]
    st.latex(
        rf"y_{{f,i,j}} = b_f + \sum_{{c=1}}^{{{channels}}} \sum_{{u=1}}^{{{high}}} \sum_{{v=1}}^{{{wide}}} "
        rf"w_{{f,c,u,v}}\, x_{{c,\,i+u-1,\,j+v-1}} \qquad {channels} \cdot {high} \cdot {wide} = {channels * high * wide}"
        rf"\ \text{{{_('products')}}}"
    )


def batch_control() -> int:
    """How many pictures there are at once, for the shapes."""
    return controls.number(_("Pictures in the batch"), "batch", 1, 1024, 1)


def channel_shapes(batch, shape, weights, maps_shape):
    """Input, weights, bias and output as PyTorch writes their shapes, and what they add up to."""
    f, c, high, wide = weights.shape
    __, __, down, across = maps_shape
    st.markdown(
        "\n".join(
            [
                f"| {_('what')} | {_('shape')} | {_('in numbers')} |",
                "|---|---|---|",
                f"| {_('input')} | (N, C, H, W) | `({batch}, {c}, {shape[2]}, {shape[3]})` |",
                f"| {_('weights')} | (F, C, kh, kw) | `({f}, {c}, {high}, {wide})` |",
                f"| {_('bias')} | (F,), {_('added as')} (F, 1, 1) | `({f},)`, `({f}, 1, 1)` |",
                f"| {_('output')} | (N, F, OH, OW) | `({batch}, {f}, {down}, {across})` |",
            ]
        )
    )
    st.markdown(
        _(
            "Numbers to learn: {f}·{c}·{high}·{wide} + {f} = **{total}**. Products for all maps: {products} a number, {count} numbers, **{all}** in all."
        ).format(
            f=f,
            c=c,
            high=high,
            wide=wide,
            total=f"{weights.size + f:,}",
            products=c * high * wide,
            count=f"{batch * f * down * across:,}",
            all=f"{batch * weights.size * down * across:,}",
        )
    )


def predict_maps(weights):
    """Ask for the number of maps: as many as kernels, not as slices."""
    f, c = weights.shape[:2]
    predict(
        _("Kernels: {f}, input channels: {c}. How many feature maps come out?").format(f=f, c=c),
        f,
        _(
            "One for each kernel. Its partial maps, one a channel, are added up and do not stay apart: to answer {f}·{c} = {product} is a common mistake."
        ).format(f=f, c=c, product=f * c)
        if c > 1
        else _("One for each kernel."),
        key="maps",
    )


def pointwise_proof(picture, weights):
    """A 1x1 convolution beside a fully connected layer at every pixel: both computed, subtracted."""
    f, c = min(len(weights), 2), picture.shape[1]
    if weights.shape[2:] != (1, 1):
        weights = named_kernels(c, photo=False)["pointwise"][1]
    weights = weights[:f]
    maps = conv2d(picture, weights)
    pixels = picture[0].reshape(c, -1).T  # (H * W, C): one list of channels for each pixel
    units = linear(pixels, weights[:, :, 0, 0])  # (H * W, F)
    apart = np.abs(maps[0].reshape(f, -1).T - units).max()
    heading(_("A 1×1 kernel is a fully connected layer at each pixel"))
    st.latex(
        rf"{matrix(weights[:, :, 0, 0])} {matrix(pixels[:1].T)} = {matrix(units[:1].T)}"
        rf" = {matrix(maps[0, :, :1, 0])}"
    )
    st.markdown(
        _(
            "Left: the weights of the units (F = {f}) times the channels of the first pixel (C = {c}). Right: the first number of each map of the 1×1 convolution. "
            "For all {n} pixels, `linear` on `({n}, {c})` and `conv2d` on `(1, {c}, {height}, {width})` were computed: largest difference **{apart}**."
        ).format(
            f=f,
            c=c,
            n=len(pixels),
            height=picture.shape[2],
            width=picture.shape[3],
            apart=f"{apart:.3g}",
        )
    )


def matrix(values) -> str:
    """A small matrix as LaTeX.

    >>> matrix(np.array([[1.0, 2.0]]))
    '\\\\begin{pmatrix} 1 & 2 \\\\end{pmatrix}'
    """
    rows = r" \\ ".join(" & ".join(f"{value:.10g}" for value in row) for row in values)
    return rf"\begin{{pmatrix}} {rows} \end{{pmatrix}}"


def channels_code(picture, weights, bias) -> dict[str, str]:
    """The same convolution as programs that run as they stand."""
    part, comment = excerpt(picture, *weights.shape[2:])
    x, w = source(part), source(weights)
    torch = [
        "import torch",
        "import torch.nn.functional as F",
        "",
        f"x = torch.tensor({x}, dtype=torch.float64){comment}",
        f"weight = torch.tensor({w}, dtype=torch.float64)",
        f"bias = torch.full(({len(weights)},), {bias:g}, dtype=torch.float64)",
        "print(F.conv2d(x, weight, bias))",
    ]
    numpy = [
        "import numpy as np",
        "from numpy.lib.stride_tricks import sliding_window_view",
        "",
        f"x = np.array({x}, dtype=float){comment}",
        f"weight = np.array({w}, dtype=float)",
        f"bias = np.full(({len(weights)}, 1, 1), {bias:g})",
        "windows = sliding_window_view(x, weight.shape[2:], axis=(2, 3))  # (N, C, OH, OW, kh, kw)",
        'print(np.einsum("ncijuv,fcuv->nfij", windows, weight) + bias)',
    ]
    return {"PyTorch": "\n".join(torch), "NumPy": "\n".join(numpy)}
