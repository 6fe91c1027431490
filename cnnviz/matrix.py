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
    if re.search(r"\d,\d[^/;\n,]*\d\s+[-+.\d]", text):
        raise MatrixError(_("Write decimals with a point, as in 1.5: a comma parts two numbers."))
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


def parse_stack(text: str, most: int, largest: int = LARGEST, planes: int = 4) -> np.ndarray:
    """Read several tables of one size, for example a channel each, separated by ``|``.

    Parameters
    ----------
    text : str
        Tables as `parse_matrix` reads them.
    most, largest
        As in `parse_matrix`.
    planes : int
        Tables allowed.

    Returns
    -------
    ndarray, shape (planes, rows, columns), float64

    Raises
    ------
    MatrixError
        With a sentence that says what to mend.

    Examples
    --------
    >>> parse_stack("0 1 | 2 3", most=11).tolist()
    [[[0.0, 1.0]], [[2.0, 3.0]]]
    """
    tables = [parse_matrix(part, most, largest) for part in text.strip(" |\n").split("|")]
    return stacked(tables, planes)


def parse_kernels(
    text: str, most: int, largest: int = LARGEST, planes: int = 4, kernels: int = 8
) -> np.ndarray:
    """Read several kernels of one size, separated by ``||``; each is a stack of slices.

    >>> parse_kernels("1 0 | 0 1 || 2 2 | 3 3", most=11).shape  # kernels, channels, rows, columns
    (2, 2, 1, 2)
    """
    stacks = [parse_stack(part, most, largest, planes) for part in text.strip(" |\n").split("||")]
    return stacked(stacks, kernels)


def stacked(tables: list[np.ndarray], most: int) -> np.ndarray:
    """Tables of one size as one array, or a `MatrixError` that names the two sizes that differ."""
    if len(tables) > most:
        raise MatrixError(
            _("{count} tables are too many: at most {most}.").format(count=len(tables), most=most)
        )
    for table in tables[1:]:
        if table.shape != tables[0].shape:
            first, other = ("×".join(map(str, it.shape)) for it in (tables[0], table))
            raise MatrixError(
                _(
                    "All tables must have the same size; here one is {first} and one {other}."
                ).format(first=first, other=other)
            )
    return np.stack(tables)


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


def format_stack(values) -> str:
    """The tables as text that `parse_stack` reads.

    >>> format_stack([[[0, 1]], [[2, 3]]])
    '0 1 | 2 3'
    """
    return " | ".join(format_matrix(table) for table in values)


def format_kernels(values) -> str:
    """The kernels as text that `parse_kernels` reads."""
    return " || ".join(format_stack(kernel) for kernel in values)
