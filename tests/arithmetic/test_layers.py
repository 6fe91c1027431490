"""Layers: shapes, weights, multiplications and refusals."""

from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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
    Window,
    stack,
)

# Run once in PyTorch 2.13: the shape of the result of the layer of the same name
SHAPES = [
    (Conv2d(3, 8, (3, 5), stride=(1, 2), padding=(1, 2)), (3, 20, 21), (8, 20, 11)),
    (Conv2d(4, 6, 3, dilation=2, groups=2), (4, 9, 5), (6, 5, 1)),
    (Conv2d(3, 3, 4, padding="same", dilation=3), (3, 9, 7), (3, 9, 7)),
    (Conv2d(1, 1, 3, stride=5), (1, 8, 7), (1, 2, 1)),
    (
        ConvTranspose2d(8, 4, (3, 2), (2, 3), (1, 0), (1, 2), 2, dilation=(1, 2)),
        (8, 5, 4),
        (4, 10, 14),
    ),
    (MaxPool2d((3, 2), (2, 1), (1, 1), (1, 2)), (2, 7, 6), (2, 4, 6)),
    (MaxPool2d(3, 2, ceil_mode=True), (5, 32, 31), (5, 16, 15)),
    (AvgPool2d(2, 2, ceil_mode=True), (5, 1, 5), (5, 1, 3)),
    (AvgPool2d(3, 2, 1), (5, 8, 9), (5, 4, 5)),
    (AdaptiveAvgPool2d((5, 2)), (3, 7, 7), (3, 5, 2)),
    (GlobalAvgPool2d(), (3, 7, 9), (3, 1, 1)),
    (GlobalMaxPool2d(), (3, 7, 9), (3, 1, 1)),
    (Upsample((2, 3)), (2, 3, 4), (2, 6, 12)),
    (Upsample(1.5, "bilinear"), (2, 3, 5), (2, 4, 7)),
    (Upsample(0.7), (2, 10, 10), (2, 7, 7)),
    (MaxUnpool2d(2), (2, 3, 4), (2, 6, 8)),
    (MaxUnpool2d(3, 2, 1), (2, 3, 4), (2, 5, 7)),
    (MaxUnpool2d(2, output_size=(5, 9)), (2, 3, 4), (2, 5, 9)),
    (Flatten(), (3, 4, 5), (60,)),
    (Linear(60, 7), (60,), (7,)),
    (BatchNorm2d(3), (3, 4, 5), (3, 4, 5)),
    *((layer, (3, 4, 5), (3, 4, 5)) for layer in (ReLU(), Tanh(), Sigmoid(), Dropout())),
]


@pytest.mark.parametrize(("layer", "given", "made"), SHAPES, ids=lambda case: repr(case))
def test_output_shapes_are_pytorchs(layer, given, made):
    assert layer.output_shape(given) == made


# Course notes and lesson 2, each with the arithmetic spelled out
@pytest.mark.parametrize(
    ("layer", "parameters"),
    [
        (Conv2d(3, 10, 3), 10 * (3 * 3 * 3 + 1)),
        (Conv2d(1, 6, 5), 156),  # LeNet-5, C1: LeCun et al., 1998
        (Conv2d(16, 120, 5), 48_120),  # C5
        (Linear(120, 84), 10_164),  # F6
        (Linear(3 * 256 * 256, 1000), 196_609_000),
        (Linear(1000, 1000, bias=False), 10**6),
        (Linear(600_000, 1000, bias=False), 6 * 10**8),
        (Conv2d(32, 32, 3, groups=32, bias=False), 288),  # MobileNet's depthwise layers:
        (Conv2d(512, 512, 3, groups=512, bias=False), 4_608),  # the table in its program
        (Conv2d(512, 1024, 1, bias=False), 524_288),
        (ConvTranspose2d(8, 4, (3, 2), groups=2), 8 * 2 * 6 + 4),
        (BatchNorm2d(64), 128),
        (MaxPool2d(2), 0),
    ],
    ids=repr,
)
def test_parameters_are_the_published_ones(layer, parameters):
    assert layer.parameters == parameters == layer.weights + layer.biases


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 2),
    st.integers(1, 2),
    st.integers(1, 2),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.integers(1, 2),
    st.integers(0, 2),
)
def test_mult_adds_are_the_turns_of_the_slow_loop(groups, c, f, kernel, stride, padding):
    layer = Conv2d(groups * c, groups * f, kernel, stride, padding, groups=groups)
    shape = (groups * c, 5, 6)
    _, height, width = layer.output_shape(shape)
    kernels = product(range(groups * f), range(height), range(width))
    turns = sum(1 for _ in kernels for _ in product(range(c), range(kernel[0]), range(kernel[1])))
    assert layer.mult_adds(shape) == turns


