"""What lesson 8 says about receptive fields: the stack, its table, the ways to grow."""

import re
from itertools import groupby

import streamlit as st

from cnnviz.arithmetic import (
    Conv2d,
    architectures,
    path_counts_by_axis,
    receptive_field,
)
from cnnviz.figures.growth import SQUARES, growth_chart, way_names, ways, ways_chart
from cnnviz.figures.reach import Reach, inner_half, inner_share, pair_weights, reach, widest_path
from cnnviz.i18n import _, language
from cnnviz.stage.cone import show_cone
from cnnviz.ui import controls
from cnnviz.ui.frame import heading
from cnnviz.ui.predict import predict
from cnnviz.ui.stack import stack_input

NETS = (
    "AlexNet",
    "VGG-16",
    "GoogLeNet",
    "ResNet-18",
    "ResNet-50",
    "ResNet-50 (TF-Slim)",
    "MobileNetV1",
)
MOST_TERMS = 6  # of the formula on one line
LONGEST_LINE = 44  # signs of the formula's sum on one line, as they are seen
LARGEST_CHECK = 100_000  # pixels of a row that the printed program may take a gradient over


def layers_input(shape) -> Reach:
    """Ask for a stack of the learner's own, or one of the published networks."""
    slugs = {re.sub(r"\W+", "_", name.lower()).strip("_"): name for name in NETS}
    net = controls.choice(_("Stack"), "net", {"own": _("your own layers")} | slugs)
    if net == "own":
        layers = stack_input("c3p1-m2-c3p1-m2-c3p1")
    else:
        layers = widest_path(architectures[slugs[net]].features)
        st.caption(
            _(
                "{count} layers with windows. 1×1 layers are left out, they see nothing more; of parallel paths the one that sees furthest is shown."
            ).format(count=len(layers))
        )
    return reach(layers, shape)


def short_name(layer) -> str:
    """A layer in the fewest signs: the kind, the kernel size and what is not plain."""
    window, _columns = layer.windows
    kind = _("conv") if isinstance(layer, Conv2d) else _("pool")
    return (
        f"{kind} {window.kernel_size}"
        + f" s{window.stride}" * (window.stride > 1)
        + f" p{window.padding[0]}" * (window.padding[0] > 0)
        + f" d{window.dilation}" * (window.dilation > 1)
    )


def show_reach(picture, reached: Reach, paths: bool, key="cone"):
    """The cone over the picture, or one sentence where not even the first layer fits."""
    fitting = reached.fitting
    if len(fitting) < len(reached.layers):
        height, width = reached.sizes[-1]
        st.warning(
            _(
                "Layer {number} ({layer}) does not fit into {height}×{width}. Its receptive field is known all the same; the cone shows the layers below."
            ).format(
                number=len(fitting) + 1,
                layer=short_name(reached.layers[len(fitting)]),
                height=height,
                width=width,
            )
        )
    show_cone(picture, fitting, [short_name(layer) for layer in fitting], paths=paths, key=key)


def field_formula(reached: Reach):
    """The size of the field as a sum over the layers, with this stack's numbers."""
    fields = reached.fields
    terms = [
        rf"{layer.windows[1].extent - 1}\cdot {thousands(below.jump)}"
        for layer, below in zip(reached.layers, fields, strict=False)
        if layer.windows[1].extent > 1
    ]
    rule, size = r"r = 1 + \sum_l d_l(k_l-1)\prod_{i<l} s_i", thousands(fields[-1].size)
    if len(terms) <= MOST_TERMS and seen(" + ".join(terms)) <= LONGEST_LINE:
        st.latex(f"{rule} = {' + '.join(['1', *terms])} = {size}")
        return
    runs = [(term, len(list(same))) for term, same in groupby(terms)]
    grouped = [rf"{n}\,({term})" if n > 1 else term for term, n in runs]
    lines = [rf"{rule} &= {size}", "&= 1"]
    for term in grouped:
        if seen(lines[-1]) + seen(term) > LONGEST_LINE:
            lines.append(r"&\quad")
        lines[-1] += f" + {term}"
    body = r" \\ ".join(lines)
    st.latex(rf"\begin{{aligned}} {body} \end{{aligned}}")


