"""What people are asked for while requests wait: one task a pool for stock (J03), one a step for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.products import product_name
from bot.domain.numbers import Capability
from bot.domain.planning.service_numbers import offered
from bot.domain.plans import AssignNumber, HumanTask, Notice, NoticeLevel, NumberNeed
from bot.domain.task_texts import task_text
from bot.domain.tasks import TaskKind, TaskOrder, TaskState, seat_pool
from bot.domain.tenant import Era
from bot.execution.journey import StepWork

__all__ = ["addresses", "by_hand", "overdue", "seats", "service_numbers", "user_numbers"]

_LONGEST = 160
"""What a pool is called fits its column, whatever somebody calls a city."""
_PATHS = ("admin_centre", "form", "partner")
"""Ways to get numbers that there is a checklist for (R55)."""


def seats(work: StepWork[Any], sku_id: str) -> TaskOrder:
    """More licences of a product (R09)."""
    params = {"product": product_name(sku_id), "sku_id": sku_id, "quantity": "1"}
    return _order(work, TaskKind.BUY_SEATS, params, pool=seat_pool(sku_id))


def user_numbers(
    work: StepWork[Any], step: AssignNumber, facts: Country, left: int | None
) -> TaskOrder | None:
    """New numbers for people; None where no way to get them is documented (R55).

    `left`: how many more Microsoft gives (R57), where that was read. Partners have limits of their own.
    """
    if facts.acquisition not in _PATHS:
        return None
    where = {"country": step.country, "city": step.city or ""}
    limit = {} if left is None or facts.acquisition == "partner" else {"left": str(left)}
    params = {**where, **limit, "quantity": "1", "usage": "user", "path": facts.acquisition}
    pool = f"numbers:{step.country}:{step.city or ''}:{step.number_type.value}"
    return _order(work, TaskKind.ORDER_NUMBERS, params, pool=pool)


def service_numbers(work: StepWork[Any], need: NumberNeed, facts: Country) -> TaskOrder | None:
    """New numbers for services; None where no way to get them is documented (R55, R62)."""
    if facts.acquisition not in _PATHS:
        return None
    tariff = "toll_free" if need.toll_free else "toll"
    usage = "conference" if need.capability is Capability.CONFERENCE else "voice_application"
    params = {
        "country": need.country,
        "city": need.city or "",
        "quantity": "1",
        "usage": usage,
        "tariff": tariff,
        "path": _service_path(need, facts, work.bench.facts.era),
    }
    pool = f"numbers:{need.country}:{need.city or ''}:{usage}:{tariff}"
    return _order(work, TaskKind.ORDER_NUMBERS, params, pool=pool)


def _service_path(need: NumberNeed, facts: Country, era: Era) -> str:
    """What is had on request only is asked for by form (R62)."""
    if facts.acquisition == "partner":
        return "partner"
    in_centre = offered(facts, "toll_free" if need.toll_free else "toll", era) == "yes"
    return "admin_centre" if in_centre else "form"


def addresses(work: StepWork[Any], step: AssignNumber) -> TaskOrder:
    """An emergency address for numbers that have none yet (R66)."""
    params = {"country": step.country, "city": step.city or "", "number": "", "name": ""}
    pool = f"address:{step.country}:{step.city or ''}"
    return _order(work, TaskKind.EMERGENCY_ADDRESS, params, pool=pool)


def by_hand(work: StepWork[HumanTask], params: Mapping[str, str]) -> TaskOrder:
    """What a step of a plan leaves to people."""
    return _order(work, work.step.task, params, pool=None)


def _order(work: StepWork[Any], kind: TaskKind, params: Mapping[str, str], pool: str | None) -> TaskOrder:
    facts = work.bench.facts
    return TaskOrder(
        kind=kind,
        audience=task_text(kind, params, facts).audience,
        params=dict(params),
        pool=pool[:_LONGEST] if pool else None,
        rests={
            TaskState.DONE: work.bench.pace.ask_again,
            TaskState.CANNOT: timedelta(days=facts.stock_days),
        },
    )


def overdue(work: StepWork[Any]) -> Notice | None:
    """For who asked and who decided, once stock has been waited for too long (J03)."""
    waited = work.now - (work.record.started_at or work.now)
    days = work.bench.facts.stock_days
    if waited < timedelta(days=days):
        return None
    return Notice(code="SB-TSK-09", level=NoticeLevel.WARN, params={"days": str(days)})
