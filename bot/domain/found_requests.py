"""Which requests are looked for, and what a list shows of each."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.people import PersonRef
from bot.domain.plans import WaitReason
from bot.domain.states import RequestState
from bot.domain.values import Instant, ObjectId, Value
from bot.domain.wishes import Wish

__all__ = ["FoundRequest", "FoundRequests", "Order", "Search", "Which"]


class Which(StrEnum):
    """Where requests stand."""

    OPEN = "open"
    """Whatever has not ended."""
    APPROVAL = "approval"
    """Waiting for somebody to decide."""
    WAITING = "waiting"
    """Approved, and standing still for a reason."""
    FAILED = "failed"
    """Ended without what was asked for, or with a part of it."""
    DONE = "done"
    ALL = "all"

    @property
    def states(self) -> frozenset[RequestState]:
        """The states that belong to it; none: all."""
        return _STATES[self]


_STATES: dict[Which, frozenset[RequestState]] = {
    Which.OPEN: frozenset(
        {RequestState.SUBMITTED, RequestState.APPROVED, RequestState.EXECUTING, RequestState.WAITING}
    ),
    Which.APPROVAL: frozenset({RequestState.SUBMITTED}),
    Which.WAITING: frozenset({RequestState.WAITING}),
    Which.FAILED: frozenset({RequestState.FAILED, RequestState.PARTLY_DONE}),
    Which.DONE: frozenset({RequestState.DONE}),
    Which.ALL: frozenset(),
}


class Order(StrEnum):
    NEWEST = "newest"
    OLDEST = "oldest"
    CHANGED = "changed"
    """What moved last comes first."""


class Search(Value):
    """What is looked for."""

    which: Which = Which.OPEN
    scope: str = ""
    """What they are for, as `delegations.SCOPES` names kinds of wishes; empty: anything."""
    concerns: ObjectId | None = None
    """Made by or for this person; None: everybody's."""
    order: Order = Order.NEWEST
    offset: int = 0


class FoundRequest(Value):
    """One request, as a list shows it."""

    id: str
    state: RequestState
    waiting: WaitReason | None
    requester: PersonRef
    beneficiary: PersonRef
    wish: Wish
    created_at: Instant
    updated_at: Instant


class FoundRequests(Value):
    """One page."""

    search: Search
    rows: tuple[FoundRequest, ...]
    total: int
    person: PersonRef | None = None
    """Whose, where one person was named."""
