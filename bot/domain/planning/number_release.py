"""Giving a number back, while the licences stay."""

from __future__ import annotations

from datetime import datetime

from bot.domain.people import Holdings
from bot.domain.planning.releasing import (
    number_to_release,
    other_number,
    release,
    release_notice,
    unconfirmed,
)
from bot.domain.plans import Plan, Refusal
from bot.domain.tenant import TenantView
from bot.domain.wishes import LeaverWish, NumberReleaseWish

__all__ = ["plan_number_release", "precheck_release"]


def plan_number_release(
    wish: NumberReleaseWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """The number goes back to the organisation's stock, once somebody has said yes to losing it (R20)."""
    number = number_to_release(holdings)
    if isinstance(number, Refusal):
        return number
    if number is None:
        return Refusal(code="SB-NUM-17", params={"name": holdings.person.name})
    if not wish.confirms_loss:
        return unconfirmed(number, holdings)
    step = release(number, tenant.facts)
    return Plan(steps=(step,), notices=(release_notice(number, holdings, step),))


def precheck_release(
    wish: NumberReleaseWish | LeaverWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """Only the number that was agreed on may be given up."""
    return other_number(holdings, agreed)
