"""The blob that the browser reads: exact where it can be, and decoded by other means here."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from cnnviz.stage.pack import describe, pack

FRACTIONS = st.sampled_from([1, 9, 16, 36, 10, 1000])


def unpacked(blob):
    """Header and arrays, read byte by byte as the format says."""
    length = int.from_bytes(blob[:4], "little")
    header, at, arrays = json.loads(blob[4 : 4 + length]), 4 + length, {}
    for name, entry in header["arrays"].items():
        dtype = np.dtype(entry["dtype"]).newbyteorder("<")
        count = int(np.prod(entry["shape"]))
        arrays[name] = np.frombuffer(blob, dtype, count, at).reshape(entry["shape"])
        at += count * dtype.itemsize
    assert at == len(blob)
    return header, arrays


@settings(max_examples=60, deadline=None)
@given(
    npst.arrays(
        np.int32,
        npst.array_shapes(min_dims=3, max_dims=3, min_side=0, max_side=4),
        elements=st.integers(-60_000, 60_000),
    ),
    FRACTIONS,
)
def test_fractions_of_a_known_divisor_arrive_exactly(numerators, divisor):
    entry, data = describe(numerators / divisor, divisor)
    values = np.frombuffer(data, entry["dtype"]).reshape(entry["shape"])
    assert entry["dtype"] in ("u1", "i2", "i4")
    # the browser's numerator over its divisor is the very fraction: no float in between
    assert (values.astype(object) * divisor == numerators.astype(object) * entry["divisor"]).all()


@pytest.mark.parametrize(
    ("values", "dtype", "divisor"),
    [
        ([0, 255], "u1", 1),
        ([0, 256], "i2", 1),
        ([-1, 255], "i2", 1),
        ([-32768, 32767], "i2", 1),
        ([0, 32768], "i4", 1),
        ([0.5, 2], "u1", 10),
        ([0.299, 0.587], "i2", 1000),
        ([2**31], "f8", 1),
        ([1 / 3], "f8", 1),
        ([np.inf, 0], "f8", 1),
        ([], "u1", 1),
    ],
)
def test_smallest_type_that_holds_the_numbers_is_taken(values, dtype, divisor):
    entry, data = describe(np.reshape(values, (1, 1, -1)))
    assert (entry["dtype"], entry["divisor"]) == (dtype, divisor)
    assert len(data) == len(values) * np.dtype(dtype).itemsize


def test_large_map_of_floats_is_sent_in_half_the_bytes_and_a_small_one_in_full():
    assert describe(np.full((1, 64, 64), np.pi))[0]["dtype"] == "f8"
    assert describe(np.full((1, 64, 65), np.pi))[0]["dtype"] == "f4"


def test_rounding_of_float_sums_does_not_make_floats_of_whole_numbers():
    values = np.full((1, 1, 1), 0.1 + 0.2)  # 0.30000000000000004
    entry, data = describe(values)
    assert (entry["divisor"], np.frombuffer(data, entry["dtype"])[0]) == (10, 3)


def test_what_differs_in_the_fifth_decimal_is_not_rounded_away():
    entry, data = describe(np.array([[[0.12345]]]))
    assert np.frombuffer(data, entry["dtype"])[0] / entry["divisor"] == 0.12345


def test_arrays_follow_the_header_in_its_order():
    first, second = np.arange(6).reshape(1, 2, 3), np.array([[[0.25, -1.0]]])
    header, arrays = unpacked(pack({"words": "特征图"}, {"a": (first,), "b": (second, 4)}))
    assert header["words"] == "特征图"
    assert arrays["a"].tolist() == first.tolist()
    assert (arrays["b"] / header["arrays"]["b"]["divisor"]).tolist() == second.tolist()
    assert header["arrays"]["b"]["divisor"] == 4


def test_view_of_another_array_is_sent_row_by_row():
    values = np.arange(12).reshape(1, 3, 4)[:, :, ::-2]
    _header, arrays = unpacked(pack({}, {"a": (values,)}))
    assert arrays["a"].tolist() == [[[3, 1], [7, 5], [11, 9]]]
