"""What holds for every page, whatever it teaches."""

import random
import re

import pytest

from cnnviz.i18n import _
from tests.conftest import ROOT

PAGES = ["", *sorted(path.stem for path in (ROOT / "pages").glob("*.py"))]
CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("name", PAGES)
def test_opens_without_a_fault_and_with_one_title(open_page, name):
    at = open_page(name)
    assert not at.exception
    assert len(at.title) == 1


@pytest.mark.parametrize("name", PAGES)
def test_chinese_browser_gets_chinese(open_page, name):
    at = open_page(name, locale="zh-CN")
    assert not at.exception
    assert CHINESE.search(at.title[0].value)


@pytest.mark.parametrize("name", PAGES)
def test_language_of_the_link_wins_over_the_browser(open_page, name):
    at = open_page(name, locale="zh-CN", lang="en")
    assert not CHINESE.search(at.title[0].value)


@pytest.mark.parametrize("name", PAGES[1:])
def test_ends_with_what_to_notice_and_sources(open_page, name):
    headings = [x.value for x in open_page(name).header]
    assert _("What to notice") in headings
    assert _("Where it comes from") in headings


@pytest.mark.parametrize("name", PAGES[1:])
def test_worked_examples_are_links_that_show_the_same(open_page, name):
    first = open_page(name)
    examples = [b.key for b in first.button if b.key and b.key.startswith("example_")]
    assert examples
    for key in examples:
        by_click = open_page(name)
        by_click.button(key=key).click().run()
        assert not by_click.exception
        query = {k: v[0] if isinstance(v, list) else v for k, v in by_click.query_params.items()}
        by_link = open_page(name, **query)
        assert not by_link.exception
        assert blobs(by_click) == blobs(by_link)
        assert [x.value for x in by_click.latex] == [x.value for x in by_link.latex]


def blobs(at):
    """What the components got; the count of the examples clicked is not part of a picture."""
    sent = (bytes(x.proto.bytes) for x in at.get("bidi_component"))
    return [re.sub(rb'"start": \[[^]]*\]', b"", blob)[4:] for blob in sent]


def shake(at, dice):
    """Set one control at random, as a learner might who tries everything."""
    widgets = (
        at.selectbox,
        at.number_input,
        at.toggle,
        at.text_area,
        at.text_input,
        at.button,
        at.segmented_control,
    )
    kinds = [widget for group in widgets for widget in group]
    widget = dice.choice(kinds)
    what = type(widget).__name__
    if what == "SegmentedControl":
        widget.set_value(dice.choice(["en", "zh"]) if widget.key == "lang" else widget.options[0])
    elif what == "Selectbox":
        widget.select_index(dice.randrange(len(widget.options)))
    elif what == "NumberInput":
        low, high = (
            widget.min if widget.min is not None else -1e6,
            widget.max if widget.max is not None else 1e6,
        )
        whole = float(widget.step).is_integer() and isinstance(widget.step, int)
        value = dice.choice([low, high, dice.uniform(low, high)])
        widget.set_value(int(value) if whole else float(value))
    elif what == "Toggle":
        widget.set_value(not widget.value)
    elif what in ("TextArea", "TextInput"):
        widget.set_value(
            dice.choice(
                [
                    "",
                    "1",
                    "1 2 / 3 4",
                    "0 0 0",
                    "1 / 2 3",
                    "nan",
                    "1e9",
                    "\u2212" * 3,
                    "x" * 500,
                    "1 " * 40,
                    "9 / " * 50,
                ]
            )
        )
    elif what == "Button":
        widget.click()
    return what, widget.key


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", PAGES)
def test_no_choice_ends_in_an_exception(open_page, name, seed):
    dice = random.Random(f"{name}{seed}")
    at, path = open_page(name), []
    for _step in range(12):
        path.append(shake(at, dice))
        at.run()
        assert not at.exception, path


@pytest.mark.parametrize("name", PAGES)
def test_nonsense_in_the_link_is_ignored(open_page, name):
    at = open_page(name)
    keys = [
        x.key
        for x in (*at.selectbox, *at.number_input, *at.toggle)
        if x.key and not x.key.startswith("guess")
    ]
    at = open_page(
        name,
        **dict.fromkeys(keys, "%F0nonsense/../9999999999"),
        weights="x",
        grid="/",
        stop="-1.z",
        layers="?",
    )
    assert not at.exception
