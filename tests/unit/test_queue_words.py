"""What is typed about lists and channels is understood in three languages, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from bot.domain.channels import ChannelRole, recipient_of, role_of
from bot.words import words_for
from dialogs.delegation_words import delegation_text
from dialogs.queue_words import ChannelCommand, QueueCommand, channel_command, queue_command
from dialogs.task_words import task_command


@pytest.mark.parametrize(
    "text",
    [
        "approvals",
        "Approvals.",
        "What waits for me?",
        "Mes approbations",
        "Qu'est-ce qui m'attend ?",
        "待我审批",
    ],
)
def test_what_waits(text: str) -> None:
    assert queue_command(text) == QueueCommand("approvals")


@pytest.mark.parametrize("locale", ["en-US", "fr-FR", "zh-CN"])
@pytest.mark.parametrize(
    ("command", "parse"),
    [
        ("approvals", queue_command),
        ("undelivered", queue_command),
        ("tasks", task_command),
        ("delegations", delegation_text),
        ("delegate to Anna until Friday", delegation_text),
    ],
)
def test_what_the_help_says_in_each_language_is_understood(
    command: str, parse: Callable[[str], object], locale: str
) -> None:
    assert parse(words_for(locale)(command)) is not None


@pytest.mark.parametrize("text", ["undelivered", "Messages non remis", "未送达"])
def test_what_did_not_arrive(text: str) -> None:
    assert queue_command(text) == QueueCommand("undelivered")


@pytest.mark.parametrize(
    ("text", "role", "here"),
    [
        ("approvals here", ChannelRole.APPROVALS, True),
        ("Approvals NOT here!", ChannelRole.APPROVALS, False),
        ("Approbations ici", ChannelRole.APPROVALS, True),
        ("Plus d'approbations ici", ChannelRole.APPROVALS, False),
        ("在此审批", ChannelRole.APPROVALS, True),
        ("不在此审批", ChannelRole.APPROVALS, False),
        ("admin channel here", ChannelRole.ADMINS, True),
        ("admin channel not here", ChannelRole.ADMINS, False),
        ("Canal admin ici", ChannelRole.ADMINS, True),
        ("管理频道在此", ChannelRole.ADMINS, True),
    ],
)
def test_a_channel_and_its_part(text: str, role: ChannelRole, here: bool) -> None:
    assert channel_command(text) == ChannelCommand(role, here)


@pytest.mark.parametrize(
    "text", ["", "approve", "approvals for dora", "approvals please do not come", "here", "x" * 5000, "tasks"]
)
def test_anything_else_is_about_something_else(text: str) -> None:
    assert queue_command(text) is None
    assert channel_command(text) is None


def test_a_channel_is_told_from_a_person_by_how_a_message_names_it() -> None:
    assert role_of(recipient_of(ChannelRole.ADMINS)) is ChannelRole.ADMINS
    assert role_of("b1019398-7760-58cc-a2b7-d918d8798540") is None
