"""What people are asked to do for requests that are being carried out; stored with the move it comes from."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.messages import Template
from bot.domain.tasks import TaskOrder
from bot.execution.journey import Place
from bot.store import outbox, pools, queue, tasks
from bot.store.database import Transaction

__all__ = ["ask", "confirm", "send"]


def ask(tx: Transaction, request_id: str, step_index: int, order: TaskOrder) -> None:
    """Open the task, unless people have been asked already."""
    if order.pool:
        pools.ask(tx, order)
    elif tasks.open_for_step(tx, request_id, step_index, order).ended:
        # Somebody answered while we were looking, and the wake-up that came with it was just overwritten.
        queue.wake(tx, request_id)


def confirm(tx: Transaction, request_id: str, step_index: int) -> None:
    """The step is done: where people have not said so of its task, Graph has."""
    task = tasks.of_step(tx, request_id, step_index)
    if task is not None and not task.ended:
        tasks.confirm(tx, task)


def send(tx: Transaction, place: Place, order: TaskOrder, members: Iterable[str]) -> None:
    """Queue the task's card for each of `members` who has not been sent it before."""
    if order.pool:
        task = tasks.open_of_pool(tx, order.pool)
    else:
        task = tasks.of_step(tx, place.request.id, place.record.index)
    if task is None or task.ended:
        return
    for person_id in members:
        outbox.enqueue(
            tx,
            Template.TASK,
            person_id,
            task_id=task.id,
            dedupe_key=f"task:{task.id}:{person_id}",
        )
