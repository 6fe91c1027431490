"""Receptive fields against cell-by-cell connectivity and published tables."""

from fractions import Fraction
from math import prod

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnviz.arithmetic import (
    AdaptiveAvgPool2d,
    AvgPool2d,
    Branches,
    Conv2d,
    ConvTranspose2d,
    Crop,
    Flatten,
    GlobalAvgPool2d,
    Linear,
    MaxPool2d,
    MaxUnpool2d,
    ReceptiveField,
    ReLU,
    Residual,
    Sequential,
    Upsample,
    architectures,
    cone,
    receptive_field,
)
from tests.arithmetic.slow import cells_read


def conv(k, s=1, p=0, d=1):
    return Conv2d(1, 1, k, s, p, d)


def numbers(most):
    return st.tuples(st.integers(1, most), st.integers(1, most))


convolutions = st.builds(conv, numbers(4), numbers(3), st.integers(0, 3), numbers(3))
poolings = st.builds(MaxPool2d, st.integers(2, 3), st.integers(1, 3), st.integers(0, 1))


@st.composite
def enlargements(draw):
    if draw(st.booleans()):
        scale = draw(st.sampled_from([2, 3, 1.5]))
        return Upsample(scale, draw(st.sampled_from(["nearest", "bilinear"])))
    s = draw(st.integers(1, 3))
    return ConvTranspose2d(1, 1, draw(st.integers(s, 5)), s, draw(st.integers(0, 2)))


