"""The register of rules: all 82, each implemented somewhere that exists, each proved by a test."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from bot.domain.codes import CODES
from bot.domain.rules import RULES, Status
from bot.rules_page import proofs_by_rule, rules_page
from tests.support.for_each import for_each

_TESTS = Path(__file__).parents[1]
_PROOFS = proofs_by_rule(_TESTS)
_PAGE = rules_page(_TESTS)

every_rule = for_each({number: (number,) for number in RULES})


def test_there_are_82_rules_in_order() -> None:
    assert list(RULES) == [f"R{number:02d}" for number in range(1, 83)]


@every_rule
def test_every_rule_is_complete(number: str) -> None:
    rule = RULES[number]
    assert rule.title.strip()
    assert rule.verbs
    assert set(rule.verbs) <= {"VALIDATE", "REFUSE", "WARN", "STEP", "WAIT", "ALERT", "MANUAL", "INFO"}
    assert rule.where, f"{number}: say where it is implemented"


@every_rule
def test_every_rule_is_implemented_where_the_register_says(number: str) -> None:
    for place in RULES[number].where:
        module, _, name = place.partition(":")
        assert hasattr(import_module(module), name), f"{number}: there is no {place}"


@every_rule
def test_every_rule_is_proved_by_a_test(number: str) -> None:
    assert _PROOFS.get(number), f"{number}: write a test called test_{number.lower()}_..."


def test_every_rule_that_a_code_quotes_exists() -> None:
    quoted = {rule for code in CODES.values() for rule in code.rules}
    assert quoted <= {*RULES} | {rule for rule in quoted if rule.startswith("J")}


def test_the_page_of_rules_is_current() -> None:
    page = (_TESTS.parent / "docs/rules.md").read_text(encoding="utf-8")
    assert page == _PAGE, "run `python -m bot.reference`"


@every_rule
def test_a_rule_that_is_off_says_why_and_the_page_shows_it(number: str) -> None:
    rule = RULES[number]
    assert bool(rule.reason) is (rule.status is Status.OFF)
    assert rule.reason in _PAGE
