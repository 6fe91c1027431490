"""Arrays and their description as one blob of bytes for the browser."""

import json

import numpy as np

WHOLE_TYPES = {"u1": np.uint8, "i2": np.int16, "i4": np.int32}
DIVISORS = (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)


def whole(values, divisor):
    """``values * divisor`` as the smallest whole type that holds them exactly, or None.

    >>> whole([0.5, -1.0], 10)
    ('i2', array([  5, -10], dtype=int16))
    """
    scaled = np.asarray(values, dtype=np.float64) * divisor
    if not np.isfinite(scaled).all():
        return None
    rounded = np.rint(scaled)
    # What float arithmetic left behind is far below one unit of the last digit shown.
    if (np.abs(scaled - rounded) > 1e-5 + 1e-15 * np.abs(scaled)).any():
        return None
    low, high = (rounded.min(), rounded.max()) if rounded.size else (0, 0)
    for code, dtype in WHOLE_TYPES.items():
        if np.iinfo(dtype).min <= low and high <= np.iinfo(dtype).max:
            return code, rounded.astype(dtype)
    return ("f8", rounded) if max(-low, high) < 2**53 else None


def describe(values, divisor=1):
    """One map of shape (C, H, W) as a header entry and its bytes.

    Whole numbers over a common divisor where that is exact, so that the browser's sums are exact
    as well; floats where none fits. `divisor` is one to try beside the powers of ten.
    """
    values = np.asarray(values)
    for candidate in dict.fromkeys((1, divisor, *DIVISORS)):
        if found := whole(values, candidate):
            (code, data), exact = found, True
            break
    else:
        # A large map is only looked at, a small one is read: it keeps every digit.
        code, candidate, exact = ("f8" if values.size <= 4096 else "f4"), 1, False
        data = values.astype(code)
    entry = {"shape": list(values.shape), "dtype": code, "divisor": int(candidate), "exact": exact}
    return entry, np.ascontiguousarray(data).tobytes()


def pack(header: dict, arrays: dict) -> bytes:
    """Header and arrays as one blob: length of the header (4 bytes), the header, the arrays.

    Parameters
    ----------
    header : dict
        What JSON can hold; ``"arrays"`` is added.
    arrays : dict
        Name to the arguments of `describe`: an array of shape (C, H, W), and maybe a divisor.
    """
    described = {name: describe(*arguments) for name, arguments in arrays.items()}
    entries = {name: entry for name, (entry, _) in described.items()}
    text = json.dumps(header | {"arrays": entries}, ensure_ascii=False).encode()
    return b"".join(
        [len(text).to_bytes(4, "little"), text, *(data for _, data in described.values())]
    )
