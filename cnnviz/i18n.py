"""The course's words in the learner's language."""

from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = {"en": "English", "zh": "中文"}
CATALOGUES = Path(__file__).parent.parent / "assets" / "locale"

_language = ContextVar("language", default="en")


def use(language: str) -> None:
    """Speak this language from here on in this thread; unknown ones mean English."""
    _language.set(language if language in LANGUAGES else "en")


def language() -> str:
    """The language in use, a key of `LANGUAGES`."""
    return _language.get()


def closest(locale: str | None) -> str:
    """The language of the course for a browser's locale.

    >>> closest("zh-CN"), closest("fr"), closest(None)
    ('zh', 'en', 'en')
    """
    base = (locale or "en").split("-")[0].lower()
    return base if base in LANGUAGES else "en"


@cache
def catalogue(language: str) -> dict[str, str]:
    """All translations of one language, from every .po file in its folder."""
    from babel.messages.pofile import read_po  # here: the engine and the tests need no Babel

    translations = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string and not message.fuzzy:
                    translations[message.id] = message.string
    return translations


def _(message: str) -> str:
    """The message in the language in use; itself where there is no translation."""
    if language() == "en":
        return message
    return catalogue(language()).get(message, message)
