"""Commands about tasks are plain words with an id; anything else ends no task."""

from __future__ import annotations

import pytest

from dialogs.task_words import TaskCommand, task_command

TASK = "TK-4K7Q2"


@pytest.mark.parametrize("text", ["tasks", " Tasks ", "my tasks", "Tâches", "任务", "open tasks!"])
def test_the_list(text: str) -> None:
    assert task_command(text) == TaskCommand("list")


@pytest.mark.parametrize(
    ("text", "verb"),
    [
        (TASK, "show"),
        ("show TK-4K7Q2", "show"),
        ("SHOW tk 4k7q2.", "show"),
        ("claim TK‑4K7Q2", "claim"),
        ("done #TK-4K7Q2", "done"),
        ("terminé TK-4K7Q2", "done"),
        ("完成TK-4K7Q2", "done"),
        ("numbers TK-4K7Q2", "numbers"),
        ("Numéros TK-4K7Q2", "numbers"),
    ],
)
def test_one_task(text: str, verb: str) -> None:
    assert task_command(text) == TaskCommand(verb, TASK)  # type: ignore[arg-type]


def test_why_it_cannot_be_done_follows_the_id() -> None:
    expected = TaskCommand("cannot", TASK, "no budget, sorry: ask again\nin January")
    assert task_command("cannot TK-4K7Q2: no budget, sorry: ask again\nin January") == expected
    assert task_command("cannot TK-4K7Q2") == TaskCommand("cannot", TASK)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "task",
        "I have many tasks for you",
        "done",
        "done TK-4K7Q2? not yet",
        "not done TK-4K7Q2",
        "I have done TK-4K7Q2",
        "claim SB-4K7Q2",
        "withdraw TK-4K7Q2",
        "done TK-4K7Q",
        "done TK-4K7Q2X",
        "done TK-U4444",
        "done TK-4K7Q2 " + "x" * 5000,
    ],
)
def test_anything_else_is_no_command(text: str) -> None:
    assert task_command(text) is None
