"""The house rules that can be read off the source."""

import ast
import re

import pytest

from tests.conftest import ROOT

# What each part of the package may import of the package; one way only.
ALLOWED = {
    "arithmetic": {"arithmetic"},
    "engine": {"engine", "arithmetic"},
    "i18n": set(),
    "course": {"i18n"},
    "matrix": {"i18n"},
    "kernels": {"i18n"},
    "images": {"images", "i18n"},
    "figures": {"figures", "engine", "arithmetic", "i18n", "matrix", "kernels"},
    "stage": {"stage", "engine", "arithmetic", "i18n"},
    "ui": {
        "ui",
        "stage",
        "figures",
        "images",
        "engine",
        "arithmetic",
        "i18n",
        "course",
        "matrix",
        "kernels",
    },
}
STREAMLIT = {"ui", "stage"}
SOURCES = sorted((ROOT / "cnnviz").rglob("*.py"))
PAGES = [ROOT / "app.py", *sorted((ROOT / "pages").glob("*.py"))]


def imports(path):
    """Every module that a file imports, by its full name."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (
                f"{node.module}.{alias.name}" for alias in node.names if node.module == "cnnviz"
            )


def part(module):
    pieces = module.split(".")
    return pieces[1] if pieces[0] == "cnnviz" and len(pieces) > 1 else None


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_one_way(path):
    room = path.relative_to(ROOT / "cnnviz").parts[0].removesuffix(".py")
    used = {part(name) for name in imports(path)} - {None}
    assert used <= ALLOWED.get(room, set()) or room.startswith("__")
    assert room in STREAMLIT or "streamlit" not in {name.split(".")[0] for name in imports(path)}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.name)
def test_pages_only_ask_call_and_show(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    modules = {name.split(".")[0] for name in imports(path)}
    assert not modules & {"streamlit", "numpy", "plotly", "matplotlib"}
    assert not [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Try | ast.FunctionDef | ast.ClassDef)
    ]


def test_the_size_formula_is_written_once():
    """Whoever needs an output size asks a Window."""
    formula = re.compile(r"//\s*[\w.]*stride\)?\s*\+\s*1")
    found = [p for p in SOURCES if formula.search(p.read_text(encoding="utf-8"))]
    assert [p.name for p in found] == ["window.py"]
