"""The one order in which a plan may run (R10): licences, then waiting, then the number, then the news."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plans import AssignNumber, AwaitVoice, ChangeLicences, Notify, SetUsageLocation, Step

__all__ = ["in_order"]

_ORDER: tuple[type[Step], ...] = (SetUsageLocation, ChangeLicences, AwaitVoice, AssignNumber, Notify)


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The same steps in the order they must run in, whatever order they were given in."""
    return tuple(sorted(steps, key=lambda step: _ORDER.index(type(step))))
