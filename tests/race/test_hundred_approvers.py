"""A hundred people decide on one stage at the same time: no vote is lost, and one decision comes of it.

Each schedule is drawn from a seed: how many must agree, who rejects, who clicks twice, who lost the role just
before, in which order the clicks come, and who clicks when it is all over.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from bot.domain.approval import Verdict
from bot.domain.requests import Request, RequestState
from bot.sandbox.people import People, PersonClient, card_of, text_of
from bot.words import words_for
from cards import wording
from tests.support.committee import SIZE, Answered, Clicked, Committee, Member, policy
from tests.support.deployment import Deployment, running_deployment
from tests.support.ledger import books_balance, carried_out_once
from tests.support.until import until

pytestmark = pytest.mark.xdist_group("race-hundred")

Json = dict[str, Any]

SEED = "SWITCHBOARD_TEST_SEED"
NEEDS = (1, 2, 5, 20, 50, 90)
SEEDS = (17, 45)
"""One with a rejection and people who lost the role, one of two stages; clicks are repeated in both."""
SCHEDULES = 50


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a seed draws."""

    seed: int
    need: int
    chaired: bool
    rejecting: int
    repeating: int
    lost: int
    spread: float
    """Seconds over which the clicks come."""

    @classmethod
    def drawn(cls, seed: int) -> Schedule:
        dice = random.Random(seed)
        lost = dice.choice((0, 0, 3))
        return cls(
            seed=seed,
            need=dice.choice(NEEDS),
            chaired=not lost and dice.random() < 0.5,
            rejecting=dice.choice((0, 0, 1, 4)),
            repeating=dice.choice((0, 10, 40)),
            lost=lost,
            spread=dice.choice((0.0, 0.5, 2.0)),
        )


@dataclass
class Vote:
    """One schedule as it goes."""

    committee: Committee
    schedule: Schedule
    requester: PersonClient
    request_id: str
    clicked: list[Clicked] = field(default_factory=list)
    old_cards: list[tuple[Member, Json]] = field(default_factory=list)
    """Some of those on which everybody was asked."""

    @property
    def deployment(self) -> Deployment:
        return self.committee.deployment

    async def request(self) -> Request:
        return await self.deployment.request(self.request_id)

    async def all_click(self) -> list[Member]:
        """Everybody at once, in the order that was drawn; who had lost the role by then."""
        dice = random.Random(self.schedule.seed)
        people = dice.sample(self.committee.members, SIZE)
        lost, rejecting = people[: self.schedule.lost], people[SIZE - self.schedule.rejecting :]
        cards = [await self.committee.holds(one, self.request_id) for one in people]
        self.old_cards = list(zip(people[:3], cards[:3], strict=True))
        self.committee.lose(lost)
        clicks = [
            (one, card, Verdict.REJECT if one in rejecting else Verdict.APPROVE)
            for one, card in zip(people, cards, strict=True)
        ]
        clicks += dice.choices(clicks, k=self.schedule.repeating)
        dice.shuffle(clicks)
        answered = await asyncio.gather(
            *(
                self._clicks(*click, after=dice.uniform(0, self.schedule.spread), ways=dice.choice((1, 1, 2)))
                for click in clicks
            )
        )
        self.clicked += chain.from_iterable(answered)
        return lost

    async def _clicks(
        self, one: Member, card: Json, verdict: Verdict, *, after: float, ways: int
    ) -> list[Clicked]:
        await asyncio.sleep(after)
        return await self.committee.clicks(one, card, verdict, ways=ways)

    async def goes_on(self, lost: list[Member]) -> Request:
        """Whoever is asked next says yes, until the request has ended.

        That is the chair; and where somebody's vote turned out to be void, one of those who have none.
        """
        while not (request := await self._at_rest()).ended:
            if request.stage_index:
                asked = await self._chair_is_asked()
            else:
                voted = {vote.approver.id for vote in request.decisions}
                asked = next(one for one in self.committee.members if one.id not in voted and one not in lost)
            card = await self.committee.holds(asked, self.request_id)
            self.clicked += await self.committee.clicks(asked, card, Verdict.APPROVE)
        return await self.request()

    async def _chair_is_asked(self) -> Member:
        chair = self.committee.chair
        await until(lambda: bool(self.committee.copies(chair.id, self.request_id)), seconds=60, every=0.1)
        return chair

    async def _at_rest(self) -> Request:
        async def at_rest() -> bool:
            request = await self.request()
            return request.ended or request.state is RequestState.SUBMITTED

        await until(at_rest, seconds=60, every=0.1)
        return await self.request()

    async def some_click_late(self) -> None:
        """On cards as they were while everybody was asked."""
        for one, card in self.old_cards:
            late = await self.committee.clicks(one, card, Verdict.REJECT)
            assert all(one.answered is not Answered.COUNTED for one in late)
            self.clicked += late


async def played(committee: Committee, schedule: Schedule) -> Request:
    """One schedule from the request to the last click after its end, and what must be true then."""
    requester, request_id = await committee.requests(schedule.need, chaired=schedule.chaired)
    vote = Vote(committee, schedule, requester, request_id)
    before = {one.id for one in committee.heard(requester.who.user_id)}
    lost = await vote.all_click()
    try:
        request = await vote.goes_on(lost)
    finally:
        committee.take_back(lost)
    await vote.some_click_late()
    await committee.deployment.settled()
    decided_as_voted(request, schedule)
    await nothing_is_lost(vote, request)
    await moved_once(vote, request)
    cards_are_consistent(vote, request)
    told = [one for one in committee.heard(requester.who.user_id) if one.id not in before]
    assert len(told) == 1 or _voided(request), [text_of(one.current) for one in told]
    return request