same_size = st.builds(
    lambda r, d: conv(2 * r + 1, p=r * d, d=d), st.integers(0, 2), st.integers(1, 3)
)
branches = st.builds(
    lambda a, b, kind: kind(a, b), same_size, same_size, st.sampled_from([Residual, Branches])
)
sweeping = st.lists(st.one_of(convolutions, poolings, branches), max_size=5)
anything = st.lists(
    st.one_of(
        convolutions,
        poolings,
        enlargements(),
        branches,
        st.builds(Crop, st.integers(0, 3), st.just(5)),
    ),
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(sweeping)
def test_fields_of_sweeping_stacks_are_what_connectivity_finds(layers):
    for axis, field in enumerate(receptive_field(layers)):
        first, second = (cells_read(Sequential(*layers), {o}, axis) for o in (0, 1))
        assert field.size == max(first) - min(first) + 1
        assert field.start == min(first)
        assert field.jump == min(second) - min(first)


@settings(max_examples=30, deadline=None)
@given(anything)
def test_fields_of_enlarging_stacks_are_the_largest_that_connectivity_finds(layers):
    stack = Sequential(*layers)
    field = receptive_field(layers).rows
    # after as many outputs as all enlargements together make of one cell, everything repeats
    times = [Fraction(getattr(layer, "scale_factor", 1)).numerator for layer in layers]
    times += [layer.stride for layer in layers if isinstance(layer, ConvTranspose2d)]
    period = prod(times)
    reads = [cells_read(stack, {o}) for o in range(2 * period)]
    assert field.size == max(max(cells) - min(cells) + 1 for cells in reads)
    assert field.start == min(reads[0])
    for early, late in zip(reads, reads[period:], strict=False):
        assert late == {cell + period * field.jump for cell in early}


@settings(max_examples=40, deadline=None)
@given(st.lists(convolutions, min_size=1, max_size=5), st.data())
def test_padding_moves_the_field_and_leaves_its_size_alone(layers, data):
    which = data.draw(st.integers(0, len(layers) - 1))
    layer = layers[which]
    more = Conv2d(1, 1, layer.kernel_size, layer.stride, layer.padding + 1, layer.dilation)
    before = receptive_field(layers)
    after = receptive_field([*layers[:which], more, *layers[which + 1 :]])
    assert (after.size, after.jump) == (before.size, before.jump)
    jump = receptive_field(layers[:which]).rows.jump
    assert after.rows.start == before.rows.start - jump


@settings(max_examples=40, deadline=None)
@given(anything, st.integers(0, 9), st.integers(0, 9))
def test_the_cone_is_the_hull_of_what_is_read_at_every_depth(layers, row, column):
    spans = cone(layers, (row, column))
    assert spans[-1] == ((row, row), (column, column))
    for depth, span in enumerate(spans):
        for axis, place in enumerate((row, column)):
            cells = cells_read(Sequential(*layers[depth:]), {place}, axis)
            assert span[axis] == (min(cells), max(cells))


# Lesson 8: stacks of 3x3
@pytest.mark.parametrize(("depth", "size"), [(1, 3), (2, 5), (3, 7)])
def test_n_three_by_threes_see_two_n_plus_one(depth, size):
    assert receptive_field([conv(3)] * depth).size == size


# Table of the program of Araujo, Norris and Sim, Distill, 2019 (RECEPTIVE_FIELD_TABLE): end of
# layer -> field, effective stride, effective padding. Its AlexNet does not pad the first layer.
VGG_16 = {
    "conv1_1": (3, 1, 1),
    "pool1": (6, 2, 2),
    "conv2_1": (10, 2, 4),
    "pool2": (16, 4, 6),
    "conv3_1": (24, 4, 10),
    "conv3_2": (32, 4, 14),
    "pool3": (44, 8, 18),
    "conv4_1": (60, 8, 26),
    "conv4_2": (76, 8, 34),
    "pool4": (100, 16, 42),
    "conv5_1": (132, 16, 58),
    "conv5_2": (164, 16, 74),
    "pool5": (212, 32, 90),
}
ALEXNET = {
    "conv1": (11, 4, 0),
    "pool1": (19, 8, 0),
    "conv2": (51, 8, 16),
    "conv3": (99, 16, 32),
    "conv4": (131, 16, 48),
    "conv5": (163, 16, 64),
    "pool5": (195, 32, 64),
}


def named_fields(layers):
    """Fields by the names that the table gives: convN_M, poolN."""
    fields, block, number = {}, 1, 0
    for end, layer in enumerate(layers, start=1):
        if isinstance(layer, Conv2d):
            number += 1
            name = f"conv{block}_{number}"
        elif isinstance(layer, MaxPool2d):
            name, block, number = f"pool{block}", block + 1, 0
        else:
            continue
        field = receptive_field(layers[:end])
        fields[name] = (field.size, field.jump, -field.start)
    return fields


def test_vgg_16_sees_what_the_published_table_says_at_every_layer():
    fields = named_fields(architectures["VGG-16"].features)
    assert {name: fields[name] for name in VGG_16} == VGG_16


def test_alexnet_sees_what_the_published_table_says_at_every_layer():
    unpadded = Sequential(Conv2d(3, 64, 11, stride=4), *architectures["AlexNet"].features[1:])
    fields = [f for name, f in named_fields(unpadded).items() if name != "pool2"]
    assert fields == list(ALEXNET.values())


# Distill, 2019, the article's table, and its program's for the stride as in TF-Slim; Long et al.,
# 2015, table 1 for FCN (404, and 907 and 355 for GoogLeNet and AlexNet with their classifiers)
@pytest.mark.parametrize(
    ("name", "size", "jump"),
    [
        ("AlexNet", 195, 32),
        ("VGG-11", 150, 32),
        ("VGG-16", 212, 32),
        ("ResNet-50 (TF-Slim)", 483, 32),
        ("ResNet-50", 427, 32),
        ("MobileNetV1", 315, 32),
        ("FCN-32s", 404, 32),
    ],
)
def test_published_networks_see_as_far_as_published(name, size, jump):
    field = architectures[name].receptive_field
    assert (field.size, field.jump, field.aligned) == (size, jump, True)


@pytest.mark.parametrize(("name", "size"), [("VGG-16", 404), ("AlexNet", 355), ("GoogLeNet", 907)])
def test_with_their_classifiers_they_see_as_far_as_fcns(name, size):
    architecture = architectures[name]
    assert receptive_field(architecture, architecture.input_shape).size == size


def test_a_classifier_sees_the_whole_input_of_unknown_size():
    for end in (GlobalAvgPool2d(), Flatten(), AdaptiveAvgPool2d(2)):
        field = receptive_field([conv(3), end, ReLU()])
        assert field == (ReceptiveField(None, None, None),) * 2
        assert (field.size, field.aligned) == (None, True)


def test_a_classifier_on_a_known_input_sees_its_last_map_and_its_padding():
    field = receptive_field([conv(3, p=1), Flatten(), Linear(48, 5)], (1, 6, 8))
    assert field.size == (8, 10)
    assert field.start == -1


def test_rows_and_columns_are_told_apart_where_they_differ():
    field = receptive_field([conv((3, 5), s=(1, 2), p=(1, 2))])
    assert field.rows == ReceptiveField(3, 1, -1)
    assert field.columns == ReceptiveField(5, 2, -2)
    assert (field.size, field.jump, field.start) == ((3, 5), (1, 2), (-1, -2))
    rows, columns = field
    assert (rows, columns) == (field.rows, field.columns)


def test_nothing_at_all_sees_one_cell():
    assert receptive_field([]).rows == ReceptiveField(1, 1, 0)


def test_a_transposed_convolution_halves_the_jump():
    field = receptive_field([conv(3), ConvTranspose2d(1, 1, 4, stride=2, padding=1)])
    # an output of the enlarged map reads two cells, each of which reads three
    assert field.rows == ReceptiveField(size=4, jump=Fraction(1, 2), start=-1)


def test_down_and_up_again_has_a_whole_jump():
    field = receptive_field([MaxPool2d(2), MaxUnpool2d(2)])
    assert field.rows == ReceptiveField(size=2, jump=1, start=0)
    assert isinstance(field.rows.jump, int)


def test_a_kernel_smaller_than_the_stride_leaves_outputs_that_read_nothing():
    layers = [ConvTranspose2d(1, 1, 1, stride=2)]
    assert receptive_field(layers).rows == ReceptiveField(1, Fraction(1, 2), 0)
    assert cone(layers, (1, 0)) == [None, ((1, 1), (0, 0))]


def test_cells_between_stamps_widen_nothing():
    # stride 2 leaves every second cell empty; of the three cells that output 0 reads one is stamped
    layers = [ConvTranspose2d(1, 1, 1, stride=2), conv(3, p=1)]
    assert [cone(layers, (o, 0))[0][0] for o in range(4)] == [(0, 0), (0, 1), (1, 1), (1, 2)]
    assert receptive_field(layers).rows == ReceptiveField(2, Fraction(1, 2), 0)


def test_bilinear_reads_one_cell_where_it_looks_straight_at_it():
    enlarged = [Upsample(3, mode="bilinear")]
    assert [cone(enlarged, (o, 0))[0][0] for o in (3, 4, 5)] == [(0, 1), (1, 1), (1, 2)]


def test_of_branches_the_largest_counts():
    # Szegedy et al., 2015: 1x1, 3x3, 5x5 and a 3x3 pooling side by side
    field = receptive_field(
        Branches(conv(1), conv(3, p=1), conv(5, p=2), [MaxPool2d(3, 1, 1), conv(1)])
    )
    assert field.rows == ReceptiveField(5, 1, -2)
    assert field.aligned


def test_paths_that_look_at_different_places_are_reported():
    # padding 0 against 1: the second path looks one cell earlier (Distill, 2019, on alignment)
    block = Residual(conv((1, 3), p=(0, 1)), conv((1, 3), p=(0, 0)))
    field = receptive_field([conv(3), Sequential(ReLU(), block)])
    assert not field.aligned
    (found,) = field.misaligned
    assert (found.layer, found.axis, found.centres) == ("2.2", "columns", (0, 1))


def test_even_kernels_beside_a_shortcut_are_half_a_cell_off():
    (rows, columns) = receptive_field(Residual(conv(2, p="same"))).misaligned
    assert rows.centres == columns.centres == (Fraction(1, 2), 0)


@pytest.mark.parametrize("name", ["FCN-32s", "FCN-8s", "SegNet"])
def test_segmentation_looks_at_the_very_pixel_that_it_answers_for(name):
    net = architectures[name]
    assert receptive_field(net, net.input_shape).jump == 1
    assert [reading.offset for reading in net.layers.readings(net.input_shape)] == [0, 0]


def test_crops_line_paths_up():
    fcn = architectures["FCN-8s"]
    assert receptive_field(fcn, fcn.input_shape).aligned
    # a 4x4 kernel at stride 2 enlarges the map by a cell on each side, which the crop takes off
    enlarged = [AvgPool2d(2), ConvTranspose2d(1, 1, 4, stride=2)]
    assert receptive_field(Residual([*enlarged, Crop(offset=1, size=6)])).aligned
    assert not receptive_field(Residual([*enlarged, Crop(offset=0, size=6)])).aligned


def test_the_cone_asks_for_the_input_size_where_it_needs_one():
    with pytest.raises(ValueError, match="GlobalAvgPool2d reads its whole input"):
        cone([GlobalAvgPool2d()], (0, 0))
    assert cone([GlobalAvgPool2d()], (0, 0), (1, 4, 6))[0] == ((0, 3), (0, 5))
