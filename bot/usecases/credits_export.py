"""What calls cost, as a table for a spreadsheet: where files can be written, and in chat, summed by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.usage import Usage, rounded
from bot.store import credits as ledger
from bot.store.database import Transaction
from bot.usecases.credits_report import MAY_READ, known, record_reading
from bot.usecases.desk import Desk
from bot.usecases.roles import refused
from bot.words import N_, Words
from bot.words.spreadsheets import cell, csv_line, divider_for

__all__ = ["by_month", "csv_lines", "month_of", "usage_of_month"]

_COLUMNS = (
    N_("Day"),
    N_("Person"),
    N_("Department"),
    N_("Destination"),
    N_("Kind of call"),
    N_("Calls"),
    N_("Minutes"),
    N_("Amount"),
    N_("Currency"),
)


async def usage_of_month(desk: Desk, actor: Actor, month: date | None) -> tuple[Usage, ...] | Refusal:
    """What the calls of a month cost by person and destination, or of the last one that calls are known of.

    The day of each is the first of its month. It is recorded. Raises `TransientUpstream`.
    """
    refusal = await refused(desk, actor, MAY_READ, "credits.export")
    if refusal is not None:
        return refusal
    return await desk.db.transact(_month, actor, month)


def _month(tx: Transaction, actor: Actor, month: date | None) -> tuple[Usage, ...]:
    if month is None:
        days = known(tx)
        month = days.until if days else tx.now.date()
    record_reading(tx, actor, f"{month:%Y-%m}, to be taken along")
    return by_month(ledger.usage(tx, *month_of(month)))


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month a day is in."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)


def by_month(usage: Iterable[Usage]) -> tuple[Usage, ...]:
    """Calls that are alike but for their days, summed by month; the dearest of a month first."""
    groups: dict[Usage, list[Usage]] = defaultdict(list)
    for one in usage:
        alike = replace(one, day=one.day.replace(day=1), person="", department="", calls=0, seconds=0)
        groups[replace(alike, millionths=0)].append(one)
    sums = [
        replace(
            group[-1],
            day=alike.day,
            calls=sum(one.calls for one in group),
            seconds=sum(one.seconds for one in group),
            millionths=sum(one.millionths for one in group),
        )
        for alike, group in groups.items()
    ]
    return tuple(sorted(sums, key=lambda one: (one.day, one.currency, -one.millionths, one.person)))


def csv_lines(usage: Iterable[Usage], words: Words) -> Iterator[str]:
    """A heading, then a line each, as a spreadsheet in the reader's language opens it by a double click."""
    divider = divider_for(words)
    yield csv_line([words(column) for column in _COLUMNS], divider)
    for one in usage:
        yield csv_line(_cells(one, words), divider)


def _cells(one: Usage, words: Words) -> list[str]:
    amount = rounded(one.millionths, one.currency)
    return [
        one.day.isoformat(),
        cell(one.person or one.person_id),
        cell(one.department),
        cell(words.country(one.country) if one.country else ""),
        cell(one.call_type),
        str(one.calls),
        str(-(-one.seconds // 60)),
        words.plain_money(amount.minor, amount.currency),
        one.currency,
    ]
