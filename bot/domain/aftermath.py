"""What stays of a request that ends too soon: nothing is undone in silence, and everything is said (J14)."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.catalogue.products import product_name
from bot.domain.plans import (
    AssignNumber,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    Notice,
    NoticeLevel,
    Plan,
    ReleaseNumber,
    SetLocation,
    SetUsageLocation,
    Step,
)
from bot.domain.requests import Outcome, Request, RequestState, StepRecord, StepState
from bot.domain.tasks import TaskKind

__all__ = [
    "changed",
    "gave_licences",
    "past_return",
    "stopped",
    "stops_afterwards",
    "what_stays",
    "withdrawn",
]


def changed(plan: Plan, records: Iterable[StepRecord]) -> tuple[Step, ...]:
    """The steps that changed something for the request: by our own doing, or by that of people asked to."""
    done = [record for record in records if record.state is StepState.DONE]
    return tuple(plan.steps[one.index] for one in done if _did(plan.steps[one.index], one))


def _did(step: Step, record: StepRecord) -> bool:
    if isinstance(step, HumanTask):
        # An answer changes nothing, and what Graph showed by itself was nobody's doing for this request.
        return step.task is not TaskKind.CONFIRM_LOCATION and record.detail.get("confirmed") != "graph"
    return record.attempts > 0


def gave_licences(steps: Iterable[Step]) -> tuple[str, ...]:
    """Names of the products these steps gave."""
    return tuple(
        product_name(add.sku_id) for step in steps if isinstance(step, ChangeLicences) for add in step.add
    )


def stopped(request: Request, records: Iterable[StepRecord], state: RequestState) -> Request:
    """A request that is not approved, or not in time: in `state`, or partly done where it had been approved
    before, and something was done then."""
    kept = changed(request.plan, records)
    if not kept:
        return request.model_copy(update={"state": state, "waiting": None, "outcome": None})
    products = gave_licences(kept)
    given = (_warn("SB-REQ-47", products=", ".join(products)),) if products else ()
    notices = (_warn("SB-APP-39"), *given, *what_stays(kept))
    return request.model_copy(
        update={
            "state": RequestState.PARTLY_DONE,
            "waiting": None,
            "outcome": Outcome(notices=notices),
        }
    )


def withdrawn(request: Request, records: Iterable[StepRecord]) -> Request:
    """A request that nobody wants any more: withdrawn, or partly done where something was done before."""
    kept = changed(request.plan, records)
    if not kept:
        return request.model_copy(update={"state": RequestState.WITHDRAWN, "waiting": None})
    given = (_warn("SB-REQ-05"),) if gave_licences(kept) else ()
    return request.model_copy(
        update={
            "state": RequestState.PARTLY_DONE,
            "waiting": None,
            "outcome": Outcome(notices=(*given, *what_stays(kept))),
        }
    )


def stops_afterwards(plan: Plan, records: Iterable[StepRecord]) -> bool:
    """Whether a request can still be withdrawn once the change that is on its way has been made."""
    settled = [
        one.model_copy(update={"state": StepState.DONE}) if one.state is StepState.INTENDED else one
        for one in records
    ]
    return past_return(plan, settled) is None


def past_return(plan: Plan, records: Iterable[StepRecord]) -> str | None:
    """Why a request can only go on to its end, as a code; None while it can be withdrawn.

    Once a number rings, or does not any more, giving it back is another wish; and a number that hangs on
    licences just swapped must be looked after (R19).
    """
    steps = list(plan.steps)
    done = [(steps[one.index], one) for one in records if one.state is StepState.DONE]
    if any(isinstance(step, AssignNumber) for step, _ in done):
        return "SB-REQ-41"
    ours = [step for step, record in done if record.attempts > 0]
    if any(isinstance(step, ReleaseNumber) for step in ours):
        return "SB-REQ-41"
    keeps = any(isinstance(step, KeepNumber) for step in steps)
    return "SB-REQ-48" if keeps and any(isinstance(step, ChangeLicences) for step in ours) else None


def what_stays(steps: Iterable[Step]) -> tuple[Notice, ...]:
    """What these steps changed besides giving licences, each thing said once."""
    found: list[Notice] = []
    for step in steps:
        notice = _stays(step)
        if notice and notice not in found:
            found.append(notice)
    return tuple(found)


def _stays(step: Step) -> Notice | None:
    match step:
        case ChangeLicences() if step.remove:
            return _warn("SB-REQ-42", products=", ".join(map(product_name, step.remove)))
        case ReleaseNumber():
            return _warn("SB-REQ-43", number=step.telephone_number)
        case SetUsageLocation():
            return _warn("SB-REQ-44", country=step.country)
        case SetLocation():
            return _warn("SB-REQ-45", number=step.telephone_number, place=step.location_name)
        case HumanTask():
            return _warn("SB-REQ-46")
        case _:
            return None


def _warn(code: str, **params: str) -> Notice:
    return Notice(code=code, level=NoticeLevel.WARN, params=params)
