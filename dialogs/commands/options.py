"""Options of typed commands: there is one, `--dry-run`."""

from __future__ import annotations

import re
import unicodedata

from dialogs.days import fold

__all__ = ["without_dry_run"]

# Phones and Teams make one long dash of two short ones.
_DRY_RUN = re.compile(
    r"\s*[\-\u2010-\u2015\u2212]{1,2} ?(?:dry[\s\-_]?run|a[\s\-]?blanc|essai|试运行|演练|试试看)"
    r"\s*[.!。！]?\s*$"
)


def without_dry_run(text: str) -> tuple[str, bool]:
    """The text without the option, and whether it was there. It stands at the end."""
    said = unicodedata.normalize("NFKC", text)
    found = _DRY_RUN.search(fold(said))
    return (said[: found.start()].rstrip(), True) if found else (text, False)
