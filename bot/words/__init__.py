"""Everything people read, in their language. English is the source; a missing translation stays English."""

from __future__ import annotations

from bot.words.languages import LANGUAGES, language_of
from bot.words.speaking import Words, words_for

__all__ = ["LANGUAGES", "N_", "Words", "language_of", "words_for"]


def N_(text: str) -> str:
    """Mark a text for the catalogues where it is written; it is translated where it is shown."""
    return text
