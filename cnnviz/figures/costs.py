"""What layers cost for one picture: counts, the formulas behind them, and how they grow."""

from dataclasses import dataclass, replace
from math import sqrt

from cnnviz.arithmetic import (
    Conv2d,
    Flatten,
    Linear,
    Sequential,
    cost,
    depthwise_separable,
)
from cnnviz.i18n import _

SIDES = tuple(2**n for n in range(3, 11))
# Colour (Okabe-Ito), sign and dashes of each line of the chart: never colour alone.
LOOKS = {
    "connected": ("#D55E00", "circle", "solid"),
    "same_maps": ("#CC79A7", "triangle-up", "dashdot"),
    "convolution": ("#0072B2", "square", "dash"),
    "separable": ("#009E73", "diamond", "dot"),
}


@dataclass(frozen=True)
class Case:
    """A picture of `shape` (C, H, W) and what is to be made of it.

    `made` is the number of units or of filters, and `padding` is "valid" or "same".
    """

    shape: tuple[int, int, int]
    made: int
    kernel_size: int
    padding: str = "valid"
    bias: bool = True

    @property
    def convolution(self) -> Conv2d:
        """`made` filters over all channels."""
        return Conv2d(
            self.shape[0], self.made, self.kernel_size, padding=self.padding, bias=self.bias
        )

    def layers(self, name: str) -> Sequential:
        """One of the ways to connect the picture with results.

        "connected" makes `made` numbers, "same_maps" every number of the convolution's maps.
        """
        channels, height, width = self.shape
        pixels = channels * height * width
        if name == "connected":
            return Sequential(Flatten(), Linear(pixels, self.made, self.bias))
        if name == "same_maps":
            results = self.convolution.activations(self.shape)
            return Sequential(Flatten(), Linear(pixels, results, self.bias))
        if name == "convolution":
            return Sequential(self.convolution)
        return depthwise_separable(
            channels, self.made, self.kernel_size, padding=self.padding, bias=self.bias
        )

    def cost(self, name: str):
        """What that costs for one picture."""
        return cost(self.layers(name), self.shape)

    def resized(self, side: int) -> "Case":
        """The same on a square picture."""
        return replace(self, shape=(self.shape[0], side, side))


def formulas(case: Case, name: str) -> dict[str, tuple[str, str]]:
    """The formulas of weights, biases, mult-adds and results: in letters, and with the numbers.

    C channels, H rows and W columns of the picture, n units or filters, k kernel size, H' rows and
    W' columns of a map. Sources: Goodfellow, Bengio and Courville, Deep Learning, 2016, section
    9.2; Howard et al., MobileNets, 2017, arXiv 1704.04861, section 3.1.

    >>> formulas(Case((3, 256, 256), 1000, 3), "connected")["weights"]
    ('C·H·W·n', '3·256·256·1000')
    """
    c, h, w = case.shape
    __, down, across = case.convolution.output_shape(case.shape)
    n, k = case.made, case.kernel_size
    pixels, places = f"{c}·{h}·{w}", f"{down}·{across}"
    if name == "connected":
        weights, biases = ("C·H·W·n", f"{pixels}·{n}"), ("n", f"{n}")
        mult_adds, results = weights, biases
    elif name == "same_maps":
        weights = ("C·H·W·n·H'·W'", f"{pixels}·{n}·{places}")
        biases = ("n·H'·W'", f"{n}·{places}")
        mult_adds, results = weights, biases
    elif name == "convolution":
        weights, biases = ("n·C·k²", f"{n}·{c}·{k}²"), ("n", f"{n}")
        mult_adds = ("n·C·k²·H'·W'", f"{n}·{c}·{k}²·{places}")
        results = ("n·H'·W'", f"{n}·{places}")
    else:
        weights, biases = ("C·k² + C·n", f"{c}·{k}² + {c}·{n}"), ("C + n", f"{c} + {n}")
        mult_adds = ("(C·k² + C·n)·H'·W'", f"({c}·{k}² + {c}·{n})·{places}")
        results = ("(C + n)·H'·W'", f"({c} + {n})·{places}")
    none = ("0", "0")
    return {
        "weights": weights,
        "biases": biases if case.bias else none,
        "mult_adds": mult_adds,
        "activations": results,
    }


def growth_chart(case: Case):
    """Parameters and mult-adds against the picture's side, both axes by powers of ten.

    Returns
    -------
    plotly.graph_objects.Figure
        Lines for square pictures; the large signs are the case itself, at the side of the square
        that has as many pixels.
    """
    from plotly.subplots import make_subplots  # heavy: only this page loads it

    titles = {"parameters": _("Parameters"), "mult_adds": _("Mult-adds for one picture")}
    figure = make_subplots(1, 2, subplot_titles=list(titles.values()), horizontal_spacing=0.12)
    __, height, width = case.shape
    own = sqrt(height * width)
    sides = [side for side in SIDES if side >= case.kernel_size]
    for column, count in enumerate(titles, start=1):
        for name, label in names().items():
            colour, symbol, dash = LOOKS[name]
            sign = {"color": colour, "symbol": symbol}
            common = {"name": label, "legendgroup": name, "row": 1, "col": column}
            figure.add_scatter(
                x=sides,
                y=[getattr(case.resized(side).cost(name), count) for side in sides],
                mode="lines+markers",
                line={"color": colour, "dash": dash},
                marker=sign | {"size": 6},
                showlegend=column == 1,
                **common,
            )
            figure.add_scatter(
                x=[own],
                y=[getattr(case.cost(name), count)],
                mode="markers",
                marker=sign | {"size": 14, "line": {"width": 2, "color": "#888888"}},
                showlegend=False,
                **common,
            )
    figure.update_xaxes(type="log", title=_("side of the picture, pixels"), tickvals=SIDES)
    figure.update_yaxes(type="log", exponentformat="power", dtick=2)
    figure.update_layout(
        height=330,
        margin={"l": 10, "r": 10, "t": 60, "b": 10},
        legend={"orientation": "h", "y": 1.14, "yanchor": "bottom", "x": 0},
    )
    return figure


def names() -> dict[str, str]:
    """The layers that the chart compares."""
    return {
        "connected": _("fully connected"),
        "same_maps": _("fully connected, same maps"),
        "convolution": _("convolution"),
        "separable": _("depthwise separable"),
    }


def growth_in_words(case: Case) -> str:
    """The chart's message as a sentence with its numbers."""
    small, large = case.resized(max(64, case.kernel_size)), case.resized(512)
    factor = large.cost("connected").weights // small.cost("connected").weights
    return _(
        "From {small} to {large} pixels a side, the fully connected layer grows from {few} to {many} weights, "
        "{factor} times as many. The convolution keeps its {kept}; only its mult-adds grow."
    ).format(
        small=small.shape[1],
        large=large.shape[1],
        few=f"{small.cost('connected').weights:,}",
        many=f"{large.cost('connected').weights:,}",
        factor=factor,
        kept=f"{case.cost('convolution').weights:,}",
    )
