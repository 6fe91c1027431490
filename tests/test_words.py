"""Every word of the course in every language."""

import ast
import re

import pytest

from cnnviz import i18n
from tests.conftest import ROOT

SOURCES = [
    ROOT / "app.py",
    *sorted((ROOT / "pages").glob("*.py")),
    *sorted((ROOT / "cnnviz").rglob("*.py")),
]
OTHERS = [language for language in i18n.LANGUAGES if language != "en"]


def messages():
    """Every literal inside `_(...)`, with the file that says it."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id == "_"
            ):
                assert isinstance(node.args[0], ast.Constant), (
                    f"{path.name}:{node.lineno} translates what is no literal"
                )
                yield node.args[0].value, path.name


@pytest.mark.parametrize("language", OTHERS)
def test_every_message_is_translated(language):
    known = i18n.catalogue(language)
    missing = sorted(
        {f"{where}: {message}" for message, where in messages() if message not in known}
    )
    assert not missing


@pytest.mark.parametrize("language", OTHERS)
def test_translations_keep_the_places_for_numbers(language):
    def places(text):
        return sorted(re.findall(r"\{\w*\}", text))

    wrong = [
        source
        for source, target in i18n.catalogue(language).items()
        if places(source) != places(target)
    ]
    assert not wrong


@pytest.mark.parametrize("language", OTHERS)
def test_no_translation_is_left_over(language):
    said = {message for message, _ in messages()}
    assert sorted(set(i18n.catalogue(language)) - said) == []


def test_no_message_needs_a_language_at_import():
    """A word chosen at import would stay in the language of whoever came first."""
    for path in sorted((ROOT / "cnnviz").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                continue
            calls = [
                x
                for x in ast.walk(node)
                if isinstance(x, ast.Call) and getattr(x.func, "id", "") == "_"
            ]
            assert not calls, f"{path.name}:{node.lineno}"
