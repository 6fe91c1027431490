"""Questions that are answered before the result is shown."""

import streamlit as st

from cnnviz.i18n import _


def predict(question: str, answer: float, why: str, *, key: str) -> None:
    """Ask for a number first, then say whether it is right and why.

    Parameters
    ----------
    question : str
        One sentence, about the present settings.
    answer : float
        The number that is right now, computed.
    why : str
        How it comes about; shown with the answer.
    key : str
        Names the question. A new answer makes a new question: an old guess is not judged by it.
    """
    with st.container(key=f"predict_{key}", border=True):
        st.markdown(f"**{_('Your guess first')}** {question}")
        name = f"guess_{key}_{answer:g}"
        left, right = st.columns([1, 1], vertical_alignment="bottom")
        with left:
            guess = st.number_input(
                _("Your answer"),
                value=None,
                step=1.0 if float(answer).is_integer() else 0.01,
                format="%.10g",
                key=name,
            )
        with right:
            shown = st.button(_("Show the answer"), key=f"show_{name}")
        if guess is not None and abs(guess - answer) < 5e-3:
            st.success(_("Right: {answer}. {why}").format(answer=f"{answer:g}", why=why))
        elif shown:
            st.info(_("It is {answer}. {why}").format(answer=f"{answer:g}", why=why))
        elif guess is not None:
            st.warning(
                _("Not {guess}. Look at the stage again, or show the answer.").format(
                    guess=f"{guess:g}"
                )
            )
