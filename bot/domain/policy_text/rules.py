"""[[rule]] and [[rule.stages]]: from their tables to rules, each looked at on its own."""

from __future__ import annotations

from typing import Any

from bot.domain.calendar import WorkingHours
from bot.domain.policy import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    Match,
    NamedApprovers,
    Rule,
    SilenceAction,
    StageSpec,
    StepUp,
    VoiceAdmins,
)
from bot.domain.policy_text.matches import may_be_money, read_match
from bot.domain.policy_text.notes import Notes
from bot.domain.policy_text.repeats import repeated_in_rule, repeated_in_stage
from bot.domain.policy_text.silence import read_silence
from bot.domain.policy_text.sources import read_source, source_text
from bot.domain.toml_places import Path

__all__ = ["read_rule"]

_LONGEST_NAME = 160
_ALONE = frozenset({"approve", "per_person_a_month"})


def read_rule(table: Any, path: Path, hours: WorkingHours, notes: Notes) -> Rule | None:
    """The rule of a table; None, and notes, where something of it is wrong."""
    if not isinstance(table, dict):
        notes.add(path, "is no table; write [[rule]] and below it name, match and [[rule.stages]]")
        return None
    before = len(notes.problems)
    spelt = {key: value for key, value in table.items() if key not in _ALONE}
    match = read_match(table["match"], (*path, "match"), notes) if "match" in table else Match()
    spelt["match"] = match or Match()
    spelt["stages"] = _stages(table.get("stages", []), (*path, "stages"), hours, notes)
    rule = notes.shaped(path, spelt, Rule)
    auto = _automatic(table, path, notes)
    _check_name(table.get("name"), path, notes)
    _check_who(table, path, notes)
    if rule and match:
        _check_money(table, rule, path, notes)
    if rule is None or len(notes.problems) > before:
        return None
    return Rule.model_validate({**dict(rule), "auto": auto})


def _automatic(table: dict[str, Any], path: Path, notes: Notes) -> dict[str, Any] | None:
    if not _ALONE & table.keys():
        return None
    if table.get("approve") != "automatically":
        notes.add((*path, "approve"), 'the only thing to write here is approve = "automatically"; correct it')
    limit = table.get("per_person_a_month")
    if type(limit) is not int or limit < 1:
        notes.add(
            (*path, "per_person_a_month"),
            "approval without anybody needs a limit of 1 or more; write per_person_a_month = 2",
        )
    return {"per_person_a_month": limit}


def _check_name(name: Any, path: Path, notes: Notes) -> None:
    if isinstance(name, str) and not name.strip():
        notes.add((*path, "name"), "the name is empty; give the rule a name")
    if isinstance(name, str) and len(name) > _LONGEST_NAME:
        notes.add((*path, "name"), f"the name has more than {_LONGEST_NAME} characters; shorten it")


def _check_who(table: dict[str, Any], path: Path, notes: Notes) -> None:
    automatic, stages = bool(_ALONE & table.keys()), table.get("stages")
    if automatic and stages:
        notes.add(
            (*path, "stages"), "nobody is asked by a rule that approves automatically; remove one of them"
        )
    if not automatic and not stages:
        notes.add(path, "nobody is asked; add [[rule.stages]] with approvers")


def _check_money(table: dict[str, Any], rule: Rule, path: Path, notes: Notes) -> None:
    """Nothing that can be money is approved by nobody."""
    if not may_be_money(rule.match):
        return
    instead = "name other kinds in match"
    if _ALONE & table.keys():
        notes.add(path, f"may be about money (credits), which somebody has to approve; {instead}")
    for number, stage in enumerate(rule.stages):
        if stage.silence[-1:] and stage.silence[-1].do is SilenceAction.APPROVE:
            notes.add(
                (*path, "stages", number, "silence"),
                f"may be about money (credits), which silence cannot approve; {instead}, or let it expire",
            )


def _stages(found: Any, path: Path, hours: WorkingHours, notes: Notes) -> tuple[StageSpec, ...]:
    if not isinstance(found, list):
        notes.add(path, "is no list; write [[rule.stages]] with two brackets on each side")
        return ()
    read: list[StageSpec] = []
    for index, table in enumerate(found):
        stage = _stage(table, (*path, index), hours, notes)
        if stage is None:
            continue
        for says in repeated_in_rule(stage, read):
            notes.add((*path, index), says)
        read.append(stage)
    return tuple(read)


def _stage(table: Any, path: Path, hours: WorkingHours, notes: Notes) -> StageSpec | None:
    if not isinstance(table, dict):
        notes.add(path, "is no table; write [[rule.stages]] and below it approvers")
        return None
    spelt = {key: value for key, value in table.items() if key != "remind"}
    if "need" in table and not _is_need(table["need"]):
        notes.add((*path, "need"), 'write "any", "all" or how many must agree; 1 is the least')
        del spelt["need"]
    sources_read = True
    for key in ("approvers", "fallback"):
        if key in table:
            spelt[key] = read_source(table[key], (*path, key), notes)
            sources_read &= spelt[key] is not None
    silence = read_silence(table, path, hours, notes)
    spelt = spelt if silence is None else {**spelt, "silence": silence}
    # A source that cannot be read has its own note; the rest is looked at all the same.
    stage = notes.shaped(path, {**spelt, "approvers": spelt.get("approvers") or VoiceAdmins()}, StageSpec)
    if "approvers" not in table:
        notes.add(path, "'approvers' is missing; say who is asked")
        return None
    if stage is None or not sources_read:
        return None
    _check_stage(stage, path, notes)
    return stage


def _is_need(found: Any) -> bool:
    return found in ("any", "all") or (type(found) is int and found >= 1)


def _check_stage(stage: StageSpec, path: Path, notes: Notes) -> None:
    if not _is_firm(stage.approvers) and not _is_firm(stage.fallback):
        who = source_text(stage.approvers)
        notes.add(
            path, f"{who} may be missing, or may not decide; add a fallback group or people, or voice_admins"
        )
    for key, source in (("approvers", stage.approvers), ("fallback", stage.fallback)):
        if source is not None:
            _check_enough(stage, source, (*path, key), notes)
    for below, says in repeated_in_stage(stage):
        notes.add((*path, *below), says)


def _check_enough(stage: StageSpec, source: ApproverSource, path: Path, notes: Notes) -> None:
    most = _most(source)
    if most is None:
        return
    if isinstance(stage.need, int) and stage.need > most:
        notes.add((*path[:-1], "need"), f"need = {stage.need}, but only {most} can be asked; lower it")
    elif stage.step_up is StepUp.SECOND_PERSON and most < 2:
        notes.add(
            path, 'step_up = "second_person" takes two, but only 1 can be asked; name more, or use "code"'
        )


def _is_firm(source: ApproverSource | None) -> bool:
    """Whether a source does not depend on who the person is."""
    return isinstance(source, GroupApprovers | NamedApprovers | VoiceAdmins)


def _most(source: ApproverSource) -> int | None:
    """How many people a source can name; None where only the directory knows."""
    match source:
        case ManagerApprover() | ManagersManager() | CostCentreOwner():
            return 1
        case NamedApprovers(ids=ids):
            return len(set(ids))
        case _:
            return None
