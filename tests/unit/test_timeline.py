"""Whenever somebody looks, whatever the clock does: everything happens once, in order, in its time."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import NamedApprovers, ResolvedStage, StageSpec
from bot.domain.approval.timeline import due_event, handled, looked, next_moment, opened, upcoming
from bot.domain.calendar import WorkingHours, WorkingTime, between, is_open
from bot.domain.errors import Bug
from bot.domain.policy import Silence, SilenceAction
from tests.support.contoso import ref

OFFICE = WorkingHours(begin=time(9), end=time(17), zone="Europe/Paris", holidays=(date(2026, 12, 25),))
MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
PUNCTUAL = timedelta(hours=1)


def silence(do: SilenceAction, **after: int) -> Silence:
    return Silence(after=WorkingTime(**after), do=do)


J13C = StageSpec(approvers=NamedApprovers(ids=("marc",))).silence


def stage(*silences: Silence, hours: WorkingHours = OFFICE) -> ResolvedStage:
    spec = StageSpec(approvers=NamedApprovers(ids=("marc",)), silence=silences or J13C)
    return ResolvedStage.of(spec, ref("marc")).model_copy(update={"hours": hours})


def unlooked(stage: ResolvedStage) -> ResolvedStage:
    """With nobody to look up for years."""
    return stage.model_copy(update={"look_at": MONDAY + timedelta(days=9999)})


middles = st.builds(
    Silence,
    after=st.builds(WorkingTime, days=st.integers(0, 5), hours=st.integers(0, 7)),
    do=st.sampled_from([SilenceAction.REMIND, SilenceAction.ADD, SilenceAction.ESCALATE]),
)
offices = st.sampled_from(
    [OFFICE, WorkingHours(), WorkingHours(days=(6,), begin=time(22), zone="Asia/Tokyo")]
)


@st.composite
def stages(draw: st.DrawFn) -> ResolvedStage:
    found = sorted(draw(st.lists(middles, max_size=5)), key=lambda one: one.after.weight)
    return stage(*found, silence(SilenceAction.EXPIRE, days=6), hours=draw(offices))


steps = st.lists(st.timedeltas(timedelta(days=-3), timedelta(days=9)), min_size=1, max_size=40)


@given(stages(), st.timedeltas(timedelta(), timedelta(days=7)), steps)
def test_everything_happens_once_in_order_however_late_and_whatever_the_clock_does(
    asked: ResolvedStage, offset: timedelta, looks: list[timedelta]
) -> None:
    now = MONDAY + offset
    open_stage = opened(asked, now)
    order = sorted(range(len(open_stage.events)), key=lambda one: (open_stage.events[one].at, one))
    happened: list[int] = []
    for step in looks:
        now += step
        # Whoever looks does all that is due, one thing after the other.
        while (index := due_event(open_stage, now)) is not None:
            assert is_open(now, asked.hours)
            assert open_stage.events[index].at <= now
            happened.append(index)
            open_stage = handled(open_stage, index, now)
        assert next_moment(open_stage, now) > now or next_moment(open_stage, now) == open_stage.look_at
        open_stage = looked(open_stage, now)
    assert happened == order[: len(happened)]
    assert [one.handled for one in open_stage.events].count(True) == len(happened)
    # And in the end all of it has happened.
    while len(happened) < len(order):
        now = max(now, next_moment(open_stage, now))
        while (index := due_event(open_stage, now)) is not None:
            happened.append(index)
            open_stage = handled(open_stage, index, now)
        open_stage = looked(open_stage, now)
    assert happened == order
    assert upcoming(open_stage) == ()


@given(stages(), st.timedeltas(timedelta(), timedelta(days=30)))
def test_an_outage_takes_nobodys_time(asked: ResolvedStage, outage: timedelta) -> None:
    """Between one thing and the next lies as much working time as the policy gives, but an hour."""
    open_stage = opened(asked, MONDAY)
    planned = {index: one.at for index, one in enumerate(open_stage.events)}
    now = min(planned.values()) + outage
    last: tuple[int, datetime] | None = None
    while upcoming(open_stage):
        index = due_event(open_stage, now)
        if index is None:
            now = next_moment(unlooked(open_stage), now)
            continue
        if last is not None:
            given_time = between(planned[last[0]], planned[index], asked.hours)
            assert between(last[1], now, asked.hours) >= given_time - PUNCTUAL
        last = index, now
        open_stage = handled(open_stage, index, now)


def test_j13c_over_a_weekend_and_christmas() -> None:
    """Asked on Wednesday, 23 December, at ten in Paris; the 25th is a holiday."""
    open_stage = opened(stage(), datetime(2026, 12, 23, 9, tzinfo=UTC))
    assert [one.at.isoformat() for one in open_stage.events] == [
        "2026-12-24T09:00:00+00:00",
        "2026-12-28T09:00:00+00:00",
        "2026-12-29T09:00:00+00:00",
        "2027-01-07T09:00:00+00:00",
    ]


def test_two_things_at_the_same_time_are_two_things() -> None:
    twice = stage(*[silence(SilenceAction.REMIND, days=1)] * 2, silence(SilenceAction.EXPIRE, days=2))
    open_stage = opened(twice, MONDAY)
    now = open_stage.events[0].at
    assert due_event(open_stage, now) == 0
    open_stage = handled(open_stage, 0, now)
    assert due_event(open_stage, now) == 1
    assert handled(open_stage, 1, now).reminded == 2


def test_back_on_sunday_goes_on_on_monday_and_moves_nothing_that_nobody_missed() -> None:
    """Due on Friday half an hour before closing; the service was away over the weekend."""
    friday = datetime(2026, 11, 27, 15, 30, tzinfo=UTC)
    open_stage = opened(stage(silence(SilenceAction.REMIND), silence(SilenceAction.EXPIRE, days=3)), friday)
    sunday = friday + timedelta(days=2)
    assert due_event(open_stage, sunday) is None
    morning = datetime(2026, 11, 30, 8, tzinfo=UTC)
    assert next_moment(unlooked(open_stage), sunday) == morning
    late = handled(open_stage, 0, morning)
    assert late.events[1] == open_stage.events[1]
    assert late.events[0].handled_at == morning


def test_a_stage_that_was_never_opened_has_no_next_moment() -> None:
    with pytest.raises(Bug):
        next_moment(stage(), MONDAY)
