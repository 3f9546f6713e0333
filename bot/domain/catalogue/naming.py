"""Comparing names as people type them: old and new, in any language, with any case, accent or blank."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from rapidfuzz import fuzz, process

__all__ = ["compact", "nearest", "normalised", "says_all", "telling"]

_WORTH_NAMING = 55.0
"""Below this likeness (0-100) a name is no suggestion."""

_APART = str.maketrans({"-": " ", "’": " ", "'": " ", "(": " ", ")": " ", ",": " ", "–": " "})
_FILLERS = frozenset(
    (
        *("licence", "licences", "license", "licenses", "for", "pour", "a", "an", "the"),
        *("un", "une", "le", "la", "les", "l", "de", "des", "du"),
        *("许可证", "许可", "授权"),
    )
)
"""Words that say nothing about which product is meant."""


def normalised(text: str) -> str:
    """Text as it is compared: no accents, case or punctuation; wide forms made narrow, blanks single."""
    folded = unicodedata.normalize("NFKD", text).casefold().translate(_APART)
    return " ".join("".join(char for char in folded if not unicodedata.combining(char)).split())


def compact(text: str) -> str:
    """The same without any blank: a part number typed with stray ones, a Chinese name with or without."""
    return normalised(text).replace(" ", "")


def telling(typed: str) -> str:
    """Normalised text without the words that any product's name may have around it."""
    return " ".join(word for word in typed.split() if word not in _FILLERS)


def says_all(name: str, typed: str) -> bool:
    """Whether each telling word typed is a word of the name or begins one.

    "with" does not begin "without": that would be the opposite.
    """
    parts, words = name.split(), telling(typed).split()
    return bool(words) and all(any(_begins(part, word) for part in parts) for word in words)


def nearest(typed: str, names: Sequence[str], at_most: int) -> list[str]:
    """The names that look most like what was typed, the likest first."""
    hits = process.extract(typed, names, scorer=fuzz.ratio, limit=at_most, score_cutoff=_WORTH_NAMING)
    return [name for name, _, _ in hits]


def _begins(part: str, word: str) -> bool:
    return part == word or (part.startswith(word) and part != "without")
