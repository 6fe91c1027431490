"""Does a stack of dilated convolutions leave holes? The rule, and the count."""

from math import gcd
from typing import NamedTuple

from cnnviz.arithmetic.layers import Conv2d
from cnnviz.arithmetic.receptive_field import holes, path_counts
from cnnviz.arithmetic.window import whole


class DilationStep(NamedTuple):
    """One step of the rule: the largest distance of two cells that layers i to n reach."""

    layer: int
    """i, counted from 1."""
    rate: int
    """``r_i``."""
    candidates: tuple[int, ...]
    """``M_{i+1} - 2 r_i``, ``2 r_i - M_{i+1}`` and ``r_i``; for the last layer only ``r_n``."""
    distance: int
    """``M_i``, the largest of the candidates."""


class HybridDilation(NamedTuple):
    """Three verdicts on the dilation rates of a stack of convolutions."""

    rates: tuple[int, ...]
    kernel_size: int
    steps: tuple[DilationStep, ...]
    """From the last layer back to the second, in the order in which they are worked out."""
    common_factor: int
    """The greatest number that divides all rates; the rule asks for 1."""
    holes: int
    """Cells inside the receptive field that no path reaches."""
    cells: int
    """Cells of the receptive field."""

    @property
    def second_distance(self) -> int | None:
        """``M_2``; None for a single layer."""
        return self.steps[-1].distance if len(self.rates) > 1 else None

    @property
    def passes(self) -> bool | None:
        """Whether ``M_2 <= K``; None for a single layer, of which the rule says nothing."""
        return None if self.second_distance is None else self.second_distance <= self.kernel_size

    @property
    def hole_free(self) -> bool:
        """Whether a path leads from every cell of the field: the count itself, not the rule."""
        return self.holes == 0


def hybrid_dilation(rates, kernel_size: int = 3) -> HybridDilation:
    """Work out whether dilation rates cover their receptive field without holes.

    ``M_i = max[M_{i+1} - 2 r_i, M_{i+1} - 2 (M_{i+1} - r_i), r_i]`` with ``M_n = r_n``; the design
    asks for ``M_2 <= K``, and for rates without a common factor. The two are separate: rates 2, 2,
    2 pass the first and leave holes.

    Parameters
    ----------
    rates : sequence of int
        Dilation of each convolution, the one nearest to the input first.
    kernel_size : int
        K, the same for all.

    Returns
    -------
    HybridDilation

    Notes
    -----
    Source: Wang et al., "Understanding Convolution for Semantic Segmentation", 2018, arXiv
    1702.08502, equation 2 and section 3.2.

    Examples
    --------
    >>> result = hybrid_dilation((1, 2, 5))
    >>> [(step.layer, step.candidates, step.distance) for step in result.steps]
    [(3, (5,), 5), (2, (1, -1, 2), 2)]
    >>> result.passes, result.common_factor, result.holes
    (True, 1, 0)
    >>> hybrid_dilation((1, 2, 9)).passes, hybrid_dilation((2, 2, 2)).holes
    (False, 120)
    """
    rates = tuple(whole(rate, "each rate") for rate in rates)
    if not rates:
        raise ValueError("the rule needs at least one dilation rate")
    layers = [Conv2d(1, 1, kernel_size, dilation=rate) for rate in rates]
    steps = [DilationStep(len(rates), rates[-1], rates[-1:], rates[-1])]
    for layer in range(len(rates) - 1, 1, -1):
        rate, further = rates[layer - 1], steps[-1].distance
        candidates = further - 2 * rate, 2 * rate - further, rate
        steps.append(DilationStep(layer, rate, candidates, max(candidates)))
    return HybridDilation(
        rates, kernel_size, tuple(steps), gcd(*rates), *holes(path_counts(layers))
    )
