"""What the runner works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts
from bot.execution.pace import Pace
from bot.graph import Graph
from bot.store.database import Database

__all__ = ["Bench"]


@dataclass(frozen=True, slots=True)
class Bench:
    """Handed to every step."""

    db: Database
    graph: Graph
    facts: TenantFacts
    admins: Callable[[], Awaitable[Sequence[str]]]
    """Object ids of those who hear what needs an admin. May raise `TransientUpstream`."""
    members: Callable[[Audience], Awaitable[Sequence[str]]]
    """Object ids of those who are asked to do a task. May raise `TransientUpstream`."""
    pace: Pace = field(default_factory=Pace)

    def business(self, real: timedelta) -> timedelta:
        """How much business time passes while `real` passes."""
        base = datetime.now(UTC)
        return self.db.clock.at(base + real) - self.db.clock.at(base)
