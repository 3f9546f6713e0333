"""Taking a service number for a task that uses it: in turn, like a number for a person (R60, J17)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bot.domain.catalogue.countries import country
from bot.domain.errors import Bug, Conflict
from bot.domain.numbers import PhoneNumber
from bot.domain.planning import choose_service_number
from bot.domain.plans import Notice, NoticeLevel, NumberNeed, WaitReason
from bot.domain.tenant import TenantView
from bot.execution import errands
from bot.execution.journey import StepWork
from bot.execution.readings import Alert, Blocked
from bot.execution.steps.taking import held_number
from bot.store import holds, queue, withheld
from bot.store.database import Transaction

__all__ = ["no_service_number", "take_service"]


def take_service(tx: Transaction, work: StepWork[Any], need: NumberNeed, view: TenantView) -> str | None:
    """The number that the request holds, or one that nobody before us in line would get; it is held now.

    In place of a number that somebody named no other is taken.

    Call with `queue.line_lock`.
    """
    held = held_number(tx, work.request.id)
    if held in {number.telephone_number for number in view.service_numbers}:
        return held
    if held is not None and need.named:
        return None
    if held is not None:
        # Somebody took it: another will do, and whoever has the task sees which.
        holds.release(tx, work.request.id, "number", held)
        need = need.model_copy(update={"telephone_number": None})
    promised = holds.active_numbers(tx, except_request=work.request.id)
    free = [number for number in view.service_numbers if number.telephone_number not in promised]
    at_rest = withheld.not_offered(tx)
    for theirs in _before_us(tx, work.request.id):
        number = choose_service_number(theirs, free, (), resting=at_rest)
        if number is not None:
            free.remove(number)
    mine = choose_service_number(need, free, (), spread=work.request.id, resting=at_rest)
    return _hold(tx, work, mine) if mine else None


def _hold(tx: Transaction, work: StepWork[Any], number: PhoneNumber) -> str:
    if not holds.take_number(tx, work.request.id, number.telephone_number):
        raise Conflict(f"{number.telephone_number} went to somebody else")
    return number.telephone_number


def _before_us(tx: Transaction, request_id: str) -> Iterator[NumberNeed]:
    for plan in queue.waiting_before(tx, request_id, WaitReason.NUMBER):
        yield from plan.service_needs


def no_service_number(work: StepWork[Any], need: NumberNeed) -> Blocked:
    """People are asked for more once a country, city, use and tariff; not where only one number will do."""
    if need.named:
        return _gone(work, need)
    facts = country(need.country)
    if facts is None:
        raise Bug(f"{work.request.id}: planned for a country that is not in the catalogue")
    notice = Notice(code="SB-SVC-11", level=NoticeLevel.WARN, params={"country": need.country})
    task = errands.service_numbers(work, need, facts)
    key = f"services:{need.country}:{need.city or ''}:{need.capability.value}:{work.now.date().isoformat()}"
    return Blocked(
        WaitReason.NUMBER,
        work.bench.pace.stock,
        (notice,),
        tell_deciders=errands.overdue(work),
        task=task,
        alert=None if task else Alert(notice, key),
    )


def _gone(work: StepWork[Any], need: NumberNeed) -> Blocked:
    """It may come back, or take its time to become one for services; whoever asked can ask for another."""
    params = {"number": need.telephone_number or ""}
    notice = Notice(code="SB-SVC-18", level=NoticeLevel.WARN, params=params)
    return Blocked(
        WaitReason.NUMBER,
        work.bench.pace.stock,
        (notice,),
        tell=notice,
        alert=Alert(notice, f"{work.request.id}:{notice.code}"),
    )
