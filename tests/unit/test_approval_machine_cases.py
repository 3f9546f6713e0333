"""What the machine of `test_approval_machine` found once, each told by itself."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.domain.approval import Verdict
from bot.domain.calendar import WorkingTime
from bot.domain.policy import NamedApprovers, Policy, Rule, Silence, SilenceAction, StageSpec
from bot.domain.requests import RequestState
from bot.usecases.decide import Answer
from tests.support.approval_office import PEOPLE, Chart, Office, Play, office
from tests.support.databases import SqliteFiles

CHART = Chart(
    managers=(None, 0, 0, 1, 1, 2, 2, 3, 3),
    groups=(frozenset({1, 2}), frozenset({3, 4})),
    admins=frozenset({0, 1, 2}),
    guests=frozenset(),
    seats=9,
)
"""0 is above 1 and 2, those are above 3 to 6, and 3 is above 7 and 8, who ask."""
ASKER = 8
YES = Answer(verdict=Verdict.APPROVE, comment="because")
EXPIRES = Silence(after=WorkingTime(days=5), do=SilenceAction.EXPIRE)


def asks(*who: int, need: str | int = "any", silence: tuple[Silence, ...] = (EXPIRES,)) -> StageSpec:
    """A stage of these people."""
    named = NamedApprovers(ids=tuple(PEOPLE[one] for one in who))
    return StageSpec.model_validate({"approvers": named, "need": need, "silence": silence})


def ruled_by(*stages: StageSpec) -> Policy:
    return Policy(version="drawn", rules=(Rule(name="everything", stages=stages),))


@pytest.fixture
async def place(sqlite_files: SqliteFiles) -> AsyncIterator[Office]:
    async with office(sqlite_files) as opened:
        yield opened


async def asked(place: Office, *stages: StageSpec) -> Play:
    """A number is asked for on a Monday at nine, and the people of the first stage have heard of it."""
    play = place.opens(CHART, ruled_by(*stages), 9)
    await play.asks(ASKER, ASKER, money=False, key="click")
    assert play.known
    await play.runs()
    return play


async def test_a_part_is_handed_over_before_its_stage_has_been_opened(place: Office) -> None:
    play = await asked(place, asks(1), asks(2))
    await play.clicks(1, 0, YES, stale=0, replica=0)
    await play.hands_over(2, 0, 4, None)
    await play.runs()
    request = play.request(0)
    assert request is not None
    assert request.stage is not None
    assert {one.id for one in request.stage.approvers} == {PEOPLE[2], PEOPLE[4]}
    done = await play.clicks(4, 0, YES, stale=0, replica=0)
    assert done is not None
    assert done.view.request.state is RequestState.APPROVED
    play.close()
