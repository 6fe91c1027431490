"""Controls for the window itself, bounded by what fits."""

import numpy as np
import streamlit as st

from cnnviz.arithmetic import Window
from cnnviz.i18n import _
from cnnviz.ui import controls

MOST_PADDING = 10
NAMED = ("valid", "same", "full")


def window_controls(shape, *, kernel_size=3, stride=1, most_kernel=11, most_stride=8):
    """Ask for padding, kernel size and stride. Only what fits the picture can be chosen.

    Parameters
    ----------
    shape : tuple
        The picture's shape; rows and columns are its last two numbers.
    kernel_size, stride : int
        Defaults.
    most_kernel, most_stride : int
        The largest that can be chosen.

    Returns
    -------
    (Window, Window)
        Rows and columns.
    """
    height, width = shape[-2:]
    names = {
        "valid": _("valid: none"),
        "same": _("same: keeps the size"),
        "full": _("full: every overlap"),
    }
    names |= {str(n): _("{n} on each side").format(n=n) for n in range(1, MOST_PADDING + 1)}
    padding = controls.choice(_("Padding p"), "padding", names | {"sides": _("each side its own")})
    row_padding, column_padding = side_controls() if padding == "sides" else each_side(padding)
    apart = controls.toggle(_("Rows and columns apart"), "apart")
    if padding in ("same", "full"):  # always room enough: the padding grows with the kernel
        most = (most_kernel, most_kernel)
    else:
        most = tuple(
            min(most_kernel, n + sum(sides))
            for n, sides in ((height, row_padding), (width, column_padding))
        )
    kernel = controls.pair(_("Kernel size k"), "kernel_size", 1, most, kernel_size, apart=apart)
    most_stride = 1 if padding == "same" else most_stride
    step = controls.pair(_("Stride s"), "stride", 1, most_stride, stride, apart=apart)
    if padding == "same":
        st.caption(_("“same” keeps the size, so the stride is 1."))
    return (
        Window(kernel[0], step[0], row_padding if padding not in NAMED else padding),
        Window(kernel[1], step[1], column_padding if padding not in NAMED else padding),
    )


def each_side(padding):
    """The same number on all four sides; a named padding needs no room of its own."""
    cells = 0 if padding in NAMED else int(padding)
    return (cells, cells), (cells, cells)


def side_controls():
    """Four numbers: above, below, left, right."""
    labels = (_("Above"), _("Below"), _("Left"), _("Right"))
    keys = ("padding_top", "padding_bottom", "padding_left", "padding_right")
    cells = []
    for column, label, key in zip(st.columns(2) + st.columns(2), labels, keys, strict=True):
        with column:
            cells.append(controls.number(label, key, 0, MOST_PADDING, 0))
    top, bottom, left, right = cells
    return (top, bottom), (left, right)


def kernel_windows(kernel, picture):
    """Rows and columns for a kernel without padding; says so and ends the page where none fits.

    Parameters
    ----------
    kernel : Kernel
        Its table gives the size.
    picture : ndarray, shape (..., H, W)
        Shown by itself where the kernel does not fit.

    Returns
    -------
    (Window, Window)
    """
    rows, columns = (Window(n) for n in kernel.table.shape)
    height, width = picture.shape[-2:]
    if rows.extent > height or columns.extent > width:
        st.warning(
            _(
                "A kernel of {rows}×{columns} does not fit into a picture of {height}×{width}. "
                "Choose a smaller kernel or a larger picture."
            ).format(rows=rows.extent, columns=columns.extent, height=height, width=width)
        )
        plane = np.clip(picture.reshape(-1, height, width)[0], 0, 255).astype(np.uint8)
        st.image(
            np.kron(plane, np.ones((40, 40), np.uint8))[:400, :400], alt=_("The picture, enlarged")
        )
        st.stop()
    return rows, columns
