"""What another text of a policy would change, rule by rule.

Compared is what the files say, key by key, not what this version of the service makes of it: a key that one
version knows and another does not still shows.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from bot.domain.values import Value

__all__ = ["Difference", "PolicyDiff", "RuleChange", "change_needs", "policy_diff"]

_MOST_LINES = 30
_LONGEST_VALUE = 120

RuleMove = Literal["added", "removed", "changed", "moved"]


class Difference(Value):
    """One key whose value differs; "" where there is none."""

    key: str
    """As in `stages 1 need`."""
    before: str
    after: str


class RuleChange(Value):
    """What happens to one rule."""

    move: RuleMove
    name: str
    differences: tuple[Difference, ...] = ()


class PolicyDiff(Value):
    """What differs between two policies."""

    rules: tuple[RuleChange, ...] = ()
    settings: tuple[Difference, ...] = ()
    """Outside of the rules: hours, cost centres, what a change takes."""
    lines: tuple[str, ...] = ()
    """The texts line by line, shortened, where nothing else differs: remarks, blanks, order of keys."""


def change_needs(text: str) -> int:
    """How many voice admins must agree before another policy takes this one's place.

    Read from the text alone, so that a policy governs its own replacement even where nothing else of it is
    understood any more.
    """
    found = tomllib.loads(text).get("policy", {}).get("change_needs", 0)
    return found if isinstance(found, int) else 0


def policy_diff(before: str, after: str) -> PolicyDiff:
    """The difference of two texts that are TOML."""
    old, new = tomllib.loads(before), tomllib.loads(after)
    rules = tuple(_rule_changes(_rules(old), _rules(new)))
    settings = _differences(_settings(old), _settings(new))
    lines = () if rules or settings else tuple(_lines(before, after))
    return PolicyDiff(rules=rules, settings=settings, lines=lines)


def _rules(tables: Mapping[str, Any]) -> dict[str, Any]:
    """By name, in their order, which matters: the first that applies wins."""
    return {str(rule.get("name", "")): rule for rule in tables.get("rule", ())}


def _settings(tables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in tables.items() if name != "rule"}


def _rule_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[RuleChange]:
    for name in old:
        if name not in new:
            yield RuleChange(move="removed", name=name)
    moved = _moved(list(old), list(new))
    for name, rule in new.items():
        differences = _differences(old.get(name, {}), rule, besides="name")
        if name not in old:
            yield RuleChange(move="added", name=name, differences=differences)
        elif differences:
            yield RuleChange(move="changed", name=name, differences=differences)
        if name in moved:
            place = Difference(
                key="", before=str(list(old).index(name) + 1), after=str(list(new).index(name) + 1)
            )
            yield RuleChange(move="moved", name=name, differences=(place,))


def _moved(old: list[str], new: list[str]) -> set[str]:
    """Rules that are in both, and not in the same order."""
    kept, now = [one for one in old if one in new], [one for one in new if one in old]
    blocks = difflib.SequenceMatcher(a=kept, b=now, autojunk=False).get_matching_blocks()
    still = {name for block in blocks for name in kept[block.a : block.a + block.size]}
    return set(kept) - still


def _differences(old: Mapping[str, Any], new: Mapping[str, Any], besides: str = "") -> tuple[Difference, ...]:
    before, after = dict(_flat(old)), dict(_flat(new))
    return tuple(
        Difference(key=key, before=before.get(key, ""), after=after.get(key, ""))
        for key in dict.fromkeys((*before, *after))
        if before.get(key) != after.get(key) and key != besides
    )


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every single value with the way to it; lists of tables are counted from one."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from _flat(inner, f"{path} {key}".strip())
    elif isinstance(value, list) and any(isinstance(one, dict) for one in value):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path} {number}")
    else:
        yield path, _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        text = "true" if value else "false"
    elif isinstance(value, list):
        text = ", ".join(str(one) for one in value)
    else:
        text = str(value)
    return text if len(text) <= _LONGEST_VALUE else f"{text[: _LONGEST_VALUE - 1]}…"


def _lines(before: str, after: str) -> Iterator[str]:
    compared = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    changed = [line for line in compared if not line.startswith(("---", "+++", "@@"))]
    yield from (line[:_LONGEST_VALUE] for line in changed[:_MOST_LINES])
    if len(changed) > _MOST_LINES:
        yield "…"
