"""How results with a sign become shades, and the line that says so."""

import numpy as np

from cnnviz.i18n import _
from cnnviz.stage import Display
from cnnviz.ui import controls

BRIGHTEST_NUMBER = 20  # a map with a larger number in it holds grey levels, not small numbers


def plain_display(field):
    """A picture from 0 to 255; a table of small numbers from its smallest to its largest."""
    field = np.asarray(field)
    if field.max() > BRIGHTEST_NUMBER and field.min() >= 0:
        return Display()
    return Display.spread(field)


def signed_display(result, field, default="absolute"):
    """Ask how negative results are to be seen.

    Parameters
    ----------
    result, field : ndarray
        The map to be shown and the one that it was made from, whose range is the measure.

    Returns
    -------
    (Display, str)
        For the stage, and one line on what black and white mean.
    """
    options = {
        "absolute": _("absolute"),
        "clip": _("clip"),
        "rescale": _("rescale"),
        "signed": _("two colours"),
    }
    mode = controls.choice(_("Show results by"), "show", options, default)
    low, high = float(np.min(result)), float(np.max(result))
    top = 255.0 if float(np.max(field)) > BRIGHTEST_NUMBER else max(abs(low), abs(high)) or 1.0
    if mode == "absolute":
        return Display(0, top, absolute=True), _(
            "Shades: size without sign, 0 black, {top} and more white."
        ).format(top=f"{top:g}")
    if mode == "clip":
        return Display(0, top), _(
            "Shades: clipped, 0 and less black, {top} and more white."
        ).format(top=f"{top:g}")
    if mode == "rescale":
        return Display(low, high), _("Shades: rescaled, {low} black, {high} white.").format(
            low=f"{low:.5g}", high=f"{high:.5g}"
        )
    most = max(abs(low), abs(high))
    return Display(0, most, "signed"), _(
        "Shades: negative orange, 0 white, positive blue, up to {most}."
    ).format(most=f"{most:.5g}")
