"""Which of our languages a BCP 47 tag means."""

from __future__ import annotations

__all__ = ["ENGLISH", "LANGUAGES", "language_of"]

ENGLISH = "en"

LANGUAGES = (ENGLISH, "fr", "zh_CN")
"""Catalogue names, in gettext's spelling."""

_BY_PRIMARY_TAG = {language.partition("_")[0]: language for language in LANGUAGES}


def language_of(tag: str | None) -> str:
    """The catalogue for a tag such as `fr-CA`, `zh-Hans` or `zh_CN`; English for anything unknown.

    Traditional Chinese readers get the simplified text: closer than English.
    """
    primary = (tag or "").replace("_", "-").partition("-")[0].strip().lower()
    return _BY_PRIMARY_TAG.get(primary, ENGLISH)
