"""How long the runner waits for what. Everything is business time unless it says real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

__all__ = ["Pace", "after"]


def _seconds(*values: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(seconds=value) for value in values)


def _hours(*values: float) -> tuple[timedelta, ...]:
    return tuple(timedelta(hours=value) for value in values)


@dataclass(frozen=True, slots=True)
class Pace:
    """Every schedule of the runner in one place."""

    quick_looks: tuple[float, ...] = (0.2, 0.5, 1.0)
    """Real seconds between the reads right after a write, before the request is parked."""
    looks: tuple[timedelta, ...] = _seconds(2, 5, 10, 20, 30, 60, 120, 300, 600, 900)
    """Ages of a write at which its effect is looked for again; then every 15 minutes."""
    settle_unknown: timedelta = timedelta(seconds=60)
    """How long a write to a user that got no answer may still show up. Reads of the directory are stale
    for seconds; one that was applied and shows later is harmless, because it is repeated as it was."""
    settle_unknown_number: timedelta = timedelta(minutes=5)
    """The same for a number: the inventory shows an assignment only once its operation has finished."""
    settle_done: timedelta = timedelta(minutes=15)
    """How long a write that Graph accepted may take to show before it is taken for a lie."""
    least_looks: int = 3
    """Reads that must have missed the effect before a write is intended again, however old it is."""
    most_strikes: int = 5
    """Writes without effect, or crashes of a step, after which people must look (dead letter)."""
    operation_polls: tuple[timedelta, ...] = _seconds(2, 4, 8, 16, 30, 60, 120, 300, 600, 900)
    """Pauses between looks at a running operation or activation; the last one goes on."""
    operation_for: timedelta = timedelta(hours=24)
    """After this an operation that runs on, or an activation that stays pending, is given up."""
    voice_checks: tuple[timedelta, ...] = (*_seconds(60, 300, 900), *_hours(1, 4, 12, 24))
    """Ages of the wait for Teams at which it is asked again (R07, J05)."""
    plan_checks: tuple[timedelta, ...] = (*_seconds(60, 300, 900, 1800), *_hours(1, 2, 4, 8, 12, 24))
    """Ages of the wait for service plans at which they are looked for again (R07)."""
    voice_every: timedelta = timedelta(hours=12)
    """Later on, this often."""
    voice_alert: timedelta = timedelta(hours=24)
    """When the admins are told, once."""
    voice_for: timedelta = timedelta(days=7)
    """When the request is given up."""
    stock: timedelta = timedelta(minutes=30)
    """How often stock is looked for while a request waits for seats or numbers (J03)."""
    tasks: timedelta = timedelta(minutes=30)
    """How often Graph is asked whether people have done what a request waits for."""
    ask_again: timedelta = timedelta(hours=24)
    """When people are asked again who said that they had got more, where nothing has come."""
    upstream: tuple[timedelta, ...] = _seconds(5, 10, 20, 40, 60, 120, 300)
    """Real pauses while Graph is out of reach; the last one goes on."""
    clash: timedelta = timedelta(seconds=3)
    """Real pause after another write on the same object was under way."""
    trouble: timedelta = timedelta(seconds=30)
    """Real pause after our own code broke."""
    store: timedelta = timedelta(seconds=5)
    """Real pause after the database could not record a move."""
    most_numbers: int = 3
    """Numbers tried for one request when others keep taking them (J14)."""


def after(schedule: Sequence[timedelta], age: timedelta, then_every: timedelta) -> timedelta:
    """How long from `age` until the next moment of a schedule of ages, which goes on regularly."""
    for moment in schedule:
        if moment > age:
            return moment - age
    last = schedule[-1] if schedule else timedelta()
    return then_every - (age - last) % then_every
