"""Working time: how long people have had to answer, weekends, nights and holidays not counted."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import Field, field_validator, model_validator

from bot.domain.values import Instant, Value

__all__ = ["WorkingHours", "WorkingTime", "between", "is_open", "later", "next_open", "plus"]

_TEXT = re.compile(
    r"(?:(?P<days>\d{1,3})\s*d)?\s*(?:(?P<hours>\d{1,3})\s*h)?\s*(?:(?P<minutes>\d{1,4})\s*m)?"
)
_LONGEST = timedelta(days=3660)


class WorkingTime(Value):
    """A span of working time; a day is a working day, whatever its hours. Written as "2d", "4h", "1d 4h"."""

    days: Annotated[int, Field(ge=0, le=999)] = 0
    hours: Annotated[int, Field(ge=0, le=999)] = 0
    minutes: Annotated[int, Field(ge=0, le=9999)] = 0

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        found = _TEXT.fullmatch(value.strip().lower())
        if found is None or not any(found.groupdict().values()):
            raise ValueError(f"{value!r} is no span of working time; write it as 2d, 4h or 1d 4h")
        return {name: int(digits) for name, digits in found.groupdict().items() if digits}

    @property
    def weight(self) -> tuple[int, int]:
        """Orders spans as far as that can be told without a calendar: days first, then minutes."""
        return self.days, self.hours * 60 + self.minutes

    def __str__(self) -> str:
        parts = ((self.days, "d"), (self.hours, "h"), (self.minutes, "m"))
        return " ".join(f"{amount}{unit}" for amount, unit in parts if amount) or "0m"


class WorkingHours(Value):
    """When people work; by default Monday to Friday, all day, UTC."""

    days: tuple[Annotated[int, Field(ge=0, le=6)], ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    begin: time = time(0, 0)
    end: time = time(0, 0)
    """Midnight means the end of the day."""
    zone: str = "UTC"
    """An IANA name, such as Europe/Paris."""
    holidays: tuple[date, ...] = ()

    @field_validator("days")
    @classmethod
    def _some_day(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        if not days:
            raise ValueError("no day of the week is worked; name at least one")
        return tuple(sorted(set(days)))

    @field_validator("zone")
    @classmethod
    def _known(cls, zone: str) -> str:
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(f"{zone!r} is no time zone; use a name such as Europe/Paris") from None
        return zone

    @model_validator(mode="after")
    def _in_order(self) -> WorkingHours:
        if self.end != time(0, 0) and self.end <= self.begin:
            raise ValueError("the working day ends before it begins; swap the two")
        return self


def is_open(moment: Instant, hours: WorkingHours) -> bool:
    """Whether `moment` is working time."""
    return next_open(moment, hours) == moment


def next_open(moment: Instant, hours: WorkingHours) -> datetime:
    """`moment` when it is working time, otherwise when that next begins (UTC)."""
    zone = ZoneInfo(hours.zone)
    day = moment.astimezone(zone).date()
    last = moment + _LONGEST
    while True:
        begin, end = _bounds(day, hours, zone)
        if _worked(day, hours) and moment < end:
            return max(moment, begin).astimezone(UTC)
        day += timedelta(days=1)
        if begin > last:
            # Ten years of holidays: better to act than never to.
            return moment.astimezone(UTC)


def plus(start: Instant, span: WorkingTime, hours: WorkingHours) -> datetime:
    """The moment `span` of working time after `start` (UTC).

    Whole days keep the time of day: a working day after Friday 15:00 is Monday 15:00. Always working time:
    what would fall on the very end of a day falls on the beginning of the next.
    """
    moment = next_open(start, hours)
    for _ in range(span.days):
        moment = _same_time_next_day(moment, hours)
    return later(moment, timedelta(hours=span.hours, minutes=span.minutes), hours)


def _same_time_next_day(moment: datetime, hours: WorkingHours) -> datetime:
    zone = ZoneInfo(hours.zone)
    local = moment.astimezone(zone)
    day = local.date()
    for _ in range(_LONGEST.days):
        day += timedelta(days=1)
        if _worked(day, hours):
            break
    there = datetime.combine(day, local.time().replace(tzinfo=None), zone)
    return next_open(there.astimezone(UTC), hours)


def later(moment: Instant, left: timedelta, hours: WorkingHours) -> datetime:
    """The moment by which `left` of working time has passed since `moment` (UTC); always working time."""
    zone = ZoneInfo(hours.zone)
    moment = next_open(moment, hours)
    while left:
        _, end = _bounds(moment.astimezone(zone).date(), hours, zone)
        # Ten years of holidays leave nothing to count: then every hour counts.
        step = min(left, end - moment) if moment < end else left
        moment, left = next_open(moment + step, hours), left - step
    return moment.astimezone(UTC)


def between(start: Instant, end: Instant, hours: WorkingHours) -> timedelta:
    """How much working time lies between two moments; none when `end` is not after `start`."""
    zone = ZoneInfo(hours.zone)
    day, last = start.astimezone(zone).date(), end.astimezone(zone).date()
    passed = timedelta()
    while day <= last:
        opens, closes = _bounds(day, hours, zone)
        if _worked(day, hours):
            passed += max(timedelta(), min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return passed


def _worked(day: date, hours: WorkingHours) -> bool:
    return day.weekday() in hours.days and day not in hours.holidays


def _bounds(day: date, hours: WorkingHours, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """When work begins and ends on a day (UTC, so that differences are real time)."""
    begin = datetime.combine(day, hours.begin, zone)
    if hours.end == time(0, 0):
        end = datetime.combine(day + timedelta(days=1), time(0, 0), zone)
    else:
        end = datetime.combine(day, hours.end, zone)
    return begin.astimezone(UTC), end.astimezone(UTC)
