"""Waiting for what Microsoft puts into force by itself: on a schedule, told of once, given up one day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from bot.domain.plans import Notice, WaitReason
from bot.execution.journey import StepWork
from bot.execution.pace import after
from bot.execution.readings import Alert, Blocked, Reading, Refused

__all__ = ["Sayings", "not_yet"]


@dataclass(frozen=True, slots=True)
class Sayings:
    """What is said while it takes its usual time, after a day, and in the end."""

    usual: Notice
    overdue: Notice
    given_up: Notice


def not_yet(work: StepWork[Any], checks: Sequence[timedelta], sayings: Sayings) -> Reading:
    """It is not in force: when to look again, and who hears of it (R07)."""
    pace = work.bench.pace
    age = work.now - (work.record.started_at or work.now)
    if age >= pace.voice_for:
        return Refused(sayings.given_up, alert=True)
    pause = after(checks, age, pace.voice_every)
    if age < pace.voice_alert:
        return Blocked(WaitReason.PROPAGATION, pause, (sayings.usual,))
    overdue = sayings.overdue
    alert = Alert(overdue, f"{work.request.id}:{overdue.code}")
    return Blocked(WaitReason.PROPAGATION, pause, (overdue,), tell=overdue, alert=alert)
