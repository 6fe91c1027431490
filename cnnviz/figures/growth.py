"""How the receptive field grows: through one stack, and for the ways to make it grow."""

from functools import cache
from math import isqrt

from cnnviz.arithmetic import Conv2d, MaxPool2d, receptive_field
from cnnviz.i18n import _

# Okabe and Ito, "Color Universal Design", 2008; each with a dash and a sign of its own.
STYLES = {
    "depth": ("#0072B2", "solid", "circle"),
    "pooling": ("#009E73", "dash", "square"),
    "stride": ("#D55E00", "dot", "diamond"),
    "dilation": ("#CC79A7", "dashdot", "triangle-up"),
    "large": ("#E69F00", "solid", "x"),
}
# A single kernel has exactly the weights of so many 3x3 ones where the number is a square.
SQUARES = (1, 4, 9)


def ways(count: int) -> dict[str, list]:
    """Stacks with the weights of `count` 3x3 kernels each, and what makes their fields grow.

    "large" is there only where one kernel can have exactly so many weights.

    >>> {name: receptive_field(layers).size for name, layers in ways(4).items()}
    {'depth': 9, 'pooling': 46, 'stride': 31, 'dilation': 31, 'large': 6}
    """
    stacks = {
        "depth": [Conv2d(1, 1, 3, bias=False)] * count,
        "pooling": [Conv2d(1, 1, 3, bias=False), MaxPool2d(2)] * count,
        "stride": [Conv2d(1, 1, 3, stride=2, bias=False)] * count,
        "dilation": [Conv2d(1, 1, 3, dilation=2**i, bias=False) for i in range(count)],
    }
    side = isqrt(9 * count)
    if side * side == 9 * count:
        stacks["large"] = [Conv2d(1, 1, side, bias=False)]
    return stacks


def way_names() -> dict[str, str]:
    """What each way is called."""
    return {
        "depth": _("more layers of 3×3"),
        "pooling": _("2×2 pooling after each 3×3"),
        "stride": _("3×3 with stride 2"),
        "dilation": _("3×3 with dilation 1, 2, 4, …"),
        "large": _("one large kernel"),
    }


def growth_chart(names, sizes, side):
    """The receptive field after each layer, as a Plotly figure.

    Parameters
    ----------
    names : list of str
        One for the picture, then one for each layer.
    sizes : list of int
        The field's side after each of them, in pixels.
    side : int
        The picture's longest side, drawn as a line where the fields come near it.
    """
    import plotly.graph_objects as go  # here: other lessons do not load it

    figure = go.Figure(
        data={
            "type": "scatter",
            "x": list(range(len(sizes))),
            "y": sizes,
            "mode": "lines+markers+text" if len(sizes) <= 13 else "lines+markers",
            "line": {"color": STYLES["depth"][0], "shape": "hv"},
            "text": [str(size) for size in sizes],
            "textposition": "top center",
            "cliponaxis": False,
        },
        layout={
            "xaxis": {
                "tickvals": list(range(len(names))),
                "ticktext": names,
                "title": {"text": _("after layer")},
                "tickangle": -40,
            },
            "yaxis": {"title": {"text": _("receptive field in pixels")}, "rangemode": "tozero"},
            "height": 330,
            "margin": {"l": 60, "r": 20, "t": 30, "b": 90},
            "showlegend": False,
        },
    )
    if max(sizes) > side / 2:
        figure.add_hline(
            y=side, line={"dash": "dot", "width": 1}, annotation_text=_("side of the picture")
        )
    return figure


@cache
def ways_chart(language: str, most: int = 9):
    """The receptive field against the weights, for every way to make it grow; log upwards.

    It is the same for everybody who speaks `language`, and made once.
    """
    import plotly.graph_objects as go

    lines = []
    for name, label in way_names().items():
        counts = SQUARES if name == "large" else range(1, most + 1)
        colour, dash, symbol = STYLES[name]
        lines.append(
            {
                "type": "scatter",
                "x": [9 * count for count in counts],
                "y": [receptive_field(ways(count)[name]).size for count in counts],
                "name": label,
                "mode": "lines+markers",
                "line": {"color": colour, "dash": dash},
                "marker": {"symbol": symbol, "size": 8},
            }
        )
    return go.Figure(
        data=lines,
        layout={
            "xaxis": {
                "title": {"text": _("weights for each pair of channels")},
                "tickvals": [9 * n for n in range(1, most + 1)],
            },
            "yaxis": {
                "title": {"text": _("receptive field in pixels")},
                "type": "log",
                "tickvals": [3, 10, 30, 100, 300, 1000],
            },
            "height": 380,
            "margin": {"l": 60, "r": 20, "t": 10, "b": 50},
            "legend": {"orientation": "h", "y": -0.22},
        },
    )
