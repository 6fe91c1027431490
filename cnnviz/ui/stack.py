"""An editor for a stack of layers, held in the link as one short text."""

import re
from pathlib import Path

import streamlit as st

from cnnviz.arithmetic import Conv2d, Layer, MaxPool2d
from cnnviz.i18n import _
from cnnviz.ui import controls

HERE = Path(__file__).parent
EDITOR = st.components.v2.component(
    "cnnviz.stack",
    css=(HERE / "stack.css").read_text(encoding="utf-8"),
    js=(HERE / "stack.js").read_text(encoding="utf-8"),
)
MOST_LAYERS = 12
# Smallest and largest number behind each letter.
BOUNDS = {"k": (1, 31), "s": (1, 8), "p": (0, 31), "d": (1, 32)}
LAST = "_last_layers"


class StackError(ValueError):
    """A text that is no stack; its message is a sentence for the learner."""


def parse_layers(text: str) -> tuple[Layer, ...]:
    """Read a stack from its text, the layer nearest to the picture first.

    Layers are joined by ``-``. Each is a letter, c for convolution or m for max pooling, with the
    kernel size after it, then in any order s, p and d with a number: stride, padding on each side,
    dilation. Left out, the padding is 0, the dilation 1, the stride 1 for a convolution and the
    kernel size for a pooling.

    Raises
    ------
    StackError
        With a sentence that says what to mend.

    Examples
    --------
    >>> parse_layers("c3p1-m2")
    (Conv2d(1, 1, kernel_size=3, padding=1, bias=False), MaxPool2d(kernel_size=2, stride=2))
    """
    parts = [part for part in re.split(r"[-\s]+", text.strip().lower()) if part]
    if not parts:
        raise StackError(_("There is no layer here. Write layers like: c3p1-m2-c3"))
    if len(parts) > MOST_LAYERS:
        raise StackError(
            _("{count} layers are too many: at most {most}.").format(
                count=len(parts), most=MOST_LAYERS
            )
        )
    return tuple(map(parse_layer, parts))


def parse_layer(text: str) -> Layer:
    """One layer, or a `StackError` that says what is wrong with it.

    >>> parse_layer("m3s2")
    MaxPool2d(kernel_size=3, stride=2)
    """
    found = re.fullmatch(r"([cm])([0-9]{1,6})((?:[spd][0-9]{1,6})*)", text)
    letters = re.findall("[spd]", found[3]) if found else []
    if not found or len(set(letters)) < len(letters):
        raise StackError(
            _(
                "“{word}” is no layer. Write c or m and the kernel size, then s, p or d with a number: c3s1p1d1, m2s2."
            ).format(word=text[:20])
        )
    numbers = {"k": int(found[2])}
    numbers |= {letter: int(n) for letter, n in re.findall("([spd])([0-9]+)", found[3])}
    for letter, n in numbers.items():
        low, high = BOUNDS[letter]
        if not low <= n <= high:
            raise StackError(
                _("“{word}”: {name} goes from {low} to {high}, not {n}.").format(
                    word=text[:20], name=names()[letter], low=low, high=high, n=n
                )
            )
    k, p, d = numbers["k"], numbers.get("p", 0), numbers.get("d", 1)
    if found[1] == "c":
        return Conv2d(1, 1, k, numbers.get("s", 1), p, d, bias=False)
    if p > k // 2:
        raise StackError(
            _(
                "“{word}”: the padding of a pooling is at most half of its kernel size, {most}, not {n}."
            ).format(word=text[:20], most=k // 2, n=p)
        )
    return MaxPool2d(k, numbers.get("s", min(k, BOUNDS["s"][1])), p, d)


def format_layers(layers) -> str:
    """The stack as the shortest text that `parse_layers` reads.

    >>> format_layers(parse_layers("c3s1p1d1 m2s2"))
    'c3p1-m2s2'
    """
    return "-".join(
        f"{kind(layer)}{window.kernel_size}"
        + f"s{window.stride}" * (kind(layer) == "m" or window.stride > 1)
        + f"p{window.padding[0]}" * (window.padding[0] > 0)
        + f"d{window.dilation}" * (window.dilation > 1)
        for layer, (window, _columns) in ((layer, layer.windows) for layer in layers)
    )


def kind(layer) -> str:
    """The letter of a layer."""
    return "c" if isinstance(layer, Conv2d) else "m"


def names():
    """What the letters stand for."""
    return {
        "k": _("kernel size"),
        "s": _("stride"),
        "p": _("padding"),
        "d": _("dilation"),
    }


def stack_input(default: str) -> tuple[Layer, ...]:
    """Ask for a stack of layers, in a table or as text; both are the same.

    A text that is no stack is explained in one sentence, and the last good stack stays.

    Parameters
    ----------
    default : str
        The stack that this lesson starts with.
    """
    state = st.session_state
    controls.register("layers", default)
    controls.seed("layers", str, default)
    place = st.container()
    text = st.text_input(
        _("The stack as text"),
        key="layers",
        max_chars=240,
        label_visibility="collapsed",
        help=_(
            "c convolution, m max pooling, with the kernel size; s stride, p padding, d dilation. From the picture upwards, joined by -."
        ),
    )
    try:
        layers = parse_layers(text)
    except StackError as error:
        st.warning(_("{reason} The last good stack stays.").format(reason=error))
        layers = parse_layers(state.get(LAST, default))
    state[LAST] = format_layers(layers)
    controls.publish("layers", state[LAST], default)
    with place:
        editor(layers)
    return layers


def editor(layers):
    """The table of the stack; what is changed there becomes the text."""

    def changed():
        state = st.session_state
        state["layers"] = format_layers(parse_layers(state["stack"].layers))

    rows = [
        [kind(layer), window.kernel_size, window.stride, window.padding[0], window.dilation]
        for layer, (window, _columns) in ((layer, layer.windows) for layer in layers)
    ]
    EDITOR(
        key="stack",
        data={"rows": rows, "most": MOST_LAYERS, "bounds": list(BOUNDS.values()), "words": words()},
        on_layers_change=changed,
    )


def words():
    """Every word of the editor, in the learner's language."""
    return {
        "name": _("The layers, from the picture upwards"),
        "layer": _("Layer {n}"),
        "kind": _("kind"),
        "conv": _("conv"),
        "pool": _("pool"),
        "letters": ["k", "s", "p", "d"],
        "numbers": list(names().values()),
        "remove": _("Remove layer {n}"),
        "add_conv": _("+ conv"),
        "add_pool": _("+ pool"),
        "full": _("{most} layers at most"),
    }
