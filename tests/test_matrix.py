"""Tables of numbers as text."""

import contextlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnviz.matrix import MatrixError, format_matrix, parse_matrix

numbers = st.integers(-999_000, 999_000).map(lambda n: n / 1000)
tables = st.integers(1, 6).flatmap(
    lambda width: st.lists(
        st.lists(numbers, min_size=width, max_size=width), min_size=1, max_size=6
    )
)


@given(tables)
def test_what_is_written_reads_back_the_same(table):
    np.testing.assert_array_equal(parse_matrix(format_matrix(table), 6), table)


@pytest.mark.parametrize(
    "text", ["1 2/3 4", "1,2;3,4", " 1, 2 \n 3\t4 \n", "1 2 / 3 4 /", "+1 2.0 / 3e0 4"]
)
def test_every_way_of_writing_rows(text):
    np.testing.assert_array_equal(parse_matrix(text, 2), [[1, 2], [3, 4]])


def test_minus_sign_of_the_page_is_read():
    assert parse_matrix("\u22123", 1) == -3


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no number"),
        (" / ; ", "no number"),
        ("1 2 / 3", "one has 1 and one 2"),
        ("1 2 3", "1×3 is too large: at most 2 rows and 2 columns"),
        ("1 x", "“x” is not a number"),
        ("nan", "“nan” is not a number"),
        ("inf", "not a number"),
        ("1000", "1000 is too large: numbers go from -999 to 999"),
        ("0.1234", "0.1234 has too many decimals: at most 3"),
    ],
)
def test_refusals_say_what_to_mend(text, reason):
    with pytest.raises(MatrixError, match=reason):
        parse_matrix(text, 2)


@given(st.text(max_size=60))
def test_any_text_is_a_table_or_a_sentence(text):
    with contextlib.suppress(MatrixError):
        assert parse_matrix(text, 5).ndim == 2
