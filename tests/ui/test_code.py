"""The programs that a lesson shows run as they stand and give what the engine gives."""

import numpy as np
import pytest

from cnnviz.arithmetic import Window
from cnnviz.engine import conv2d
from cnnviz.kernels import FIXED, box
from cnnviz.ui.code import EXCERPT, convolution_code


def printed(program):
    """What a program's last `print(...)` was given."""
    shown = []
    exec(program, {"print": shown.append})
    return np.asarray(shown[-1])


@pytest.mark.parametrize("padding", [(0, 0), (2, 1)])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 2)])
@pytest.mark.parametrize("bias", [0.0, -1.5])
def test_numpy_program_prints_what_the_engine_computes(padding, stride, dilation, bias):
    x = np.random.default_rng(0).integers(-9, 9, (7, 9)) / 4
    kernel = box(2, 3)
    rows, columns = Window(2, stride, padding, dilation), Window(3, 1, 1, dilation)
    expected = conv2d(
        x[None, None],
        kernel.weights,
        [bias],
        stride=(stride, 1),
        padding=(padding, (1, 1)),
        dilation=dilation,
    )
    program = convolution_code(x, kernel, rows, columns, bias)["NumPy"]
    np.testing.assert_allclose(printed(program), expected[0, 0], atol=1e-12)


def test_a_large_picture_is_shown_in_part_and_the_program_says_so():
    x = np.arange(900.0).reshape(30, 30) % 251
    kernel = FIXED["sobel_columns"]
    program = convolution_code(x, kernel, Window(3), Window(3))["NumPy"]
    assert f"# the first {EXCERPT} rows and {EXCERPT} columns" in program
    corner = conv2d(x[None, None], kernel.weights)[0, 0, : EXCERPT - 2, : EXCERPT - 2]
    np.testing.assert_array_equal(printed(program), corner)


def test_pytorch_program_says_the_same_numbers():
    """PyTorch is no requirement of the course: the text is compared, not run."""
    program = convolution_code(np.eye(3), FIXED["edge"], Window(1), Window(2, 2, (1, 0)), 2.0)[
        "PyTorch"
    ]
    assert "x = torch.tensor([[1, 0, 0], [0, 1, 0], [0, 0, 1]]" in program
    assert "F.pad(x, (1, 0, 0, 0))" in program
    assert "stride=(1, 2), dilation=(1, 1)) + 2" in program
