"""PyTorch code: run against stand-ins for torch that only write down what they are given.

That the code runs in PyTorch itself, with the same number of parameters and the same shapes, was
checked for every published network when it was written; PyTorch is not a dependency.
"""

import inspect
import sys
from types import ModuleType, SimpleNamespace

import pytest

from cnnviz import arithmetic
from cnnviz.arithmetic import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    BatchNorm2d,
    Branches,
    Conv2d,
    ConvTranspose2d,
    Crop,
    Dropout,
    Flatten,
    GlobalAvgPool2d,
    GlobalMaxPool2d,
    Linear,
    MaxPool2d,
    MaxUnpool2d,
    ReLU,
    Residual,
    Select,
    Sequential,
    Sigmoid,
    Tanh,
    Upsample,
    architectures,
    to_pytorch,
)

# Signatures copied from the documentation of PyTorch 2.13, torch.nn
SIGNATURES = {
    "Conv2d": "in_channels out_channels kernel_size stride padding dilation groups bias",
    "ConvTranspose2d": "in_channels out_channels kernel_size stride padding output_padding groups "
    "bias dilation",
    "MaxPool2d": "kernel_size stride padding dilation return_indices ceil_mode",
    "AvgPool2d": "kernel_size stride padding ceil_mode count_include_pad",
    "MaxUnpool2d": "kernel_size stride padding",
    "AdaptiveAvgPool2d": "output_size",
    "AdaptiveMaxPool2d": "output_size",
    "Upsample": "size scale_factor mode",
    "ZeroPad2d": "padding",
    "Linear": "in_features out_features bias",
    "BatchNorm2d": "num_features",
    "Dropout": "p",
    **dict.fromkeys(("ReLU", "Tanh", "Sigmoid", "Flatten", "Identity"), ""),
}


class Module:
    def __init__(self):
        pass


class Stack(Module):
    def __init__(self, *layers):
        self.layers = layers


def written_down(name, parameters):
    """A stand-in for a layer: its name and its arguments by name."""
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.Signature([inspect.Parameter(p, kind, default=None) for p in parameters])

    def layer(*given, **named):
        return name, signature.bind(*given, **named).arguments

    return layer


@pytest.fixture
def run(monkeypatch):
    nn = SimpleNamespace(Module=Module, Sequential=Stack, ModuleList=list)
    for name, parameters in SIGNATURES.items():
        setattr(nn, name, written_down(name, parameters.split()))
    torch = ModuleType("torch")
    torch.nn = nn
    monkeypatch.setitem(sys.modules, "torch", torch)

    def runner(layers, **named):
        names = {}
        exec(to_pytorch(layers, **named), names)
        return names

    return runner


PLAIN = [
    Conv2d(3, 8, (3, 5), stride=(1, 2), padding=(1, 2), dilation=2, bias=False),
    Conv2d(8, 8, 3, padding="same", groups=4),
    ConvTranspose2d(8, 4, 3, 2, 1, 1, groups=2, bias=False, dilation=2),
    MaxPool2d(3, 2, 1, ceil_mode=True),
    AvgPool2d(2, count_include_pad=False),
    AdaptiveAvgPool2d((3, 4)),
    Upsample(2, mode="bilinear"),
    BatchNorm2d(4),
    Dropout(0.2),
    Linear(4, 2, bias=False),
    *(ReLU(), Tanh(), Sigmoid(), Flatten()),
]


@pytest.mark.parametrize("layer", PLAIN, ids=repr)
def test_the_code_of_a_plain_layer_gives_pytorch_the_same_arguments(run, layer):
    ((name, arguments),) = run(layer)["model"].layers
    assert getattr(arithmetic, name)(**arguments) == layer


@pytest.mark.parametrize(
    ("layer", "call"),
    [
        (GlobalAvgPool2d(), ("AdaptiveAvgPool2d", {"output_size": 1})),
        (GlobalMaxPool2d(), ("AdaptiveMaxPool2d", {"output_size": 1})),
        (
            AvgPool2d(kernel_size=(1, 2)),
            ("AvgPool2d", {"kernel_size": (1, 2)}),
        ),
    ],
)
def test_what_pytorch_calls_otherwise_is_called_so(run, layer, call):
    assert run(layer)["model"].layers == (call,)


def test_full_padding_becomes_numbers(run):
    ((_, arguments),) = run(Conv2d(1, 1, (3, 4), padding="full"))["model"].layers
    assert arguments["padding"] == (2, 3)


def test_padding_on_four_sides_becomes_a_layer_of_its_own(run):
    (padded,) = run(Conv2d(1, 1, 3, padding=((1, 2), (3, 4))))["model"].layers
    (pad, arguments), (_, convolution) = padded.layers
    assert (pad, arguments) == ("ZeroPad2d", {"padding": (3, 4, 1, 2)})  # left right top bottom
    assert "padding" not in convolution


def test_sums_branches_and_crops_become_classes_that_are_printed_along(run):
    layers = [Residual([ReLU(), Tanh()]), Branches(ReLU(), Select((0, 2))), Crop(1, (2, 3))]
    names = run(layers, name="net")
    residual, branches, crop = names["net"].layers
    assert isinstance(residual, names["Residual"])
    assert [name for name, _ in residual.body.layers] == ["ReLU", "Tanh"]
    assert residual.shortcut == ("Identity", {})
    assert branches.paths[0] == ("ReLU", {})
    assert branches.paths[1].channels == [0, 2]
    assert crop.piece == (..., slice(1, 3), slice(1, 4))


def test_helpers_are_printed_only_where_they_are_needed():
    assert "class" not in to_pytorch([Conv2d(1, 1, 3), ReLU()])
    assert "import torch\n" not in to_pytorch(Residual(ReLU()))


def test_unpooling_makes_the_poolings_remember(run):
    layers = [MaxPool2d(2), ReLU(), MaxUnpool2d(2, output_size=5)]
    names = run(layers)
    pool, _, unpool = names["model"].layers
    assert isinstance(names["model"], names["Remembering"])
    assert pool == ("MaxPool2d", {"kernel_size": 2, "return_indices": True})
    assert unpool == ("MaxUnpool2d", {"kernel_size": 2})


def test_unpooling_without_a_pooling_is_refused():
    with pytest.raises(ValueError, match="needs a max pooling before it"):
        to_pytorch([MaxPool2d(2), MaxUnpool2d(2), MaxUnpool2d(2)])


def count_calls(module):
    """Every layer inside a stand-in network."""
    if isinstance(module, tuple) and isinstance(module[0], str):
        return [module]
    inside = getattr(module, "layers", None) or getattr(module, "paths", None)
    if inside is None:
        inside = [module.body, module.shortcut] if hasattr(module, "body") else []
    return [call for part in inside for call in count_calls(part)]


def count_layers(layer):
    children = getattr(layer, "children", None)
    return [layer] if children is None else [leaf for c in children for leaf in count_layers(c)]


@pytest.mark.parametrize("name", architectures)
def test_every_published_network_prints_code_with_all_its_weights(run, name):
    net = architectures[name]
    calls = count_calls(run(net)["model"])
    weighty = ("Conv2d", "ConvTranspose2d", "Linear", "BatchNorm2d")
    printed = [getattr(arithmetic, kind)(**given) for kind, given in calls if kind in weighty]
    assert sum(layer.parameters for layer in printed) == net.parameters
    assert len(printed) == sum(1 for layer in count_layers(net.layers) if layer.parameters)


def test_the_code_of_an_empty_stack_is_an_empty_network(run):
    assert run(Sequential())["model"].layers == ()
