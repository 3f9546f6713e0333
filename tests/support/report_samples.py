"""Samples of reports: a busy month, the one that is running, one with nothing in it, and who decides."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from bot.domain.plans import WaitReason
from bot.domain.reports import (
    Burn,
    Load,
    LoadOrder,
    Period,
    Report,
    Seats,
    StockNow,
    Times,
    in_order,
    load_sum,
    weeks_of,
)
from bot.domain.states import RequestState
from bot.domain.stock_views import NumberState
from bot.domain.values import Money
from bot.words import Words
from cards import report
from cards.elements import Card
from cards.listing import PAGE

__all__ = ["report_cards", "sample_report"]

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_ASKED = (21, 34, 28, 40, 37, 45, 31, 12)
_DONE = (18, 30, 29, 33, 38, 39, 30, 9)
_COSTS = (4210, 5130, 4960, 6020, 5540, 6890, 5010, 1220)
_NAMES = ("Marc Moreau", "Sofia Rossi", "[Karl](https://evil.example) Krämer", "李 梅", "", "Ana Alvarez")


def _money(minor: int, currency: str = "EUR") -> Money:
    return Money(minor=minor, currency=currency)


def sample_report(month: date) -> Report:
    """A month of a desk with 40 requests a week, with who decided how much."""
    period = Period.of(month, NOW)
    approvers = tuple(_load())
    ended = zip(RequestState, (0, 0, 9, 4, 1, 0, 0, 121, 3, 2), strict=True)
    return Report(
        period=period,
        at=NOW,
        asked=148,
        ended={state: n for state, n in ended if n},
        weeks=weeks_of(period, dict(enumerate(_ASKED)), dict(enumerate(_DONE))),
        decision=Times(count=139, median=timedelta(hours=3, minutes=20), p90=timedelta(days=1, hours=19)),
        done=Times(count=124, median=timedelta(hours=21), p90=timedelta(days=4, hours=2)),
        undecided=14,
        waiting={reason: at + 1 for at, reason in enumerate(WaitReason)},
        load=load_sum(approvers),
        approvers=approvers,
        burns=(
            Burn(
                spent=_money(24_310),
                before=_money(19_870),
                weeks=tuple(map(_money, _COSTS)),
                left=_money(31_200),
            ),
            Burn(
                spent=_money(1_905, "USD"),
                before=_money(0, "USD"),
                weeks=tuple(_money(one // 10, "USD") for one in _COSTS),
            ),
        ),
        calls_until=NOW - timedelta(hours=7),
        stock=StockNow(
            seats=Seats(assigned=412, promised=6, free=32),
            numbers=dict(zip(NumberState, (48, 5, 3, 21, 390), strict=True)),
        ),
    )


def _load() -> Iterator[Load]:
    for at, name in enumerate(_NAMES):
        yield Load(
            person_id=f"p{at}",
            name=name,
            approved=31 - 5 * at,
            rejected=at,
            waiting=at % 4,
            oldest=NOW - timedelta(days=at) if at % 4 else None,
        )


def report_cards(words: Words) -> Iterator[tuple[str, Card]]:
    busy, empty = sample_report(date(2026, 10, 1)), _empty()
    yield "report", report.build(busy, words)
    yield "report_running", report.build(sample_report(NOW.date()), words)
    yield "report_empty", report.build(empty, words)
    page = report.Page(PAGE, LoadOrder.DECIDED, 3 * PAGE)
    yield "report_approvers", report.approvers(busy, in_order(busy.approvers, page.order), page, words)
    yield "report_no_approvers", report.approvers(empty, (), report.Page(0, LoadOrder.NAME, 0), words)


def _empty() -> Report:
    """A desk that has just been opened, while Graph is away."""
    period = Period.of(date(2026, 10, 1), NOW)
    return Report(
        period=period,
        at=NOW,
        asked=0,
        ended={},
        weeks=weeks_of(period, {}, {}),
        decision=None,
        done=None,
        undecided=0,
        waiting={},
        load=load_sum(()),
    )
