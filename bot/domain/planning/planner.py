"""The planner: every kind of wish has one function that makes its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.errors import Bug
from bot.domain.people import Holdings
from bot.domain.planning.credits_wish import plan_credits
from bot.domain.planning.number_wish import plan_number
from bot.domain.plans import Plan, Refusal
from bot.domain.tenant import TenantView
from bot.domain.wishes import CreditsWish, NumberWish, Wish

__all__ = ["plan"]

_PLANNERS: Mapping[type[Any], Callable[[Any, Holdings, TenantView, datetime], Plan | Refusal]] = {
    NumberWish: plan_number,
    CreditsWish: plan_credits,
}


def plan(wish: Wish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """What it takes to grant a wish, or why it cannot be granted.

    `holdings` are the beneficiary's; `tenant` holds what `needs` asks for; `now` is business time.
    """
    make = _PLANNERS.get(type(wish))
    if make is None:
        raise Bug(f"nobody plans a wish of kind {wish.kind}")
    return make(wish, holdings, tenant, now)
