"""What is to be so, since it was approved and done: learned from the steps that have ended, kept by thing.

Learning goes on where it stopped, and may learn the same twice: the newest word on each thing holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.drift.agreed import Agreed, Done, agreed_by, newest
from bot.domain.requests import RequestState, StepRecord, StepState
from bot.store.database import Transaction
from bot.store.oversight_tables import agreed, watch_marks
from bot.store.tables import requests, steps, tasks
from bot.store.upsert import upsert

__all__ = [
    "changed_since",
    "expected_of",
    "learn",
    "mark",
    "marked",
    "on_their_way",
    "put",
    "watched_people",
]

_GOING_ON = (RequestState.APPROVED.value, RequestState.EXECUTING.value, RequestState.WAITING.value)
_AT_ONCE = 500
"""Parameters of one query: both databases allow many more."""


def marked(tx: Transaction, name: str) -> datetime | None:
    """How far something was looked through; None: never."""
    found: datetime | None = tx.conn.scalar(sa.select(watch_marks.c.at).where(watch_marks.c.name == name))
    return found


def mark(tx: Transaction, name: str, at: datetime) -> None:
    """It was looked through until then."""
    insertion = upsert(tx, watch_marks).values(name=name, at=at)
    tx.conn.execute(insertion.on_conflict_do_update(index_elements=["name"], set_={"at": at}))


def changed_since(tx: Transaction, since: datetime | None) -> list[str]:
    """Ids of requests of which a step has ended since then, by id."""
    query = sa.select(steps.c.request_id).where(steps.c.state == StepState.DONE.value).distinct()
    if since is not None:
        query = query.where(steps.c.finished_at >= since)
    return list(tx.conn.scalars(query.order_by(steps.c.request_id)))


def learn(tx: Transaction, request_ids: Sequence[str]) -> None:
    """Take up what these requests have done."""
    put(tx, (fact for done in _done(tx, request_ids) for fact in agreed_by(done)))


def put(tx: Transaction, facts: Iterable[Agreed]) -> None:
    """Keep the newest word on each thing."""
    said = newest({}, facts)
    before = _by_key(tx, list(said))
    for key, fact in newest(before, said.values()).items():
        if fact != before.get(key):
            row = {"person_id": fact.person.id, "expected": fact.want is not None, "fact": _json(fact)}
            insertion = upsert(tx, agreed).values(key=key, **row)
            tx.conn.execute(insertion.on_conflict_do_update(index_elements=["key"], set_=row))


def _json(fact: Agreed) -> dict[str, Any]:
    return fact.model_dump(mode="json")


def _by_key(tx: Transaction, keys: Sequence[str]) -> dict[str, Agreed]:
    found: dict[str, Agreed] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = tx.conn.execute(sa.select(agreed).where(agreed.c.key.in_(keys[start : start + _AT_ONCE])))
        found |= {row.key: Agreed.model_validate(row.fact) for row in rows}
    return found


def _done(tx: Transaction, request_ids: Sequence[str]) -> list[Done]:
    columns = (requests.c.id, requests.c.beneficiary, requests.c.plan)
    rows = tx.conn.execute(sa.select(*columns).where(requests.c.id.in_(request_ids))).all()
    records, numbers = _records(tx, request_ids), _numbers(tx, request_ids)
    return [
        Done(
            id=row.id,
            person=row.beneficiary,
            plan=row.plan,
            records=tuple(records[row.id]),
            numbers=numbers[row.id],
        )
        for row in rows
    ]


def _records(tx: Transaction, request_ids: Sequence[str]) -> dict[str, list[StepRecord]]:
    query = sa.select(steps).where(steps.c.request_id.in_(request_ids))
    found: dict[str, list[StepRecord]] = defaultdict(list)
    for row in tx.conn.execute(query.order_by(steps.c.request_id, steps.c.step_index)):
        fields = {name: getattr(row, name) for name in StepRecord.model_fields if name != "index"}
        found[row.request_id].append(StepRecord(index=row.step_index, **fields))
    return found


def _numbers(tx: Transaction, request_ids: Sequence[str]) -> dict[str, dict[int, str]]:
    """The number of each task: it may have been chosen after the plan was made."""
    columns = (tasks.c.request_id, tasks.c.step_index, tasks.c.params)
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for row in tx.conn.execute(sa.select(*columns).where(tasks.c.request_id.in_(request_ids))):
        if row.step_index is not None and row.params.get("number"):
            found[row.request_id][row.step_index] = row.params["number"]
    return found


def watched_people(tx: Transaction) -> list[str]:
    """Object ids of everybody of whom anything is expected."""
    query = sa.select(agreed.c.person_id).where(agreed.c.expected).distinct()
    return list(tx.conn.scalars(query.order_by(agreed.c.person_id)))


def expected_of(tx: Transaction, people: Sequence[str], before: datetime) -> list[Agreed]:
    """What is expected of these people, but for what was done just now: Graph's replicas may not know it."""
    rows = tx.conn.execute(sa.select(agreed.c.fact).where(agreed.c.expected, agreed.c.person_id.in_(people)))
    facts = (Agreed.model_validate(row.fact) for row in rows)
    return [fact for fact in facts if fact.since <= before]


def on_their_way(tx: Transaction, people: Sequence[str], since: datetime) -> list[Done]:
    """Requests for these people that are being carried out, or have moved since."""
    moving = sa.or_(requests.c.state.in_(_GOING_ON), requests.c.updated_at >= since)
    found: list[str] = []
    for start in range(0, len(people), _AT_ONCE):
        some = requests.c.beneficiary_id.in_(people[start : start + _AT_ONCE])
        found += tx.conn.scalars(sa.select(requests.c.id).where(some, moving))
    return [done for start in range(0, len(found), _AT_ONCE) for done in _done(tx, found[start:][:_AT_ONCE])]
