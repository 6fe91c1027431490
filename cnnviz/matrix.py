"""Small tables of numbers as text: "0 1 2 / 2 2 0 / 0 1 2"."""

import re

import numpy as np

from cnnviz.i18n import _

# So small that the browser can add 121 products of a pixel and a weight without rounding.
LARGEST = 999
LARGEST_WEIGHT = 65_535
DECIMALS = 3


class MatrixError(ValueError):
    """A text that is no table of numbers; its message is a sentence for the learner."""


def parse_matrix(text: str, most: int, largest: int = LARGEST) -> np.ndarray:
    """Read a table of numbers.

    Parameters
    ----------
    text : str
        Rows are separated by ``/``, ``;`` or line breaks, numbers by spaces or commas.
    most : int
        Rows and columns allowed.
    largest : int
        Largest size of a number allowed.

    Returns
    -------
    ndarray, shape (rows, columns), float64
        Numbers of at most `DECIMALS` decimals.

    Raises
    ------
    MatrixError
        With a sentence that says what to mend.

    Examples
    --------
    >>> parse_matrix("0 1 / 2 -3.5", most=11)
    array([[ 0. ,  1. ],
           [ 2. , -3.5]])
    """
    text = text.replace("\u2212", "-")
    lines = [line for line in re.split(r"[/;\n]", text) if line.strip()]
    rows = [
        [read_number(word, largest) for word in re.split(r"[\s,]+", line.strip(" ,\t\r"))]
        for line in lines
    ]
    if not rows:
        raise MatrixError(_("There is no number here. Write rows like: 0 1 2 / 2 2 0 / 0 1 2"))
    lengths = sorted({len(row) for row in rows})
    if len(lengths) > 1:
        raise MatrixError(
            _(
                "Every row needs as many numbers as the others; here one has {few} and one {many}."
            ).format(few=lengths[0], many=lengths[-1])
        )
    if max(len(rows), lengths[0]) > most:
        raise MatrixError(
            _("{rows}×{columns} is too large: at most {most} rows and {most} columns.").format(
                rows=len(rows), columns=lengths[0], most=most
            )
        )
    return np.array(rows)


def read_number(word: str, largest: int) -> float:
    """One number, or a `MatrixError` that says what is wrong with it."""
    try:
        value = float(word)
    except ValueError:
        value = float("nan")
    if not np.isfinite(value):
        raise MatrixError(_("“{word}” is not a number.").format(word=word[:20]))
    if abs(value) > largest:
        raise MatrixError(
            _("{word} is too large: numbers go from -{most} to {most}.").format(
                word=word[:20], most=largest
            )
        )
    if round(value, DECIMALS) != value:
        raise MatrixError(
            _("{word} has too many decimals: at most {decimals}.").format(
                word=word[:20], decimals=DECIMALS
            )
        )
    return value + 0.0


def format_matrix(values) -> str:
    """The table as text that `parse_matrix` reads.

    >>> format_matrix([[0.0, 1.0], [2.0, -3.5]])
    '0 1 / 2 -3.5'
    """
    return " / ".join(" ".join(f"{value:.10g}" for value in row) for row in np.asarray(values))
