"""Every word on the stage, in the learner's language."""

from cnnviz.i18n import _


def words(
    field, stops, partial, rows, columns, captions, note, count_reads, lanes, scatter, stamps
):
    """Name to text; places in braces are filled in by stage.js as the window moves."""
    first, second, third = (*captions, None, None, None)[:3]
    if count_reads:
        first = _("How many windows read each cell")
    return {
        "name": _("Window position. Arrow keys move it, Home and End go to the ends of the row."),
        "field": f"{first or _('Input')} {size(field)}{padding_words(rows, columns)}",
        "stops": f"{second or _('Feature map')} {size(stops)}",
        "partial": "" if partial is None else f"{third or _('Partial maps')} {size(partial)}",
        **middle(len(lanes), scatter, stamps),
        "parts": _("What the middle shows"),
        "colon": _(": "),
        "semicolon": _("; "),
        "stop": _(". "),
        "bias": _("bias"),
        "place": _("Row {row}, column {column}"),
        "lane": _("channel"),
        "together": _("Difference") if lanes[-1].sign < 0 else _("Together"),
        "absent": _("nothing has moved in here"),
        "from": _(", from row {row}, column {column}"),
        "routed": _(
            "the gradient goes back to where the largest number was, row {row}, column {column} (index {index}); the other cells get 0. It is"
        ),
        "spread": _("each of the {n} cells under the window gets"),
        "lost": _(" ({n} of them lie in the padding: their share is lost)"),
        "stamped": _("{value} times the kernel is added to {n} cells"),
        "receives": _("Row {row}, column {column} receives from {n} windows"),
        "more": _("({n} more)"),
        "first": _("First stop"),
        "back": _("One step back"),
        "play": _("Play"),
        "pause": _("Pause"),
        "forward": _("One step forward"),
        "last": _("Last stop"),
        "cover": _("Hide the results not visited yet"),
        "row": _("row"),
        "column": _("column"),
        "speed": _("speed"),
        "per_second": _("{n} stops a second"),
        "bar": _("Playing"),
        "weight": _("Weight in row {row}, column {column}"),
        "maps": _("All feature maps"),
        "map": _("Show feature map {n}"),
        "scale": note,
    }


def middle(lanes, scatter, stamps):
    """The labels of the small grids: short where several lanes stand side by side."""
    if stamps:
        patch, products = "", _("= stamp")
    elif scatter:
        patch, products = _("was read"), _("goes back")
    elif lanes > 1:
        patch, products = _("pixels"), _("= products")
    else:
        patch, products = _("pixels under the window"), _("= products")
    return {"patch": patch, "kernel": _("× kernel"), "products": products}


def size(maps):
    """Rows and columns of a map."""
    return f"{maps.shape[-2]}×{maps.shape[-1]}"


def padding_words(rows, columns):
    """The padding after a map's size, as short as it can be said."""
    sides = {*rows.padding, *columns.padding}
    if sides == {0}:
        return ""
    if len(sides) == 1:
        return _(", padding {padding}").format(padding=sides.pop())
    (top, bottom), (left, right) = rows.padding, columns.padding
    return _(", padding {top} above, {bottom} below, {left} left, {right} right").format(
        top=top, bottom=bottom, left=left, right=right
    )
