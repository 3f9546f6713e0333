"""What a step finds when it reads, and what it means to do about it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.domain.plans import Notice, WaitReason
from bot.domain.tasks import Audience, TaskOrder
from bot.domain.tenant import Resting
from bot.domain.values import E164, ObjectId
from bot.store.database import Transaction
from bot.store.holds import HoldKind

__all__ = [
    "Act",
    "Alert",
    "Blocked",
    "Fence",
    "Freed",
    "Holds",
    "Lost",
    "Missing",
    "Parked",
    "Proposal",
    "Reading",
    "Refused",
    "Sent",
    "Underway",
]

Fence = Callable[[], None]
"""Raises `LeaseLost`; called right before the bytes of a write go out."""

_NOTHING: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that people who act must hear, once for each `key`."""

    notice: Notice
    key: str
    audience: Audience = Audience.VOICE_ADMINS


@dataclass(frozen=True, slots=True)
class Freed:
    """A number that is nobody's any more."""

    telephone_number: E164
    rests: Resting | None
    """None: it may be offered at once."""


@dataclass(frozen=True, slots=True)
class Holds:
    """The wanted state is there."""

    detail: Mapping[str, str] = field(default_factory=dict)
    gives_back: HoldKind | None = None
    """Reservations that are no longer needed, because Graph has the thing itself now."""
    number: E164 | None = None
    """The person's new number."""
    freed: Freed | None = None
    frees: tuple[ObjectId, ...] = ()
    """skuIds of which a seat is free again."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The wanted state is not there; acting may help."""

    alert: Alert | None = None
    """Where it should have been there."""


@dataclass(frozen=True, slots=True)
class Underway:
    """It has been asked for and is not there yet; look again `after` (business time)."""

    after: timedelta
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Blocked:
    """It cannot go on until something outside changes; look again `after` (business time)."""

    reason: WaitReason
    after: timedelta
    notices: tuple[Notice, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)
    gives_back: HoldKind | None = None
    ends_write: str | None = None
    """What became of the open write, where the wait follows from its failure."""
    tell: Notice | None = None
    """For requester and beneficiary, once per code."""
    tell_deciders: Notice | None = None
    """For those who decided as well as for them, once per code."""
    alert: Alert | None = None
    task: TaskOrder | None = None
    """What people are asked to do about it, in the same move."""
    asks: str | None = None
    """The requester is sent a card to choose on, once for each such key."""


@dataclass(frozen=True, slots=True)
class Parked:
    """It waits, and that is stored already."""

    alert: Alert | None = None
    task: TaskOrder | None = None


@dataclass(frozen=True, slots=True)
class Lost:
    """What was chosen for the step is gone for good; another choice may do."""

    notice: Notice
    outcome: str
    """What became of the open write, if any."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never hold; people must act."""

    notice: Notice
    alert: bool = False
    """Whether the admins must hear it."""
    outcome: str = "not_applied"
    """What became of the open write, if any."""


Reading = Holds | Missing | Underway | Blocked | Parked | Lost | Refused


@dataclass(frozen=True, slots=True)
class Sent:
    """Graph took a write."""

    request_id: str
    detail: Mapping[str, str] = field(default_factory=dict)
    """What must be remembered of the answer, such as the id of an operation."""


@dataclass(frozen=True, slots=True)
class Act:
    """One write, exactly as it will be sent."""

    what: str
    body: Mapping[str, Any]
    """For the audit log; JSON."""
    send: Callable[[Fence, str], Awaitable[Sent]]
    """Sends it once, with the fence and a client-request-id."""
    detail: Mapping[str, str] = field(default_factory=dict)
    """What the step must remember even if no answer ever comes."""


Proposal = Callable[[Transaction], Act | Blocked | Refused]
"""Decides on the write inside the transaction that records the intent, so that what it takes from
stock and what it is going to do are stored together or not at all."""
