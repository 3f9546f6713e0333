"""The checks made at submission, made again right before anything is written: an approval is old data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.people import Holdings
from bot.domain.planning.credits_wish import precheck_credits
from bot.domain.planning.number_precheck import precheck_number
from bot.domain.plans import Plan, Refusal
from bot.domain.tenant import TenantView
from bot.domain.wishes import CreditsWish, NumberWish, Wish

__all__ = ["precheck"]

_PRECHECKS: Mapping[type[Any], Callable[[Any, Holdings, TenantView, Plan], Refusal | None]] = {
    NumberWish: precheck_number,
    CreditsWish: precheck_credits,
}


def precheck(wish: Wish, holdings: Holdings, tenant: TenantView, agreed: Plan) -> Refusal | None:
    """Why the agreed plan must not be carried out as things are now; None when it may (V1, V3-V7).

    `tenant` holds what `needs` asks for. Wishes without an arm here have nothing that can go stale.
    """
    check = _PRECHECKS.get(type(wish))
    return check(wish, holdings, tenant, agreed) if check else None
