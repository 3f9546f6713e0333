"""The planner: every kind of wish has one function that makes its plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.acknowledgements import to_acknowledge
from bot.domain.errors import Bug
from bot.domain.people import Holdings
from bot.domain.planning.credits_wish import plan_credits
from bot.domain.planning.emergency_location import plan_location
from bot.domain.planning.leaver import plan_leaver
from bot.domain.planning.licence_wish import plan_licence
from bot.domain.planning.mover import plan_mover
from bot.domain.planning.number_change import plan_number_change
from bot.domain.planning.number_order import plan_number_order
from bot.domain.planning.number_port import plan_number_port
from bot.domain.planning.number_release import plan_number_release
from bot.domain.planning.number_wish import plan_number
from bot.domain.planning.service_wish import plan_service_number
from bot.domain.planning.swap_wish import plan_swap
from bot.domain.planning.templates import plan_organiser, plan_phone_user
from bot.domain.planning.usage_location_wish import plan_usage_location
from bot.domain.plans import Plan, Refusal
from bot.domain.tenant import TenantView
from bot.domain.wishes import (
    CreditsWish,
    LeaverWish,
    LicenceWish,
    LocationWish,
    MeetingOrganiserWish,
    MoverWish,
    NumberChangeWish,
    NumberOrderWish,
    NumberPortWish,
    NumberReleaseWish,
    NumberWish,
    PhoneUserWish,
    ServiceNumberWish,
    SwapWish,
    UsageLocationWish,
    Wish,
)

__all__ = ["plan"]

_PLANNERS: Mapping[type[Any], Callable[[Any, Holdings, TenantView, datetime], Plan | Refusal]] = {
    NumberWish: plan_number,
    NumberChangeWish: plan_number_change,
    NumberReleaseWish: plan_number_release,
    LeaverWish: plan_leaver,
    MoverWish: plan_mover,
    LocationWish: plan_location,
    UsageLocationWish: plan_usage_location,
    ServiceNumberWish: plan_service_number,
    NumberOrderWish: plan_number_order,
    NumberPortWish: plan_number_port,
    CreditsWish: plan_credits,
    LicenceWish: plan_licence,
    PhoneUserWish: plan_phone_user,
    MeetingOrganiserWish: plan_organiser,
    SwapWish: plan_swap,
}

_GIVES_BACK = (NumberReleaseWish, LeaverWish)
"""What is possible in every cloud: the one in China has no phone service to ask for (R37)."""


def plan(wish: Wish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """What it takes to grant a wish, or why it cannot be granted.

    `holdings` are the beneficiary's; `tenant` holds what `needs` asks for; `now` is business time.
    """
    if tenant.facts.cloud == "china" and not isinstance(wish, _GIVES_BACK):
        return Refusal(code="SB-LIC-37")
    make = _PLANNERS.get(type(wish))
    if make is None:
        raise Bug(f"nobody plans a wish of kind {wish.kind}")
    made = make(wish, holdings, tenant, now)
    if isinstance(made, Refusal):
        return made
    return made.model_copy(update={"acknowledge": to_acknowledge(made.notices)})
