"""Answers of the directory that are remembered for a minute, and who is above whom."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.errors import Unavailable
from bot.domain.people import Person
from bot.usecases.authority import able, above
from bot.usecases.directory import Answers, AskedLately

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def somebody(name: str, **more: bool) -> Person:
    return Person(id=name, upn=f"{name}@contoso.com", name=name, **more)


@dataclass
class Chart:
    """Who reports to whom; counts what it is asked, and can be away."""

    managers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    away: bool = False
    gate: asyncio.Event | None = None
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    async def person(self, person_id: str) -> Person | None:
        await self._noted(f"person {person_id}")
        return somebody(person_id)

    async def manager(self, person_id: str) -> Person | None:
        await self._noted(f"manager {person_id}")
        found = self.managers.get(person_id)
        return somebody(found) if found else None

    async def belongs(self, person_id: str, group_id: str) -> bool:
        await self._noted(f"belongs {person_id} {group_id}")
        return True

    async def members(self, group_id: str) -> tuple[Person, ...]:
        await self._noted(f"members {group_id}")
        return ()

    async def _noted(self, question: str) -> None:
        self.asked.append(question)
        self.begun.set()
        if self.gate:
            await self.gate.wait()
        if self.away:
            raise Unavailable("the directory is away")


@dataclass
class Watch:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


async def test_an_answer_is_good_for_a_minute_and_no_longer() -> None:
    chart, watch = Chart({"dora": "marc"}), Watch()
    lately = AskedLately(chart, Answers(), watch)
    for later, times in ((0, 1), (60, 1), (61, 2), (100, 2)):
        watch.now = NOW + later * SECOND
        found = await lately.manager("dora")
        assert found is not None
        assert found.id == "marc"
        assert len(chart.asked) == times


async def test_a_clock_that_is_put_back_makes_no_answer_young_again() -> None:
    chart, watch = Chart(), Watch()
    lately = AskedLately(chart, Answers(), watch)
    await lately.belongs("tom", "admins")
    watch.now = NOW - SECOND
    await lately.belongs("tom", "admins")
    assert len(chart.asked) == 2


async def test_many_who_ask_at_once_ask_once() -> None:
    chart = Chart()
    lately = AskedLately(chart, Answers(), Watch())
    await asyncio.gather(*(lately.person("marc") for _ in range(100)))
    assert chart.asked == ["person marc"]


async def test_errors_are_told_to_all_who_wait_and_not_kept() -> None:
    chart = Chart(away=True)
    lately = AskedLately(chart, Answers(), Watch())
    found = await asyncio.gather(*(lately.person("marc") for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [Unavailable] * 3
    assert len(chart.asked) == 1
    chart.away = False
    assert await lately.person("marc") == somebody("marc")


async def test_whoever_gives_up_takes_the_answer_from_nobody() -> None:
    gate = asyncio.Event()
    chart = Chart(gate=gate)
    lately = AskedLately(chart, Answers(), Watch())
    first, second = (asyncio.create_task(_waits(lately)) for _ in range(2))
    await chart.begun.wait()
    first.cancel()
    gate.set()
    assert await second == somebody("marc")
    assert first.cancelled()
    assert chart.asked == ["person marc"]


async def _waits(lately: AskedLately) -> Person | None:
    return await lately.person("marc")


async def test_no_more_is_kept_than_there_is_room_for() -> None:
    answers = Answers(most=10)
    lately = AskedLately(Chart(), answers, Watch())
    for number in range(50):
        await lately.person(f"person-{number}")
    assert len(answers) == 10


async def test_clicks_learn_from_a_check_and_not_the_other_way_round() -> None:
    chart, shared = Chart({"dora": "marc"}), Answers()
    lately = AskedLately(chart, shared, Watch())
    await lately.manager("dora")
    chart.managers["dora"] = "helene"
    check = AskedLately(chart, Answers(learn=shared), Watch())
    for directory in (check, lately):
        found = await directory.manager("dora")
        assert found is not None
        assert found.id == "helene"
    assert len(chart.asked) == 2


async def test_clicks_do_not_wait_for_what_a_check_asks_anew() -> None:
    shared, gate = Answers(), asyncio.Event()
    await AskedLately(Chart(), shared, Watch()).person("marc")
    slow = Chart(gate=gate)
    check = asyncio.create_task(_waits(AskedLately(slow, Answers(learn=shared), Watch())))
    await slow.begun.wait()
    unused = Chart()
    assert await AskedLately(unused, shared, Watch()).person("marc") == somebody("marc")
    assert unused.asked == []
    gate.set()
    await check


@pytest.mark.parametrize(
    ("managers", "expected"),
    [
        ({}, []),
        ({"a": "b", "b": "c"}, ["b", "c"]),
        ({"a": "b", "b": "a"}, ["b"]),
        ({"a": "a"}, []),
        ({"a": "b", "b": "c", "c": "b"}, ["b", "c"]),
        ({str(n) if n else "a": str(n + 1) for n in range(30)}, [str(n) for n in range(1, 11)]),
    ],
)
async def test_everybody_above_somebody_once_and_not_for_ever(
    managers: dict[str, str], expected: list[str]
) -> None:
    assert [person.id async for person in above(Chart(managers), "a")] == expected


def test_who_may_decide_anything_at_all() -> None:
    assert able(somebody("marc"))
    assert not able(None)
    assert not able(somebody("marc", enabled=False))
    assert not able(somebody("marc", guest=True))
