"""The one order in which a plan may run (R10): licences, then waiting, then the number, then the news.

What only people can say comes first; what goes away goes before what takes its place (J18), and a leaver's
number before his licences (J07). Calls are forwarded while there is a number to forward.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plans import HumanTask, Step
from bot.domain.tasks import TaskKind

__all__ = ["in_order"]

_ORDER: tuple[str, ...] = (
    "await_moment",
    "await_purchase_order",
    TaskKind.CLEAR_LINE,
    TaskKind.CONFIRM_LOCATION,
    TaskKind.EMERGENCY_ADDRESS,
    TaskKind.UPGRADE_BASE,
    TaskKind.FORWARD_CALLS,
    "release_number",
    "set_usage_location",
    # What a group gives builds on what goes with the next step, and Graph takes nothing from under it.
    TaskKind.CHANGE_GROUP,
    "change_licences",
    "await_plans",
    "await_voice",
    "assign_number",
    "keep_number",
    "set_location",
    "human_task",
    "notify",
)
"""Kinds of steps and of tasks; tasks that are not named have the place of `human_task`."""

_RANK = {str(kind): rank for rank, kind in enumerate(_ORDER)}


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """The same steps in the order they must run in, whatever order they were given in."""
    return tuple(sorted(steps, key=_rank))


def _rank(step: Step) -> int:
    if isinstance(step, HumanTask):
        return _RANK.get(step.task, _RANK[step.kind])
    return _RANK[step.kind]
