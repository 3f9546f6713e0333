"""Scripted misfortune: what goes wrong with which request, and requests parked until they are let go."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

__all__ = ["Disconnected", "Effect", "EffectKind", "Fault", "Faults", "Holds", "Match"]

POLL = 0.02
"""Seconds between looks at whether a parked request's client is still there."""


class EffectKind(StrEnum):
    """What happens to a request that matches."""

    STATUS = "status"
    """Answered with this status; not applied."""
    LATENCY = "latency"
    """Handled after so many real seconds."""
    DROP_BEFORE_APPLY = "drop_before_apply"
    """The connection is closed; not applied."""
    DROP_AFTER_APPLY = "drop_after_apply"
    """Applied, then the connection is closed without an answer."""
    EFFECT_THEN_STATUS = "effect_then_status"
    """Applied, then answered as if it had failed."""
    LIE_AFTER_202 = "lie_after_202"
    """Accepted, said to have succeeded, and nothing changes."""
    OPERATION_FAILS = "operation_fails"
    """Accepted; the order then fails with the given detail."""
    HOLD_BEFORE = "hold_before"
    """Parked unapplied until released; a client that gives up meanwhile leaves nothing behind."""
    HOLD_AFTER = "hold_after"
    """Applied; the answer is parked until released."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Match(_Strict):
    """Which requests: all conditions must hold."""

    method: str | None = None
    path: str = ""
    """A regular expression, searched for in the decoded path with and without `/v1.0`."""
    nth: int = Field(default=1, ge=1)
    """Spare the first nth - 1 requests that match."""
    times: int | None = Field(default=1, ge=1)
    """How many requests are hit; null for every one from then on."""

    @field_validator("path")
    @classmethod
    def _is_pattern(cls, value: str) -> str:
        re.compile(value)
        return value

    def fits(self, method: str, path: str) -> bool:
        if self.method is not None and self.method.upper() != method:
            return False
        return bool(re.search(self.path, path) or re.search(self.path, f"/v1.0{path}"))


class Effect(_Strict):
    """What happens, with what that kind needs."""

    kind: EffectKind
    status: int | None = Field(default=None, ge=200, le=599)
    body: dict[str, Any] | None = None
    """Instead of the usual body of that status."""
    headers: dict[str, str] = Field(default_factory=dict)
    retry_after: float | None = Field(default=None, ge=0)
    """Seconds, sent as `Retry-After`."""
    seconds: float = Field(default=0, ge=0)
    """Real seconds of latency."""
    detail: str = "The service was not able to process the request"
    """`statusDetail` of an order that fails."""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needs_status = self.kind in (EffectKind.STATUS, EffectKind.EFFECT_THEN_STATUS)
        if needs_status and self.status is None:
            raise ValueError(f"an effect of kind {self.kind} needs a status")
        return self


@dataclass(slots=True)
class Fault:
    """A scripted fault and how often it has been met."""

    id: int
    match: Match
    effect: Effect
    seen: int = 0
    hit: int = 0

    @property
    def spent(self) -> bool:
        return self.match.times is not None and self.hit >= self.match.times

    def strikes(self, method: str, path: str) -> bool:
        """Count a request; whether this fault hits it."""
        if self.spent or not self.match.fits(method, path):
            return False
        self.seen += 1
        if self.seen < self.match.nth:
            return False
        self.hit += 1
        return True

    def described(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "match": self.match.model_dump(mode="json"),
            "effect": self.effect.model_dump(mode="json"),
            "seen": self.seen,
            "hit": self.hit,
            "spent": self.spent,
        }


@dataclass(slots=True)
class Faults:
    """All scripted faults; the oldest that hits a request decides about it."""

    scripted: dict[int, Fault] = field(default_factory=dict)
    _made: int = 0

    def add(self, match: Match, effect: Effect) -> Fault:
        self._made += 1
        fault = Fault(self._made, match, effect)
        self.scripted[fault.id] = fault
        return fault

    def strike(self, method: str, path: str) -> Effect | None:
        """What happens to this request; None if nothing does."""
        return next((one.effect for one in self.scripted.values() if one.strikes(method, path)), None)


class Disconnected(Exception):
    """The client has gone while its request was parked."""


@dataclass(slots=True)
class _Held:
    about: dict[str, Any]
    let_go: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(slots=True)
class Holds:
    """Requests parked until somebody releases them."""

    parked: dict[int, _Held] = field(default_factory=dict)
    _made: int = 0

    async def park(self, about: dict[str, Any], is_gone: Callable[[], bool]) -> None:
        """Wait for the release. Raises Disconnected when the client does not wait that long."""
        self._made += 1
        held = self.parked[self._made] = _Held(about | {"id": self._made})
        key = self._made
        try:
            await _released(held.let_go, is_gone)
        finally:
            del self.parked[key]

    def listed(self) -> list[dict[str, Any]]:
        return [one.about for one in self.parked.values()]

    def release(self, key: int) -> bool:
        """Let one go; False when it is not there (any more)."""
        held = self.parked.get(key)
        if held is not None:
            held.let_go.set()
        return held is not None

    def release_all(self) -> int:
        for held in self.parked.values():
            held.let_go.set()
        return len(self.parked)


async def _released(let_go: asyncio.Event, is_gone: Callable[[], bool]) -> None:
    while not let_go.is_set():
        if is_gone():
            raise Disconnected
        try:
            await asyncio.wait_for(let_go.wait(), POLL)
        except TimeoutError:
            continue
