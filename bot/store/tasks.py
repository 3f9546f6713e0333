"""Tasks for people: every move of one is stored together with its audit entry, and all its cards follow.

A task is moved under `queue.line_lock` by everybody who moves requests as well: whoever ends a task wakes
requests, and whoever carries a request on ends its task, so without it they would wait for each other.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from bot.domain.errors import Bug, Conflict
from bot.domain.people import PersonRef
from bot.domain.request_ids import new_task_id
from bot.domain.tasks import ENDED_TASKS, Audience, Task, TaskOrder, TaskState
from bot.store import outbox
from bot.store.database import Transaction
from bot.store.tables import tasks
from bot.store.upsert import upsert

__all__ = [
    "by_id",
    "cannot",
    "claim",
    "confirm",
    "drop",
    "drop_of_request",
    "finish",
    "latest_of_pool",
    "of_step",
    "open_for_pool",
    "open_for_step",
    "open_of_pool",
    "open_tasks",
    "part_done",
    "update_params",
    "version_of",
]

_ID_TRIES = 20
_SWITCHBOARD = "switchboard"
_OPEN = tasks.c.state.not_in([state.value for state in ENDED_TASKS])


def open_for_step(tx: Transaction, request_id: str, step_index: int, order: TaskOrder) -> Task:
    """Ask people to do a step of a request; the task that was opened for it before, whatever became of it."""
    fresh = _new(tx, order, request_id=request_id, step_index=step_index)
    if _insert(tx, fresh):
        return fresh
    known = of_step(tx, request_id, step_index)
    if known is None:
        raise Conflict(f"another task took the place of the one for {request_id}, step {step_index}")
    return known


def open_for_pool(tx: Transaction, order: TaskOrder) -> Task:
    """Ask people for more of what several requests wait for; the open task of that pool, if there is one."""
    if order.pool is None:
        raise Bug("a task for a pool names none")
    known = open_of_pool(tx, order.pool)
    if known is not None:
        return known
    fresh = _new(tx, order)
    if _insert(tx, fresh):
        return fresh
    raise Conflict(f"somebody else opened a task for {order.pool}")


def _new(tx: Transaction, order: TaskOrder, **of: Any) -> Task:
    return Task(
        id=_new_id(tx),
        version=1,
        kind=order.kind,
        audience=order.audience,
        params=order.params,
        pool=order.pool,
        created_at=tx.now,
        updated_at=tx.now,
        **of,
    )


def _new_id(tx: Transaction) -> str:
    for _ in range(_ID_TRIES):
        candidate = new_task_id(secrets.token_bytes)
        if version_of(tx, candidate) is None:
            return candidate
    raise Bug("no unused task id found; they need another letter")


def _insert(tx: Transaction, task: Task) -> bool:
    row = {**task.model_dump(mode="json"), "created_at": task.created_at, "updated_at": task.updated_at}
    stored = tx.conn.scalar(upsert(tx, tasks).values(row).on_conflict_do_nothing().returning(tasks.c.id))
    if stored is not None:
        _audit(tx, "task.opened", _SWITCHBOARD, task, params=task.params)
    return stored is not None


def by_id(tx: Transaction, task_id: str) -> Task | None:
    """The task as it stands."""
    return _one(tx, tasks.c.id == task_id)


def of_step(tx: Transaction, request_id: str, step_index: int) -> Task | None:
    """The task of a step, open or ended."""
    return _one(tx, tasks.c.request_id == request_id, tasks.c.step_index == step_index)


def open_of_pool(tx: Transaction, pool: str) -> Task | None:
    """The task that people have not ended yet."""
    return _one(tx, tasks.c.pool == pool, _OPEN)


def latest_of_pool(tx: Transaction, pool: str) -> Task | None:
    """The task of the pool that moved last, whatever became of it."""
    query = sa.select(tasks).where(tasks.c.pool == pool).order_by(tasks.c.updated_at.desc()).limit(1)
    row = tx.conn.execute(query).one_or_none()
    return _task(row) if row is not None else None


def open_tasks(
    tx: Transaction, audiences: Iterable[Audience], *, limit: int, offset: int = 0
) -> tuple[Task, ...]:
    """What these people are asked to do and nobody has ended, the oldest first."""
    asked = tasks.c.audience.in_([audience.value for audience in audiences])
    query = sa.select(tasks).where(_OPEN, asked).order_by(tasks.c.created_at, tasks.c.id)
    return tuple(_task(row) for row in tx.conn.execute(query.limit(limit).offset(offset)))


def version_of(tx: Transaction, task_id: str) -> int | None:
    """How often the task has changed; None when there is no such task."""
    version: int | None = tx.conn.scalar(sa.select(tasks.c.version).where(tasks.c.id == task_id))
    return version


def _one(tx: Transaction, *where: sa.ColumnElement[bool]) -> Task | None:
    row = tx.conn.execute(sa.select(tasks).where(*where)).one_or_none()
    return _task(row) if row is not None else None


def _task(row: sa.Row[Any]) -> Task:
    return Task.model_validate(dict(row._mapping))


def claim(tx: Transaction, task: Task, person: PersonRef) -> Task:
    """Somebody takes it on. Raises `Conflict` when it is no longer as it was seen, as all moves do."""
    moved = _save(tx, task, state=TaskState.CLAIMED, claimed_by=person)
    _audit(tx, "task.claimed", person.id, moved)
    return moved


def finish(tx: Transaction, task: Task, person: PersonRef, evidence: Mapping[str, str]) -> Task:
    """Somebody has done it, and puts this on record."""
    moved = _save(tx, task, state=TaskState.DONE, claimed_by=person, evidence=dict(evidence))
    _audit(tx, "task.done", person.id, moved, evidence=moved.evidence)
    return moved


def part_done(
    tx: Transaction, task: Task, person: PersonRef, evidence: Mapping[str, str], rest: Mapping[str, str]
) -> Task:
    """Somebody has done some of it; the task goes on with `rest` as its parameters, in the same hands."""
    moved = _save(tx, task, state=TaskState.CLAIMED, claimed_by=person, params=dict(rest))
    _audit(tx, "task.part_done", person.id, moved, evidence=dict(evidence), params=moved.params)
    return moved


def cannot(tx: Transaction, task: Task, person: PersonRef, reason: str) -> Task:
    """Somebody says that it cannot be done."""
    moved = _save(tx, task, state=TaskState.CANNOT, claimed_by=person, reason=reason)
    _audit(tx, "task.cannot", person.id, moved, reason=reason)
    return moved


def confirm(tx: Transaction, task: Task) -> Task:
    """Graph shows that it is done, whoever did it."""
    moved = _save(tx, task, state=TaskState.DONE, confirmed_by_graph=True)
    _audit(tx, "task.confirmed", _SWITCHBOARD, moved)
    return moved


def drop(tx: Transaction, task: Task) -> Task:
    """Nobody waits for it any more."""
    moved = _save(tx, task, state=TaskState.DROPPED)
    _audit(tx, "task.dropped", _SWITCHBOARD, moved)
    return moved


def drop_of_request(tx: Transaction, request_id: str) -> None:
    """Drop what people were asked to do for a request that has ended."""
    for row in tx.conn.execute(sa.select(tasks).where(tasks.c.request_id == request_id, _OPEN)).all():
        drop(tx, _task(row))


def update_params(tx: Transaction, task: Task, params: Mapping[str, str]) -> Task:
    """What is asked for has changed, such as how many wait; no move, so it is not on the audit log."""
    return task if task.params == params else _save(tx, task, params=dict(params))


def _save(tx: Transaction, task: Task, **changes: Any) -> Task:
    """The task with its changes, stored over exactly the version that was seen; its cards are updated."""
    moved = task.model_copy(update={**changes, "version": task.version + 1, "updated_at": tx.now})
    columns = {"state", "params", "claimed_by", "evidence", "reason", "confirmed_by_graph", "version"}
    row = moved.model_dump(mode="json", include=columns) | {"updated_at": tx.now}
    seen = (tasks.c.id == task.id, tasks.c.version == task.version)
    if tx.conn.scalar(sa.update(tasks).where(*seen).values(row).returning(tasks.c.id)) is None:
        raise Conflict(f"{task.id} is no longer at version {task.version}")
    outbox.refresh_task_copies(tx, moved.id, moved.version)
    return moved


def _audit(tx: Transaction, action: str, actor: str, task: Task, **details: Any) -> None:
    of = {"pool": task.pool} if task.pool else {"step": task.step_index}
    tx.audit(action, actor, task.request_id, task=task.id, kind=task.kind.value, **of, **details)
