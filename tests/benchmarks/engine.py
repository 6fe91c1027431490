"""How fast the engine is against plain NumPy and SciPy: ``python -m tests.benchmarks.engine``.

Every line is one task, timed in one process in rounds that take turns (ours, theirs, ours, ...),
so that a busy machine slows both. The ratio is that of the medians; memory is what NumPy asks for.
"""

import gc
import sys
import tracemalloc
from functools import partial
from itertools import chain
from statistics import median
from time import perf_counter

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from scipy import ndimage, signal

from cnnviz import engine
from cnnviz.engine import conv2d

ROUNDS = 25
random = np.random.default_rng(0)


def floats(*shape):
    return random.standard_normal(shape, dtype=np.float32)


def tensordot(x, weight):
    """Convolution as it is usually written over sliding windows."""
    windows = sliding_window_view(x, weight.shape[2:], axis=(2, 3))  # (N, C, H', W', kh, kw)
    return np.tensordot(windows, weight, axes=((1, 4, 5), (1, 2, 3))).transpose(0, 3, 1, 2)


def matmul(x, weight, **options):
    """The bare matrix product inside a convolution."""
    stops = engine.conv2d(x[:, :1], weight[:1, :1], **options).shape[2:]
    left = weight.reshape(len(weight), -1)
    return partial(np.matmul, left, floats(left.shape[1], stops[0] * stops[1]))


def sliding_max(x, size):
    windows = sliding_window_view(x, (size, size), axis=(2, 3))[:, :, ::2, ::2]
    return windows.max(axis=(4, 5))


def convolve(x, kernel):
    return signal.oaconvolve(x, kernel[::-1, ::-1], mode="same")


def correlate_each(maps, kernels):
    return [ndimage.correlate(m, k) for m, k in zip(maps, kernels, strict=True)]


def convolutions():
    """Yield (task, against, bar, ours, theirs)."""
    wide, weight = floats(1, 32, 198, 198), floats(64, 32, 3, 3)
    square, square_weight = floats(1, 64, 112, 112), floats(64, 64, 3, 3)
    for name, x, w, options, bar in (
        ("conv 32->64 3x3, 198x198", wide, weight, {}, 1.4),
        ("conv 64->64 3x3, padding 1, 112x112", square, square_weight, {"padding": 1}, 1.9),
        ("conv 32->64, dilation 2", wide, weight, {"dilation": 2}, 1.7),
        ("conv 64->64, dilation 2", square, square_weight, {"padding": 2, "dilation": 2}, 1.7),
        ("conv 32->64, stride 2", wide, weight, {"stride": 2}, 2.0),
        ("conv 64->64, stride 2", square, square_weight, {"padding": 1, "stride": 2}, 2.0),
    ):
        yield name, "its matmul", bar, partial(conv2d, x, w, **options), matmul(x, w, **options)
    for name, x, w, bar in (
        ("conv 32->64 3x3, 198x198", wide, weight, 0.45),
        ("conv 3->32 3x3, 200x200", floats(1, 3, 200, 200), floats(32, 3, 3, 3), 0.35),
    ):
        yield name, "tensordot", bar, partial(conv2d, x, w), partial(tensordot, x, w)
    gray = floats(1, 1, 512, 512)
    for size, bar, other in (
        (3, 0.5, ndimage.correlate),
        (7, 0.5, ndimage.correlate),
        (31, 1.0, convolve),
    ):
        kernel = floats(1, 1, size, size)
        ours = partial(conv2d, gray, kernel, padding="same")
        theirs = partial(other, gray[0, 0], kernel[0, 0])
        against = "oaconvolve" if other is convolve else "ndimage.correlate"
        yield f"one channel {size}x{size}, 512x512", against, bar, ours, theirs
    maps, kernels = floats(1, 64, 112, 112), floats(64, 1, 3, 3)
    ours = partial(conv2d, maps, kernels, padding=1, groups=64)
    theirs = partial(correlate_each, maps[0], kernels[:, 0])
    yield "depthwise 3x3, 64x112x112", "ndimage loop", 0.5, ours, theirs
    ours = partial(engine.conv2d_backward, conv2d(wide, weight), wide, weight)
    yield "conv backward 32->64", "its forward", 3.0, ours, partial(conv2d, wide, weight)


def poolings():
    """Yield (task, against, bar, ours, theirs)."""
    maps = floats(1, 64, 112, 112)
    for size in (2, 3):
        for cells, bar in ((False, 0.1), (True, 0.3)):
            name = f"max pool {size}x{size} stride 2" + (" with indices" if cells else "")
            ours = partial(engine.max_pool2d, maps, size, 2, return_indices=cells)
            yield name, "sliding max", bar, ours, partial(sliding_max, maps, size)


def race(ours, theirs):
    """Median seconds of both, in rounds that take turns."""
    times = [], []
    for _ in range(ROUNDS + 2):
        for run, into in zip((ours, theirs), times, strict=True):
            start = perf_counter()
            run()
            into.append(perf_counter() - start)
    return [median(seconds[2:]) for seconds in times]  # the first rounds warm up


def extra_megabytes():
    """What the 32 -> 64 forward allocates at its peak, its result included."""
    x, weight = floats(1, 32, 198, 198), floats(64, 32, 3, 3)
    tracemalloc.start()
    conv2d(x, weight)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak / 1e6


def main():
    gc.disable()
    failed = 0
    print(f"{'work, float32':42} {'against':18} {'ms':>7} {'ratio':>6} {'bar':>5}")
    for name, against, bar, ours, theirs in chain(convolutions(), poolings()):
        mine, other = race(ours, theirs)
        ratio = mine / other
        failed += ratio > bar
        verdict = "pass" if ratio <= bar else "FAIL"
        print(f"{name:42} {against:18} {1e3 * mine:7.2f} {ratio:6.2f} {bar:5.2f}  {verdict}")
    memory = extra_megabytes()
    failed += memory > 25
    verdict = "pass" if memory <= 25 else "FAIL"
    print(f"{'extra memory of the 32->64 forward, MB':61} {memory:13.1f} {25:5.0f}  {verdict}")
    return failed


if __name__ == "__main__":
    sys.exit(1 if main() else 0)
