"""Absence: who speaks for the people of a stage who are away, or who have named somebody to stand in."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.domain.approval import (
    ResolvedStage,
    Seat,
    SeatOrigin,
    Why,
    eligible,
    involved,
    votes_of,
    without_stand_in,
)
from bot.domain.approval.standing_in import (
    able_to_speak,
    freed,
    missed,
    next_change,
    with_absence,
    with_delegations,
    without_a_speaker,
)
from bot.domain.delegations import Delegation
from bot.domain.errors import TransientUpstream
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.store import delegations
from bot.store.database import Transaction
from bot.usecases.authority import able as fit
from bot.usecases.authority import above, asked_lately, people_behind
from bot.usecases.desk import Desk
from bot.usecases.directory import Directory
from bot.usecases.out_of_office import Away

__all__ = ["covered"]

_MOST = 10
"""People of a fallback who are asked instead of somebody."""
_AT_ONCE = 4
_AGAIN = timedelta(minutes=5)
"""When to look again, while Graph cannot be asked."""

log = structlog.get_logger(__name__)


async def covered(desk: Desk, request: Request, stage: ResolvedStage) -> ResolvedStage:
    """The open stage with those who stand in now, by delegation or for somebody who is away.

    Whom the holder of a voice has named comes first; only for those who are away and have named nobody is
    somebody sought, and only where too few of the stage are left to decide it: the stage's fallback, or else
    the next manager up. Nobody stands in who asked for it, benefits from it, is switched off, a guest, or
    away himself. Whose time is over goes. The same object when nothing changes; while Graph cannot be asked,
    only what needs no Graph changes.
    """
    now, known = await desk.db.read(_known, [seat.holder.id for seat in stage.voices])
    voted = frozenset(vote.approver.id for vote in votes_of(request))
    kind = request.wish.kind
    left = freed(stage, known, kind, now, voted)
    look = _Look(desk, asked_lately(desk), request, now, known, voted)
    try:
        found = await look.fill(left)
        change = next_change(found, known, kind, now)
    except TransientUpstream as problem:
        log.warning("absence.unread", request=request.id, reason=str(problem))
        found, change = left, now + _AGAIN
    return found if change == found.changes_at else found.model_copy(update={"changes_at": change})


def _known(tx: Transaction, holders: Iterable[str]) -> tuple[datetime, tuple[Delegation, ...]]:
    return tx.now, delegations.of_owners(tx, holders)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at who can decide on a request."""

    desk: Desk
    directory: Directory
    request: Request
    now: datetime
    delegations: tuple[Delegation, ...]
    voted: frozenset[str]

    async def fill(self, stage: ResolvedStage) -> ResolvedStage:
        """Raises `TransientUpstream`."""
        kind = self.request.wish.kind
        stage = await self._without_those_gone(stage)
        unable = await self._unable(one.delegate.id for one in self.delegations if one.covers(kind, self.now))
        barred = self._involved | unable
        stage = with_delegations(stage, self.delegations, kind, self.now, barred=barred, voted=self.voted)
        alone = without_a_speaker(stage, self.voted)
        able, away = await self._presence(stage, alone)
        needed = missed(stage, able, [seat for seat in alone if seat.holder.id in away])
        for seat in alone:
            absence = away.get(seat.holder.id)
            people = await self._next_in_line(stage, seat) if absence and seat in needed else ()
            until = absence.until if absence else None
            stage = with_absence(stage, seat.holder.id, (one.ref for one in people), until, self.voted)
        return stage

    async def _without_those_gone(self, stage: ResolvedStage) -> ResolvedStage:
        """Whoever was handed a part and is switched off has it no more: its holder is reminded again."""
        handed = [
            (seat.holder.id, one.person.id)
            for seat in stage.voices
            for one in seat.stand_ins
            if one.why is Why.REASSIGNED and one.person.id not in self.voted
        ]
        people = await asyncio.gather(*(self.directory.person(person_id) for _, person_id in handed))
        for (holder_id, person_id), person in zip(handed, people, strict=True):
            if not fit(person):
                stage = without_stand_in(stage, holder_id, person_id)
        return stage

    @property
    def _involved(self) -> frozenset[str]:
        return involved(self.request.requester.id, self.request.beneficiary.id)

    async def _unable(self, people: Iterable[str]) -> frozenset[str]:
        """Those of the people who cannot speak for anybody today."""
        ids = sorted(set(people))
        found = await asyncio.gather(*(self._fit(one) for one in ids))
        return frozenset(one for one, fit in zip(ids, found, strict=True) if not fit)

    async def _fit(self, person_id: str) -> bool:
        return fit(await self.directory.person(person_id)) and await self._away(person_id) is None

    async def _away(self, person_id: str) -> Away | None:
        return await self.desk.out_of_office.away(self.desk.graph, person_id, self.now)

    async def _presence(
        self, stage: ResolvedStage, alone: tuple[Seat, ...]
    ) -> tuple[frozenset[str], dict[str, Away]]:
        """Who can be counted on, and who is away. Mailboxes are read until enough people are found, but for
        those of people somebody stands in for already."""
        able = able_to_speak(stage, self.voted)
        away: dict[str, Away] = {}
        queue = sorted(alone, key=lambda seat: not seat.stand_ins)
        while queue:
            if not queue[0].stand_ins and not missed(stage, able, queue):
                break
            some, queue = queue[:_AT_ONCE], queue[_AT_ONCE:]
            found = await asyncio.gather(*(self._away(seat.holder.id) for seat in some))
            absent = {seat.holder.id: one for seat, one in zip(some, found, strict=True) if one}
            away |= absent
            able |= {seat.holder.id for seat in some} - absent.keys()
        return able, away

    async def _next_in_line(self, stage: ResolvedStage, seat: Seat) -> tuple[Person, ...]:
        taken = self._taken(stage, seat)
        return await self._of_fallback(stage, seat, taken) or await self._up_the_line(seat, taken)

    def _taken(self, stage: ResolvedStage, seat: Seat) -> frozenset[str]:
        """Whoever has a voice of his own must not lend it to another; where a number of people must agree,
        each stands in for one only."""
        own = {one.holder.id for one in stage.voices} | self.voted | self._involved
        if stage.spec.need == "all":
            return frozenset(own)
        others = {one.person.id for each in stage.voices if each != seat for one in each.stand_ins}
        return frozenset(own | others)

    async def _of_fallback(
        self, stage: ResolvedStage, seat: Seat, taken: Collection[str]
    ) -> tuple[Person, ...]:
        source = stage.spec.fallback
        if source is None or seat.origin is SeatOrigin.FALLBACK:
            return ()
        candidates = await people_behind(self.desk, self.directory, source, self.request.beneficiary.id)
        return await self._present(
            [one for one in self._eligible(*candidates) if one.id not in taken][:_MOST]
        )

    async def _up_the_line(self, seat: Seat, taken: Collection[str]) -> tuple[Person, ...]:
        """The next manager up who is there."""
        async for manager in above(self.directory, seat.holder.id):
            if manager.id not in taken and (there := await self._present(self._eligible(manager))):
                return there
        return ()

    def _eligible(self, *people: Person) -> tuple[Person, ...]:
        return eligible(people, self.request.requester.id, self.request.beneficiary.id)

    async def _present(self, people: Collection[Person]) -> tuple[Person, ...]:
        found = await asyncio.gather(*(self._away(one.id) for one in people))
        return tuple(one for one, away in zip(people, found, strict=True) if away is None)
