"""The frame around every page: menu, language, link, and the shape of a lesson."""

import gc
import sys
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from cnnviz import course, i18n
from cnnviz.i18n import _
from cnnviz.ui import controls

HERE = Path(__file__).parent
PAGE = st.components.v2.component(
    "cnnviz.page",
    html="<div><span role='status'></span><button type='button'>Link</button></div>",
    css=(HERE / "page.css").read_text(encoding="utf-8"),
    js=(HERE / "page.js").read_text(encoding="utf-8"),
)
STYLE = f"<style>{(HERE / 'frame.css').read_text(encoding='utf-8')}</style>"
STYLE += f"<script>{(HERE / 'mend.js').read_text(encoding='utf-8')}</script>"


HEAVY = ("pandas", "plotly")  # loaded by the first page that needs them


@st.cache_resource
def settle_memory(loaded: tuple[str, ...]) -> None:
    """Take what is loaded out of the garbage collector's rounds, once for the whole server.

    Streamlit collects garbage after every run of a page, before the result goes out; walking over
    all imported modules each time would take most of the answer's time. `loaded` names the heavy
    ones: when another has come, it is done once more.
    """
    import babel.messages.pofile  # noqa: F401
    import PIL.Image  # noqa: F401

    import cnnviz.engine  # noqa: F401

    gc.collect()
    gc.freeze()


def speak(page) -> None:
    """Start a page in the language of the link, else the one chosen before, else the browser's."""
    controls.begin(page)
    default = i18n.closest(st.context.locale)
    i18n.use(
        controls.seed(
            "lang", lambda text: text if text in i18n.LANGUAGES else None, default, kept=True
        )
    )


def head(title, question):
    """Everything above and beside a page's own content."""
    st.html(STYLE, unsafe_allow_javascript=True)
    menu()
    with st.container(key="head"):
        left, right = st.columns([3, 1.25], vertical_alignment="center")
        with left:
            st.title(title, anchor=False)
            st.markdown(question)
        with (
            right,
            st.container(
                horizontal=True, horizontal_alignment="right", vertical_alignment="center"
            ),
        ):
            controls.choice(
                "Language / 语言",
                "lang",
                i18n.LANGUAGES,
                i18n.closest(st.context.locale),
                kept=True,
                segmented=True,
                hide_label=True,
            )
            PAGE(
                key="page",
                data={"language": i18n.language(), "copy": _("Copy link"), "copied": _("Copied")},
                width="content",
            )


def menu() -> None:
    """The course in the side bar: every lesson there is, by parts."""
    with st.sidebar:
        st.page_link("app.py", label=f"**cnnviz** · {_('home')}")
        for part, lessons in course.parts().items():
            st.markdown(f"**{part}**")
            for x in lessons:
                st.page_link(x.page, label=x.title)


def heading(words) -> None:
    """A heading inside a page, one level below its title."""
    st.header(words, anchor=False)


@dataclass(frozen=True)
class LessonPage:
    """The places of a lesson's page, in the order in which a phone shows them."""

    stage: DeltaGenerator
    controls: DeltaGenerator
    more: DeltaGenerator

    def close(self, *, notice, code=None, sources=()):
        """End the page with what to notice, the same thing as code, and where it comes from.

        Parameters
        ----------
        notice : list of str
            One thing to see or to try each.
        code : dict of str to str, optional
            Library to a program that runs as it stands and prints the shown result.
        sources : list of str
            Papers, books and notes.
        """
        with self.more:
            heading(_("What to notice"))
            st.markdown("\n".join(f"- {line}" for line in notice))
            if code:
                heading(_("The same in code"))
                with st.container(key="code"):
                    for tab, program in zip(st.tabs(list(code)), code.values(), strict=True):
                        tab.code(program, language="python")
            if sources:
                heading(_("Where it comes from"))
                st.markdown("\n".join(f"- {line}" for line in sources))


def begin(title: str) -> None:
    """Set up the browser's side of a page; nothing may be shown before."""
    st.set_page_config(f"{title} · cnnviz", "🔲", layout="wide", initial_sidebar_state=220)
    settle_memory(tuple(name for name in HEAVY if name in sys.modules))


def lesson(name: str) -> LessonPage:
    """Open the page of a lesson: its menu, its question and its places.

    Parameters
    ----------
    name : str
        The lesson's name, which is the page's file and address.
    """
    speak(name)
    it = course.lesson(name)
    begin(it.title)
    head(it.title, f"**{it.question}**")
    return places()


def home() -> LessonPage:
    """Open the course's first page; it has the same places as a lesson."""
    speak("home")
    begin(_("Convolutional networks you can touch"))
    head(
        _("Convolutional networks you can touch"),
        _("Drag a small window over a picture, see every number, and watch a feature map appear."),
    )
    return places()


def places() -> LessonPage:
    """The stage beside the controls, and what follows below; on a phone in this order."""
    left, right = st.columns([2.9, 1], gap="medium")
    with right:
        side = st.container(key="controls")
    return LessonPage(left, side, st.container(key="more"))


def course_map() -> None:
    """The way into the lessons: every part with its questions."""
    for part, lessons in course.parts().items():
        heading(part)
        for it in lessons:
            st.page_link(it.page, label=f"**{it.title}** · {it.question}")