def seen(latex: str) -> int:
    """How many signs a sum in LaTeX is wide.

    >>> seen(r"2\\cdot 1{,}024 + 1")
    11
    """
    return len(re.sub(r"\\cdot ", "·", re.sub(r"[{}&]|\\quad|\\,", "", latex)))


def thousands(number: int) -> str:
    """A whole number as LaTeX, with its thousands set apart.

    >>> thousands(12345)
    '12{,}345'
    """
    return f"{number:,}".replace(",", "{,}")


def field_table(reached: Reach):
    """Size, jump, start, output size and weights after each layer."""
    heading(_("Layer by layer"))
    heads = (
        _("layer"),
        _("size"),
        _("jump"),
        _("start"),
        _("output size"),
        _("weights per channel pair"),
    )
    lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
    rows = zip(["", *reached.layers], reached.fields, strict=True)
    for number, (layer, field) in enumerate(rows):
        name = f"{number} {short_name(layer)}" if number else _("picture")
        made = reached.sizes[number] if number < len(reached.sizes) else None
        output = f"{made[0]}×{made[1]}" if made else _("does not fit")
        weights = pair_weights(layer) if number else 0
        start = f"{field.start:,}".replace("-", "\u2212")
        lines.append(
            f"| {name} | {field.size:,} | {field.jump:,} | {start} | {output} | {weights or '–'} |"
        )
    st.markdown("\n".join(lines))
    st.caption(
        _(
            "Size: pixels from the first to the last that one number sees, along one axis. Jump: how far the field moves from one number to the next. Start: the first pixel that the first number sees, counted from 0; below 0 it lies in the padding."
        )
    )
    size, weights = reached.fields[-1].size, reached.weights
    st.markdown(
        _(
            "All kernels together: **{weights}** weights per channel pair. A single kernel that sees as far, {size}×{size}, has **{single}**."
        ).format(weights=f"{weights:,}", size=f"{size:,}", single=f"{size * size:,}")
    )


def growth(reached: Reach):
    """The chart of the field's growth through this stack."""
    sizes = [field.size for field in reached.fields]
    names = [_("picture"), *map(short_name, reached.layers)]
    st.plotly_chart(
        growth_chart(names, sizes, max(reached.sizes[0])),
        theme="streamlit",
        key="growth",
        config={"displayModeBar": False},
        alt=_("Receptive field after each layer, from the picture on: {sizes} pixels.").format(
            sizes=" → ".join(f"{size:,}" for size in sizes)
        ),
    )


