"""What is typed to have those who decide reminded."""

from __future__ import annotations

import pytest

from dialogs.remind_words import RemindCommand, remind_command


@pytest.mark.parametrize(
    "text",
    [
        "remind SB-4K7Q2",
        "Remind sb 4k7q2",
        "please remind #SB-4K7Q2.",
        "nudge SB4K7Q2",
        "rappeler SB-4K7Q2",
        "Relance SB-4K7Q2 !",
        "提醒 SB-4K7Q2",
        "提醒SB-4K7Q2",
        "请提醒 ＳＢ-4K7Q2",
    ],
)
def test_with_an_id(text: str) -> None:
    assert remind_command(text) == RemindCommand("SB-4K7Q2")


@pytest.mark.parametrize("text", ["remind", "Remind my approver!", "relancer l’approbateur", "提醒审批人"])
def test_without_one_it_is_asked_for(text: str) -> None:
    assert remind_command(text) == RemindCommand()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "SB-4K7Q2",
        "withdraw SB-4K7Q2",
        "do not remind SB-4K7Q2",
        "remind TK-4K7Q2",
        "remind SB-4K7Q22",
        "remind me tomorrow",
        "remind SB-4K7Q2 and withdraw SB-00000",
    ],
)
def test_what_means_something_else(text: str) -> None:
    assert remind_command(text) is None
