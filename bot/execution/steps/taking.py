"""Taking a number for a request: in turn, and never one that is promised or rests."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from bot.domain.catalogue.countries import Country, country
from bot.domain.errors import Bug, Conflict
from bot.domain.number_choice import choose_another
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.planning import choose_number, others
from bot.domain.planning.numbers import shortage
from bot.domain.plans import AssignNumber, Notice, WaitReason
from bot.domain.tasks import TaskOrder
from bot.domain.tenant import Resting, TenantView
from bot.execution import errands
from bot.execution.journey import StepWork
from bot.execution.readings import Alert, Blocked
from bot.store import holds, queue, withheld
from bot.store.database import Transaction

__all__ = ["gone", "held_number", "none_free", "take"]

_WISHED_ENDING = "SB-NUM-12"
"""There are numbers, but none that the person will take."""


def held_number(tx: Transaction, request_id: str, but: Collection[str] = ()) -> str | None:
    """The number that is held for the request; `but`: numbers it holds because it gives them back."""
    mine = (hold.key for hold in holds.of_request(tx, request_id) if hold.kind == "number")
    return next((key for key in mine if key not in but), None)


def take(
    tx: Transaction, work: StepWork[Any], step: AssignNumber, view: TenantView, held: str | None
) -> PhoneNumber | None:
    """The number held for the request, or one that nobody before us in line would get; it is held now.

    None when there is none, or when the one that was held is not free any more. Call with `queue.line_lock`.
    """
    promised = holds.active_numbers(tx, except_request=work.request.id)
    free = [number for number in view.free_numbers if number.telephone_number not in promised]
    if held is not None:
        return next((number for number in free if number.telephone_number == held), None)
    at_rest = withheld.not_offered(tx)
    left = _served(tx, work, step, free, at_rest)
    number = choose_number(step, left, (), spread=work.user_id, resting=at_rest)
    if number is not None and not holds.take_number(tx, work.request.id, number.telephone_number):
        raise Conflict(f"{number.telephone_number} went to somebody else")
    return number


def _served(
    tx: Transaction,
    work: StepWork[Any],
    step: AssignNumber,
    free: list[PhoneNumber],
    at_rest: Collection[Resting],
) -> list[PhoneNumber]:
    """What is left once everybody before us in line has been thought of; they are woken to come for it."""
    left = list(free)
    if choose_number(step, left, (), spread=work.user_id, resting=at_rest) is None:
        return left
    for plan in queue.waiting_before(tx, work.request.id, WaitReason.NUMBER):
        theirs = choose_number(plan.number_step, left, (), resting=at_rest) if plan.number_step else None
        if theirs is not None:
            left.remove(theirs)
            if choose_number(step, left, (), spread=work.user_id, resting=at_rest) is None:
                break
    if len(left) < len(free):
        queue.wake_waiting(tx, WaitReason.NUMBER, len(free) - len(left))
    return left


def gone(work: StepWork[Any], step: AssignNumber, view: TenantView) -> Blocked | None:
    """Ask the requester, where somebody has got the very number he wanted and there are others (J14a)."""
    numbers = others(step, view.free_numbers, view.held_numbers, resting=view.resting, person=work.user_id)
    if not numbers:
        return None
    notice = choose_another(step.telephone_number or "", numbers)
    key = f"choice:{work.request.id}:{step.telephone_number}"
    return Blocked(WaitReason.OWNER, work.bench.pace.stock, (notice,), gives_back="number", asks=key)


def none_free(work: StepWork[Any], step: AssignNumber, view: TenantView, left: int | None = None) -> Blocked:
    """People are asked for more once a country, city and kind of number, not once a request (J03).

    `left`: how many more Microsoft gives, where that was read.
    """
    facts = country(step.country)
    if facts is None:
        raise Bug(f"{work.request.id}: planned for a country that is not in the catalogue")
    reason, notice = shortage(step, view, facts)
    wants_address = reason is WaitReason.ADDRESS
    task = errands.addresses(work, step) if wants_address else _errand(work, step, facts, notice, left)
    key = f"numbers:{step.country}:{step.city or ''}:{step.number_type.value}:{work.now.date().isoformat()}"
    return Blocked(
        reason,
        work.bench.pace.stock,
        (notice,),
        # Held or not, what is not there is not promised.
        gives_back="number",
        tell_deciders=errands.overdue(work),
        task=task,
        alert=None if task else Alert(notice, key),
    )


def _errand(
    work: StepWork[Any], step: AssignNumber, facts: Country, notice: Notice, left: int | None
) -> TaskOrder | None:
    """None where more numbers are not the answer, or not Microsoft's to give; the admins just hear of it."""
    if notice.code == _WISHED_ENDING or step.number_type is not NumberType.CALLING_PLAN:
        return None
    return errands.user_numbers(work, step, facts, left)
