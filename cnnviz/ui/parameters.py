"""What lesson 2 asks and says: how many weights, and why a convolution needs so few."""

from dataclasses import replace
from fractions import Fraction

import streamlit as st

from cnnviz.arithmetic import Conv2d, Flatten, Linear, Sequential, cost
from cnnviz.figures import costs, unrolled
from cnnviz.i18n import _
from cnnviz.stage.matrix_view import show_matrix
from cnnviz.ui import controls
from cnnviz.ui.counts import amount, way_names
from cnnviz.ui.frame import heading
from cnnviz.ui.predict import predict
from cnnviz.ui.shades import plain_display

MOST_CHANNELS = 1024
MOST_MADE = 4096
MOST_KERNEL = 11
MOST_BATCH = 4096
KERNELS = {"numbered": unrolled.numbered, "diagonal": unrolled.diagonal}


def case_controls(shape) -> tuple[costs.Case, str]:
    """Ask what is to be made of a picture; returns that, and the name of the kernel's weights.

    Parameters
    ----------
    shape : tuple
        The picture's; rows and columns are its last two numbers.
    """
    height, width = shape[-2:]
    left, right = controls.beside()
    with left:
        channels = controls.number(_("Input channels C"), "channels", 1, MOST_CHANNELS, 3)
        padding = controls.choice(
            _("Padding"), "padding", {"valid": _("valid: none"), "same": _("same: keeps the size")}
        )
    with right:
        made = controls.number(_("Units, filters n"), "made", 1, MOST_MADE, 10)
        most = MOST_KERNEL if padding == "same" else min(MOST_KERNEL, height, width)
        size = controls.number(_("Kernel size"), "kernel_size", 1, most, 3)
    if size == most < MOST_KERNEL:
        st.caption(
            _("Without padding, a kernel of at most {most}×{most} fits into this picture.").format(
                most=most
            )
        )
    bias = controls.toggle(_("With bias"), "bias", True)
    names = {
        "numbered": _("1, 2, 3, …: all different"),
        "diagonal": _("1 on the diagonal, −1 elsewhere"),
    }
    kernel = controls.choice(_("Weights in the matrix"), "kernel", names)
    return costs.Case((channels, height, width), made, size, padding, bias), kernel


def matrix_stage(picture, case: costs.Case, kernel: str) -> unrolled.Unrolled:
    """A piece of the picture times the matrix of the convolution, and the same by a sweep."""
    piece = unrolled.piece(picture, case.kernel_size)
    found = unrolled.unroll(piece, KERNELS[kernel](case.kernel_size), case.padding)
    show_matrix(
        found.picture,
        found.kernel,
        found.numbers,
        found.listed,
        found.swept,
        found.rows,
        found.columns,
        whole=piece.shape == picture.shape,
        display=plain_display(picture),
    )
    return found


def matrix_formula(found: unrolled.Unrolled) -> None:
    """From dense to sparse to shared, with this matrix's numbers."""
    dense, sparse, shared = found.connections
    results, pixels = found.numbers.shape
    (high, wide), whole = found.picture.shape[2:], results * shared == sparse
    kept = rf"{results}\cdot {shared} = {sparse}" if whole else f"{sparse}"
    ratio = Fraction(shared, dense)
    share = rf"\tfrac{{{shared}}}{{{dense}}}"
    if ratio.denominator != dense:
        share += rf" = \tfrac{{{ratio.numerator}}}{{{ratio.denominator}}}"
    case = _("{height}×{width} pixels:").format(height=high, width=wide)
    st.latex(
        rf"\text{{{case}}}\quad \text{{{_('dense')}}}\ {pixels}\cdot {results} = {dense}\ \to\ \text{{{_('sparse')}}}\ {kept}"
        rf"\ \to\ \text{{{_('shared')}}}\ {shared}\qquad {share}"
    )
    st.markdown(
        _(
            "One channel, whatever C is: matrix times list against a sweep. Results compared: {results}, largest difference **{difference}**."
        ).format(results=results, difference=f"{found.difference:g}")
    )


def predict_parameters(case: costs.Case) -> None:
    """Ask for the convolution's parameters."""
    channels, n, k = case.shape[0], case.made, case.kernel_size
    found = case.cost("convolution")
    predict(
        _(
            "Filters: {n}, of {k}×{k}; input channels: {channels}; biases: {biases}. How many parameters has the convolution?"
        ).format(n=n, k=k, channels=channels, biases=found.biases),
        found.parameters,
        _("Weights: {n}·{channels}·{k}·{k} = {weights}; biases: {biases}.").format(
            n=n, k=k, channels=channels, weights=f"{found.weights:,}", biases=f"{found.biases:,}"
        ),
        key="parameters",
    )


def growth(case: costs.Case) -> None:
    """Parameters and mult-adds against the side of the picture."""
    heading(_("How the counts grow with the picture"))
    words = costs.growth_in_words(case)
    st.plotly_chart(costs.growth_chart(case), theme="streamlit", alt=words, key="growth")
    st.markdown(words)


