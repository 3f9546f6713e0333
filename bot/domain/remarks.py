"""What people say about a request while it waits: questions, answers, comments, and that it was changed."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from bot.domain.people import PersonRef
from bot.domain.values import Instant, Value

__all__ = ["LONGEST", "MOST", "Remark", "RemarkKind", "talk", "unanswered"]

LONGEST = 500
"""Characters of one question, answer or comment."""

MOST = 20
"""Remarks of all kinds on one request."""


class RemarkKind(StrEnum):
    QUESTION = "question"
    """Of somebody who decides, to whoever asked."""
    ANSWER = "answer"
    """To every question so far."""
    COMMENT = "comment"
    """Of somebody else who wants the same (J09)."""
    EDITED = "edited"
    """The request was changed; the text is the wish as it was before, as JSON."""
    WATCH = "watch"
    """Somebody else wants to hear the outcome (J09); there is no text."""


class Remark(Value):
    """One of them, as stored; never changed."""

    kind: RemarkKind
    author: PersonRef
    text: str
    at: Instant


def talk(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """What people have said in words of their own, oldest first."""
    spoken = (RemarkKind.QUESTION, RemarkKind.ANSWER, RemarkKind.COMMENT)
    return tuple(one for one in remarks if one.kind in spoken)


def unanswered(remarks: Iterable[Remark]) -> tuple[Remark, ...]:
    """The questions since the last answer."""
    open_ones: list[Remark] = []
    for one in remarks:
        if one.kind is RemarkKind.QUESTION:
            open_ones.append(one)
        elif one.kind is RemarkKind.ANSWER:
            open_ones.clear()
    return tuple(open_ones)
