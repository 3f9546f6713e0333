"""Lines for the same thing: how many wait for it, and the one task that asks people for more of it (J03).

A request names its pool while it waits (`Request.pool`). Everything here is called under `queue.line_lock`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import sqlalchemy as sa

from bot.domain.requests import Request
from bot.domain.tasks import Task, TaskOrder, seat_pool
from bot.store import holds, queue, tasks
from bot.store.database import Transaction
from bot.store.requests import by_id
from bot.store.tables import requests

__all__ = ["ask", "ended", "first", "give_back_seats", "left", "seats_freed", "size"]


def size(tx: Transaction, pool: str) -> int:
    """How many stand in line."""
    count = sa.select(sa.func.count()).select_from(requests).where(queue.in_pool(pool))
    return tx.conn.scalar(count) or 0


def first(tx: Transaction, pool: str, limit: int) -> list[Request]:
    """Those who stand in front."""
    ids = (
        sa.select(requests.c.id)
        .where(queue.in_pool(pool))
        .order_by(requests.c.approved_at, requests.c.id)
        .limit(limit)
    )
    found = (by_id(tx, request_id) for request_id in tx.conn.scalars(ids).all())
    return [request for request in found if request is not None]


def ask(tx: Transaction, order: TaskOrder) -> None:
    """Ask people for what the line is for, unless they are being asked already, or have just answered."""
    latest = tasks.latest_of_pool(tx, order.pool or "")
    if latest is None or not latest.ended or _has_stood(tx, latest, order):
        _counted(tx, tasks.open_for_pool(tx, order))


def _has_stood(tx: Transaction, answered: Task, order: TaskOrder) -> bool:
    """Long enough for the same to be asked again."""
    return tx.now - answered.updated_at >= order.rests.get(answered.state, timedelta())


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


def give_back_seats(tx: Transaction, request_id: str) -> None:
    """The licences are there, and Graph counts their seats itself: now the next in line sees what is left."""
    held = [hold.key for hold in holds.of_request(tx, request_id) if hold.kind == "seat"]
    holds.release(tx, request_id, "seat")
    for sku_id in held:
        queue.wake_pool(tx, seat_pool(sku_id), 1)


def seats_freed(tx: Transaction, sku_ids: Iterable[str]) -> None:
    """Somebody has a licence less of each: whoever is next in line for it looks at once."""
    for sku_id in sku_ids:
        queue.wake_pool(tx, seat_pool(sku_id), 1)


def ended(tx: Transaction, request: Request) -> None:
    """A request has ended: its tasks are dropped, and it leaves its line. Call it once it is saved."""
    tasks.drop_of_request(tx, request.id)
    if request.pool:
        left(tx, request.pool)
