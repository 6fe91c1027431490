"""The size formula with this very case's numbers in it."""

import streamlit as st

from cnnviz.i18n import _


def steps(window, cells: int) -> str:
    """The size formula of one axis, from letters to the result, as LaTeX.

    The letters are those of Dumoulin and Visin, 2016: i input, k kernel, s stride, d dilation; the
    padding is written for each side, because the two may differ.

    >>> from cnnviz.arithmetic import Window
    >>> print(steps(Window(3, stride=2, padding=1), 5))
    \\left\\lfloor \\frac{5 + 1 + 1 - 3}{2} \\right\\rfloor + 1 = \\left\\lfloor \\frac{4}{2} \\right\\rfloor + 1 = \\lfloor 2 \\rfloor + 1 = 3
    """
    before, after = window.padding
    stops = window.output_size(cells)
    room = cells + before + after - window.extent
    extent = str(window.extent)
    if window.dilation > 1:
        extent = rf"({window.dilation}\cdot({window.kernel_size}-1)+1)"
    quotient = f"{room / window.stride:.4g}"
    return (
        rf"\left\lfloor \frac{{{cells} + {before} + {after} - {extent}}}{{{window.stride}}} \right\rfloor + 1"
        rf" = \left\lfloor \frac{{{room}}}{{{window.stride}}} \right\rfloor + 1"
        rf" = \lfloor {quotient} \rfloor + 1 = {stops}"
    )


def size_formula(rows, columns, shape) -> None:
    """Show the formula for rows and for columns, once where they agree."""
    height, width = shape[-2:]
    if (rows, height) == (columns, width):
        st.latex(rf"o = {steps(rows, height)}")
        return
    row, column = _("rows"), _("columns")
    st.latex(
        rf"\begin{{aligned}} \text{{{row}}}\quad o &= {steps(rows, height)} \\"
        rf" \text{{{column}}}\quad o &= {steps(columns, width)} \end{{aligned}}"
    )
