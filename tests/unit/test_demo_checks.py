"""The demo says what was expected and seen, and fails as a whole when one check does."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from bot.demo.checks import Checks
from bot.demo.narrator import Narrator


def told() -> tuple[Checks, StringIO]:
    file = StringIO()
    return Checks(Narrator(Console(file=file, width=100)).checked), file


def test_checks_that_hold() -> None:
    checks, file = told()
    checks.same("one", 1, 1)
    checks.holds("two", True, "something", "something")
    assert checks.verdict() == "demo: ok (2 checks)"
    assert file.getvalue() == "  ok    one\n  ok    two\n"


def test_a_check_that_fails_says_what_was_expected_and_seen() -> None:
    checks, file = told()
    checks.same("one", [1], [2])
    checks.same("two", 2, 2)
    assert checks.verdict() == "demo: FAILED (1 of 2 checks)"
    assert "  FAILED one\n         expected: [1]\n         seen:     [2]\n" in file.getvalue()


def test_a_story_that_breaks_off_has_failed() -> None:
    checks, _ = told()
    checks.broken_off("NotHeard: nothing")
    assert checks.verdict() == "demo: FAILED (1 of 1 checks)"
