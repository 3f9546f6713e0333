"""The purchase order number that an organisation wants on every order (R51, J15).

Where it is missing the request is incomplete: nobody can approve it before whoever asked has told the number.
Where the organisation lets it follow, the request is approved without, and ordered once the number is there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.domain.plans import AwaitPurchaseOrder, HumanTask, Notice, NoticeLevel, Refusal, Step
from bot.domain.requests import Request
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.wishes import CreditsWish

__all__ = [
    "is_awaited",
    "lacks",
    "number_is_late",
    "number_notices",
    "number_problem",
    "waits_for_number",
    "with_number",
]

_ANY_FORM = r"[^\W_](?:[\w #./-]{0,58}[^\W_])?"
"""What a purchase order number looks like where the organisation does not say."""
_MISSING = frozenset({"SB-CRE-11", "SB-CRE-41"})


def number_problem(number: str, facts: TenantFacts) -> Refusal | None:
    """Why this is no number of the organisation's; none at all is not wrong."""
    form = facts.purchase_order_format or _ANY_FORM
    if not number or re.fullmatch(form, number):
        return None
    return Refusal(code="SB-CRE-12", params={"order": number})


def number_notices(wish: CreditsWish, tenant: TenantView) -> tuple[Notice, ...]:
    """That the number is missing, or has been used before."""
    if number_is_late(wish, tenant.facts):
        may_follow = tenant.facts.purchase_order_may_follow
        return (Notice(code="SB-CRE-41" if may_follow else "SB-CRE-11", level=NoticeLevel.WARN),)
    return _used_before(wish.purchase_order, tenant.purchase_orders)


def lacks(wish: CreditsWish, facts: TenantFacts) -> tuple[str, ...]:
    """What has to be told before anybody may approve."""
    return ("SB-CRE-11",) if number_is_late(wish, facts) and not facts.purchase_order_may_follow else ()


def waits_for_number(wish: CreditsWish, facts: TenantFacts) -> tuple[AwaitPurchaseOrder, ...]:
    """The step before the order is placed, where it is approved without its number."""
    late = number_is_late(wish, facts) and facts.purchase_order_may_follow
    return (AwaitPurchaseOrder(rules=("R51",)),) if late else ()


def is_awaited(request: Request) -> bool:
    """Whether the requester is waited for, or will be, to tell the number."""
    if not isinstance(request.wish, CreditsWish) or request.wish.purchase_order or request.ended:
        return False
    return bool(request.plan.lacks) or any(
        isinstance(step, AwaitPurchaseOrder) for step in request.plan.steps
    )


def with_number(request: Request, number: str, used: Mapping[str, str]) -> Request:
    """The request completed: what was asked for, and what was approved of it, stays as it is.

    `used` are the numbers that other requests carry, with the request.
    """
    plan = request.plan
    kept = tuple(one for one in plan.notices if one.code not in _MISSING)
    completed = plan.model_copy(
        update={
            "steps": tuple(_ordered_with(step, number) for step in plan.steps),
            "notices": (*_used_before(number, used), *kept),
            "lacks": (),
        }
    )
    wish = request.wish.model_copy(update={"purchase_order": number})
    # Why it stood still does not hold any more.
    return request.model_copy(update={"wish": wish, "plan": completed, "outcome": None})


def number_is_late(wish: CreditsWish, facts: TenantFacts) -> bool:
    """Whether the organisation wants one and there is none yet."""
    return facts.purchase_order_required and not wish.purchase_order


def _used_before(number: str, used: Mapping[str, str]) -> tuple[Notice, ...]:
    other = used.get(number.casefold()) if number else None
    if other is None:
        return ()
    params = {"order": number, "request": other}
    return (Notice(code="SB-CRE-40", level=NoticeLevel.WARN, params=params),)


def _ordered_with(step: Step, number: str) -> Step:
    if not isinstance(step, HumanTask) or "purchase_order" not in step.params:
        return step
    return step.model_copy(update={"params": {**step.params, "purchase_order": number}})
