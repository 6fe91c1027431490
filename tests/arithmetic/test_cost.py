"""Costs: lesson 2's numbers, and convolution as a sparse matrix."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

from cnnviz.arithmetic import (
    Conv2d,
    Flatten,
    Linear,
    Sequential,
    connections,
    cost,
    depthwise_separable,
    separable_ratio,
    sweep,
    weight_matrix,
)


# Course notes: 000 section 1, 001 section 2.7, 003, 004 section 6
@pytest.mark.parametrize(
    ("inputs", "neurons", "weights"),
    [(1000, 1000, 10**6), (600_000, 1000, 6 * 10**8), (30_000, 1, 30_000)],
)
def test_a_fully_connected_layer_has_a_weight_for_each_pair(inputs, neurons, weights):
    found = cost(Linear(inputs, neurons), (inputs,))
    assert (found.weights, found.mult_adds) == (weights, weights)
    assert (found.biases, found.activations) == (neurons, neurons)


def test_a_megapixel_of_neurons_against_ten_kernels():
    dense = cost(Linear(3 * 256 * 256, 1000), (3 * 256 * 256,))
    sweeping = cost(Conv2d(3, 10, 3), (3, 256, 256))
    assert dense.parameters == 196_609_000
    assert dense.parameter_bytes == 4 * 196_609_000
    assert (sweeping.weights, sweeping.biases, sweeping.parameters) == (270, 10, 280)
    assert sweeping.activations == 10 * 254 * 254
    assert sweeping.activation_bytes == 4 * 10 * 254 * 254
    assert sweeping.mult_adds == 27 * 10 * 254 * 254


def test_two_convolutions_flatten_to_the_notes_two_million():
    first, second = Conv2d(3, 32, 3), Conv2d(32, 64, 3)
    assert first.output_shape((3, 200, 200)) == (32, 198, 198)
    net = Sequential(first, second, Flatten())
    assert net.output_shape((3, 200, 200)) == (2_458_624,)


def test_dense_becomes_sparse_becomes_shared():
    dense, sparse, shared = connections((6, 6), sweep(3))
    assert (dense, sparse, shared) == (36 * 16, 16 * 9, 9)
    assert dense // shared == 64


def test_connections_into_the_padding_do_not_count():
    # 3x3 over 3x3 with padding 1: corners meet 4 cells, edges 6, the middle 9
    assert connections((3, 3), sweep(3, padding=1)).sparse == 4 * 4 + 4 * 6 + 9


@settings(max_examples=30, deadline=None)
@given(
    st.tuples(st.integers(3, 6), st.integers(3, 6)),
    st.tuples(st.integers(1, 3), st.integers(1, 3)),
    st.integers(1, 2),
    st.integers(0, 2),
    st.randoms(use_true_random=False),
)
def test_the_weight_matrix_does_what_scipys_correlation_does(size, kernel, stride, pad, random):
    picture = np.array([[random.randint(-9, 9) for _ in range(size[1])] for _ in range(size[0])])
    weights = np.array(
        [[random.randint(-9, 9) for _ in range(kernel[1])] for _ in range(kernel[0])]
    )
    windows = sweep(kernel, stride, pad)
    matrix = weight_matrix(size, windows)
    filled = np.array([[0 if w is None else weights.flat[w] for w in row] for row in matrix])
    swept = correlate2d(np.pad(picture, pad), weights, mode="valid")[::stride, ::stride]
    assert (filled @ picture.ravel() == swept.ravel()).all()
    counts = connections(size, windows)
    assert len(matrix) * len(matrix[0]) == counts.dense
    assert sum(w is not None for row in matrix for w in row) == counts.sparse
    assert weights.size == counts.shared


def test_depthwise_separable_is_a_ninth_and_a_bit():
    # Howard et al., 2017: 1/N + 1/k^2; "between 8 to 9 times less computation"
    whole = Conv2d(512, 512, 3, padding=1, bias=False)
    parts = depthwise_separable(512, 512, 3, padding=1, bias=False)
    shape = (512, 14, 14)
    assert parts.output_shape(shape) == whole.output_shape(shape)
    ratio = separable_ratio(512, 3)
    assert Fraction(parts.mult_adds(shape), whole.mult_adds(shape)) == ratio
    assert (
        Fraction(parts.parameters, whole.parameters) == ratio == Fraction(1, 512) + Fraction(1, 9)
    )
    assert 8 < 1 / ratio < 9


def test_the_separable_layers_are_those_of_mobilenets_table():
    # tensorflow/models, nets/mobilenet_v1.py: Conv2d_1, 288 + 2,048 weights
    first, second = depthwise_separable(32, 64, 3, padding=1, bias=False)
    assert (first.weights, second.weights) == (288, 2_048)
    assert first.mult_adds((32, 112, 112)) == 3_612_672
    assert second.mult_adds((32, 112, 112)) == 25_690_112
