"""Reports: what a month came to, and how the desk stands. Looked at by those who answer for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from bot.domain.credits_stand import stand_of
from bot.domain.errors import TransientUpstream
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.reports import (
    FIRST_MONTH,
    Burn,
    Period,
    Report,
    StockNow,
    burns,
    load_sum,
    midnight,
    month_before,
    stock_now,
    times_of,
    weeks_of,
)
from bot.domain.roles import Role
from bot.store import credits as ledger
from bot.store import report_figures as figures
from bot.store.database import Transaction
from bot.usecases.credits_report import known
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal
from bot.usecases.roles import refused
from bot.usecases.stock import inventory

__all__ = ["MAY_READ", "exported", "is_month", "made", "months_between", "named", "of_month", "report"]

MAY_READ = frozenset({Role.VOICE_ADMIN, Role.OWNER, Role.AUDITOR})

log = logging.getLogger(__name__)


async def report(desk: Desk, actor: Actor, month: date | None) -> Report | Refusal:
    """A month, or the one that is running; nobody is named in it. Raises `TransientUpstream`."""
    allowed = await _allowed(desk, actor, month)
    return allowed if isinstance(allowed, Refusal) else await made(desk, allowed)


async def named(desk: Desk, actor: Actor, month: date | None) -> Report | Refusal:
    """The same without stock, and with who decided how much: that somebody looked is recorded."""
    return await _people(desk, actor, month, "approvers")


async def exported(desk: Desk, actor: Actor, month: date | None) -> Report | Refusal:
    """The same, to be taken along."""
    found = await _people(desk, actor, month, "approvers, to be taken along")
    if isinstance(found, Refusal):
        return found
    return found.model_copy(update={"stock": await _stock(desk)})


async def _people(desk: Desk, actor: Actor, month: date | None, what: str) -> Report | Refusal:
    allowed = await _allowed(desk, actor, month)
    if isinstance(allowed, Refusal):
        return allowed
    found = await desk.db.read(of_month, allowed)
    await desk.db.transact(_record, actor, f"{found.period.month:%Y-%m}: {what}")
    return found


def _record(tx: Transaction, actor: Actor, what: str) -> None:
    tx.audit("report.read", actor.id, what=what)


async def _allowed(desk: Desk, actor: Actor, month: date | None) -> date | Refusal | None:
    """The month, if the actor may see reports and there can be one of it."""
    refusal = await refused(desk, actor, MAY_READ, "report")
    if refusal is not None or month is None:
        return refusal or month
    today = await desk.db.read(lambda tx: tx.now.date())
    if FIRST_MONTH <= month <= today:
        return month
    refusal = Refusal(code="SB-REP-01", params={"typed": f"{month:%Y-%m}"})
    await desk.db.transact(
        lambda tx: record_refusal(tx, "report.refused", actor.id, code="SB-REP-01", month=f"{month:%Y-%m}")
    )
    return refusal


async def made(desk: Desk, month: date | None) -> Report:
    """With stock and without names, for those who have been found to be allowed to know."""
    found, stock = await asyncio.gather(desk.db.read(of_month, month), _stock(desk))
    return found.model_copy(update={"stock": stock, "approvers": ()})


async def _stock(desk: Desk) -> StockNow | None:
    """What the database knows is worth telling while Graph is away."""
    try:
        found = await inventory(desk)
    except TransientUpstream as error:
        log.warning("a report goes without stock: %s", error)
        return None
    return stock_now(found.products.products, found.numbers.places)


def of_month(tx: Transaction, month: date | None) -> Report:
    """What the database knows of a month, or of the one that is running."""
    period = Period.of(month or tx.now.date(), tx.now)
    in_month = (period.since, period.until)
    in_weeks = (midnight(period.weeks[0]), period.until)
    approvers = figures.load(tx, in_month)
    return Report(
        period=period,
        at=tx.now,
        asked=figures.asked(tx, in_month),
        ended=figures.ended(tx, in_month),
        weeks=weeks_of(period, figures.asked_by_week(tx, in_weeks), figures.done_by_week(tx, in_weeks)),
        decision=times_of(figures.seconds_to_decision(tx, in_month)),
        done=times_of(figures.seconds_to_done(tx, in_month)),
        undecided=figures.undecided(tx),
        waiting=figures.waiting(tx),
        load=load_sum(approvers),
        approvers=approvers,
        burns=_burns(tx, period),
        calls_until=ledger.read_until(tx),
    )


def _burns(tx: Transaction, period: Period) -> Sequence[Burn]:
    since = min(month_before(period.month), period.weeks[0])
    days = figures.days_of_calls(tx, since, period.last_day)
    stands = stand_of(ledger.entries(tx), tx.now.date(), known(tx))
    return burns(period, days, {one.currency: one.balance.left for one in stands if one.bought})


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months from one day to another."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = (month + timedelta(days=32)).replace(day=1)


def is_month(typed: str) -> date | Refusal:
    """The month that was typed as `2026-10`, or why it is none."""
    try:
        return date.fromisoformat(f"{typed}-01")
    except ValueError:
        return Refusal(code="SB-REP-01", params={"typed": typed})
