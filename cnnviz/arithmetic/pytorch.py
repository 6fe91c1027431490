"""Any stack as PyTorch code that runs as it stands."""

from dataclasses import replace

from cnnviz.arithmetic.layers import (
    Branches,
    Conv2d,
    Crop,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Layer,
    MaxPool2d,
    MaxUnpool2d,
    Residual,
    Select,
    Sequential,
    stack,
)
from cnnviz.arithmetic.window import pair

# What PyTorch has no layer for. Each is printed only where the stack needs it.
HELPERS = {
    Residual: '''
class Residual(nn.Module):
    """The sum of two paths."""

    def __init__(self, body, shortcut):
        super().__init__()
        self.body, self.shortcut = body, shortcut

    def forward(self, x):
        return self.body(x) + self.shortcut(x)
''',
    Branches: '''
class Branches(nn.Module):
    """Paths side by side, their channels stacked."""

    def __init__(self, *paths):
        super().__init__()
        self.paths = nn.ModuleList(paths)

    def forward(self, x):
        return torch.cat([path(x) for path in self.paths], dim=1)
''',
    Select: '''
class Select(nn.Module):
    """Some of the channels."""

    def __init__(self, channels):
        super().__init__()
        self.channels = list(channels)

    def forward(self, x):
        return x[:, self.channels]
''',
    Crop: '''
class Crop(nn.Module):
    """A piece of every map."""

    def __init__(self, offset, size):
        super().__init__()
        (top, left), (height, width) = offset, size
        self.piece = ..., slice(top, top + height), slice(left, left + width)

    def forward(self, x):
        return x[self.piece]
''',
    MaxUnpool2d: '''
class Remembering(nn.Sequential):
    """Layers in a row; each unpooling undoes the latest pooling that is not yet undone."""

    def forward(self, x):
        pooled = []
        for layer in self:
            if isinstance(layer, nn.MaxPool2d):
                size = x.shape[-2:]
                x, places = layer(x)
                pooled.append((places, size))
            elif isinstance(layer, nn.MaxUnpool2d):
                places, size = pooled.pop()
                x = layer(x, places, output_size=size)
            else:
                x = layer(x)
        return x
''',
}


def to_pytorch(layers, name: str = "model") -> str:
    """Print a stack as PyTorch code: run it and `name` is the network.

    Parameters
    ----------
    layers : Layer, or collection of them
        The stack.
    name : str
        What the network is called in the code.

    Raises
    ------
    ValueError
        When an unpooling has no pooling before it in the same `Sequential`.

    Examples
    --------
    >>> from cnnviz.arithmetic import MaxPool2d, ReLU
    >>> print(to_pytorch([Conv2d(1, 6, kernel_size=5), ReLU(), MaxPool2d(2)]))
    from torch import nn
    <BLANKLINE>
    model = nn.Sequential(
        nn.Conv2d(1, 6, kernel_size=5),
        nn.ReLU(),
        nn.MaxPool2d(kernel_size=2),
    )
    """
    layers = stack(layers)
    used = set(_kinds(layers))
    helpers = "\n".join(code for kind, code in HELPERS.items() if kind in used)
    head = "import torch\n" * (Branches in used) + "from torch import nn\n"
    gap = f"\n{helpers}\n\n" if helpers else "\n"
    return f"{head}{gap}{name} = {_expression(layers)}"


def _kinds(layer: Layer):
    yield type(layer)
    for child in getattr(layer, "children", ()):
        yield from _kinds(child)


def _call(name: str, arguments: list[str]) -> str:
    if not arguments:
        return f"{name}()"
    inside = ",\n".join(arguments).replace("\n", "\n    ")
    return f"{name}(\n    {inside},\n)"


def _expression(layer: Layer) -> str:
    match layer:
        case Sequential():
            return _sequential(layer)
        case Residual() | Branches():
            return _call(layer.name, [_path(path) for path in layer.children])
        case Crop():
            offset, size = pair(layer.offset, "offset"), pair(layer.size, "size")
            return f"Crop(offset={offset}, size={size})"
        case Select():
            return repr(layer)
        case GlobalAvgPool2d():
            return "nn.AdaptiveAvgPool2d(1)"
        case GlobalMaxPool2d():
            return "nn.AdaptiveMaxPool2d(1)"
        case Conv2d():
            return _convolution(layer)
        case MaxUnpool2d():
            return f"nn.{replace(layer, output_size=None)!r}"  # the stack remembers the size
    return f"nn.{layer!r}"


def _path(path: Sequential) -> str:
    if not len(path):
        return "nn.Identity()"
    return _expression(path[0] if len(path) == 1 else path)


def _sequential(layers: Sequential) -> str:
    lines, pooled = [], 0
    unpools = any(isinstance(layer, MaxUnpool2d) for layer in layers)
    for layer in layers:
        line = _expression(layer)
        if unpools and isinstance(layer, MaxPool2d):
            line, pooled = f"{line[:-1]}, return_indices=True)", pooled + 1
        if isinstance(layer, MaxUnpool2d):
            pooled -= 1
            if pooled < 0:
                raise ValueError("an unpooling needs a max pooling before it in the same stack")
        lines.append(line)
    return _call("Remembering" if unpools else "nn.Sequential", lines)


def _convolution(layer: Conv2d) -> str:
    # PyTorch pads both ends of an axis alike, or by the names "same" and "valid"
    if layer.padding in ("same", "valid"):
        return f"nn.{layer!r}"
    (top, bottom), (left, right) = (window.padding for window in layer.windows)
    if (top, left) == (bottom, right):
        return f"nn.{replace(layer, padding=top if top == left else (top, left))!r}"
    pad = f"nn.ZeroPad2d({(left, right, top, bottom)})"
    return _call("nn.Sequential", [pad, f"nn.{replace(layer, padding=0)!r}"])
