"""What layers cost, as a table with the formulas in it."""

from html import escape

import streamlit as st

from cnnviz.figures import costs
from cnnviz.i18n import _

EXACT_BELOW = 10**15  # longer numbers are shown by their first digits
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
STYLE = """<style>
.counts { width: 100%; border-collapse: collapse; font-size: 13px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.counts th, .counts td { padding: 2px 6px; text-align: right; vertical-align: top; border-bottom: 1px solid rgba(127,127,127,.35); }
.counts th:first-child { text-align: left; padding-left: 0; }
.counts small { display: block; font-size: 11px; font-weight: 400; overflow-wrap: anywhere; }
.counts-key { font-size: 13px; margin: 4px 0 0; }
@media (max-width: 640px) {
  .counts, .counts tbody, .counts tr, .counts th { display: block; width: 100%; box-sizing: border-box; }
  .counts td { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 0 8px; }
  .counts thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .counts tbody th { border: 0; padding-top: 8px; font-size: 14px; }
  .counts td::before { content: attr(data-label); margin-right: auto; order: -2; }
  .counts small { order: -1; }
  .counts th small { display: inline; margin-left: 8px; }
}
</style>"""


def amount(number: int) -> str:
    """A count with its thousands set apart; the first digits of one that is very long.

    >>> amount(196609000), amount(4 * 10**18 + 1)
    ('196,609,000', '≈ 4.000·10¹⁸')
    """
    if number < EXACT_BELOW:
        return f"{number:,}"
    digits, power = f"{number:.3e}".split("e+")
    return f"≈ {digits}·10{str(int(power)).translate(SUPERSCRIPTS)}"


def way_names(case: costs.Case) -> dict[str, str]:
    """The four ways to connect a picture with results, for the learner."""
    filters = {"n": case.made, "k": case.kernel_size}
    return {
        "connected": _("Fully connected, n = {n}").format(n=case.made),
        "same_maps": _("Fully connected, same maps"),
        "convolution": _("Convolution, {n} of {k}×{k}").format(**filters),
        "separable": _("Depthwise separable"),
    }


def headings() -> dict[str, str]:
    """What is counted."""
    return {
        "weights": _("weights"),
        "biases": _("biases"),
        "parameters": _("parameters"),
        "mult_adds": _("mult-adds"),
        "activations": _("results"),
    }


def counts_table(case: costs.Case) -> None:
    """Weights, biases, parameters, mult-adds, results and bytes, each with its formula."""
    heads = headings()
    lines = []
    for name, title in way_names(case).items():
        found, formulas = case.cost(name), costs.formulas(case, name)
        details = {key: numbers for key, (_letters, numbers) in formulas.items()}
        details["parameters"] = in_bytes(found.parameter_bytes)
        details["activations"] = in_bytes(found.activation_bytes)
        cells = "".join(
            f'<td data-label="{escape(head)}"><b>{amount(getattr(found, key))}</b>'
            f"<small>{escape(details[key])}</small></td>"
            for key, head in heads.items()
        )
        letters = escape(formulas["weights"][0])
        lines.append(
            f'<tr><th scope="row">{escape(title)}<small>{letters}</small></th>{cells}</tr>'
        )
    head = "".join(f'<th scope="col">{escape(text)}</th>' for text in heads.values())
    st.html(
        f'{STYLE}<table class="counts"><thead><tr><td></td>{head}</tr></thead>'
        f'<tbody>{"".join(lines)}</tbody></table><p class="counts-key">{escape(key_line(case))}</p>'
    )


def in_bytes(number) -> str:
    """A count of bytes in words."""
    return _("{bytes} bytes").format(bytes=amount(number))


def key_line(case: costs.Case) -> str:
    """What the letters stand for in this case."""
    channels, height, width = case.shape
    __, down, across = case.convolution.output_shape(case.shape)
    return _(
        "Input C·H·W = {c}·{h}·{w} = {inputs}, maps H'·W' = {down}·{across}, n = {n}, k = {k}. "
        "For one picture; 4 bytes a number (float32)."
    ).format(
        c=channels,
        h=height,
        w=width,
        inputs=f"{channels * height * width:,}",
        down=down,
        across=across,
        n=case.made,
        k=case.kernel_size,
    )


def letters_table(case: costs.Case) -> None:
    """All formulas in letters."""
    with st.expander(_("The formulas in letters")):
        heads = {key: head for key, head in headings().items() if key != "parameters"}
        lines = [
            f"| {_('layer')} | " + " | ".join(heads.values()) + " |",
            "|---" * (len(heads) + 1) + "|",
        ]
        for name, title in way_names(case).items():
            found = costs.formulas(case, name)
            lines.append(f"| {title} | " + " | ".join(found[key][0] for key in heads) + " |")
        st.markdown("\n".join(lines))
