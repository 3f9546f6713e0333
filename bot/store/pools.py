"""Lines for the same thing: how many wait for it, and the one task that asks people for more of it (J03).

A request names its pool while it waits (`Request.pool`). Everything here is called under `queue.line_lock`.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from bot.domain.requests import Request
from bot.domain.tasks import Task, TaskOrder, TaskState
from bot.store import queue, tasks
from bot.store.database import Transaction
from bot.store.tables import requests

__all__ = ["ask", "ended", "left", "size"]


def size(tx: Transaction, pool: str) -> int:
    """How many stand in line."""
    count = sa.select(sa.func.count()).select_from(requests).where(queue.in_pool(pool))
    return tx.conn.scalar(count) or 0


def ask(tx: Transaction, order: TaskOrder, rests: dict[TaskState, timedelta]) -> Task | None:
    """Ask people for what the line is for, unless they are being asked already, or have just answered.

    `rests` says for how long an answer is let stand before the same is asked again.
    """
    pool = order.pool or ""
    latest = tasks.latest_of_pool(tx, pool)
    if latest is not None and latest.ended and tx.now - latest.updated_at < _rest(latest, rests):
        return None
    return _counted(tx, tasks.open_for_pool(tx, order))


def _rest(task: Task, rests: dict[TaskState, timedelta]) -> timedelta:
    return rests.get(task.state, timedelta())


def _counted(tx: Transaction, task: Task) -> Task:
    """The task says how many wait, and asks for as many as that."""
    waiting = str(size(tx, task.pool or ""))
    wanted = {"quantity": waiting} if "quantity" in task.params else {}
    return tasks.update_params(tx, task, {**task.params, **wanted, "waiting": waiting})


def left(tx: Transaction, pool: str) -> None:
    """Somebody left the line: perhaps with what it is for, so the next one looks; the last ends the task."""
    task = tasks.open_of_pool(tx, pool)
    if not size(tx, pool):
        if task is not None:
            tasks.drop(tx, task)
        return
    if task is not None:
        _counted(tx, task)
    queue.wake_pool(tx, pool, 1)


def ended(tx: Transaction, request: Request) -> None:
    """A request has ended: nobody does its tasks any more, and it leaves its line. Call it once it is saved."""
    tasks.drop_of_request(tx, request.id)
    if request.pool:
        left(tx, request.pool)