def effective_field(reached: Reach):
    """How much of the field counts for half of all paths, in exact numbers."""
    size = reached.fields[-1].size
    if size > 4096:
        return
    __, counts = path_counts_by_axis(reached.layers)
    middle, inner = counts[len(counts) // 2] ** 2, inner_half(counts)
    st.markdown(
        _(
            "Paths lead from the pixel in the middle of the field: **{middle}**; from a corner: **{corner}**. The inner **{inner}×{inner}** of the {size}×{size} pixels are the smallest square with at least half of all paths: {share} %. The *effective* receptive field is smaller than the theoretical one."
        ).format(
            middle=f"{middle:,}",
            corner=f"{counts[0] ** 2:,}",
            inner=inner,
            size=f"{size:,}",
            share=f"{inner_share(counts, inner):.1f}",
        )
    )


def padding_changes_nothing(reached: Reach):
    """The same stack under three paddings, side by side."""
    heading(_("What does padding change?"))
    lines = [
        f"| {_('padding of every layer')} | {_('size')} | {_('jump')} | {_('start')} | {_('output size')} |",
        "|---|---|---|---|---|",
    ]
    height, width = reached.sizes[0]
    variants = {
        _("none"): [repadded(layer, 0) for layer in reached.layers],
        _("as it is"): reached.layers,
        _("half of the window"): [
            repadded(layer, (layer.windows[0].extent - 1) // 2) for layer in reached.layers
        ],
    }
    for name, layers in variants.items():
        other = reach(layers, (height, width))
        field = receptive_field(layers).columns
        fits = len(other.fitting) == len(layers)
        output = "{}×{}".format(*other.sizes[-1]) if fits else _("does not fit")
        start = f"{field.start:,}".replace("-", "\u2212")
        lines.append(f"| {name} | **{field.size:,}** | **{field.jump:,}** | {start} | {output} |")
    st.markdown("\n".join(lines))
    st.caption(
        _(
            "Padding moves the field and makes room for more results. How far one number sees does not depend on it."
        )
    )


def repadded(layer, padding):
    """The same window with another padding, as a convolution: a pooling refuses wide ones."""
    window, _columns = layer.windows
    return Conv2d(1, 1, window.kernel_size, window.stride, padding, window.dilation, bias=False)


def ways_to_grow():
    """The ways to see further, at exactly equal numbers of weights."""
    heading(_("Four ways to see further, for the same weights"))
    left, right = st.columns([1, 1], gap="medium")
    with left:
        options = {str(9 * n): str(9 * n) for n in SQUARES}
        budget = int(
            controls.choice(
                _("Weights for each pair of channels"), "budget", options, "36", segmented=True
            )
        )
        names = way_names()
        heads = _("way"), _("layers"), _("weights"), _("receptive field"), _("jump")
        lines = ["| " + " | ".join(heads) + " |", "|---" * len(heads) + "|"]
        for name, layers in ways(budget // 9).items():
            field = receptive_field(layers).columns
            weights = sum(layer.weights for layer in layers)
            lines.append(
                f"| {names[name]} | {len(layers)} | {weights} | **{field.size}** | {field.jump} |"
            )
        st.markdown("\n".join(lines))
        st.caption(
            _(
                "Depth adds, pooling, stride and dilation multiply. Pooling and stride pay with resolution: the jump is the distance in pixels between neighbouring results. Dilation keeps jump 1; what it costs is the next lesson. A large kernel spends its weights fastest."
            )
        )
    with right:
        sizes = {n: receptive_field(x).size for n, x in ways(9).items()}
        st.plotly_chart(
            ways_chart(language()),
            theme="streamlit",
            key="ways",
            config={"displayModeBar": False},
            alt=_(
                "Receptive field against weights. With 81 weights: depth {depth}, pooling {pooling}, stride {stride}, dilation {dilation}, one large kernel {large} pixels."
            ).format(**sizes),
        )


def predict_next(reached: Reach):
    """Ask how far the field grows by one more layer."""
    field = reached.fields[-1]
    more = receptive_field([*reached.layers, Conv2d(1, 1, 3)]).columns.size
    predict(
        _(
            "One more 3×3 convolution, stride 1, goes on top. How many pixels does one of its numbers see, along one axis?"
        ),
        more,
        _("{size} + (3 − 1)·{jump}: the jump of the layers below times two.").format(
            size=f"{field.size:,}", jump=f"{field.jump:,}"
        ),
        key="next",
    )


def field_code(reached: Reach) -> dict[str, str]:
    """The receptive field by the rule, and measured by a gradient."""
    windows = [layer.windows[1] for layer in reached.layers]
    listed = ", ".join(f"({w.kernel_size}, {w.stride}, {w.dilation})" for w in windows)
    size, jump, _start = reached.fields[-1]
    each = _("kernel size, stride, dilation")
    rule = [
        f"layers = [{listed}]  # {each}",
        "size, jump = 1, 1",
        "for k, s, d in layers:",
        "    size += d * (k - 1) * jump",
        "    jump *= s",
        "print(size, jump)",
    ]
    measured = [
        "import torch",
        "",
        f"layers = [{listed}]  # {each}",
        "# " + _("one axis is enough; a pooling counts like a convolution whose weights are all 1"),
        f"x = torch.zeros(1, 1, {size + 2 * jump}, dtype=torch.float64, requires_grad=True)",
        "y = x",
        "for k, s, d in layers:",
        "    ones = torch.ones(1, 1, k, dtype=torch.float64)",
        "    y = torch.nn.functional.conv1d(y, ones, stride=s, dilation=d)",
        "y[0, 0, 1].backward()  # "
        + _("one number; its gradient counts the paths from each pixel"),
        "seen = x.grad[0, 0].nonzero().flatten()",
        "print((seen.max() - seen.min() + 1).item())",
        "print(x.grad[0, 0])",
    ]
    programs = {"PyTorch": "\n".join(measured)} if size + 2 * jump <= LARGEST_CHECK else {}
    return programs | {"Python": "\n".join(rule)}
