"""The cards about people who stand in for others, in their main states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from bot.domain.delegations import Delegation, kinds_of
from bot.domain.people import PersonRef
from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.words import Words
from cards import delegations, reassign
from cards.codes import in_one_line
from cards.delegations import Typed
from cards.elements import Card

__all__ = ["TOLD", "delegation_cards"]

AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
MARC = PersonRef(id="00000000-0000-0000-0000-00000000a5c0", name="Marc *Moreau*", upn="marc@contoso.com")
TOM = PersonRef(id="00000000-0000-0000-0000-0000000070ab", name="Tom O'Neil", upn="tom@contoso.com")


def _delegation(number: int, *scopes: str) -> Delegation:
    since = AT + timedelta(days=number)
    return Delegation(
        id=number,
        owner=MARC,
        delegate=TOM,
        kinds=kinds_of(scopes),
        since=since,
        until=since + timedelta(days=7),
        created_at=AT,
    )


TOLD = {
    "event": "given",
    "mine": "",
    "owner": MARC.name,
    "delegate": TOM.name,
    "since": AT.isoformat(),
    "until": (AT + timedelta(days=7)).isoformat(),
    "scopes": "numbers,credits",
}
"""What a message about a delegation is made from."""


def delegation_cards(words: Words, request: Request) -> Iterator[tuple[str, Card]]:
    today = date(2026, 11, 20)
    one, other = _delegation(1, "numbers", "credits"), _delegation(2)
    yield "delegation_form", delegations.form(words, typed=Typed(), today=today)
    typed = Typed(TOM.id, today, date(2027, 11, 20), ("numbers",), (TOM, MARC))
    problem = in_one_line(Refusal(code="SB-APP-53", params={"days": "90"}), words)
    yield "delegation_form_wrong", delegations.form(words, typed=typed, today=today, problem=problem)
    yield "delegation_made", delegations.made(one, words)
    yield "delegation_stopped", delegations.stopped([one, other], MARC.id, words)
    yield "delegations", delegations.listing([one, other], [_delegation(3, "places")], words)
    many = [_delegation(number) for number in range(20)]
    yield "delegations_many", delegations.listing(many, many, words)
    yield "delegations_none", delegations.listing([], [], words)
    yield "delegation_given", delegations.told({**TOLD, "event": "given", "mine": ""}, words)
    yield "delegation_ended", delegations.told({**TOLD, "event": "ended", "mine": ""}, words)
    yield "delegation_declined", delegations.told({**TOLD, "event": "ended", "mine": "yes"}, words)
    yield "reassign", reassign.build(request, words)
    problem = in_one_line(Refusal(code="SB-APP-57", params={"name": TOM.name}), words)
    yield (
        "reassign_wrong",
        reassign.build(request, words, offered=[TOM], chosen=TOM.id, reason="He *knows* it", problem=problem),
    )
