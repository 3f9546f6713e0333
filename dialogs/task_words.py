"""What is typed about tasks: `tasks`, and with an id `show`, `claim`, `done`, `cannot ... <why>`, `numbers`.

Plain words only, each with the task's id: whoever means anything else must not end a task by it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from bot.domain.request_ids import parse_task_id
from dialogs.normalise import normalise

__all__ = ["TaskCommand", "TaskVerb", "task_command"]

TaskVerb = Literal["list", "show", "claim", "done", "cannot", "numbers"]

_LONGEST = 800
"""Characters read: an id, a word, and a reason."""

_LISTS = frozenset({
    "tasks", "my tasks", "open tasks", "list tasks", "show tasks",
    "taches", "mes taches", "taches ouvertes",
    "任务", "我的任务", "待办任务",
})  # fmt: skip

_VERBS: dict[str, TaskVerb] = {
    "": "show",
    "show": "show", "montre": "show", "affiche": "show", "查看": "show", "显示": "show",
    "claim": "claim", "take": "claim", "prendre": "claim", "认领": "claim",
    "done": "done", "fait": "done", "termine": "done", "完成": "done",
    "numbers": "numbers", "numeros": "numbers", "号码": "numbers",
    "cannot": "cannot", "impossible": "cannot", "无法": "cannot", "无法完成": "cannot",
}  # fmt: skip

_ABOUT_ONE = re.compile(
    r"(?P<verb>[^\W\d_]*)\s*#?(?P<id>tk[\s\-\u2010-\u2015_.]*[0-9a-z]{5})(?![0-9a-z])[\s:,.;\-]*(?P<said>.*)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class TaskCommand:
    """What is to be done, and with which task."""

    verb: TaskVerb
    task_id: str = ""
    said: str = ""
    """What follows the id: why it cannot be done."""


def task_command(text: str) -> TaskCommand | None:
    """The command, or None when the text is about something else."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST]).strip()
    if normalise(text) in _LISTS:
        return TaskCommand("list")
    found = _ABOUT_ONE.fullmatch(text)
    task_id = parse_task_id(found["id"]) if found else None
    verb = _VERBS.get(normalise(found["verb"])) if found else None
    if found is None or task_id is None or verb is None:
        return None
    said = found["said"].strip()
    # "done TK-4K7Q2? not yet" must end nothing.
    return TaskCommand(verb, task_id, said) if verb == "cannot" or not said else None
