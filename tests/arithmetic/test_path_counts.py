"""Path counts against SciPy's convolution of indicator arrays."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import convolve2d

from cnnviz.arithmetic import (
    Branches,
    Conv2d,
    ConvTranspose2d,
    Flatten,
    GlobalAvgPool2d,
    MaxPool2d,
    Residual,
    holes,
    path_counts,
    path_counts_by_axis,
    receptive_field,
)

PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))
convolutions = st.builds(
    lambda k, s, p, d: Conv2d(1, 1, k, s, p, d), PAIRS, PAIRS, st.integers(0, 2), PAIRS
)


def back_by_scipy(layers):
    """Spread a single one from the last layer to the first: zeros between, then the taps."""
    counts = np.ones((1, 1), int)
    for layer in reversed(layers):
        (kr, kc), (sr, sc), (dr, dc) = layer.kernel_size, layer.stride, layer.dilation
        height, width = counts.shape
        spread = np.zeros(((height - 1) * sr + 1, (width - 1) * sc + 1), int)
        spread[::sr, ::sc] = counts
        taps = np.zeros(((kr - 1) * dr + 1, (kc - 1) * dc + 1), int)
        taps[::dr, ::dc] = 1
        counts = convolve2d(spread, taps)
    return counts.tolist()


@settings(max_examples=50, deadline=None)
@given(st.lists(convolutions, min_size=1, max_size=5))
def test_path_counts_are_scipys_convolution_of_indicators(layers):
    counts = path_counts(layers)
    assert counts == back_by_scipy(layers)
    rows, columns = receptive_field(layers)
    assert (len(counts), len(counts[0])) == (rows.size, columns.size)
    assert sum(map(sum, counts)) == np.prod([np.prod(layer.kernel_size) for layer in layers])


@settings(max_examples=40, deadline=None)
@given(st.lists(convolutions, min_size=1, max_size=4))
def test_path_counts_are_the_products_of_those_of_the_axes(layers):
    assert path_counts(layers) == np.outer(*path_counts_by_axis(layers)).tolist()


def test_a_residual_adds_the_straight_path():
    # Veit et al., 2016: each block doubles the paths; of the middle cell one goes straight on
    assert path_counts(Residual(Conv2d(4, 4, 3, padding=1))) == [[1, 1, 1], [1, 2, 1], [1, 1, 1]]


def test_paths_of_stacked_residuals_multiply():
    block = Residual(Conv2d(1, 1, 3, padding=1))
    once = np.array(path_counts(block))
    assert path_counts([block] * 3) == convolve2d(convolve2d(once, once), once).tolist()


def test_branches_with_holes_fill_each_others_holes():
    both = Branches(Conv2d(1, 1, 3, dilation=2, padding=2), Conv2d(1, 1, 3, padding=1))
    assert path_counts(both) == [
        [1, 0, 1, 0, 1],
        [0, 1, 1, 1, 0],
        [1, 1, 2, 1, 1],
        [0, 1, 1, 1, 0],
        [1, 0, 1, 0, 1],
    ]
    assert holes(path_counts(both)) == (8, 25)


def test_branches_do_not_come_apart_into_axes():
    with pytest.raises(ValueError, match="rows and columns do not come apart"):
        path_counts_by_axis(Residual(Conv2d(1, 1, 3, padding=1)))


def test_the_stamps_on_each_cell_of_a_transposed_convolution_show_a_checkerboard():
    # Odena et al., Distill, 2016: kernel 3, stride 2 overlaps unevenly; 4 with 2 evenly
    def stamps(kernel_size, cell):
        layer = ConvTranspose2d(1, 1, kernel_size, stride=2)
        return sum(map(sum, path_counts(layer, cell=cell)))

    cells = list(product((4, 5), repeat=2))
    assert [stamps(3, cell) for cell in cells] == [4, 2, 2, 1]
    assert [stamps(4, cell) for cell in cells] == [4, 4, 4, 4]


def test_an_output_that_reads_nothing_has_no_paths():
    assert path_counts(ConvTranspose2d(1, 1, 1, stride=2), cell=(1, 1)) == []
    assert path_counts(ConvTranspose2d(1, 1, (2, 1), stride=2), cell=(1, 1)) == []
    assert path_counts(ConvTranspose2d(1, 1, (2, 1), stride=2), cell=(1, 2)) == [[1]]


def test_global_pooling_counts_every_cell_of_a_known_map():
    layers = [MaxPool2d(2), GlobalAvgPool2d(), Flatten()]
    assert path_counts(layers, (3, 4, 6)) == [[1] * 6] * 4
    with pytest.raises(ValueError, match="counting paths needs an input_shape"):
        path_counts(layers)