def test_a_transposed_convolution_multiplies_once_for_each_stamp():
    layer = ConvTranspose2d(2, 3, (4, 2), stride=2)
    stamps = [0 for _ in range(2 * 5 * 6) for _ in range(3 * 4 * 2)]
    assert layer.mult_adds((2, 5, 6)) == len(stamps)


def test_only_convolutions_and_linear_layers_count_mult_adds():
    others = [BatchNorm2d(3), ReLU(), MaxPool2d(2), AvgPool2d(2), Upsample(2), GlobalAvgPool2d()]
    assert [layer.mult_adds((3, 4, 4)) for layer in others] == [0] * len(others)


def test_windows_are_those_of_rows_and_columns():
    assert Conv2d(1, 1, (3, 5), 2, (1, 0)).windows == (Window(3, 2, 1), Window(5, 2, 0))
    assert MaxPool2d(2).windows == (Window(2, 2),) * 2
    assert ReLU().windows is None


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Conv2d(0, 1, 3), "in_channels must be at least 1, not 0"),
        (lambda: Conv2d(1.5, 1, 3), "in_channels must be a whole number, not 1.5"),
        (lambda: Conv2d(4, 6, 3, groups=4), "out_channels .* 6 channels do not divide into 4"),
        (lambda: Conv2d(1, 1, 0), "kernel_size must be at least 1, not 0"),
        (lambda: Conv2d(1, 1, 3, 2, "same"), "padding 'same' needs stride 1, not stride 2"),
        (lambda: MaxPool2d(3, padding=2), "at most half of the kernel size 3, that is 1, not 2"),
        (lambda: AvgPool2d(3, padding="same"), "padding must be a whole number .*, not 'same'"),
        (lambda: ConvTranspose2d(1, 1, 3, 2, output_padding=2), "less than the stride 2.*, not 2"),
        (lambda: AdaptiveAvgPool2d(0), "output_size must be at least 1, not 0"),
        (lambda: Linear(3, 0), "out_features must be at least 1, not 0"),
        (lambda: Upsample(0), "scale_factor must be above 0, not 0"),
        (lambda: Upsample(2, "cubic"), "mode must be nearest or bilinear, not 'cubic'"),
        (lambda: Sequential(3), "a stack is made of layers; 3 is none"),
        (lambda: Branches(), "at least one path"),
    ],
)
def test_impossible_layers_are_refused_with_their_numbers(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    ("layer", "shape", "sentence"),
    [
        (Conv2d(3, 1, 3), (4, 8, 8), r"reads 3 channels, but the input \(4, 8, 8\) has 4"),
        (Conv2d(3, 1, 3), (192,), r"reads \(channels, rows, columns\), not 192 features"),
        (Conv2d(3, 1, (3, 5)), (3, 4, 4), r"columns of \(3, 4, 4\): .* 4 is less than 5"),
        (BatchNorm2d(4), (3, 4, 4), "reads 4 channels, .* has 3"),
        (Linear(10, 2), (12,), "reads 10 features, but the input has 12"),
        (Linear(48, 2), (3, 4, 4), r"flatten the maps \(3, 4, 4\) first"),
        (Crop(3, 5), (1, 8, 7), r"5 cells from cell 3 on are not in the 7 of \(1, 8, 7\)"),
        (Select((0, 6)), (6, 3, 3), r"channels \(0, 6\) are not in the input \(6, 3, 3\)"),
        (MaxUnpool2d(2, output_size=8), (1, 3, 3), r"less than the stride 2 away from \(6, 6\)"),
        (ConvTranspose2d(1, 1, 2, padding=2), (1, 3, 3), "leave 0 cells"),
        (Upsample(0.1), (1, 5, 20), r"scaling \(1, 5, 20\) by 0.1 leaves \[0, 2\] cells"),
        (ReLU(), (3, 0, 2), r"all at least 1, not \(3, 0, 2\)"),
        (ReLU(), (3, 2), r"a shape is .*, not \(3, 2\)"),
        (Sequential(ReLU(), Conv2d(2, 1, 1)), (3, 4, 4), "layer 2, Conv2d: Conv2d reads 2"),
        (Residual(Conv2d(3, 4, 1)), (3, 2, 2), r"gives \(4, 2, 2\) and the shortcut \(3, 2, 2\)"),
        (Branches(ReLU(), MaxPool2d(2)), (1, 4, 4), "maps of different size cannot be stacked"),
    ],
    ids=repr,
)
def test_an_input_that_does_not_fit_is_refused_with_its_numbers(layer, shape, sentence):
    with pytest.raises(ValueError, match=sentence):
        layer.output_shape(shape)
    with pytest.raises(ValueError, match=sentence):
        layer.mult_adds(shape)


