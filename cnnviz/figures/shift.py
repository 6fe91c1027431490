"""What happens when the picture moves: the two orders of shift and convolution, and pooling."""

from dataclasses import dataclass

import numpy as np

from cnnviz.engine import avg_pool2d, conv2d, max_pool2d
from cnnviz.i18n import _

ROUNDING = 1e-9  # far below any grey level: what float arithmetic leaves of a difference of 0
# Okabe and Ito, "Color Universal Design", 2008; each with a dash and a sign of its own.
STYLES = {
    "none": ("#CC79A7", "dot", "circle"),
    "max": ("#D55E00", "solid", "square"),
    "average": ("#0072B2", "dash", "diamond"),
}


@dataclass(frozen=True)
class Orders:
    """Shift before convolution and after it.

    Parameters
    ----------
    shifted : ndarray, shape (N, C, H, W)
        The picture after the shift.
    before, after : ndarray, shape (N, F, OH, OW)
        The maps when the picture was shifted first, and when the map was.
    moved : (int, int)
        By how many rows and columns the map was shifted: the shift over the stride, rounded down.
    inside : ndarray of bool, shape (OH, OW)
        The places where both orders read nothing but pixels of the picture.
    """

    shifted: np.ndarray
    before: np.ndarray
    after: np.ndarray
    moved: tuple[int, int]
    inside: np.ndarray

    @property
    def difference(self) -> np.ndarray:
        """What the order makes of a difference; what rounding left of a 0 is 0."""
        difference = self.before - self.after
        return np.where(np.abs(difference) < ROUNDING, 0.0, difference)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Places inside, different ones of these, places at the border, different ones of these."""
        different = (self.difference[0, 0] != 0).astype(int)
        inside, border = self.inside, ~self.inside
        return (
            int(inside.sum()),
            int(different[inside].sum()),
            int(border.sum()),
            int(different[border].sum()),
        )


def shift(x, by, wrap=False):
    """Move maps (..., H, W) down and to the right.

    What leaves at one side comes in at the other with `wrap`; without it zeros come in.

    >>> shift(np.array([[1, 2, 3]]), (0, 1)).tolist(), shift(np.array([[1, 2, 3]]), (0, 1), True).tolist()
    ([[0, 1, 2]], [[3, 1, 2]])
    """
    if wrap:
        return np.roll(x, by, axis=(-2, -1))
    moved = np.zeros_like(x)
    down, across = (min(n, cells) for n, cells in zip(by, x.shape[-2:], strict=True))
    height, width = x.shape[-2:]
    moved[..., down:, across:] = x[..., : height - down, : width - across]
    return moved


def two_orders(x, weights, rows, columns, by, wrap=False) -> Orders:
    """Shift and then convolve, convolve and then shift.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
        The picture.
    weights : ndarray, shape (F, C, kh, kw)
        The kernels.
    rows, columns : Window
        The sweep.
    by : (int, int)
        Cells down and to the right, at least 0.
    wrap : bool
        Whether picture and map go round at the border instead of ending in zeros.
    """
    moved = (by[0] // rows.stride, by[1] // columns.stride)
    shifted = shift(x, by, wrap)
    within = [
        cells_inside(axis, cells, n, wrap)
        for axis, cells, n in zip((rows, columns), x.shape[-2:], by, strict=True)
    ]
    return Orders(
        shifted,
        convolve(shifted, weights, rows, columns, wrap),
        shift(convolve(x, weights, rows, columns, wrap), moved, wrap),
        moved,
        np.logical_and.outer(*within),
    )


def convolve(x, weights, rows, columns, wrap):
    """The engine's convolution, with padding that goes round where asked."""
    stride, padding = (rows.stride, columns.stride), (rows.padding, columns.padding)
    if wrap:
        x, padding = np.pad(x, ((0, 0), (0, 0), *padding), mode="wrap"), 0
    return conv2d(x, weights, stride=stride, padding=padding)


