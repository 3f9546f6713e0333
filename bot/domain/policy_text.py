"""policy.toml: who approves what.

    [[rule]]
    name = "numbers in France"
    match = { kinds = ["number"], countries = ["FR"] }

    [[rule.stages]]
    approvers = { kind = "manager" }
    fallback = { kind = "group", id = "<object id of an Entra group>" }
    need = "any"                  # or "all", or how many must agree
    comment_on_reject = true

The first rule that matches wins; the last one has no `match` and so applies to everything else.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, get_args

from bot.domain.catalogue.countries import country
from bot.domain.errors import Misconfigured
from bot.domain.policy import (
    ApproverSource,
    GroupApprovers,
    ManagerApprover,
    Match,
    NamedApprovers,
    Policy,
    Rule,
    StageSpec,
)
from bot.domain.toml_text import read_toml, shaped
from bot.domain.wishes import Wish

__all__ = ["parse_policy"]

_FILE = "policy.toml"
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KINDS = frozenset(one.model_fields["kind"].default for one in get_args(get_args(Wish)[0]))
_VERSION_DIGITS = 12


def parse_policy(text: str) -> Policy:
    """The policy in a file's text; its version is the beginning of the text's SHA-256.

    Raises `Misconfigured`, one line naming the rule and what to change, for anything that could leave a
    request with nobody to decide, or a rule that never applies.
    """
    tables = read_toml(_FILE, text)
    unknown = sorted(set(tables) - {"rule"})
    if unknown:
        raise Misconfigured(f"{_FILE}: unknown key {unknown[0]!r}; remove it or correct its spelling")
    found = tables.get("rule")
    if not isinstance(found, list) or not found:
        raise Misconfigured(f"{_FILE}: there is no rule; add a [[rule]] with a name and [[rule.stages]]")
    rules = tuple(_rule(number, table) for number, table in enumerate(found, start=1))
    _check_reach(rules)
    digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
    return Policy(version=digest[:_VERSION_DIGITS], rules=rules)


def _rule(number: int, table: Any) -> Rule:
    where = f"{_FILE}: rule {number}"
    rule = shaped(where, _lower_ids(table), Rule)
    where = f"{where} ({rule.name!r})"
    if not rule.name.strip():
        raise Misconfigured(f"{where}: the name is empty; give the rule a name")
    if not rule.stages:
        raise Misconfigured(f"{where}: nobody is asked; add [[rule.stages]] with approvers")
    _check_match(where, rule.match)
    for index, stage in enumerate(rule.stages, start=1):
        _check_stage(f"{where}, stage {index}", stage)
    return rule


def _lower_ids(table: Any) -> Any:
    """Object ids in small letters, as Graph spells them; everything else as it is."""
    if isinstance(table, dict):
        return {
            key: _lowered(value) if key in ("id", "ids") else _lower_ids(value)
            for key, value in table.items()
        }
    return [_lower_ids(item) for item in table] if isinstance(table, list) else table


def _lowered(value: Any) -> Any:
    if isinstance(value, list):
        return [_lowered(item) for item in value]
    return value.strip().lower() if isinstance(value, str) else value


def _check_reach(rules: tuple[Rule, ...]) -> None:
    """Names are unique, only the last rule matches everything, and it does."""
    seen: set[str] = set()
    for number, rule in enumerate(rules, start=1):
        where = f"{_FILE}: rule {number} ({rule.name!r})"
        if rule.name in seen:
            raise Misconfigured(f"{where}: another rule has this name; rename one of them")
        seen.add(rule.name)
        last = number == len(rules)
        if rule.match == Match() and not last:
            raise Misconfigured(
                f"{where}: matches everything, so later rules never apply; move it to the end"
            )
        if last and rule.match != Match():
            raise Misconfigured(f"{where}: is the last and has a match; add a rule without match after it")


def _check_match(where: str, match: Match) -> None:
    for kind in match.kinds:
        if kind not in _KINDS:
            raise Misconfigured(f"{where}: unknown kind {kind!r} in match; use {', '.join(sorted(_KINDS))}")
    for iso2 in match.countries:
        if country(iso2) is None:
            raise Misconfigured(
                f"{where}: unknown country {iso2!r} in match; use two capital letters, as in FR"
            )


def _check_stage(where: str, stage: StageSpec) -> None:
    _check_source(f"{where}, approvers", stage.approvers)
    if stage.fallback is not None:
        _check_source(f"{where}, fallback", stage.fallback)
    if isinstance(stage.approvers, ManagerApprover) and not _is_firm(stage.fallback):
        raise Misconfigured(
            f"{where}: not everybody has a manager who may decide; add a fallback group or people"
        )
    for source in (stage.approvers, stage.fallback):
        most = _most(source)
        if isinstance(stage.need, int) and most is not None and stage.need > most:
            raise Misconfigured(f"{where}: need = {stage.need}, but only {most} can be asked; lower it")


def _is_firm(source: ApproverSource | None) -> bool:
    """Whether a source does not depend on who the person is."""
    return isinstance(source, GroupApprovers | NamedApprovers)


def _most(source: ApproverSource | None) -> int | None:
    """How many people a source can name; None where only the directory knows."""
    match source:
        case ManagerApprover():
            return 1
        case NamedApprovers(ids=ids):
            return len(set(ids))
        case _:
            return None


def _check_source(where: str, source: ApproverSource) -> None:
    match source:
        case GroupApprovers(id=group_id):
            _check_id(where, group_id)
        case NamedApprovers(ids=ids):
            if not ids:
                raise Misconfigured(f"{where}: ids is empty, which means nobody; name at least one person")
            for person_id in ids:
                _check_id(where, person_id)


def _check_id(where: str, found: str) -> None:
    if not _GUID.fullmatch(found):
        raise Misconfigured(f"{where}: {found!r} is not an object id; copy it from the Entra admin centre")
