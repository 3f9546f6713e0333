"""Countries as people write them in a directory, where any text is allowed."""

from __future__ import annotations

import unicodedata
from functools import cache

from babel import Locale

__all__ = ["country_named"]

_LANGUAGES = ("en", "fr", "zh")
_ALSO = {
    "usa": "US",
    "u.s.a.": "US",
    "u.s.": "US",
    "united states of america": "US",
    "états-unis d'amérique": "US",
    "uk": "GB",
    "u.k.": "GB",
    "great britain": "GB",
    "england": "GB",
    "angleterre": "GB",
    "the netherlands": "NL",
    "holland": "NL",
    "czech republic": "CZ",
    "prc": "CN",
    "中华人民共和国": "CN",
}
"""Usual names that are not the Unicode consortium's."""


def country_named(text: str) -> str | None:
    """The ISO 3166-1 alpha-2 code behind a code, or a name in English, French or Chinese; else None."""
    wanted = _plain(text)
    return _names().get(wanted)


@cache
def _names() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                found |= {_plain(name): code, code.lower(): code}
    return found | {_plain(name): code for name, code in _ALSO.items()}


_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
"""Codes of the same form that name no country."""


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).replace("\u2019", "'").casefold()
    return " ".join(folded.split())
