"""Catalogues are read straight from their .po files, so that a fresh checkout speaks every language."""

from __future__ import annotations

import gettext
from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.words.languages import ENGLISH

__all__ = ["DOMAIN", "catalogue_path", "read_catalogue", "translations"]

DOMAIN = "switchboard"

_ROOT = Path(__file__).parent / "locale"


def catalogue_path(language: str) -> Path:
    """Where the catalogue of one of `LANGUAGES` lies."""
    return _ROOT / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """The parsed .po file. Raises `OSError` when it is missing."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language, domain=DOMAIN)


@cache
def translations(language: str) -> gettext.NullTranslations:
    """What gettext looks texts up in; empty for English, whose texts are the keys."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
