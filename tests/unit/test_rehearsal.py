"""A rehearsal takes everything back that use cases do: they do it in the database, and nowhere else."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from bot.domain.roles import Role
from bot.graph import Graph
from bot.words import words_for
from cards.rehearsed import as_rehearsed
from dialogs.commands.guessing import guessed
from tests.support.card_samples import cards
from tests.support.commanding import COMMANDS, command

ROOT = Path(__file__).parents[2]


def test_no_use_case_and_no_dialog_writes_to_graph() -> None:
    """So `--dry-run` can send nothing: whatever writes takes a fence, which only the runner has."""
    writing = [name for name, one in inspect.getmembers(Graph, inspect.isfunction) if _writes(one)]
    assert len(writing) >= 4
    calls = re.compile(rf"\.(?:{'|'.join(writing)})\(")
    for folder in ("bot/usecases", "dialogs"):
        for path in (ROOT / folder).rglob("*.py"):
            assert not calls.search(path.read_text(encoding="utf-8")), path


def _writes(method: Any) -> bool:
    return "fence" in inspect.signature(method).parameters


def test_nothing_on_a_rehearsed_card_can_be_clicked() -> None:
    words = words_for("en")
    for name, card in cards(words):
        shown = as_rehearsed(card, words)
        assert not re.search(r'"(actions|selectAction|refresh)"|Action\.', _json(shown)), name
        assert "Only tried" in str(shown["body"][0]), name


def _json(card: dict[str, Any]) -> str:
    return str(card).replace("'", '"')


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("clam TK-4K7Q2", "claim", "claim TK-4K7Q2"),
        ("undelivred", "undelivered", "undelivered"),
        ("Withdrow SB-4K7Q2", "withdraw", "withdraw SB-4K7Q2"),
        ("claim", "claim", ""),
        ("delegatons", "delegations", "delegations"),
        ("aprove SB-4K7Q2, for once", "approve", "approve SB-4K7Q2, for once"),
    ],
)
def test_what_was_nearly_typed_is_put_right(text: str, name: str, said: str) -> None:
    best, put_right = guessed(text, COMMANDS)[0]
    assert (best.name, put_right) == (name, said)


@pytest.mark.parametrize("text", ["", "bonjour", "I need a phone number", "x" * 800, "42", "是的"])
def test_what_is_far_from_any_command_is_not_guessed(text: str) -> None:
    assert guessed(text, COMMANDS) == []


def test_only_what_one_may_is_guessed() -> None:
    his = [one for one in COMMANDS if Role.EMPLOYEE in one.roles]
    assert command("undelivered") not in [one for one, _ in guessed("undelivred", his)]
