"""What lesson 9 says about dilation: one layer, a stack of rates, and what it is good for."""

import numpy as np
import streamlit as st

from cnnviz.arithmetic import (
    Conv2d,
    Sequential,
    Window,
    hybrid_dilation,
    path_counts_by_axis,
    receptive_field,
)
from cnnviz.engine import conv2d, interpolate
from cnnviz.i18n import _
from cnnviz.kernels import Kernel, box
from cnnviz.stage import Display
from cnnviz.stage.panels import show_maps, show_paths
from cnnviz.ui import controls
from cnnviz.ui.frame import heading
from cnnviz.ui.predict import predict
from cnnviz.ui.shades import plain_display

KERNELS = (3, 5, 7)
MOST_DILATION = 16
MOST_RATES, LARGEST_RATE = 5, 9
CURES = {"1-2-5": (1, 2, 5), "1-2-3": (1, 2, 3), "1-1-1": (1, 1, 1), "1-2-9": (1, 2, 9)}
DEMO = (1, 2, 4)  # rates of the layers that are compared with shrinking and enlarging
MARKED = 0.03  # the share of pixels that count as details
LARGEST_PLAIN = 20  # a table of numbers up to here is no picture: it is gathered as it is


def window_input(shape):
    """Ask for kernel size, dilation and padding; only what fits can be chosen.

    Returns
    -------
    (Window, Window)
        Rows and columns.
    """
    least = min(shape[-2:])
    options = {str(n): f"{n}×{n}" for n in KERNELS}
    kernel = int(controls.choice(_("Kernel size"), "kernel_size", options, segmented=True))
    left, right = controls.beside()
    sides = {"same": _("same size")}
    if kernel <= least:
        sides["valid"] = _("none")
    with right:
        padding = controls.choice(_("Padding"), "padding", sides)
    most = MOST_DILATION
    if padding == "valid":
        most = min(most, max(1, (least - 1) // (kernel - 1)))
    with left:
        rate = controls.number(_("Dilation rate"), "dilation", 1, most, 2)
    window = Window(kernel, padding=padding, dilation=rate)
    return window, window


def extent_formula(window):
    """How far the taps reach, and the padding that keeps the size."""
    d, k = window.dilation, window.kernel_size
    reach = window.extent - 1
    st.latex(
        rf"d(k-1)+1 = {d}\cdot({k}-1)+1 = {window.extent} \qquad "
        rf"p = \frac{{d(k-1)}}{{2}} = \frac{{{d}\cdot {k - 1}}}{{2}} = {reach // 2}"
    )


def predict_holes(window):
    """Ask how many pixels under the window are left out."""
    k, extent = window.kernel_size, window.extent
    predict(
        _(
            "The taps of this kernel span {extent}×{extent} pixels. How many of these does it leave out?"
        ).format(extent=extent),
        extent**2 - k**2,
        _("{extent}² − {k}²: it reads {k}×{k} of them, as ever, with as many weights.").format(
            extent=extent, k=k
        ),
        key="left_out",
    )


def rates_input(kernel_size):
    """Ask for the dilation of each layer of a stack.

    Returns
    -------
    tuple of int
        The layer nearest to the picture first.
    """
    heading(_("Several layers in a row: who is never read?"))
    st.markdown(
        _(
            "Put dilated {k}×{k} layers on top of one another. The map counts the paths from each pixel to one number at the top."
        ).format(k=kernel_size)
    )
    places = st.columns(MOST_RATES + 1, vertical_alignment="bottom")
    with places[0]:
        count = controls.number(_("Layers"), "depth", 1, MOST_RATES, 3)
    rates = []
    for number, place in enumerate(places[1 : count + 1], start=1):
        with place:
            label = _("Rate of layer {n}").format(n=number)
            rates.append(controls.number(label, f"rate_{number}", 1, LARGEST_RATE, 2))
    for number in range(count + 1, MOST_RATES + 1):
        # not asked for now: back to its default, here and in the link
        controls.register(f"rate_{number}", 2)
        controls.publish(f"rate_{number}", 2, 2)
    return tuple(rates)


def cure_input():
    """Ask for the rates to compare with."""
    options = {name: listed(rates) for name, rates in CURES.items()}
    return CURES[controls.choice(_("Compare with the rates"), "against", options)]


def announce(rates, cure, kernel_size):
    """What both stacks of rates leave out, in short: the maps stand further down."""
    both = dict.fromkeys((rates, cure))
    st.markdown("  \n".join(summary(hybrid_dilation(given, kernel_size)) for given in both))


def summary(verdict):
    """One line on what a stack of rates leaves out."""
    side = round(verdict.cells**0.5)
    return _(
        "Rates {rates}: {side}×{side} pixels, {holes} of {cells} never read ({percent} %)."
    ).format(
        rates=listed(verdict.rates),
        side=side,
        holes=verdict.holes,
        cells=verdict.cells,
        percent=f"{100 * verdict.holes / verdict.cells:.1f}",
    )


def listed(rates):
    """Rates as a list in words."""
    return _(", ").join(map(str, rates))


def gridding(rates, cure, kernel_size):
    """The two maps of path counts, and the rule worked out for each."""
    for place, given, key in zip(
        st.columns(2, gap="medium"), (rates, cure), ("paths", "paths_against"), strict=True
    ):
        verdict = hybrid_dilation(given, kernel_size)
        with place:
            layers = [Conv2d(1, 1, kernel_size, dilation=rate) for rate in given]
            show_paths(summary(verdict), *path_counts_by_axis(layers), key=key)
            hybrid_rule(verdict)


def hybrid_rule(verdict):
    """The rule of Wang et al. line by line, the common factor, and what the count says."""
    lines = []
    for step in verdict.steps:
        i, r = step.layer, step.rate
        if len(step.candidates) == 1:
            lines.append(rf"M_{i} &= r_{i} = {r}")
            continue
        further = (step.candidates[0] + 2 * r, i + 1)
        numbers = ", ".join(map(str, step.candidates))
        lines.append(rf"M_{i} &= \max[M_{further[1]} - 2r_{i},\; 2r_{i} - M_{further[1]},\; r_{i}]")
        lines.append(
            rf"&= \max[{further[0]} - {2 * r},\; {2 * r} - {further[0]},\; {r}]"
            rf" = \max[{numbers}] = {step.distance}"
        )
    if verdict.second_distance is not None:
        sign = r"\le" if verdict.passes else ">"
        lines.append(rf"M_2 &= {verdict.second_distance} {sign} K = {verdict.kernel_size}")
    lines.append(rf"\gcd({', '.join(map(str, verdict.rates))}) &= {verdict.common_factor}")
    body = r" \\ ".join(lines)
    st.latex(rf"\begin{{aligned}} {body} \end{{aligned}}")
    st.markdown(conclusion(verdict))


def conclusion(verdict) -> str:
    """What the rule and the count say together, in one sentence."""
    if verdict.passes is None:
        if verdict.hole_free:
            return _("One layer without dilation: no holes. The rule speaks of two layers or more.")
        return _("One dilated layer always has holes. The rule speaks of two layers or more.")
    if not verdict.passes:
        if verdict.hole_free:
            return _(
                "The test fails, yet the count finds no hole: the rule is careful. Only the count is exact."
            )
        return _("The test fails, and the count agrees: there are holes.")
    if verdict.hole_free:
        return _("Both conditions hold, and the count agrees: no holes.")
    if verdict.common_factor > 1:
        return _(
            "The test **passes and there are holes all the same**: every rate is a multiple of {factor}, so along each axis only one pixel in {factor} is ever met. That is why the rates may have no common factor."
        ).format(factor=verdict.common_factor)
    return _(
        "Both conditions hold, **and there are holes all the same**: the rule takes for granted that the first rate is 1, and here it is {rate}. Only the count is exact."
    ).format(rate=verdict.rates[0])


def blur_stack(x, rates, kernel: Kernel):
    """Sweep the same kernel again and again with these rates; the size stays."""
    for rate in rates:
        x = conv2d(x, kernel.weights, padding="same", dilation=rate)
    return x


def details(picture):
    """The few pixels with the largest step to a neighbour, as 255 on 0; a small table as it is."""
    if picture.max() <= LARGEST_PLAIN:
        return picture
    across = conv2d(picture, [[[[-1.0, 1.0]]]], padding="same")
    down = conv2d(picture, [[[[-1.0], [1.0]]]], padding="same")
    step = np.abs(across) + np.abs(down)
    step[..., -1, :] = step[..., :, -1] = 0  # there the neighbour lies outside of the picture
    return np.where(step > max(np.quantile(step, 1 - MARKED), 1), 255.0, 0.0)


def artefact(picture, rates, cure, kernel_size):
    """The details of the picture, gathered by the learner's rates and by the others."""
    heading(_("What it does to your picture"))
    marked = picture.max() > LARGEST_PLAIN
    if marked:
        st.markdown(
            _(
                "A first layer has marked the details: the sharpest edges, at most {percent} % of all pixels. Then the dilated layers spread each mark over all results that read it, with equal weights."
            ).format(percent=round(100 * MARKED))
        )
    st.markdown(
        _(
            "Where the rates leave holes, a grid appears that is not in the picture: neighbouring results come from different pixels."
        )
    )
    marks, kernel = details(picture), box(kernel_size, kernel_size)
    spread = [blur_stack(marks, given, kernel) for given in (rates, cure)]
    title = _("marked details") if marked else _("the picture")
    maps = [(title, _("mark") if marked else _("picture"), marks, plain_display(marks))]
    for given, result in zip((rates, cure), spread, strict=True):
        caption = _("spread by rates {rates}").format(rates=listed(given))
        label = _("rates {rates}").format(rates=listed(given))
        maps.append((caption, label, result, Display.spread(result)))
    height, width = picture.shape[-2:]
    brightest = int(np.argmax(spread[0].reshape(-1, height * width)[0]))
    show_maps(maps, start=divmod(brightest, width), key="artefact")


def heavy(side):
    """Half of the weight on the pixel itself, the other half shared out around it."""
    table = np.ones((side, side))
    table[side // 2, side // 2] = side * side - 1
    return Kernel(table, 2 * (side * side - 1))


def against_downsampling(picture, kernel_size):
    """Three dilated layers against three of which two halve the map: same reach, same weights."""
    heading(_("Against shrinking and enlarging"))
    st.markdown(
        _(
            "Two ways to the same reach with the same weights: three layers with dilation 1, 2, 4, or three layers of which the first two have stride 2, enlarged again at the end. In both, half of each kernel's weight lies on its middle."
        )
    )
    mode = controls.choice(
        _("Enlarge by"),
        "mode",
        {"nearest": _("repeating"), "bilinear": _("blending")},
        segmented=True,
    )
    kernel, size = heavy(kernel_size), picture.shape[-2:]
    kept = blur_stack(picture, DEMO, kernel)
    small, pad = picture, kernel_size // 2
    for stride in (2, 2, 1):
        small = conv2d(small, kernel.weights, stride=stride, padding=pad)
    enlarged = interpolate(small, size=size, mode=mode)
    shades = plain_display(picture)
    show_maps(
        [
            (_("the picture"), _("picture"), picture, shades),
            (_("dilation 1, 2, 4"), _("dilated"), kept, shades),
            (_("stride 2, 2, 1, enlarged"), _("enlarged"), enlarged, shades),
        ],
        key="resolution",
    )
    comparison(kernel_size, size)


def comparison(kernel_size, size):
    """What the two ways cost and keep, as a table."""

    def layer(stride=1, rate=1):
        padding = rate * (kernel_size - 1) // 2
        return Conv2d(1, 1, kernel_size, stride, padding, rate, bias=False)

    stacks = {
        _("dilation 1, 2, 4"): Sequential(*(layer(rate=rate) for rate in DEMO)),
        _("stride 2, 2, 1, enlarged"): Sequential(*(layer(stride) for stride in (2, 2, 1))),
    }
    heads = (
        _("way"),
        _("sees"),
        _("jump"),
        _("different results"),
        _("weights"),
        _("multiply-adds"),
    )
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    for name, layers in stacks.items():
        field = receptive_field(layers).columns
        _channel, down, across = layers.output_shape((1, *size))
        lines.append(
            f"| {name} | {field.size}×{field.size} | {field.jump} | {down}×{across} = {down * across:,} "
            f"| {layers.weights} | {layers.mult_adds((1, *size)):,} |"
        )
    st.markdown("\n".join(lines))
    st.caption(
        _(
            "Dilation buys the same reach and keeps a result for every pixel. The price is arithmetic: all layers work at full size."
        )
    )


def dilation_code(picture, kernel, rows, columns, rates):
    """The layer on the stage, and the count of paths, as programs that run."""
    from cnnviz.ui.code import convolution_code

    count = [
        "import numpy as np",
        "",
        f"rates, k = {list(rates)}, {rows.kernel_size}",
        "paths = np.ones(1, dtype=int)  # " + _("along one axis; the map is their outer product"),
        "for d in rates:",
        "    taps = np.zeros(d * (k - 1) + 1, dtype=int)",
        "    taps[::d] = 1",
        "    paths = np.convolve(paths, taps)",
        "used = np.outer(paths, paths) > 0",
        "print(paths)",
        'print(f"{100 * (1 - used.mean()):.1f} % never read")',
    ]
    programs = convolution_code(picture, kernel, rows, columns)
    return programs | {_("Path counts"): "\n".join(count)}
