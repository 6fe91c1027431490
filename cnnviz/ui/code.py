"""The same computation as programs that run as they stand."""

import numpy as np

from cnnviz.i18n import _
from cnnviz.matrix import format_matrix

# A picture is too large to be written into a program: its first rows and columns are.
MOST_CELLS = 169
EXCERPT = 8


def literal(values) -> str:
    """A small array as Python source.

    >>> literal([[1.0, 2.5], [-3.0, 4.0]])
    '[[1, 2.5], [-3, 4]]'
    """
    rows = format_matrix(values).split(" / ")
    return "[" + ", ".join("[" + ", ".join(row.split()) + "]" for row in rows) + "]"


def excerpt(x):
    """What of the picture goes into the program, and a comment that says so."""
    plane = np.asarray(x).reshape(-1, *np.shape(x)[-2:])[0]
    if plane.size <= MOST_CELLS:
        return plane, ""
    plane = plane[:EXCERPT, :EXCERPT]
    return plane, "  # " + _("the first {rows} rows and {columns} columns of the picture").format(
        rows=plane.shape[0], columns=plane.shape[1]
    )


def convolution_code(x, kernel, rows, columns, bias=0.0) -> dict[str, str]:
    """conv2d on these very numbers, in PyTorch and in NumPy alone.

    Parameters
    ----------
    x : ndarray, shape (..., H, W)
        The first plane of it is used, or its first rows and columns where it is large.
    kernel : Kernel
        Weights and divisor.
    rows, columns : Window
        The sweep.
    bias : float
        Added at every stop.

    Returns
    -------
    dict of str to str
        Library to program; each prints the result.
    """
    plane, comment = excerpt(x)
    divide = f" / {kernel.divisor}" if kernel.divisor != 1 else ""
    (top, bottom), (left, right) = rows.padding, columns.padding
    x_source, k_source = literal(plane), literal(kernel.table)
    pad = top or bottom or left or right
    torch = [
        "import torch",
        "import torch.nn.functional as F",
        "",
        f"x = torch.tensor({x_source}, dtype=torch.float64){comment}",
        f"kernel = torch.tensor({k_source}, dtype=torch.float64){divide}",
        *([f"x = F.pad(x, ({left}, {right}, {top}, {bottom}))"] if pad else []),
        f"y = F.conv2d(x[None, None], kernel[None, None], stride=({rows.stride}, {columns.stride}), "
        f"dilation=({rows.dilation}, {columns.dilation})){f' + {bias:g}' if bias else ''}",
        "print(y[0, 0])",
    ]
    numpy = [
        "import numpy as np",
        "from numpy.lib.stride_tricks import sliding_window_view",
        "",
        f"x = np.array({x_source}, dtype=float){comment}",
        f"kernel = np.array({k_source}, dtype=float){divide}",
        *([f"x = np.pad(x, (({top}, {bottom}), ({left}, {right})))"] if pad else []),
        f"windows = sliding_window_view(x, ({rows.extent}, {columns.extent}))[::{rows.stride}, ::{columns.stride}, "
        f"::{rows.dilation}, ::{columns.dilation}]",
        f'y = np.einsum("ijuv,uv->ij", windows, kernel){f" + {bias:g}" if bias else ""}',
        "print(y)",
    ]
    return {"PyTorch": "\n".join(torch), "NumPy": "\n".join(numpy)}
