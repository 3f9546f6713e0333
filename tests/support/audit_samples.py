"""Samples of the cards about the audit log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.audit_views import AboutKind, AuditLine, AuditPage, AuditSearch, AuditWhich
from bot.domain.requests import Request
from bot.words import Words
from cards import audit_log
from cards.elements import Card
from cards.listing import PAGE

__all__ = ["audit_cards"]

_VERB = "audit.show"
_SAID = (
    ("request.submitted", "beneficiary: 9b1f, wish.kind: number, wish.country: FR"),
    ("decision.recorded", "stage: 0, verdict: approve, comment: *Yes* [please](https://x)"),
    ("graph.intent", "what: assignNumber, body.telephoneNumber: +33199001001"),
    ("number.refused", "code: SB-ADM-01"),
)


def audit_cards(words: Words, request: Request) -> Iterator[tuple[str, Card]]:
    """Entries about a request and about a person, and none about a number."""
    search = AuditSearch(kind=AboutKind.REQUEST, key=request.id)
    lines = tuple(_line(request, seq) for seq in range(PAGE))
    page = AuditPage(search=search, name=request.id, lines=lines, total=3 * PAGE)
    yield "audit_request", audit_log.page(page, _VERB, words)
    person = AuditSearch(
        kind=AboutKind.PERSON,
        key=request.requester.id,
        which=AuditWhich.REFUSALS,
        newest_first=True,
        offset=PAGE,
    )
    view = AuditPage(
        search=person, name="[*Mallory*](https://x) " + "long name " * 9, lines=lines[3:4], total=9
    )
    yield "audit_person", audit_log.page(view, _VERB, words)
    number = AuditSearch(kind=AboutKind.NUMBER, key="+33199001001")
    nothing = AuditPage(search=number, name=number.key, lines=(), total=0)
    yield "audit_nothing", audit_log.page(nothing, _VERB, words)


def _line(request: Request, seq: int) -> AuditLine:
    action, details = _SAID[seq % len(_SAID)]
    return AuditLine(
        seq=1_000_000 + seq,
        at=request.created_at + timedelta(minutes=seq),
        who=("switchboard", "console", request.requester.name)[seq % 3],
        action=action,
        request_id=request.id if seq % 2 else None,
        details=details,
    )
