"""Traces and tables: row by row what LeNet-5 is published with."""

from itertools import pairwise

import pytest

from cnnviz.arithmetic import (
    Branches,
    Conv2d,
    Linear,
    MaxPool2d,
    ReLU,
    Residual,
    Sequential,
    Upsample,
    architectures,
    cost,
    receptive_field,
    table,
    trace,
)

LENET = architectures["LeNet-5 (1998)"]


def test_a_trace_is_lenets_published_table():
    # LeCun et al., 1998, section II.B: maps and their sizes, trainable parameters
    published = [
        ("C1", (6, 28, 28), 156),
        ("S2", (6, 14, 14), 12),
        ("C3", (16, 10, 10), 1_516),
        ("S4", (16, 5, 5), 32),
        ("C5", (120, 1, 1), 48_120),
        ("F6", (84,), 10_164),
    ]
    rows = [row for row in trace(LENET.layers, LENET.input_shape) if row.parameters]
    assert [(row.output_shape, row.parameters) for row in rows] == [row[1:] for row in published]


def test_mult_adds_and_biases_are_lenets_published_connections():
    # the same section: C1 122,304, C3 151,600, C5 48,120 connections, each bias one for each output
    rows = {
        row.output_shape: row for row in trace(LENET.layers, LENET.input_shape) if row.mult_adds
    }

    def all_connections(shape):
        places = shape[1] * shape[2]
        return rows[shape].mult_adds + rows[shape].cost.biases * places

    assert all_connections((6, 28, 28)) == 122_304
    assert all_connections((16, 10, 10)) == 151_600
    assert all_connections((120, 1, 1)) == 48_120


@pytest.mark.parametrize("name", architectures)
def test_the_rows_of_a_trace_add_up_to_the_whole(name):
    net = architectures[name]
    rows, whole = trace(net.layers, net.input_shape), cost(net, net.input_shape)
    assert sum(row.parameters for row in rows) == whole.parameters
    assert sum(row.mult_adds for row in rows) == whole.mult_adds
    assert sum(row.activations for row in rows) == whole.activations
    assert rows[-1].output_shape == net.output_shape
    assert rows[-1].receptive_field == receptive_field(net, net.input_shape)
    for before, after in pairwise(rows):
        assert before.output_shape == after.input_shape


def test_stacks_within_a_stack_are_taken_apart_and_sums_are_not():
    layers = [Sequential(ReLU(), Sequential(ReLU())), Residual(ReLU()), Branches(ReLU(), ReLU())]
    names = [row.name for row in trace(layers, (2, 4, 4))]
    assert names == ["ReLU", "ReLU", "Residual", "Branches"]


def test_a_trace_says_which_layer_cannot_read_its_input():
    with pytest.raises(ValueError, match=r"layer 2, Linear: .* flatten the maps"):
        trace([MaxPool2d(2), Linear(4, 2)], (1, 4, 4))


def test_a_table_has_a_line_for_each_layer_and_one_for_the_sum():
    lines = table(LENET, LENET.input_shape).splitlines()
    rows = trace(LENET, LENET.input_shape)
    assert len(lines) == len(rows) + 2
    assert all(
        repr(row.layer) in line
        for row, line in zip(rows, lines[1:], strict=False)
        if row.name != "Branches"
    )
    assert lines[-1].split() == ["total", "60,000", f"{LENET.mult_adds:,}"]
    assert lines[1].split()[-4:] == ["117,600", "5", "1", "0"]


def test_a_table_speaks_the_readers_words_and_shows_both_axes():
    layers = [Conv2d(1, 1, (3, 5)), Upsample(2)]
    words = ("层", "输出", "参数", "乘加", "感受野", "步距", "起点")
    text = table(layers, (1, 9, 9), headings=words, total="合计")
    assert text.splitlines()[0].split() == list(words)
    assert text.splitlines()[1].split()[-3:] == ["3×5", "1", "0"]
    assert text.splitlines()[2].split()[-3:] == ["3×5", "1/2", "0"]
    assert text.splitlines()[3].split()[0] == "合计"
