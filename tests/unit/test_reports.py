"""What reports count, held against a naive count of the same requests, decisions and calls."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.approval import Decision, NamedApprovers, ResolvedStage, StageSpec, Verdict
from bot.domain.cadence import monthly
from bot.domain.people import PersonRef
from bot.domain.plans import WaitReason
from bot.domain.reports import (
    WEEKS,
    Load,
    LoadOrder,
    Period,
    Report,
    burns,
    in_order,
    load_sum,
    month_before,
    times_of,
)
from bot.domain.requests import Request
from bot.domain.states import RequestState
from bot.domain.values import Money
from bot.store import requests as store
from bot.store.approval_tables import askings
from bot.store.database import Database, Transaction
from bot.store.tables import requests
from bot.usecases.reports import of_month
from bot.words import words_for
from cards.report_table import lines
from tests.support.report_samples import NOW, sample_report
from tests.support.requests_sample import sample_request

OCTOBER = date(2026, 10, 1)
BEGIN = datetime(2026, 8, 15, tzinfo=UTC)
APPROVERS = tuple(
    PersonRef(id=name, upn=f"{name}@contoso.example", name=name.title()) for name in ("marc", "yann", "sofia")
)

moments = st.datetimes(datetime(2010, 1, 1), datetime(2099, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


# ---- the calendar and the figures


@given(moments, moments)
@example(datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC))
def test_a_month_is_what_the_calendar_says_and_its_weeks_reach_its_end(a: datetime, b: datetime) -> None:
    within, now = sorted((a, b))
    period = Period.of(within.date(), now)
    assert period.since <= period.until <= now
    assert (period.since.day, period.since.hour) == (1, 0)
    last = period.until - timedelta(microseconds=1)
    assert period.since == period.until or last.month == period.month.month
    assert period.over == ((now.year, now.month) != (within.year, within.month))
    assert len(period.weeks) == WEEKS
    assert all(monday.weekday() == 0 for monday in period.weeks)
    assert timedelta() <= period.last_day - period.weeks[-1] < timedelta(days=7)
    assert month_before(period.month) < period.month <= month_before(period.month) + timedelta(days=31)


@given(moments)
def test_the_report_comes_on_the_first_of_each_month(now: datetime) -> None:
    due = monthly(7)(now)
    assert now < due <= now + timedelta(days=31)
    assert (due.day, due.hour, due.minute) == (1, 7, 0)


@given(st.lists(st.integers(0, 10**7), max_size=60))
@example([5])
@example([1, 2])
@example(list(range(1, 11)))
def test_half_and_nine_of_ten_took_no_longer_and_no_shorter_time_is_true(seconds: list[int]) -> None:
    found = times_of(seconds)
    if not seconds:
        assert found is None
        return
    assert found is not None
    assert found.count == len(seconds)
    for part, said in ((0.5, found.median), (0.9, found.p90)):
        naive = min(one for one in seconds if sum(other <= one for other in seconds) >= part * len(seconds))
        assert said == timedelta(seconds=naive)


@given(
    st.lists(
        st.tuples(
            st.dates(date(2026, 6, 1), NOW.date()), st.sampled_from(("EUR", "JPY")), st.integers(0, 10**9)
        ),
        max_size=40,
    )
)
def test_what_calls_cost_is_added_up_by_currency_and_rounded_once(days: list[tuple[date, str, int]]) -> None:
    period = Period.of(OCTOBER, NOW)
    found = {one.spent.currency: one for one in burns(period, days, {})}
    assert set(found) == {currency for _, currency, _ in days}
    for currency, step in (("EUR", 10_000), ("JPY", 1_000_000)):
        if currency in found:
            cost = sum(
                cost for day, of, cost in days if of == currency and (day.year, day.month) == (2026, 10)
            )
            assert abs(found[currency].spent.minor * step - cost) * 2 <= step
    assert [one.spent.minor for one in found.values()] == sorted(
        (one.spent.minor for one in found.values()), reverse=True
    )


def test_money_that_is_left_is_told_also_where_nothing_was_spent() -> None:
    (burn,) = burns(Period.of(OCTOBER, NOW), [], {"EUR": Money(minor=500, currency="EUR")})
    assert (burn.spent.minor, burn.before.minor, burn.left) == (0, 0, Money(minor=500, currency="EUR"))


@pytest.mark.parametrize(
    ("order", "first"),
    [(LoadOrder.DECIDED, "a"), (LoadOrder.WAITING, "b"), (LoadOrder.OLDEST, "c"), (LoadOrder.NAME, "d")],
)
def test_approvers_are_put_in_order_by_what_is_asked_for(order: LoadOrder, first: str) -> None:
    load = [
        Load(person_id="a", name="Zoe", approved=9),
        Load(person_id="b", name="Max", waiting=9, oldest=NOW - timedelta(days=1)),
        Load(person_id="c", name="Ida", waiting=1, oldest=NOW - timedelta(days=9)),
        Load(person_id="d", name="ana", rejected=1),
    ]
    assert in_order(load, order)[0].person_id == first
    assert load_sum(load).model_dump() == {
        "deciders": 2, "decided": 10, "most": 9, "asked": 2, "most_waiting": 9,
    }  # fmt: skip


# ---- the same from the database


@dataclass(frozen=True)
class Life:
    """What became of one request."""

    asked: int
    """Hours after the beginning."""
    decided: int | None
    """Hours after it was asked."""
    ended: int | None
    """Hours after that."""
    state: RequestState
    auto: bool
    waiting: WaitReason | None
    voters: tuple[int, ...]
    refuses: bool

    @property
    def created_at(self) -> datetime:
        return BEGIN + timedelta(hours=self.asked, seconds=self.asked % 7)

    @property
    def approved_at(self) -> datetime | None:
        return None if self.decided is None else self.created_at + timedelta(hours=self.decided)

    @property
    def ended_at(self) -> datetime | None:
        if self.ended is None:
            return None
        return (self.approved_at or self.created_at) + timedelta(hours=self.ended)


def _life(state: RequestState, **drawn: Any) -> Life:
    """As requests are: undecided ones have no end, and only waiting ones wait."""
    approved = state not in (RequestState.SUBMITTED, RequestState.REJECTED, RequestState.EXPIRED)
    ended = state in store.ENDED
    return Life(
        state=state,
        asked=drawn["asked"],
        decided=drawn["decided"] if approved else None,
        ended=drawn["ended"] if ended else None,
        auto=approved and drawn["auto"],
        waiting=drawn["waiting"] if state is RequestState.WAITING else None,
        voters=drawn["voters"],
        refuses=state is RequestState.REJECTED,
    )


lives = st.lists(
    st.builds(
        _life,
        state=st.sampled_from(RequestState),
        asked=st.integers(0, 24 * 98),
        decided=st.integers(0, 24 * 20),
        ended=st.integers(0, 24 * 40),
        auto=st.booleans(),
        waiting=st.sampled_from(WaitReason),
        voters=st.lists(st.integers(0, 2), unique=True, max_size=3).map(tuple),
    ),
    max_size=12,
)


class Undo(Exception):
    """Takes back what an example did."""


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(lives, st.sampled_from((OCTOBER, date(2026, 11, 1))))
def test_a_report_counts_what_a_naive_count_counts(db: Database, history: list[Life], month: date) -> None:
    def look(tx: Transaction) -> None:
        tx.now = NOW
        for at, life in enumerate(history):
            _store(tx, f"SB-{at:05}", life)
        found = of_month(tx, month)
        assert _figures(found) == _naive(history, Period.of(month, NOW))
        raise Undo

    with pytest.raises(Undo):
        db.run(look)


def _store(tx: Transaction, request_id: str, life: Life) -> None:
    stage = ResolvedStage.of(StageSpec(approvers=NamedApprovers(ids=("x",))), *APPROVERS)
    request: Request = sample_request(request_id).model_copy(
        update={
            "state": life.state,
            "waiting": life.waiting,
            "created_at": life.created_at,
            "auto_approved": life.auto,
            "stages": (stage,),
        }
    )
    store.insert(tx, request, idempotency_key=request_id, open_key=None)
    moments = {"approved_at": life.approved_at, "ended_at": life.ended_at}
    tx.conn.execute(sa.update(requests).where(requests.c.id == request_id).values(moments))
    for voter in life.voters:
        if life.state is RequestState.SUBMITTED:
            asking = {"person_id": APPROVERS[voter].id, "stage_index": 0, "round": 0}
            row = {"request_id": request_id, "asked_at": life.created_at, **asking}
            tx.conn.execute(askings.insert().values(row))
        else:
            decision = Decision(
                stage_index=0,
                approver=APPROVERS[voter],
                verdict=Verdict.REJECT if life.refuses else Verdict.APPROVE,
                at=life.created_at,
            )
            store.add_decision(tx, request_id, decision)


def _figures(report: Report) -> dict[str, Any]:
    return {
        "asked": report.asked,
        "ended": report.ended,
        "weeks": [(one.asked, one.done) for one in report.weeks],
        "decision": report.decision and (report.decision.count, report.decision.median),
        "done": report.done and (report.done.count, report.done.p90),
        "undecided": report.undecided,
        "waiting": report.waiting,
        "load": {(one.name, one.approved, one.rejected, one.waiting, one.oldest) for one in report.approvers},
    }


def _naive(history: Sequence[Life], period: Period) -> dict[str, Any]:
    def within(at: datetime | None) -> bool:
        return at is not None and period.since <= at < period.until

    done = {RequestState.DONE, RequestState.PARTLY_DONE}
    deciding = [
        (life.approved_at or life.ended_at, life)
        for life in history
        if not life.auto and (life.approved_at or life.state is RequestState.REJECTED)
    ]
    decided = times_of(_seconds(life, at) for at, life in deciding if at and within(at))
    finished = times_of(
        _seconds(life, life.ended_at)
        for life in history
        if life.state in done and life.ended_at and within(life.ended_at)
    )
    return {
        "asked": sum(within(life.created_at) for life in history),
        "ended": dict(Counter(life.state for life in history if within(life.ended_at))),
        "weeks": [
            (
                sum(
                    _monday(life.created_at) == monday and life.created_at < period.until for life in history
                ),
                sum(
                    life.state in done and _monday(life.ended_at) == monday and life.ended_at < period.until
                    for life in history
                    if life.ended_at
                ),
            )
            for monday in period.weeks
        ],
        "decision": decided and (decided.count, decided.median),
        "done": finished and (finished.count, finished.p90),
        "undecided": sum(life.state is RequestState.SUBMITTED for life in history),
        "waiting": dict(Counter(life.waiting for life in history if life.waiting)),
        "load": set(_load(history, within)),
    }


def _seconds(life: Life, at: datetime) -> int:
    return int((at - life.created_at).total_seconds())


def _monday(at: datetime) -> date:
    return at.date() - timedelta(days=at.weekday())


def _load(history: Sequence[Life], within: Any) -> Any:
    for at, one in enumerate(APPROVERS):
        his = [life for life in history if at in life.voters]
        waits = [life for life in his if life.state is RequestState.SUBMITTED]
        voted = [life for life in his if life not in waits and within(life.created_at)]
        if waits or voted:
            refused = sum(life.refuses for life in voted)
            oldest = min((life.created_at for life in waits), default=None)
            yield one.name, len(voted) - refused, refused, len(waits), oldest


# ---- the table


@pytest.mark.parametrize(("tag", "divider"), [("en", ","), ("fr", ";"), ("zh-CN", ",")])
def test_the_table_has_a_line_for_each_figure_and_no_formula(tag: str, divider: str) -> None:
    found = sample_report(OCTOBER)
    evil = found.approvers[0].model_copy(update={"name": "=HYPERLINK(1)\nMallory"})
    reports = [sample_report(date(2026, 9, 1)), found.model_copy(update={"approvers": (evil,)})]
    rows = list(csv.reader(lines(reports, words_for(tag)), delimiter=divider))
    assert {len(row) for row in rows} == {5}
    assert {row[0] for row in rows[1:]} == {"2026-09", "2026-10", "2026-11-21"}
    assert "'=HYPERLINK(1) Mallory" in {row[2] for row in rows}
    assert ["2026-10", "148"] in [[row[0], row[3]] for row in rows]
    amounts = [row[3] for row in rows if row[4] == "EUR" and row[0] == "2026-10"]
    assert amounts == ["243,10" if tag == "fr" else "243.10"]


def test_no_report_no_line_but_the_headings() -> None:
    assert len(list(lines([], words_for("en")))) == 1
