"""What a stage does while nobody answers: `remind` and [[rule.stages.silence]]."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from bot.domain.calendar import WorkingHours, WorkingTime, plus
from bot.domain.policy import Silence, SilenceAction, StageSpec
from bot.domain.policy_text.notes import Notes
from bot.domain.policy_text.sources import read_source
from bot.domain.toml_places import Path

__all__ = ["ENDS", "read_silence"]

ENDS = frozenset({SilenceAction.EXPIRE, SilenceAction.APPROVE})
_ASKS_OTHERS = frozenset({SilenceAction.ADD, SilenceAction.REPLACE})
_USUAL: tuple[Silence, ...] = StageSpec.model_fields["silence"].default
_MONDAY = datetime(2029, 1, 1, tzinfo=UTC)


def read_silence(
    stage: dict[str, Any], path: Path, hours: WorkingHours, notes: Notes
) -> tuple[Silence, ...] | None:
    """What the two keys of a stage come to, in the order of time; None where neither is written.

    `remind` alone takes the place of the usual reminders; `silence` takes the place of everything.
    """
    if "remind" not in stage and "silence" not in stage:
        return None
    reminders = _reminders(stage.get("remind", []), (*path, "remind"), hours, notes)
    if "silence" not in stage:
        written: Sequence[Silence] = [one for one in _USUAL if one.do is not SilenceAction.REMIND]
    else:
        written = _written(stage["silence"], (*path, "silence"), hours, notes)
    _check_reminders(reminders, written, (*path, "remind"), hours, notes)
    return tuple(sorted([*reminders, *written], key=lambda one: _moment(one.after, hours)))


def _moment(after: WorkingTime, hours: WorkingHours) -> datetime:
    """Orders spans as an ordinary week does."""
    return plus(_MONDAY, after, hours.model_copy(update={"holidays": ()}))


def _reminders(found: Any, path: Path, hours: WorkingHours, notes: Notes) -> list[Silence]:
    if not isinstance(found, list):
        notes.add(path, 'is no list; write remind = ["1d", "2d"]')
        return []
    spans = [notes.shaped((*path, index), text, WorkingTime) for index, text in enumerate(found)]
    read = [Silence(after=span, do=SilenceAction.REMIND) for span in spans if span]
    _check_rising(read, [(*path, index) for index, span in enumerate(spans) if span], hours, notes)
    return read


def _written(found: Any, path: Path, hours: WorkingHours, notes: Notes) -> list[Silence]:
    tables = found if isinstance(found, list) else None
    if not tables:
        notes.add(
            path, 'is empty, so that a request could wait for ever; end it with after = "10d", do = "expire"'
        )
        return []
    entries = [_entry(table, (*path, index), notes) for index, table in enumerate(tables)]
    read = [entry for entry in entries if entry]
    placed = [(*path, index) for index, entry in enumerate(entries) if entry]
    if len(read) == len(entries):
        _check_end(read, placed, notes)
    _check_rising(read, placed, hours, notes)
    return read


def _entry(table: Any, path: Path, notes: Notes) -> Silence | None:
    if not isinstance(table, dict):
        notes.add(path, 'is no table; write after = "3d", do = "escalate"')
        return None
    spelt = dict(table)
    if "who" in spelt:
        source = read_source(spelt["who"], (*path, "who"), notes)
        spelt["who"] = source
    entry = notes.shaped(path, spelt, Silence)
    if entry and entry.who is not None and entry.do not in _ASKS_OTHERS:
        notes.add((*path, "who"), f"{entry.do.value} asks nobody by name; remove who, or use add or replace")
    return entry


def _check_end(read: Sequence[Silence], placed: Sequence[Path], notes: Notes) -> None:
    for entry, path in zip(read[:-1], placed[:-1], strict=True):
        if entry.do in ENDS:
            notes.add(
                path, f"nothing happens after {entry.do.value}; remove what follows it, or move it down"
            )
    if read[-1].do not in ENDS:
        notes.add(
            placed[-1],
            f"{read[-1].do.value} does not end the waiting; add one more with do = "
            '"expire" (or "approve", where no money is asked for)',
        )


def _check_rising(read: Iterable[Silence], placed: Iterable[Path], hours: WorkingHours, notes: Notes) -> None:
    before, said = _moment(WorkingTime(), hours), "the asking"
    for entry, path in zip(read, placed, strict=True):
        moment = _moment(entry.after, hours)
        if moment <= before:
            notes.add(path, f"{entry.after} is not later than {said}; put them in order, each later")
        before, said = moment, str(entry.after)


def _check_reminders(
    reminders: Sequence[Silence], written: Sequence[Silence], path: Path, hours: WorkingHours, notes: Notes
) -> None:
    if not reminders or not written:
        return
    ends = written[-1].after
    if _moment(reminders[-1].after, hours) >= _moment(ends, hours):
        notes.add(path, f"{reminders[-1].after} is when the waiting is over ({ends}); remind earlier")
