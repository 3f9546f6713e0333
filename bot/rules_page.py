"""Writes `docs/rules.md`: every rule with its status, where it is implemented, and which tests prove it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from bot.domain.rules import RULES, Rule, Status

__all__ = ["proofs_by_rule", "rules_page"]

_HEAD = """# Rules

What Switchboard knows of licences, numbers and Communications Credits, rule by rule. Steps, warnings and
refusals quote these numbers. **As of** is the month of the newest source; a rule that no longer holds for
most organisations is kept as data and is off by default; **Status** says why, and how it is switched on in
`tenant.toml`.

VALIDATE: checked before anybody is asked. REFUSE: not possible, with what to do instead. WARN and INFO: said
on the card. STEP and WAIT: part of the plan. ALERT: told to the admins. MANUAL: a person does it by a
checklist.

This page is made from `bot/domain/rules.py` and the names of the tests by `python -m bot.reference`.

"""

_TEST = re.compile(r"^\s*(?:async )?def (test_(?:r\d\d_)+\w*)\(", re.MULTILINE)
_RULE = re.compile(r"r(\d\d)_")
_MOST_SHOWN = 3


def rules_page(tests: Path) -> str:
    """The page, from the tests below the folder `tests`."""
    proofs = proofs_by_rule(tests)
    return _HEAD + "\n".join(_rows(proofs)) + "\n"


def proofs_by_rule(tests: Path) -> Mapping[str, tuple[str, ...]]:
    """Tests by the rules their names begin with: `test_r05_r10_...` proves R05 and R10."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        for name in _TEST.findall(path.read_text(encoding="utf-8")):
            shown = f"{path.relative_to(tests.parent).as_posix()}::{name}"
            for rule in _rules_in(name):
                found[rule].append(shown)
    return {rule: tuple(names) for rule, names in found.items()}


def _rules_in(name: str) -> Iterator[str]:
    rest = name.removeprefix("test_")
    while match := _RULE.match(rest):
        yield f"R{match[1]}"
        rest = rest[match.end() :]


def _rows(proofs: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    yield "| Rule | What it says | Status | As of | Applied as | Where | Proved by |"
    yield "|---|---|---|---|---|---|---|"
    for number, rule in RULES.items():
        yield _row(number, rule, proofs.get(number, ()))


def _row(number: str, rule: Rule, tests: tuple[str, ...]) -> str:
    status = str(rule.status) if rule.status is Status.IN_FORCE else f"**{rule.status}**: {rule.reason}"
    where = "<br>".join(f"`{place}`" for place in rule.where)
    cells = (number, rule.title, status, rule.as_of, ", ".join(rule.verbs), where, _proofs(tests))
    return f"| {' | '.join(cells)} |"


def _proofs(tests: tuple[str, ...]) -> str:
    """The first tests by name, and how many more there are."""
    shown = [f"`{name}`" for name in tests[:_MOST_SHOWN]]
    more = len(tests) - len(shown)
    return "<br>".join([*shown, f"and {more} more"] if more else shown)