def _voided(request: Request) -> bool:
    return any(one.void for one in request.decisions)


def decided_as_voted(request: Request, schedule: Schedule) -> None:
    """The votes in the order in which they were counted lead to the outcome, and none comes after it."""
    votes = [one for one in request.decisions if one.stage_index == 0 and not one.void]
    agreed = [one for one in votes if one.verdict is Verdict.APPROVE]
    rejected = [one for one in request.decisions if one.verdict is Verdict.REJECT]
    if request.state is RequestState.REJECTED:
        assert rejected == [request.decisions[-1]]
        assert len(agreed) < schedule.need
    else:
        assert request.state is RequestState.DONE
        assert rejected == []
        assert len(agreed) == schedule.need


async def nothing_is_lost(vote: Vote, request: Request) -> None:
    """What was answered as counted is on record once, and every other click on the log as refused."""
    on_record = [(one.approver.id, one.verdict) for one in request.decisions]
    counted = [(one.who, one.verdict) for one in vote.clicked if one.answered is Answered.COUNTED]
    unsure = {(one.who, one.verdict) for one in vote.clicked if one.answered is Answered.BUSY}
    assert len(on_record) == len(set(on_record))
    assert not Counter(counted) - Counter(on_record)
    assert set(on_record) - set(counted) <= unsure
    entries = await vote.deployment.audit("decision.")
    recorded = [
        (one["actor"], one["details"]["verdict"])
        for one in entries
        if one["action"] == "decision.recorded" and one["request_id"] == request.id
    ]
    assert recorded == on_record
    refused = Counter(
        (one["actor"], one["details"]["code"])
        for one in entries
        if one["action"] == "decision.refused" and one["details"]["claimed"] == request.id
    )
    assert refused == Counter(
        (one.who, one.answered.value)
        for one in vote.clicked
        if one.answered not in (Answered.COUNTED, Answered.BUSY)
    )


async def moved_once(vote: Vote, request: Request) -> None:
    """One outcome, one opening of each stage it came to, and carried out once if at all."""
    entries = [one for one in await vote.deployment.audit() if one["request_id"] == request.id]
    moves = Counter(one["action"] for one in entries)
    opened = Counter(one["details"]["stage"] for one in entries if one["action"] == "stage.opened")
    again = moves["request.reopened"]
    assert opened[0] == 1 + again
    if request.state is RequestState.REJECTED:
        assert (moves["request.rejected"], moves["request.approved"], opened[1]) == (1, again, 0)
        assert [one for one in vote.deployment.sent_writes() if request.beneficiary.id in str(one)] == []
        return
    assert (moves["request.rejected"], moves["request.approved"]) == (0, 1 + again)
    assert opened[1] == vote.schedule.chaired
    await carried_out_once(vote.deployment, request)


def cards_are_consistent(vote: Vote, request: Request) -> None:
    """Whoever was asked has one card, which says how it ended and offers nothing any more."""
    asked = [*vote.committee.members, *([vote.committee.chair] if request.stage_index else [])]
    for one in asked:
        (card,) = vote.committee.copies(one.id, request.id)
        said = text_of(card.current)
        assert f"Request {request.id} · {wording.state(request, words_for('en-US'))}" in said, said
        assert "request.approve" not in str(card_of(card.current)), said


@asynccontextmanager
async def sitting(database_url: str, backend: str, folder: Path) -> AsyncIterator[Committee]:
    """The hundred, before a service of one process or of two."""
    rules = folder / "policy.toml"
    rules.write_text(policy(NEEDS), encoding="utf-8")
    replicas = 2 if backend == "postgres" else 1
    async with (
        running_deployment(
            database_url, replicas=replicas, started=0, lease_seconds="10", policy=str(rules)
        ) as deployment,
        People(deployment.sandbox.url, deployment.bots[-1].endpoint) as through_the_other,
    ):
        committee = await Committee.of(deployment, through_the_other)
        for bot in deployment.bots:
            await bot.start()
        yield committee


async def play(committee: Committee, seeds: Iterable[int]) -> None:
    for seed in seeds:
        schedule, began = Schedule.drawn(seed), time.monotonic()
        print(schedule, flush=True)
        request = await played(committee, schedule)
        refused = await committee.deployment.audit("decision.refused")
        print(
            f"  {request.state.value} with {len(request.decisions)} votes,"
            f" {sum(one['details']['claimed'] == request.id for one in refused)} clicks refused,"
            f" {time.monotonic() - began:.1f} s",
            flush=True,
        )
    await books_balance(committee.deployment)
    for bot in committee.deployment.bots:
        assert "Traceback" not in bot.log.read_text(), bot.tail()


async def test_a_hundred_approvers_at_once(database_url: str, backend: str, tmp_path: Path) -> None:
    async with sitting(database_url, backend, tmp_path) as committee:
        await play(committee, SEEDS)


@pytest.mark.soak
async def test_fifty_schedules(database_url: str, backend: str, tmp_path: Path) -> None:
    first = int(os.environ.get(SEED) or time.time_ns() % 1_000_000)
    print(f"seed {first} (set {SEED} to repeat)")
    async with sitting(database_url, backend, tmp_path) as committee:
        committee.deployment.stocks_up(SCHEDULES)
        await play(committee, range(first, first + SCHEDULES))
