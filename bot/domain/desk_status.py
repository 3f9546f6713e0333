"""How the desk stands: what is on its way, what stands still, what went wrong."""

from __future__ import annotations

from bot.domain.pause import Pause
from bot.domain.plans import WaitReason
from bot.domain.states import RequestState
from bot.domain.values import Instant, Value

__all__ = ["ChoreStatus", "DeskStatus", "StandingAlert"]


class ChoreStatus(Value):
    """A chore that was not done to its end last time."""

    name: str
    trouble: str


class StandingAlert(Value):
    """What people were alerted to and is still so."""

    code: str
    params: dict[str, str]
    raised_at: Instant


class DeskStatus(Value):
    """All of it, at one moment."""

    at: Instant
    policy: str
    """Version of the policy in force, shortened."""
    pause: Pause | None
    open: dict[RequestState, int]
    waiting: dict[WaitReason, int]
    oldest_waiting: Instant | None
    """When the request that has stood still longest last moved."""
    under_way: tuple[str, ...]
    """Requests of which a change is on its way."""
    done_lately: int
    """In the last seven days."""
    failed_lately: int
    tasks: int
    """Open, for people."""
    messages: int
    """On their way."""
    undelivered: int
    alerts: tuple[StandingAlert, ...]
    troubled: tuple[ChoreStatus, ...]
