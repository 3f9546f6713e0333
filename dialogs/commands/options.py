"""Options of typed commands: there is one, `--dry-run`."""

from __future__ import annotations

import re
import unicodedata

from dialogs.days import fold

__all__ = ["is_question", "unknown_option", "without_dry_run"]

# Phones and Teams make one long dash of two short ones.
_DASHES = r"[\-\u2010-\u2015\u2212]{1,2}"
_DRY_RUN = re.compile(
    _DASHES + r" ?(?:dry[\s\-_]?run|a[\s\-]?blanc|essai|试运行|演练|试试看)\s{0,3}[.!。！]?$"
)
_LONGEST = 40
"""Characters at the end in which it is looked for: long texts cost no time."""

# A dash with a blank behind it is a dash, unless what follows begins like the option there is.
_LONG = r"(?:--|[\u2010-\u2015\u2212]{1,2})[^\W\d_][\w\-]{0,30}"
_OPTION = re.compile(rf"(?<!\S)(?:{_LONG}|{_DASHES} ?dr[iy]\w{{0,30}}|-[a-z](?!\S))")


def without_dry_run(text: str) -> tuple[str, bool]:
    """The text without the option, and whether it was there. It stands at the end."""
    said = unicodedata.normalize("NFKC", text).rstrip()
    at = max(0, len(said) - _LONGEST)
    found = _DRY_RUN.search(fold(said[at:]))
    return (said[: at + found.start()].rstrip(), True) if found else (text, False)


def unknown_option(text: str) -> str:
    """What was typed like an option and is none, or not where it belongs; "" where nothing was.

    Whoever misspells `--dry-run` must not find the thing done, with the option for a reason.
    """
    found = _OPTION.search(fold(unicodedata.normalize("NFKC", text)))
    return found[0] if found else ""


def is_question(text: str) -> bool:
    """Whether it ends in a question mark: whoever asks has given no order."""
    return unicodedata.normalize("NFKC", text).rstrip(" .!。\"'”»)\n").endswith("?")
