"""What lesson 4 says about sizes: shapes, conventions, what is left over."""

import streamlit as st

from cnnviz.i18n import _
from cnnviz.ui import controls
from cnnviz.ui.frame import heading
from cnnviz.ui.predict import predict


def shape_controls():
    """Batch, channels and filters, for the shapes as PyTorch writes them."""
    with st.expander(_("Batch, channels, filters")):
        batch = controls.number(_("Pictures in the batch"), "batch", 1, 1024, 1)
        channels = controls.number(_("Channels"), "channels", 1, 1024, 1)
        filters = controls.number(_("Filters"), "filters", 1, 1024, 1)
    return batch, channels, filters


def shapes(batch, channels, filters, shape, rows, columns):
    """Input, weights and output as shapes, with the batch in front."""
    height, width = shape[-2:]
    down, across = rows.output_size(height), columns.output_size(width)
    st.markdown(
        _(
            "Shapes: input {input}, weights {weights}, output {output}. Every channel is swept alike; the stage shows one."
        ).format(
            input=f"`({batch}, {channels}, {height}, {width})`",
            weights=f"`({filters}, {channels}, {rows.kernel_size}, {columns.kernel_size})`",
            output=f"`({batch}, {filters}, {down}, {across})`",
        )
    )


def padding_conventions(rows, columns, shape):
    """The two ways of counting padding, side by side on this case."""
    heading(_("Two ways to count padding"))
    lines = [
        f"| {_('Padding')} | {_('per side')} | {_('in total')} |",
        "|---|---|---|",
        f"| {_('who counts so')} | {_('PyTorch, Dumoulin and Visin, this course')} | {_('Dive into Deep Learning')} |",
        f"| {_('formula')} | ⌊(i + 2p − k) / s⌋ + 1 | ⌊(i + P − k + s) / s⌋ |",
    ]
    for name, window, cells in ((_("rows"), rows, shape[-2]), (_("columns"), columns, shape[-1])):
        before, after = window.padding
        i, k, s, out = cells, window.kernel_size, window.stride, window.output_size(cells)
        side = f"2·{before}" if before == after else f"{before} + {after}"
        lines.append(
            f"| {name} | ⌊({i} + {side} − {k}) / {s}⌋ + 1 = {out} "
            f"| ⌊({i} + {before + after} − {k} + {s}) / {s}⌋ = {out} |"
        )
    st.markdown("\n".join(lines))
    st.caption(
        _(
            "The same number of cells is added either way. Only the word means something else: a padding of 1 per side is a padding of 2 in total."
        )
    )
    st.caption(
        _(
            "Full padding of i=5, k=3 has p=2 on each side and gives 5 + 2·2 − 3 + 1 = 7. Where a note says 6, it has mixed this up with i=5, k=4, p=2."
        )
    )


def predict_size(rows, columns, shape):
    """Ask for the number of results."""
    down, across = rows.output_size(shape[-2]), columns.output_size(shape[-1])
    predict(
        _("How many numbers does the feature map have?"),
        down * across,
        _("{down} rows times {across} columns.").format(down=down, across=across),
        key="size",
    )


def explain_leftovers(rows, columns, shape):
    """One line for rows and columns that no window reads, if there are any."""
    lost = [
        sum(count == 0 for count in w.reads(n))
        for w, n in ((rows, shape[-2]), (columns, shape[-1]))
    ]
    if any(lost):
        st.info(
            _(
                "No window reads {rows} of the rows and {columns} of the columns. They are hatched on the stage."
            ).format(rows=lost[0], columns=lost[1])
        )


def predict_first_value(picture, feature_map):
    """Ask for a result at which the window does not stand by itself: not the first, not the middle."""
    height, width = feature_map.shape[-2:]
    row, column = 2 * height // 3, width // 3
    answer = float(feature_map[..., row, column].flat[0])
    predict(
        _("What is the result in row {row}, column {column}?").format(
            row=row + 1, column=column + 1
        ),
        round(answer, 2),
        _("Move the window there: the sentence under the stage adds it up."),
        key="value",
    )
