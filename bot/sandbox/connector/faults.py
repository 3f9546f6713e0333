"""Faults of the Bot Connector, scripted over HTTP: which calls go wrong, and how."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from bot.sandbox.connector.wire_errors import ConnectorRefusal, throttled

__all__ = ["ConnectorFaults", "Effect", "EffectKind", "Fault", "parse_fault"]

MESSAGES = {
    412: ("PreconditionFailed", "Precondition failed, please try again."),
    429: ("Throttled", "Too many requests."),
    500: ("ServiceError", "An internal error occurred."),
    502: ("ServiceError", "Service error, please try again."),
    503: ("ServiceUnavailable", "The service is unavailable."),
    504: ("GatewayTimeout", "Gateway timeout."),
}


class EffectKind(StrEnum):
    STATUS = "status"
    """Answer with an error; nothing is applied."""
    LATENCY = "latency"
    """Take longer, then do the work."""
    DROP_AFTER_APPLY = "drop_after_apply"
    """Do the work and cut the connection before the answer."""
    EFFECT_THEN_STATUS = "effect_then_status"
    """Do the work and answer with an error."""
    DROP_BEFORE = "drop_before"
    """Cut the connection; nothing is applied."""


@dataclass(frozen=True, slots=True)
class Effect:
    kind: EffectKind
    status: int = 503
    code: str = ""
    retry_after: int | None = None
    """Seconds, sent as Retry-After."""
    seconds: float = 0.0
    """How much longer a slow call takes."""

    def refusal(self) -> ConnectorRefusal:
        if self.status == 429:
            return throttled(self.retry_after or 1)
        code, message = MESSAGES.get(self.status, ("ServiceError", "Scripted fault."))
        headers = {} if self.retry_after is None else {"Retry-After": str(self.retry_after)}
        return ConnectorRefusal(self.status, self.code or code, message, headers=headers)


@dataclass(slots=True)
class Fault:
    """Hits matching calls number `nth` to `nth + times - 1`, counted from 1; `times` 0 means for ever."""

    id: int
    effect: Effect
    method: str | None = None
    path: re.Pattern[str] | None = None
    conversation: str | None = None
    nth: int = 1
    times: int = 1
    seen: int = 0
    hits: int = 0

    def strikes(self, method: str, path: str) -> bool:
        """Whether this call is hit; counts it when it matches."""
        if not self._matches(method, path):
            return False
        self.seen += 1
        struck = self.seen >= self.nth and (self.times == 0 or self.seen < self.nth + self.times)
        self.hits += struck
        return struck

    def _matches(self, method: str, path: str) -> bool:
        return (
            (self.method is None or self.method == method)
            and (self.path is None or self.path.search(path) is not None)
            and (self.conversation is None or f"/{self.conversation}" in path)
        )

    def as_json(self) -> dict[str, Any]:
        return {"id": self.id, "effect": self.effect.kind, "seen": self.seen, "hits": self.hits}


@dataclass(slots=True)
class ConnectorFaults:
    """The script. The first fault that strikes a call is the one it suffers."""

    _faults: dict[int, Fault] = field(default_factory=dict)
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def add(self, wish: dict[str, Any]) -> Fault:
        """Add one; raises ValueError or KeyError when the wish makes no sense."""
        fault = parse_fault(next(self._ids), wish)
        self._faults[fault.id] = fault
        return fault

    def all(self) -> list[Fault]:
        return list(self._faults.values())

    def clear(self) -> None:
        self._faults.clear()

    def remove(self, fault_id: int) -> None:
        self._faults.pop(fault_id, None)

    def strike(self, method: str, path: str) -> Effect | None:
        """The effect this call suffers. `path` is decoded."""
        return next((f.effect for f in self._faults.values() if f.strikes(method, path)), None)


def parse_fault(fault_id: int, wish: dict[str, Any]) -> Fault:
    """`{match: {method, path, conversation, nth, times}, effect: {kind, and the fields of Effect}}`."""
    match, effect = dict(wish.get("match") or {}), dict(wish["effect"])
    path, method = match.get("path"), match.get("method")
    return Fault(
        id=fault_id,
        effect=Effect(**effect | {"kind": EffectKind(effect["kind"])}),
        method=str(method).upper() if method else None,
        path=re.compile(path) if path else None,
        conversation=match.get("conversation"),
        nth=int(match.get("nth", 1)),
        times=int(match.get("times", 1)),
    )
