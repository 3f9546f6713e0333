"""What use cases hand to dialogs and cards about tasks: all that a card shows, for it looks nothing up."""

from __future__ import annotations

from bot.domain.people import PersonRef
from bot.domain.task_texts import TaskText
from bot.domain.tasks import Task
from bot.domain.values import E164, Value

__all__ = ["TaskView", "Waiter"]


class Waiter(Value):
    """Somebody's request that goes on once the task is done."""

    request_id: str
    person: PersonRef


class TaskView(Value):
    """A task with its text, and who waits for it."""

    task: Task
    text: TaskText
    waiters: tuple[Waiter, ...] = ()
    """Those who come first; of a pool there may be more."""
    waiting: int = 0
    """How many requests wait."""
    numbers: tuple[E164, ...] = ()
    """What a port brings along, in the order of the one-column file that Microsoft wants (J16)."""
