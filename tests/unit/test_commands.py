"""What people type is read as the command they mean, in three languages, and nothing else is."""

from __future__ import annotations

import pytest

from bot.words import words_for
from tests.support.commanding import COMMANDS, read_as

LOCALES = ("en-US", "fr-FR", "zh-CN")


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_what_the_help_says_is_understood_in_each_language(command: object, locale: str) -> None:
    found = read_as(words_for(locale)(command.usage))  # type: ignore[attr-defined]
    assert found is not None
    assert found[0] == command.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda one: one.name)
def test_no_phrase_is_two_commands(command: object) -> None:
    for head in command.grammar.heads:  # type: ignore[attr-defined]
        readers = [one.name for one in COMMANDS if one.grammar.read(head) is not None]
        assert len(readers) <= 1, head


@pytest.mark.parametrize(
    "text",
    ["policy", " Policy? ", "show the policy", "Politique", "règles d'approbation", "审批策略", "策略。"],
)
def test_the_policy(text: str) -> None:
    assert (read_as(text) or ("",))[0] == "policy"


@pytest.mark.parametrize("text", ["policies", "a policy for Dora", "emergency policy", "", "policy " * 50])
def test_what_is_not_the_policy(text: str) -> None:
    assert read_as(text) is None