def test_adaptive_pooling_shares_seven_cells_as_pytorch_does():
    # adaptive_avg_pool1d of 0..6 into 3 in PyTorch 2.13: the means of 0 1 2, 2 3 4, 4 5 6
    reading, _ = AdaptiveAvgPool2d(3).readings((1, 7, 7))
    assert [list(reading.taps(o)) for o in range(3)] == [[0, 1, 2], [2, 3, 4], [4, 5, 6]]


def test_a_stack_costs_what_its_layers_cost():
    block = Residual([Conv2d(4, 4, 3, padding=1), BatchNorm2d(4)], Conv2d(4, 4, 1, bias=False))
    net = Sequential(block, Branches(ReLU(), Conv2d(4, 2, 1)), Flatten(), Linear(6 * 25, 3))
    assert net.output_shape((4, 5, 5)) == (3,)
    assert net.weights == 4 * 4 * 9 + 4 + 16 + 8 + 450
    assert net.biases == 4 + 4 + 2 + 3
    assert net.mult_adds((4, 5, 5)) == 25 * (144 + 16 + 8) + 450
    # convolution, normalisation, shortcut, their sum; ReLU, convolution; the flat list is no new one
    assert net.activations((4, 5, 5)) == 100 * 4 + 100 + 50 + 3


def test_stack_reads_layers_lists_and_stacks_alike():
    layer = Conv2d(1, 1, 3)
    assert stack(layer) == stack([layer]) == stack(iter([layer])) == Sequential(layer)
    assert Sequential(layer, ReLU())[:1] == Sequential(layer)
    assert Sequential(layer, ReLU())[1] == ReLU()


@pytest.mark.parametrize("layer", [layer for layer, *_ in SHAPES], ids=repr)
def test_what_a_layer_prints_makes_it_again(layer):
    names = {kind.__name__: kind for kind in {type(case[0]) for case in SHAPES}}
    assert eval(repr(layer), names) == layer


def test_upsampling_takes_its_scale_as_a_fraction():
    rows, columns = Upsample((1.5, 0.1)).readings()
    assert (rows.ratio, columns.ratio) == (Fraction(2, 3), 10)
