"""One claimed request on its way, as this replica sees it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Concatenate, Generic, ParamSpec, TypeVar

from bot.domain.plans import Step
from bot.domain.requests import Request, StepRecord, StepState
from bot.execution.bench import Bench
from bot.execution.leases import Lease
from bot.store.database import Transaction

__all__ = ["Journey", "Place", "StepWork", "Stored"]

P = ParamSpec("P")
S = TypeVar("S", bound=Step)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a journey stands when a transaction begins."""

    request: Request
    record: StepRecord
    token: str


@dataclass(frozen=True, slots=True)
class Stored:
    """Where it stands once the transaction has committed."""

    request: Request
    record: StepRecord
    now: datetime


@dataclass(slots=True)
class Journey:
    """A request while its lease is ours. Changed only by what was committed."""

    bench: Bench
    lease: Lease
    request: Request
    records: dict[int, StepRecord]
    now: datetime
    """Business time of the last transaction."""
    failures: int
    """How often in a row Graph was out of reach."""

    def record(self, index: int) -> StepRecord:
        kind = self.request.plan.steps[index].kind
        return self.records.get(index) or StepRecord(index=index, kind=kind)

    @property
    def wrote(self) -> bool:
        """Whether something was changed for this request already, or may have been."""
        return any(
            record.state is StepState.INTENDED or (record.state is StepState.DONE and record.attempts > 0)
            for record in self.records.values()
        )


@dataclass(frozen=True, slots=True)
class StepWork(Generic[S]):
    """One step of a journey, with what its handler needs."""

    journey: Journey
    index: int
    step: S

    @property
    def bench(self) -> Bench:
        return self.journey.bench

    @property
    def request(self) -> Request:
        return self.journey.request

    @property
    def record(self) -> StepRecord:
        return self.journey.record(self.index)

    @property
    def now(self) -> datetime:
        return self.journey.now

    @property
    def user_id(self) -> str:
        """Whom the step is for."""
        return self.request.beneficiary.id

    @property
    def user_name(self) -> str:
        return self.request.beneficiary.name

    @property
    def place(self) -> Place:
        return Place(self.request, self.record, self.journey.lease.token)

    async def store(
        self,
        move: Callable[Concatenate[Transaction, Place, P], Stored],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> None:
        """Commit a move of `journal` and take over where it led."""
        self.take(await self.bench.db.transact(move, self.place, *args, **kwargs))

    def take(self, stored: Stored) -> None:
        self.journey.request = stored.request
        self.journey.records[self.index] = stored.record
        self.journey.now = stored.now
