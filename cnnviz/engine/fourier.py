"""Convolution with a large kernel, one channel at a time, by multiplying spectra."""

import numpy as np

from cnnviz.engine.patches import pad


def pays(x, weight, axes, stops, groups):
    """Say whether spectra are worth it: one channel for each kernel, large, and many stops.

    Sums by spectra are not exact, so kernels up to 11 x 11 never come here. And they spread: one
    NaN or infinity would reach every result.
    """
    return (
        weight.shape[1] == 1
        and len(weight) == groups
        and all(axis.kernel_size > 11 and axis.stride == axis.dilation == 1 for axis in axes)
        and stops[0] * stops[1] > 4096
        and np.isfinite(x).all()
        and np.isfinite(weight).all()
    )


def correlate(x, weight, bias, axes, stops):
    """Sweep kernels (C, 1, kh, kw) over maps (N, C, H, W), each over its own.

    The picture is cut into tiles of up to ten kernel sizes. Correlation multiplies a tile's
    spectrum by the conjugate of the kernel's; of the product only those stops are kept whose
    windows do not wrap around the tile (Oppenheim and Schafer, "Discrete-Time Signal Processing",
    overlap-save method).
    """
    counts = [-(-stop // (9 * axis.kernel_size)) for axis, stop in zip(axes, stops, strict=True)]
    steps = [-(-stop // count) for stop, count in zip(stops, counts, strict=True)]
    sizes = [
        _fast_length(step + axis.kernel_size - 1) for axis, step in zip(axes, steps, strict=True)
    ]
    height, width = (size - axis.kernel_size + 1 for size, axis in zip(sizes, axes, strict=True))
    whole = -(-stops[0] // height) * height, -(-stops[1] // width) * width  # tiles, none cut short
    spectrum = np.conj(np.fft.rfft2(weight[:, 0], sizes))
    product, result = np.empty_like(spectrum), np.empty((len(weight), *sizes), x.dtype)
    maps = np.empty((*x.shape[:2], *stops), x.dtype)
    for image, into in zip(pad(x, axes, whole), maps, strict=True):
        for top in range(0, stops[0], height):
            for left in range(0, stops[1], width):
                tile = image[:, top : top + sizes[0], left : left + sizes[1]]
                # norm="ortho", both ways: otherwise NumPy computes float32 in float64 and back
                np.fft.rfft2(tile, norm="ortho", out=product)
                product *= spectrum
                np.fft.ifft(product, axis=-2, norm="ortho", out=product)
                np.fft.irfft(product, sizes[1], norm="ortho", out=result)
                part = into[:, top : top + height, left : left + width]
                part[...] = result[:, : part.shape[1], : part.shape[2]]
    if bias is not None:
        maps += bias[:, None, None]
    return maps


def _fast_length(n):
    """The next multiple of 8 without a prime factor above 5: there the transform is quickest.

    >>> _fast_length(158)
    160
    """
    n = -(-n // 8) * 8
    while True:
        rest = n
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
        if rest == 1:
            return n
        n += 8
