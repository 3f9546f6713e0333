"""Call records that cost something, and their sums, kept in step with each other.

A record is known by its id: read again it changes nothing, and with another charge it corrects what was
summed. Calls that cost nothing are not kept at all. No numbers are kept, and who called stands in a table of
its own.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from bot.domain.usage import CallCharge
from bot.store.credit_tables import call_charges, credit_days, credit_people, credit_usage
from bot.store.database import Transaction
from bot.store.holds import one_at_a_time
from bot.store.upsert import upsert

__all__ = ["Applied", "apply", "departments", "spent_on", "to_look_up"]

_LOOK_UP_AGAIN = timedelta(days=30)


class Applied(NamedTuple):
    """What a page of records changed."""

    charged: int = 0
    """Calls that cost something and were not known."""
    corrected: int = 0
    """Calls that were known and say something else now."""


class _Row(NamedTuple):
    """A call as it is stored, without its id."""

    began: datetime
    seconds: int
    currency: str
    millionths: int
    person: int
    country: str
    call_type: str

    @property
    def like(self) -> _Like:
        """What calls must have in common to be summed."""
        return _Like(self.began.date(), self.currency, self.person, self.country, self.call_type)


class _Like(NamedTuple):
    day: date
    currency: str
    person: int
    country: str
    call_type: str


@dataclass(slots=True)
class _Sum:
    calls: int = 0
    seconds: int = 0
    millionths: int = 0

    def add(self, row: _Row, times: int) -> None:
        if row.millionths:
            self.calls += times
            self.seconds += times * row.seconds
            self.millionths += times * row.millionths


def apply(tx: Transaction, page: Sequence[CallCharge]) -> Applied:
    """Take in records, also those that cost nothing any more; rivals wait for each other until commit."""
    one_at_a_time(tx, "call_charges")
    last = {call.id: call for call in page}
    known = _known(tx, list(last))
    wanted = {name: call for name, call in last.items() if call.millionths or name in known}
    people = _numbers(tx, wanted.values())
    changed = {
        call_id: row
        for call_id, call in wanted.items()
        if (row := _row(call, people[call.person_id])) != known.get(call_id)
    }
    if changed:
        _store(tx, changed)
        _add_up(tx, changed, known)
    corrected = len(changed.keys() & known.keys())
    return Applied(len(changed) - corrected, corrected)


def _known(tx: Transaction, ids: Sequence[str]) -> dict[str, _Row]:
    rows = tx.conn.execute(sa.select(call_charges).where(call_charges.c.id.in_(ids)))
    return {call_id: _Row(*rest) for call_id, *rest in rows}


def _row(call: CallCharge, person: int) -> _Row:
    return _Row(
        call.began, call.seconds, call.currency, call.millionths, person, call.country, call.call_type
    )


def _numbers(tx: Transaction, calls: Iterable[CallCharge]) -> Mapping[str, int]:
    """The number of everybody who called, made where there is none, under the name he has now."""
    names = {call.person_id: call.person for call in calls}
    found = _people(tx, names)
    news = [
        {"person_id": person_id, "name": name}
        for person_id, name in names.items()
        if person_id not in found or found[person_id][1] != name
    ]
    if news:
        insert = upsert(tx, credit_people)
        renamed = insert.on_conflict_do_update(
            index_elements=["person_id"], set_={"name": insert.excluded.name}
        )
        tx.conn.execute(renamed, news)
        found = _people(tx, names)
    return {person_id: number for person_id, (number, _name) in found.items()}


def _people(tx: Transaction, ids: Iterable[str]) -> dict[str, tuple[int, str]]:
    table = credit_people.c
    rows = tx.conn.execute(
        sa.select(table.person_id, table.number, table.name).where(table.person_id.in_(list(ids)))
    )
    return {person_id: (number, name) for person_id, number, name in rows}


def _store(tx: Transaction, rows: Mapping[str, _Row]) -> None:
    insert = upsert(tx, call_charges)
    anew = {name: insert.excluded[name] for name in _Row._fields}
    tx.conn.execute(
        insert.on_conflict_do_update(index_elements=["id"], set_=anew),
        [{"id": call_id, **row._asdict()} for call_id, row in rows.items()],
    )


def _add_up(tx: Transaction, changed: Mapping[str, _Row], known: Mapping[str, _Row]) -> None:
    """Add what is new to the sums, and take off what it replaces."""
    sums: dict[_Like, _Sum] = defaultdict(_Sum)
    for call_id, row in changed.items():
        sums[row.like].add(row, 1)
        if call_id in known:
            before = known[call_id]
            sums[before.like].add(before, -1)
    _add(tx, credit_usage, [{**like._asdict(), **_values(added)} for like, added in sums.items()])
    days = Counter[tuple[date, str]]()
    for like, added in sums.items():
        days[like.day, like.currency] += added.millionths
    by_day = [
        {"day": day, "currency": currency, "millionths": more} for (day, currency), more in days.items()
    ]
    _add(tx, credit_days, by_day)


def _values(added: _Sum) -> dict[str, int]:
    return {"calls": added.calls, "seconds": added.seconds, "millionths": added.millionths}


def _add(tx: Transaction, table: sa.Table, rows: Sequence[Mapping[str, object]]) -> None:
    insert = upsert(tx, table)
    keys = [column.name for column in table.primary_key]
    sums = [column for column in table.c if column.name not in keys]
    more = {column.name: column + insert.excluded[column.name] for column in sums}
    tx.conn.execute(insert.on_conflict_do_update(index_elements=keys, set_=more), list(rows))


def spent_on(tx: Transaction, day: date, call_types: Iterable[str]) -> Mapping[str, int]:
    """Millionths by currency that calls of some types cost on a day."""
    sums = credit_usage.c
    rows = tx.conn.execute(
        sa.select(sums.currency, sa.func.sum(sums.millionths))
        .where(sums.day == day, sums.call_type.in_(list(call_types)))
        .group_by(sums.currency)
    )
    return {currency: int(millionths) for currency, millionths in rows}


def to_look_up(tx: Transaction, limit: int) -> tuple[str, ...]:
    """Object ids of callers whose department was never asked for, or not for a month; at most `limit`."""
    table = credit_people.c
    return tuple(
        tx.conn.scalars(
            sa.select(table.person_id)
            .where(
                table.person_id != "",
                sa.or_(table.looked_up_at.is_(None), table.looked_up_at < tx.now - _LOOK_UP_AGAIN),
            )
            .order_by(table.looked_up_at.is_not(None), table.looked_up_at, table.number)
            .limit(limit)
        )
    )


def departments(tx: Transaction, found: Mapping[str, str]) -> None:
    """Take note of departments, by object id; empty for who has none, or is not in the directory any more."""
    for person_id, department in found.items():
        tx.conn.execute(
            sa.update(credit_people)
            .where(credit_people.c.person_id == person_id)
            .values(department=department, looked_up_at=tx.now)
        )
