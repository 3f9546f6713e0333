"""[hours]: when people work, as an admin writes it."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from bot.domain.calendar import WorkingHours
from bot.domain.policy_text.notes import Notes
from bot.domain.toml_places import Path

__all__ = ["read_hours"]

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_HOURS: Path = ("hours",)


def read_hours(table: Any, notes: Notes) -> WorkingHours:
    """The hours of a table; the default for what is not in it, or is wrong."""
    if not isinstance(table, dict):
        notes.add(_HOURS, "is no table; write [hours] and below it days, begin, end, zone")
        return WorkingHours()
    spelt = dict(table)
    if "days" in spelt:
        spelt["days"] = _days(spelt["days"], notes)
    for key in ("begin", "end"):
        if key in spelt:
            spelt[key] = _time(spelt[key])
    if isinstance(spelt.get("holidays"), list):
        spelt["holidays"] = [one.date() if isinstance(one, datetime) else one for one in spelt["holidays"]]
    return notes.shaped(_HOURS, spelt, WorkingHours) or WorkingHours()


def _days(found: Any, notes: Notes) -> tuple[int, ...]:
    written = found if isinstance(found, list) else str(found).split(",")
    if not written:
        notes.add((*_HOURS, "days"), 'is empty: nobody would ever work; write days = "Mon-Fri"')
    days: list[int] = []
    for one in written:
        read = _span_of_days(str(one))
        if not read:
            notes.add((*_HOURS, "days"), f'{one!r} is no day; write "Mon-Fri" or ["Mon", "Wed"]')
        days += read
    return tuple(dict.fromkeys(days)) or WorkingHours().days


def _span_of_days(text: str) -> list[int]:
    """`Mon`, or `Sun-Thu`, over the end of the week too; nothing for what is neither."""
    ends = [_day(part) for part in text.split("-")]
    if None in ends or len(ends) > 2:
        return []
    first, last = ends[0] or 0, ends[-1] or 0
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _day(text: str) -> int | None:
    name = text.strip().casefold()
    found = [number for number, day in enumerate(_DAYS) if len(name) >= 3 and day.startswith(name)]
    return found[0] if found else None


def _time(found: Any) -> Any:
    """`9:00` and `24:00` as people write them; anything else as it is."""
    if isinstance(found, time) or not isinstance(found, str):
        return found
    text = found.strip()
    return "00:00" if text == "24:00" else text.zfill(5) if ":" in text else text
