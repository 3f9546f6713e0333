"""The checks made at submission, made again right before anything is written: an approval is old data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain.people import Holdings
from bot.domain.planning.credits_wish import precheck_credits
from bot.domain.planning.emergency_location import precheck_location
from bot.domain.planning.licence_precheck import precheck_licences, precheck_phone_user
from bot.domain.planning.mover import precheck_mover
from bot.domain.planning.number_order import precheck_number_order
from bot.domain.planning.number_precheck import precheck_number, precheck_number_change
from bot.domain.planning.number_release import precheck_release
from bot.domain.planning.service_wish import precheck_service_number
from bot.domain.planning.usage_location_wish import precheck_usage_location
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
    NumberReleaseWish,
    NumberWish,
    PhoneUserWish,
    ServiceNumberWish,
    SwapWish,
    UsageLocationWish,
    Wish,
)

__all__ = ["precheck"]

_PRECHECKS: Mapping[type[Any], Callable[[Any, Holdings, TenantView, Plan], Refusal | None]] = {
    NumberWish: precheck_number,
    NumberChangeWish: precheck_number_change,
    NumberReleaseWish: precheck_release,
    LeaverWish: precheck_release,
    MoverWish: precheck_mover,
    LocationWish: precheck_location,
    UsageLocationWish: precheck_usage_location,
    ServiceNumberWish: precheck_service_number,
    NumberOrderWish: precheck_number_order,
    CreditsWish: precheck_credits,
    LicenceWish: precheck_licences,
    PhoneUserWish: precheck_phone_user,
    MeetingOrganiserWish: precheck_licences,
    SwapWish: precheck_licences,
}


def precheck(wish: Wish, holdings: Holdings, tenant: TenantView, agreed: Plan) -> Refusal | None:
    """Why the agreed plan must not be carried out as things are now; None when it may (V1, V3-V7).

    `tenant` holds what `needs` asks for. Wishes without an arm here have nothing that can go stale.
    """
    check = _PRECHECKS.get(type(wish))
    return check(wish, holdings, tenant, agreed) if check else None
