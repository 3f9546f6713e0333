"""Reports as a table: a line for each figure, so that a spreadsheet can sort, filter and pivot them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from bot.domain.reports import LoadOrder, Report, Times, in_order
from bot.domain.stock_views import NumberState
from bot.domain.values import Money
from bot.words import N_, Words
from bot.words.spreadsheets import cell, csv_line, divider_for
from cards import wording
from cards.numbers import state_name

__all__ = ["lines"]

_COLUMNS = (N_("When"), N_("Figure"), N_("Of"), N_("Value"), N_("Unit"))
_MINUTE = timedelta(minutes=1)

Figure = tuple[str, str, str, str]
"""What it is, of whom or what, how much, and of what unit."""


def lines(reports: Iterable[Report], words: Words) -> Iterator[str]:
    """A heading, then each month's figures, then what the last of them has of the day it was made."""
    divider = divider_for(words)
    yield csv_line([words(column) for column in _COLUMNS], divider)
    last = None
    for last in reports:
        for figure in _of_month(last, words):
            yield csv_line([f"{last.period.month:%Y-%m}", *figure], divider)
    if last is not None:
        for figure in _of_now(last, words):
            yield csv_line([last.at.date().isoformat(), *figure], divider)


def _of_month(report: Report, words: Words) -> Iterator[Figure]:
    requests = words("requests")
    yield words("Asked for"), "", str(report.asked), requests
    for state, n in sorted(report.ended.items()):
        yield words("Ended"), wording.state_name(state, words), str(n), requests
    yield from _times(words("Until decided"), report.decision, words)
    yield from _times(words("Until done"), report.done, words)
    for one in in_order(report.approvers, LoadOrder.DECIDED):
        if one.decided:
            yield words("Approved"), cell(one.name), str(one.approved), words("decisions")
            yield words("Rejected"), cell(one.name), str(one.rejected), words("decisions")
    for burn in report.burns:
        yield words("Calls cost"), "", _amount(burn.spent, words), burn.spent.currency


def _times(name: str, times: Times | None, words: Words) -> Iterator[Figure]:
    """In whole minutes, which a spreadsheet can calculate with in every language."""
    if times is None:
        return
    minutes = words("minutes")
    yield name, words("measured"), str(times.count), words("requests")
    yield name, words("median"), str(round(times.median / _MINUTE)), minutes
    yield name, words("nine of ten"), str(round(times.p90 / _MINUTE)), minutes


def _of_now(report: Report, words: Words) -> Iterator[Figure]:
    requests, waiting = words("requests"), words("Waiting for")
    yield waiting, words("a decision"), str(report.undecided), requests
    for reason, n in sorted(report.waiting.items()):
        yield waiting, wording.waiting_for(reason, words), str(n), requests
    for one in in_order(report.approvers, LoadOrder.WAITING):
        if one.waiting:
            yield words("Asked to decide"), cell(one.name), str(one.waiting), requests
    for burn in report.burns:
        if burn.left is not None:
            yield words("Credits left"), "", _amount(burn.left, words), burn.left.currency
    yield from _stock(report, words)


def _stock(report: Report, words: Words) -> Iterator[Figure]:
    stock = report.stock
    if stock is None:
        return
    seats = stock.seats
    of_seats = ((N_("Assigned"), seats.assigned), (N_("Promised"), seats.promised), (N_("Free"), seats.free))
    for state, n in of_seats:
        yield words("Licences for calling"), words(state), str(n), words("seats")
    for one in NumberState:
        of = state_name(one, words)
        yield words("Phone numbers for people"), of, str(stock.numbers.get(one, 0)), words("numbers")


def _amount(amount: Money, words: Words) -> str:
    return words.plain_money(amount.minor, amount.currency)
