"""A stack of layers at work on a picture: how far it comes, how far it sees, where its paths lie."""

from dataclasses import dataclass
from functools import cached_property

from cnnviz.arithmetic import Branches, Conv2d, Residual, receptive_field, stack


@dataclass(frozen=True)
class Reach:
    """A stack at work on a picture: its layers, and the size that each of them makes.

    `sizes` starts with the picture's (rows, columns) and ends where a window no longer fits.
    """

    layers: tuple
    sizes: tuple

    @property
    def fitting(self):
        """The layers that the picture is large enough for."""
        return self.layers[: len(self.sizes) - 1]

    @cached_property
    def fields(self):
        """The receptive field of the picture itself and after each layer, along one axis."""
        return [receptive_field(self.layers[:n]).columns for n in range(len(self.layers) + 1)]

    @property
    def weights(self):
        """Weights for each pair of channels."""
        return sum(map(pair_weights, self.layers))


def pair_weights(layer) -> int:
    """Weights of one kernel slice: what one input channel and one output channel share.

    >>> pair_weights(Conv2d(64, 192, 5))
    25
    """
    rows, columns = layer.windows
    return rows.kernel_size * columns.kernel_size if isinstance(layer, Conv2d) else 0


def reach(layers, shape) -> Reach:
    """Follow a picture of shape (..., H, W) through the layers for as long as they fit.

    >>> reach([Conv2d(1, 1, 5), Conv2d(1, 1, 3)], (1, 1, 6, 6)).sizes
    ((6, 6), (2, 2))
    """
    sizes = [tuple(shape[-2:])]
    for layer in layers:
        ceil = getattr(layer, "ceil_mode", False)
        try:
            made = [w.output_size(n, ceil) for w, n in zip(layer.windows, sizes[-1], strict=True)]
        except ValueError:  # the window no longer fits: what is above it has nothing to read
            break
        sizes.append(tuple(made))
    return Reach(tuple(layers), tuple(sizes))


def widest_path(layers) -> list:
    """The layers with windows, one after another; of branches the one that sees furthest.

    1x1 windows with stride 1 are left out: they see nothing more.

    >>> from cnnviz.arithmetic import architectures
    >>> len(widest_path(architectures["VGG-16"].features))
    18
    """
    found = []
    for layer in stack(layers):
        if isinstance(layer, Residual | Branches):
            found += max(
                map(widest_path, layer.children), key=lambda path: receptive_field(path).size
            )
        elif layer.windows and any(w.extent > 1 or w.stride > 1 for w in layer.windows):
            found.append(layer)
    return found


def inner_half(counts) -> int:
    """The side of the smallest square in the middle that at least half of all paths come from.

    >>> inner_half([1, 2, 3, 2, 1])
    3
    """
    total, sides = sum(counts) ** 2, range(2 - len(counts) % 2, len(counts) + 1, 2)
    for side in sides:
        margin = (len(counts) - side) // 2
        if 2 * sum(counts[margin : margin + side]) ** 2 >= total:
            return side
    return len(counts)


def inner_share(counts, side) -> float:
    """The share of all paths, in percent, that come from the square of this side in the middle.

    >>> inner_share([1, 2, 1], 1)
    25.0
    """
    margin = (len(counts) - side) // 2
    return 100 * sum(counts[margin : margin + side]) ** 2 / sum(counts) ** 2