def cells_inside(window, cells, by, wrap):
    """The stops of one axis at which both orders read only pixels that stayed in the picture.

    On a picture that goes round there is no border, unless the stops do not fit round it evenly:
    then the map's last stop and its first are not one stride apart.

    >>> from cnnviz.arithmetic import Window
    >>> cells_inside(Window(3, padding=1), 5, by=1, wrap=False)
    [False, False, True, True, False]
    """
    stops, moved = window.output_size(cells), by // window.stride
    if wrap:
        return [i >= moved or stops * window.stride == cells for i in range(stops)]
    return [
        i >= moved
        and all(by <= cell < cells for cell in window.taps(i))
        and all(0 <= cell < cells for cell in window.taps(i - moved))
        for i in range(stops)
    ]


def unchanged_shares(maps, kernel_size, stride, most, tolerance=0.0):
    """What share of pooled numbers stays the same when the map moves by 0, 1, 2, ... columns.

    Two parts of the same map, `n` columns apart, are pooled and compared number by number, so that
    no border comes in.

    Parameters
    ----------
    maps : ndarray, shape (N, C, H, W)
        What is pooled.
    kernel_size, stride : int
        The pooling window.
    most : int
        The largest shift, in columns; fewer where the map has no room for it.
    tolerance : float
        Numbers that differ by no more than this count as the same.

    Returns
    -------
    dict of str to list of float
        Shares from 0 to 1 for the shifts 0, 1, ...: without pooling, of maxima, of means.
    """
    width = maps.shape[-1]
    kinds = {
        "none": lambda part: part,
        "max": lambda part: max_pool2d(part, kernel_size, stride),
        "average": lambda part: avg_pool2d(part, kernel_size, stride),
    }
    shares = {name: [] for name in kinds}
    for n in range(min(most, width - kernel_size) + 1):
        for name, pool in kinds.items():
            apart = np.abs(pool(maps[..., n:]) - pool(maps[..., : width - n]))
            shares[name].append(float(np.mean(apart <= tolerance + ROUNDING)))
    return shares


def kind_names() -> dict[str, str]:
    """What the lines of the chart are called."""
    return {
        "none": _("without pooling"),
        "max": _("max pooling"),
        "average": _("average pooling"),
    }


def shares_chart(shares):
    """The shares of numbers that stay the same against the shift, as a Plotly figure."""
    import plotly.graph_objects as go  # here: other lessons do not load it

    lines = [
        {
            "type": "scatter",
            "x": list(range(len(values))),
            "y": [100 * value for value in values],
            "name": kind_names()[kind],
            "mode": "lines+markers",
            "line": {"color": STYLES[kind][0], "dash": STYLES[kind][1]},
            "marker": {"symbol": STYLES[kind][2], "size": 8},
        }
        for kind, values in shares.items()
    ]
    return go.Figure(
        data=lines,
        layout={
            "xaxis": {"title": {"text": _("shift in columns")}, "dtick": 1},
            "yaxis": {"title": {"text": _("numbers unchanged, %")}, "range": [0, 103]},
            "height": 330,
            "margin": {"l": 60, "r": 20, "t": 60, "b": 50},
            "legend": {"orientation": "h", "yanchor": "bottom", "y": 1.02},
        },
    )


def paragraph(sentences) -> str:
    """Sentences one after another; after a Chinese full stop there is no space.

    >>> paragraph(["One.", "", "Two."])
    'One. Two.'
    """
    return " ".join(filter(None, sentences)).replace("\u3002 ", "\u3002")


def shares_in_words(shares) -> str:
    """The chart as one sentence for each kind of pooling."""
    return paragraph(
        _("Unchanged after a shift of 0, 1, 2, …, {kind}: {values} %.").format(
            kind=kind_names()[kind], values=_(", ").join(f"{100 * value:.0f}" for value in values)
        )
        for kind, values in shares.items()
    )
