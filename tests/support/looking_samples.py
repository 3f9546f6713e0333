"""Samples of the cards on which admins look things up."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.desk_status import ChoreStatus, DeskStatus, StandingAlert
from bot.domain.found_requests import FoundRequest, FoundRequests, Search
from bot.domain.numbers import ActivationState, AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.pause import Pause
from bot.domain.people import Person
from bot.domain.plans import WaitReason
from bot.domain.requests import Request
from bot.domain.states import RequestState
from bot.domain.stock_views import NumberState, ProductStock, StockedNumber, Why, by_place
from bot.words import Words
from cards import desk_status, found_requests, numbers, stock
from cards.elements import Card
from cards.listing import PAGE

__all__ = ["looking_cards"]

_LIST = "list.show"
_UNTIL = datetime(2026, 12, 24, 9, 0, tzinfo=UTC)
_SKUS = ("e43b5b99-8dfb-405f-9987-dc307f34bcbd", "0dab259f-bf13-4952-b7f8-7db8f131b28d")


def looking_cards(words: Words, request: Request) -> Iterator[tuple[str, Card]]:
    """Lists with something on them and without, and the desk running and paused."""
    at = request.created_at
    evil = request.requester.model_copy(update={"name": "[*Mallory*](https://x) " + "very long name " * 8})
    found = [_found(request, n, waiting=WaitReason.NUMBER if n % 2 else None) for n in range(PAGE)]
    page = FoundRequests(search=Search(offset=PAGE), rows=tuple(found), total=3 * PAGE, person=evil)
    yield "looking_requests", found_requests.found(page, _LIST, "requests.show", {"list": "requests"}, words)
    none = FoundRequests(search=Search(), rows=(), total=0)
    yield "looking_no_requests", found_requests.found(none, _LIST, "", {"list": "requests"}, words)
    owned = [_product(sku, free) for sku, free in zip((*_SKUS, "unknown-sku"), (0, 12, -3), strict=True)]
    stocked = [_number(n) for n in range(6)]
    yield "looking_stock", stock.stock(owned, by_place(stocked), at, _LIST, words)
    yield "looking_licences", stock.products(owned, stock.Page(at, 3, 0, "free"), _LIST, words)
    yield "looking_places", numbers.places(by_place(stocked), numbers.Page(at, 2, 0), _LIST, words)
    some = numbers.Page(at, 40, PAGE, "held", "Paris, France")
    yield "looking_numbers", numbers.rows(stocked, some, _LIST, {"list": "numbers"}, words)
    nobody = numbers.Page(at, 0, 0, "quarantine")
    yield "looking_no_numbers", numbers.rows([], nobody, _LIST, {"list": "numbers"}, words)
    holder = Person(id=evil.id, upn=evil.upn, name=evil.name, department="Sales *France*")
    yield "looking_owner", numbers.owner(stocked[5], holder, words)
    yield "looking_nobodys", numbers.owner(stocked[0], None, words)
    yield "looking_status", desk_status.build(_status(request), words)
    pause = Pause(by=evil.id, name=evil.name, reason="maintenance [of](https://x) the carrier", since=at)
    yield "looking_status_paused", desk_status.build(_status(request, pause), words)


def _found(request: Request, n: int, waiting: WaitReason | None) -> FoundRequest:
    return FoundRequest(
        id=f"SB-4K7Q{n}",
        state=RequestState.WAITING if waiting else RequestState.SUBMITTED,
        waiting=waiting,
        requester=request.requester,
        beneficiary=request.beneficiary,
        wish=request.wish,
        created_at=request.created_at,
        updated_at=request.updated_at,
    )


def _product(sku_id: str, free: int) -> ProductStock:
    return ProductStock(
        sku_id=sku_id,
        part_number="SOME_*PART*",
        bought=60,
        grace=5,
        assigned=58,
        promised=2,
        waited_for=max(0, 1 - free),
        free=free,
    )


def _number(n: int) -> StockedNumber:
    why = (
        Why(state=NumberState.FREE),
        Why(state=NumberState.PROMISED, request_id="SB-4K7Q2"),
        Why(state=NumberState.KEPT_BACK, until=_UNTIL, said="Priya: on the *leaflet*"),
        Why(state=NumberState.AT_REST, until=_UNTIL, said="ex-Ana"),
        Why(state=NumberState.FREE),
        Why(state=NumberState.IN_USE),
    )[n]
    in_use = why.state is NumberState.IN_USE
    return StockedNumber(
        number=PhoneNumber(
            telephone_number=f"+3319900100{n}",
            number_type=NumberType.CALLING_PLAN if n < 4 else NumberType.DIRECT_ROUTING,
            country="FR",
            city="Paris" if n < 4 else None,
            capabilities=frozenset({Capability.USER}),
            assignment_status=AssignmentStatus.USER if in_use else AssignmentStatus.UNASSIGNED,
            activation_state=ActivationState.ACTIVATED if in_use else None,
        ),
        why=why,
    )


def _status(request: Request, pause: Pause | None = None) -> DeskStatus:
    at = request.created_at
    return DeskStatus(
        at=at,
        policy="3bbf59a973b0",
        pause=pause,
        open={RequestState.SUBMITTED: 12, RequestState.WAITING: 3},
        waiting={WaitReason.NUMBER: 2, WaitReason.PAUSED: 1},
        oldest_waiting=at - timedelta(days=3),
        under_way=("SB-4K7Q2", "SB-4K7Q3"),
        done_lately=42,
        failed_lately=1,
        tasks=2,
        messages=5,
        undelivered=1,
        alerts=(StandingAlert(code="SB-UP-01", params={}, raised_at=at),) if pause else (),
        troubled=(ChoreStatus(name="credits.read", trouble="Forbidden: *no*"),) if pause else (),
    )
