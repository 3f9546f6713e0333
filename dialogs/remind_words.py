"""What is typed to have those who decide reminded: `remind`, and a request's id."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.request_ids import parse_request_id
from dialogs.normalise import normalise

__all__ = ["RemindCommand", "remind_command"]

_LONGEST = 200

_VERBS = frozenset({
    "remind", "please remind", "send a reminder for", "send reminder", "reminder", "chase", "nudge",
    "rappeler", "rappelle", "rappelez", "relancer", "relance", "relancez", "rappel", "rappel pour",
    "提醒", "请提醒", "催办", "催一下",
})  # fmt: skip
_ALONE = frozenset({
    "remind", "remind them", "remind approver", "remind the approver", "remind my approver",
    "remind approvers", "send a reminder", "relancer", "relancer l approbateur", "rappeler l approbateur",
    "提醒", "提醒审批人", "催办",
})  # fmt: skip

_ABOUT_ONE = re.compile(
    r"(?P<verb>[^\d]*?)\s*#?(?P<id>sb[\s\-\u2010-\u2015_.]*[0-9a-z]{5})(?![0-9a-z])[\s.!]*",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class RemindCommand:
    """That somebody be reminded, and of which request; without an id it has to be asked."""

    request_id: str = ""


def remind_command(text: str) -> RemindCommand | None:
    """The command, or None when the text is about something else."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    if normalise(text) in _ALONE:
        return RemindCommand()
    found = _ABOUT_ONE.fullmatch(text)
    request_id = parse_request_id(found["id"]) if found else None
    if found is None or request_id is None or normalise(found["verb"]) not in _VERBS:
        return None
    return RemindCommand(request_id)
