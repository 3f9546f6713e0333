"""A misspelt setting is noticed."""

from __future__ import annotations

from bot.setting_names import misspelt
from bot.settings import env_names


def test_a_misspelt_name_is_reported_with_the_right_one() -> None:
    assert misspelt(["SWITCHBOARD_DATABSE_URL"]) == [
        "SWITCHBOARD_DATABSE_URL is not a setting and is ignored; did you mean SWITCHBOARD_DATABASE_URL?"
    ]


def test_a_name_like_nothing_is_reported_without_a_guess() -> None:
    assert misspelt(["SWITCHBOARD_QQQ"]) == ["SWITCHBOARD_QQQ is not a setting and is ignored"]


def test_names_of_settings_and_of_others_are_left_alone() -> None:
    fine = [*env_names().values(), *(name.upper() for name in env_names().values()), "PATH", "DATABASE_URL"]
    assert misspelt(fine) == []


def test_names_the_tests_go_by_are_left_alone() -> None:
    assert misspelt(["SWITCHBOARD_TEST_DATABASE_URL", "SWITCHBOARD_SHARED", "SWITCHBOARD_WRITE_GOLDEN"]) == []
