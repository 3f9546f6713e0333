"""What is typed to hand a request to a colleague: `reassign SB-4K7Q2 to Anna`, in three languages.

Whoever hands over somebody else's part, as a voice admin, says whose: `reassign SB-4K7Q2 from Marc to Anna`.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.request_ids import parse_request_id
from dialogs.days import fold

__all__ = ["ReassignCommand", "reassign_command"]

_LONGEST = 500
_ID = r"#?(?P<id>sb[\s\-\u2010-\u2015_.]*[0-9a-z]{5})(?![0-9a-z])"

_LATIN = re.compile(
    r"(?:please )?(?:reassign|hand over|hand|transfer|pass on"
    r"|reassigne[rz]?|reattribue[rz]?|transfere[rz]?|transmett(?:re|s|ez)|confie[rz]?)"
    r"(?: (?:request|la demande|the request))? " + _ID + r"(?: (?:from|of|de) (?P<of>.+?))?"
    r"(?: (?:to|a|au) (?P<to>.+?))?(?: ?(?:because|since|car|parce que|,|:|;) (?P<why>.+))?"
)
_HAN = re.compile(
    r"(?:请)?(?:把|将)? ?(?:转交|改派|移交|转给)? ?(?:申请)? ?" + _ID + r" ?(?:从 ?(?P<of>.+?) ?)?"
    r"(?:(?:转交|改派|移交|转)(?:给|到)?|给) ?(?P<to>[^,，;；因]+)?(?:[,，;；]? ?(?:因为)? ?(?P<why>.+))?"
)


@dataclass(frozen=True, slots=True)
class ReassignCommand:
    """Which request goes to whom; what is empty is asked."""

    request_id: str
    to: str = ""
    of: str = ""
    """Whose part it is, where that is said."""
    reason: str = ""


def reassign_command(text: str) -> ReassignCommand | None:
    """The command, or None when the text is about something else."""
    said = unicodedata.normalize("NFKC", " ".join(text[:_LONGEST].split())).rstrip(" .!。！")
    folded = fold(said)
    for pattern in (_LATIN, _HAN):
        found = pattern.fullmatch(folded)
        request_id = parse_request_id(found["id"]) if found else None
        if found is not None and request_id is not None:
            parts = {
                name: said[slice(*found.span(name))] if found[name] else "" for name in ("to", "of", "why")
            }
            to, of = (parts[name].strip(" @\"'“”") for name in ("to", "of"))
            return ReassignCommand(request_id, to, of, parts["why"].strip())
    return None
