"""Controls whose value is in the link, and worked examples that set them.

Streamlit can bind a widget to the link by itself, but it writes the translated label of an option
there, and nothing at all for a widget that first appears with a value set by a worked example.
"""

import streamlit as st

from cnnviz import stage
from cnnviz.i18n import _

# Streamlit keeps a widget's value only while the page shows it. What the learner has chosen for the
# whole course (the picture, the language) is remembered here.
KEPT = "_kept"
DEFAULTS = "_defaults"
PAGE = "_page"


def begin(page) -> None:
    """Start a page's list of controls; called once at the top of every page.

    Streamlit still knows the values of the page that the learner comes from. They are dropped: a
    control of the same name may mean something else here.
    """
    state = st.session_state
    if state.get(PAGE) != page:
        for key in state.get(DEFAULTS, ()):
            state.pop(key, None)
        state[PAGE] = page
    state[DEFAULTS] = {}


def register(key, default):
    """Note a control of this page, so that a worked example can put the others back."""
    st.session_state[DEFAULTS][key] = default


def seed(key, read, default, kept=False):
    """Give a control its first value: from the link, else what was kept, else the default.

    `read` turns a text of the link into a value, or into None where it means nothing here.
    """
    state = st.session_state
    if state.get(key) is None:
        wanted = [st.query_params.get(key), state.get(KEPT, {}).get(key) if kept else None]
        values = (read(text) for text in wanted if text is not None)
        state[key] = next((value for value in values if value is not None), default)
    return state[key]


def publish(key, value, default, kept=False):
    """Write a control's value into the link; a default needs no place there."""
    text = None if value == default else write(value)
    if kept:
        st.session_state.setdefault(KEPT, {})[key] = write(value)
    if text is None:
        if key in st.query_params:
            del st.query_params[key]
    elif st.query_params.get(key) != text:
        st.query_params[key] = text


def write(value) -> str:
    """A value as the link holds it.

    >>> write(True), write(3), write(0.5), write(2.0), write("blur")
    ('true', '3', '0.5', '2', 'blur')
    """
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def choice(
    label, key, options, default=None, *, kept=False, segmented=False, help=None, hide_label=False
):
    """One of several named things.

    Parameters
    ----------
    label : str
        What is chosen.
    key : str
        The control's name, and the link's.
    options : dict of str to str
        Name (in the link) to label (on the page).
    default : str, optional
        A name; the first one where not given.
    kept : bool
        Whether the choice holds on every page of the course.
    segmented : bool
        All options side by side instead of a list that opens.

    Returns
    -------
    str
        The name of the option chosen.
    """
    default = next(iter(options)) if default is None else default
    register(key, default)
    if seed(key, lambda text: text if text in options else None, default, kept) not in options:
        st.session_state[key] = default  # other settings have ruled the old choice out
    ask = st.segmented_control if segmented else st.selectbox
    more = {"required": True} if segmented else {}
    value = ask(
        label,
        list(options),
        format_func=lambda name: options.get(name, name),
        key=key,
        help=help,
        label_visibility="collapsed" if hide_label else "visible",
        **more,
    )
    publish(key, value, default, kept)
    return value


def number(label, key, low, high, default, *, step=1, help=None):
    """A number from `low` to `high`; a value that other settings have ruled out moves to the bound."""
    register(key, default)
    default = min(max(default, low), high)

    def read(text):
        try:
            value = type(default)(float(text))
        except (ValueError, OverflowError):
            return None
        return value if low <= value <= high else None

    value = seed(key, read, default)
    if not low <= value <= high:
        st.session_state[key] = min(max(value, low), high)
    value = st.number_input(label, low, high, step=step, key=key, help=help)
    publish(key, value, default)
    return value


def pair(label, key, low, high, default, *, apart, help=None):
    """One number for rows and columns, or one for each where the learner wants them apart.

    Parameters
    ----------
    low, high : int or (int, int)
        The bounds, for rows and columns.
    apart : bool
        Whether columns have a control of their own, with ``_columns`` added to the key.

    Returns
    -------
    (int, int)
        Rows and columns.
    """
    (low_rows, low_columns), (high_rows, high_columns) = (
        x if isinstance(x, tuple) else (x, x) for x in (low, high)
    )
    if not apart:
        register(f"{key}_columns", None)
        value = number(
            label, key, max(low_rows, low_columns), min(high_rows, high_columns), default, help=help
        )
        return value, value
    first, second = st.columns(2)
    with first:
        rows = number(
            _("{label}, rows").format(label=label), key, low_rows, high_rows, default, help=help
        )
    with second:
        columns = number(
            _("{label}, columns").format(label=label),
            f"{key}_columns",
            low_columns,
            high_columns,
            default,
        )
    return rows, columns


def beside(count=2):
    """Places side by side, for controls that are short."""
    return st.columns(count, vertical_alignment="bottom")


def toggle(label, key, default=False, *, help=None):
    """A switch."""
    register(key, default)
    seed(key, {"true": True, "false": False}.get, default)
    value = st.toggle(label, key=key, help=help)
    publish(key, value, default)
    return value


def worked_examples(examples, key="examples"):
    """Buttons that set every control of the page to a worked example.

    Parameters
    ----------
    examples : dict of str to dict
        Label to the values of the controls, by key; controls that are not named go to their default.
        ``"stop"`` is the place of the window, as ``"row.column"``; the first one where not given.
    key : str
        Names the row of buttons, where a page has more than one.
    """

    def apply(values):
        values = dict(values)
        stage.start(values.pop("stop", None))
        for name, default in st.session_state[DEFAULTS].items():
            if name != "lang":
                set_value(name, values.get(name, default))
        for name, value in values.items():
            set_value(name, value)
        for name in [name for name in st.query_params if name != "lang"]:
            del st.query_params[name]  # a hidden control would bring its old value back from there

    with st.container(key=key, horizontal=True, gap="xsmall"):
        st.markdown(f"**{_('Worked examples')}**", width="content")
        for i, (label, values) in enumerate(examples.items()):
            st.button(label, key=f"{key.removesuffix('s')}_{i}", on_click=apply, args=(values,))


def set_value(key, value):
    """Set a control from a callback; None removes it."""
    if value is None:
        st.session_state.pop(key, None)
    else:
        st.session_state[key] = value
