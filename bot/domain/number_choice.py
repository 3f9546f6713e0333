"""Another number, chosen by the requester where the very one he wanted has gone to somebody else (J14a).

What is offered stands in the notice that the request waits with, so that cards show it, and what is clicked
is held against it.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.plans import AssignNumber, Notice, NoticeLevel, Plan, WaitReason
from bot.domain.requests import Request, RequestState
from bot.domain.values import E164

__all__ = ["choose_another", "offered", "with_number"]

_GONE = "SB-REQ-52"


def choose_another(number: E164, others: Iterable[E164]) -> Notice:
    """What the request waits with."""
    params = {"number": number, "numbers": ", ".join(others)}
    return Notice(code=_GONE, level=NoticeLevel.WARN, params=params)


def offered(request: Request) -> tuple[E164, ...]:
    """The numbers the requester may choose from; none where he is not asked."""
    if request.state is not RequestState.WAITING or request.waiting is not WaitReason.OWNER:
        return ()
    notices = request.outcome.notices if request.outcome else ()
    found = next((one for one in notices if one.code == _GONE), None)
    return tuple(found.params["numbers"].split(", ")) if found else ()


def with_number(plan: Plan, number: E164 | None) -> Plan:
    """The plan with the number that was chosen; None: any of the same place will do from now on."""
    chosen = {"telephone_number": number, "any_number": number is None}
    steps = tuple(
        step.model_copy(update=chosen) if isinstance(step, AssignNumber) else step for step in plan.steps
    )
    return plan.model_copy(update={"steps": steps})