def agreements(case: costs.Case) -> None:
    """Where the counts agree and where they differ, with and without bias."""
    heading(_("Where the counts agree, and where they differ"))
    bare, full = (replace(case, bias=bias) for bias in (False, True))
    lines = [
        f"| {_('layer')} | {_('parameters without bias')} | {_('parameters with bias')} | {_('difference')} |",
        "|---|--:|--:|--:|",
    ]
    for name, title in way_names(case).items():
        few, many = bare.cost(name), full.cost(name)
        lines.append(
            f"| {title} | {amount(few.parameters)} | {amount(many.parameters)} "
            f"| {amount(many.parameters - few.parameters)} |"
        )
    st.markdown("\n".join(lines))
    channels, height, width = case.shape
    whole = Conv2d(channels, case.made, (height, width), bias=case.bias)
    connected = case.cost("connected")
    st.markdown(
        _(
            "A kernel as large as the picture ({height}×{width}) needs {kernel} parameters and {mult_adds} mult-adds; the "
            "fully connected layer with n = {n} needs {dense} and {products}. The two are one and the same layer."
        ).format(
            height=height,
            width=width,
            n=case.made,
            kernel=amount(whole.parameters),
            mult_adds=amount(whole.mult_adds(case.shape)),
            dense=amount(connected.parameters),
            products=amount(connected.mult_adds),
        )
    )
    st.markdown(
        _(
            "Biases are added, not multiplied, so mult-adds are the same with and without. Tools differ on the depthwise "
            "separable layer: as two layers of PyTorch it has {both} biases, C + n; Keras' SeparableConv2D has one for each "
            "filter, {one}."
        ).format(both=f"{channels + case.made:,}", one=f"{case.made:,}")
    )


def two_layers(case: costs.Case) -> None:
    """Two convolutions, one after the other, and the list that a fully connected layer would read."""
    heading(_("Two convolutions, then a list"))
    left, middle, right = st.columns(3)
    with left:
        second = controls.number(_("Filters of the second"), "second", 1, MOST_MADE, 64)
    with middle:
        units = controls.number(_("Units after the list"), "units", 1, MOST_MADE, 1000)
    with right:
        batch = controls.number(_("Pictures in the batch"), "batch", 1, MOST_BATCH, 1)
    first = case.convolution
    __, down, across = first.output_shape(case.shape)
    if case.padding == "valid" and min(down, across) < case.kernel_size:
        st.info(
            _(
                "The first convolution leaves {down}×{across}: a second kernel of {k}×{k} does not fit. Choose a larger "
                "picture, a smaller kernel or the padding “same”."
            ).format(down=down, across=across, k=case.kernel_size)
        )
        return
    next_one = Conv2d(case.made, second, case.kernel_size, padding=case.padding, bias=case.bias)
    listed = Sequential(first, next_one, Flatten())
    (length,) = listed.output_shape(case.shape)
    stack = Sequential(*listed, Linear(length, units, case.bias))
    lines = [
        f"| {_('layer')} | {_('shape')} | {_('numbers for one picture')} | {_('numbers in the batch')} | {_('parameters')} |",
        "|---|---|--:|--:|--:|",
        row(_("input"), case.shape, batch, None),
    ]
    titles = (_("convolution"), _("convolution"), _("flattened"), _("fully connected"))
    for title, (layer, shape) in zip(titles, stack.parts(case.shape), strict=True):
        lines.append(row(title, layer.output_shape(shape), batch, cost(layer, shape).parameters))
    st.markdown("\n".join(lines))
    st.caption(
        _(
            "Numbers in the list of one picture: {length}. In a batch of {batch}: {batch}·{length} = {all}."
        ).format(length=f"{length:,}", batch=f"{batch:,}", all=f"{length * batch:,}")
    )


def row(title, shape, batch, parameters) -> str:
    """One layer of the table of two convolutions."""
    numbers = 1
    for n in shape:
        numbers *= n
    return (
        f"| {title} | {'×'.join(map(str, shape))} | {amount(numbers)} | {amount(numbers * batch)} "
        f"| {'' if parameters is None else amount(parameters)} |"
    )


def parameters_code(case: costs.Case) -> dict[str, str]:
    """The counts of this case, in PyTorch and in plain Python."""
    channels, height, width = case.shape
    n, k = case.made, case.kernel_size
    torch = [
        "import torch.nn as nn",
        "",
        f"C, H, W, n, k, bias = {channels}, {height}, {width}, {n}, {k}, {case.bias}",
        "layers = {",
        '    "fully connected": nn.Linear(C * H * W, n, bias, device="meta"),  # '
        + _("no memory is taken"),
        f'    "convolution": nn.Conv2d(C, n, k, padding="{case.padding}", bias=bias),',
        '    "depthwise separable": nn.Sequential(',
        f'        nn.Conv2d(C, C, k, padding="{case.padding}", groups=C, bias=bias), nn.Conv2d(C, n, 1, bias=bias)',
        "    ),",
        "}",
        "for name, layer in layers.items():",
        "    print(name, sum(p.numel() for p in layer.parameters()))",
    ]
    plain = [
        f"C, H, W, n, k, bias = {channels}, {height}, {width}, {n}, {k}, {int(case.bias)}",
        'print("fully connected", C * H * W * n + bias * n)',
        'print("convolution", n * C * k * k + bias * n)',
        'print("depthwise separable", C * k * k + C * n + bias * (C + n))',
    ]
    return {"PyTorch": "\n".join(torch), "Python": "\n".join(plain)}
