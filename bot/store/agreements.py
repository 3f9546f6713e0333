"""What is to be so, since it was approved and done: learned from the steps that have ended, kept by thing.

Learning goes on where it stopped, and may learn the same twice: the newest word on each thing holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.drift.agreed import Agreed, Done, Thing, about_to_change, agreed_by, newest
from bot.domain.plans import Plan
from bot.domain.requests import RequestState, StepRecord, StepState
from bot.store.database import Transaction
from bot.store.oversight_tables import agreed, watch_marks
from bot.store.tables import requests, steps, tasks
from bot.store.upsert import upsert

__all__ = [
    "changed_since",
    "expected_of",
    "known",
    "learn",
    "mark",
    "marked",
    "on_their_way",
    "put",
    "settled_rests",
    "watched_numbers",
    "watched_people",
]

_GOING_ON = (RequestState.APPROVED.value, RequestState.EXECUTING.value, RequestState.WAITING.value)
_EXPECTED = agreed.c.want.is_not(None)
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
    before = known(tx, list(said))
    for key, fact in newest(before, said.values()).items():
        if fact != before.get(key):
            row = {"person_id": fact.person.id, "want": fact.want, "fact": _json(fact)}
            insertion = upsert(tx, agreed).values(key=key, **row)
            tx.conn.execute(insertion.on_conflict_do_update(index_elements=["key"], set_=row))


def _json(fact: Agreed) -> dict[str, Any]:
    return fact.model_dump(mode="json")


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
    query = sa.select(agreed.c.person_id).where(_EXPECTED).distinct()
    return list(tx.conn.scalars(query.order_by(agreed.c.person_id)))


def watched_numbers(tx: Transaction) -> frozenset[str]:
    """Every number that is expected to be somebody's, or some service's."""
    people = sa.select(agreed.c.want).where(_EXPECTED, _about(Thing.NUMBER))
    services = sa.select(agreed.c.key).where(_EXPECTED, _about(Thing.SERVICE))
    theirs = (key.removeprefix(f"{Thing.SERVICE}:") for key in tx.conn.scalars(services))
    return frozenset([*tx.conn.scalars(people), *theirs])


def _about(thing: Thing) -> sa.ColumnElement[bool]:
    return agreed.c.key.startswith(f"{thing}:", autoescape=True)


def expected_of(tx: Transaction, people: Sequence[str], before: datetime) -> list[Agreed]:
    """What is expected of these people, but for what was done just now: Graph's replicas may not know it."""
    rows = tx.conn.scalars(sa.select(agreed.c.fact).where(_EXPECTED, agreed.c.person_id.in_(people)))
    return [fact for fact in map(Agreed.model_validate, rows) if fact.since <= before]


def settled_rests(tx: Transaction) -> list[Agreed]:
    """Who may have numbers that rest, since admins have said so."""
    rows = tx.conn.scalars(sa.select(agreed.c.fact).where(_EXPECTED, _about(Thing.REST)))
    return [Agreed.model_validate(row) for row in rows]


def known(tx: Transaction, keys: Sequence[str]) -> dict[str, Agreed]:
    """The newest word on these things, as far as there is one."""
    found: dict[str, Agreed] = {}
    for start in range(0, len(keys), _AT_ONCE):
        rows = tx.conn.execute(sa.select(agreed).where(agreed.c.key.in_(keys[start : start + _AT_ONCE])))
        found |= {row.key: Agreed.model_validate(row.fact) for row in rows}
    return found


def on_their_way(tx: Transaction, people: Sequence[str], since: datetime) -> frozenset[str]:
    """What requests for these people are about that are being carried out, or have moved since; by key."""
    moving = sa.or_(requests.c.state.in_(_GOING_ON), requests.c.updated_at >= since)
    columns = (requests.c.beneficiary_id, requests.c.plan)
    keys: set[str] = set()
    for start in range(0, len(people), _AT_ONCE):
        some = people[start : start + _AT_ONCE]
        held = known(tx, [f"{Thing.NUMBER}:{one}" for one in some])
        for row in tx.conn.execute(sa.select(*columns).where(requests.c.beneficiary_id.in_(some), moving)):
            number = held.get(f"{Thing.NUMBER}:{row.beneficiary_id}")
            plan = Plan.model_validate(row.plan)
            keys |= about_to_change(plan, row.beneficiary_id, number.want if number else None)
    return frozenset(keys)
