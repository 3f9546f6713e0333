"""Throttling by token bucket, off unless asked for. Costs and limits as Microsoft documents them."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox.graph.wire import Family, GraphError, Incoming
from bot.sandbox.identity import Claims

__all__ = ["Limits", "Throttle", "cost"]

_COSTS = (
    (re.compile(r"^/subscribedSkus"), 3),
    (re.compile(r"^/users/[^/]+/licenseDetails"), 2),
    (re.compile(r"^/users/[^/]+/(transitiveM|m)emberOf"), 2),
    (re.compile(r"^/users/[^/]+/checkMember"), 4),
    (re.compile(r"^/users/[^/]+/getMember"), 2),
    (re.compile(r"^/groups/[^/]+/members"), 3),
    (re.compile(r"^/groups/[^/]+/transitiveMembers"), 5),
    (re.compile(r"^/users/?$"), 2),
)
_SMALL_PAGE = 20


def cost(incoming: Incoming) -> int:
    """Resource units of a directory request."""
    units = next((units for pattern, units in _COSTS if pattern.match(incoming.path)), 1)
    options = dict(incoming.query)
    top = options.get("$top", "")
    units -= "$select" in options
    units += "$expand" in options
    units -= top.isdecimal() and int(top) < _SMALL_PAGE
    return max(units, 1)


class Limits(BaseModel):
    """How much is allowed; the defaults are those of a small tenant."""

    model_config = ConfigDict(extra="forbid")

    enabled: bool = False
    units_per_10s: float = Field(default=3500, gt=0)
    writes_per_150s: float = Field(default=3000, gt=0)
    teams_per_second: float = Field(default=30, gt=0)


@dataclass(slots=True)
class _Bucket:
    """Fills at a steady rate up to its size; real time."""

    size: float
    per_second: float
    level: float
    filled_at: float

    def take(self, amount: float, now: float) -> float:
        """Seconds to wait; 0 when there was enough, which is then gone."""
        self.level = min(self.size, self.level + (now - self.filled_at) * self.per_second)
        self.filled_at = now
        if self.level >= amount:
            self.level -= amount
            return 0
        return (amount - self.level) / self.per_second


@dataclass
class Throttle:
    """The tenant's quotas for one app."""

    limits: Limits = field(default_factory=Limits)
    monotonic: Callable[[], float] = time.monotonic
    _buckets: dict[str, _Bucket] = field(default_factory=dict)

    def configure(self, limits: Limits) -> None:
        """Change the limits and start with full buckets."""
        self.limits = limits
        self._buckets.clear()

    def admit(self, incoming: Incoming, family: Family, claims: Claims) -> None:
        """Raises the 429 of the service concerned when a quota is used up."""
        if not self.limits.enabled:
            return
        if family != "directory":
            self._admit_teams()
            return
        self._directory("Read", cost(incoming), self.limits.units_per_10s, 10, claims)
        if incoming.method != "GET":
            self._directory("Write", 1, self.limits.writes_per_150s, 150, claims)

    def _admit_teams(self) -> None:
        rate = self.limits.teams_per_second
        wait = self._take("teams", 1, rate, rate)
        if wait:
            raise GraphError(
                429,
                "TooManyRequests",
                "Please retry again later.",
                headers={"Retry-After": _whole(wait)},
                inner={"code": "429", "message": "Please retry after", "status": "429"},
            )

    def _directory(self, kind: str, amount: float, size: float, seconds: float, claims: Claims) -> None:
        wait = self._take(kind, amount, size, size / seconds)
        if wait:
            raise throttled(kind, wait, claims)

    def _take(self, name: str, amount: float, size: float, per_second: float) -> float:
        now = self.monotonic()
        bucket = self._buckets.setdefault(name, _Bucket(size, per_second, size, now))
        return bucket.take(amount, now)


def throttled(kind: str, wait: float, claims: Claims) -> GraphError:
    """The directory's 429."""
    information = "WriteLimitExceeded" if kind == "Write" else "ResourceUnitLimitExceeded"
    return GraphError(
        429,
        "UnknownError",
        "This request is throttled. Please try again after the value specified in the Retry-After header",
        headers={
            "Retry-After": _whole(wait),
            "x-ms-throttle-scope": f"Tenant_Application/{kind}/{claims.app_id}/{claims.tenant_id}",
            "x-ms-throttle-information": information,
        },
    )


def _whole(seconds: float) -> str:
    return str(max(1, math.ceil(seconds)))
