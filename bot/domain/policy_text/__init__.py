"""policy.toml: who approves what.

    [[rule]]
    name = "numbers in France"
    match = { kinds = ["number"], countries = ["FR"] }

    [[rule.stages]]
    approvers = "manager"
    fallback = { group = "<object id of an Entra group>" }
    need = "any"                  # or "all", or how many must agree

The first rule that matches wins; the last one has no `match` and so applies to everything else.
docs/policy.md describes all of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import Any

from bot.domain.calendar import WorkingHours
from bot.domain.errors import Misconfigured
from bot.domain.policy import CostCentreOwner, Match, Policy, PolicyChange, Rule
from bot.domain.policy_text.hours import read_hours
from bot.domain.policy_text.notes import Notes, Problem, described
from bot.domain.policy_text.reach import covered_by, reached
from bot.domain.policy_text.rules import read_rule
from bot.domain.policy_text.sources import checked_id, source_text
from bot.domain.toml_places import Path, line_of, places
from bot.domain.toml_text import read_toml

__all__ = ["PolicyText", "Problem", "described", "parse_policy", "read_policy_text", "source_text"]

_FILE = "policy.toml"
_VERSION_DIGITS = 12
_KEYS = frozenset({"rule", "hours", "cost_centres", "policy", "quiet", "digest_above"})


@dataclass(frozen=True, slots=True)
class PolicyText:
    """A policy's text as far as it makes sense: the policy, or what is wrong with it."""

    policy: Policy | None
    problems: tuple[Problem, ...]
    """In the order of their lines; none where there is a policy."""
    lines: dict[Path, int]

    def at(self, path: Path, says: str) -> Problem:
        """A problem that only shows elsewhere, such as in the directory, at its line."""
        names = tuple(rule.name for rule in self.policy.rules) if self.policy else ()
        return Problem(line_of(self.lines, path), f"{described(path, names)}: {says}")


def parse_policy(text: str) -> Policy:
    """The policy in a file's text; its version is the beginning of the text's SHA-256.

    Raises `Misconfigured`, one line naming the first line that is wrong and what to change, for anything
    that could leave a request with nobody to decide, or a rule that never applies.
    """
    read = read_policy_text(text)
    if read.policy is not None:
        return read.policy
    first, *others = read.problems
    more = f" ({len(others)} more: run `switchboard policy check`)" if others else ""
    raise Misconfigured(f"{_FILE}: {first}{more}")


def read_policy_text(text: str) -> PolicyText:
    """The policy, or everything that is wrong with it. Raises `Misconfigured` for what is not TOML."""
    tables = read_toml(_FILE, text)
    lines = places(text)
    notes = Notes(lines, _names(tables.get("rule")))
    policy = _policy(text, tables, notes)
    problems = tuple(sorted(notes.problems))
    return PolicyText(None if problems else policy, problems, lines)


def _names(found: Any) -> tuple[str, ...]:
    rules = found if isinstance(found, list) else []
    return tuple(str(rule.get("name", "")) if isinstance(rule, dict) else "" for rule in rules)


def _policy(text: str, tables: dict[str, Any], notes: Notes) -> Policy | None:
    for key in sorted(tables.keys() - _KEYS):
        notes.add((key,), "unknown key; remove it or correct its spelling")
    hours = read_hours(tables["hours"], notes) if "hours" in tables else WorkingHours()
    rules = _rules(tables.get("rule"), hours, notes)
    centres = _cost_centres(tables.get("cost_centres", {}), notes)
    change = notes.shaped(("policy",), tables.get("policy", {}), PolicyChange)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    fields: dict[str, Any] = {key: tables[key] for key in ("quiet", "digest_above") if key in tables}
    fields |= {"version": digest[:_VERSION_DIGITS], "rules": rules, "hours": hours}
    fields |= {"cost_centres": centres, "change": change or PolicyChange()}
    policy = notes.shaped((), fields, Policy)
    if policy:
        _check_owners(policy, notes)
    return policy


def _rules(found: Any, hours: WorkingHours, notes: Notes) -> tuple[Rule, ...]:
    if not isinstance(found, list) or not found:
        notes.add(("rule",), "there is no rule; add a [[rule]] with a name and [[rule.stages]]")
        return ()
    read = [read_rule(table, ("rule", index), hours, notes) for index, table in enumerate(found)]
    _check_names(notes)
    _check_last(found[-1], len(found) - 1, notes)
    for index, rule in enumerate(read):
        if rule is not None:
            _check_reach(index, rule, [one for one in read[:index] if one], read, notes)
    return tuple(rule for rule in read if rule)


def _check_names(notes: Notes) -> None:
    times = Counter(name for name in notes.names if name.strip())
    for index, name in enumerate(notes.names):
        if times[name] > 1 and name in notes.names[:index]:
            notes.add(("rule", index, "name"), "another rule has this name; rename one of them")


def _check_last(table: Any, index: int, notes: Notes) -> None:
    """Something must apply to every request, and ask somebody."""
    if not isinstance(table, dict):
        return
    if table.get("match"):
        notes.add(("rule", index), "is the last and has a match; add a rule without match after it")
    elif "approve" in table:
        notes.add(("rule", index), "is the last and asks nobody; add a rule without match after it")


def _check_reach(index: int, rule: Rule, earlier: list[Rule], read: list[Rule | None], notes: Notes) -> None:
    if reached(rule.match, earlier) is not None:
        return
    by = covered_by(rule.match, earlier)
    if by is None:
        notes.add(("rule", index), "never applies: the rules before it take everything; remove or move it up")
        return
    number = read.index(earlier[by]) + 1
    what = "matches everything" if earlier[by].match == Match() else "matches whatever this one does"
    notes.add(
        ("rule", index),
        f"never applies, because rule {number} ({earlier[by].name!r}) {what}; move this one before it",
    )


def _cost_centres(found: Any, notes: Notes) -> dict[str, str]:
    if not isinstance(found, dict):
        notes.add(("cost_centres",), 'is no table; write [cost_centres] and below it "4711" = "<id>"')
        return {}
    owners: dict[str, str] = {}
    for name, owner in found.items():
        owner_id = checked_id(owner, ("cost_centres", name), notes)
        key = name.strip().casefold()
        if not key:
            notes.add(("cost_centres", name), "the name is empty; write a cost centre or department")
        if key in owners:
            notes.add(("cost_centres", name), f"{name!r} is there twice; keep one")
        owners[key] = owner_id or ""
    return owners


def _check_owners(policy: Policy, notes: Notes) -> None:
    """Owners of cost centres are asked only where there are some."""
    if policy.cost_centres:
        return
    for index, rule in enumerate(policy.rules):
        for number, stage in enumerate(rule.stages):
            sources = [stage.approvers, stage.fallback, *(one.who for one in stage.silence)]
            if any(isinstance(source, CostCentreOwner) for source in sources):
                notes.add(
                    ("rule", index, "stages", number),
                    "no cost centre has an owner; add [cost_centres] with their ids",
                )
