"""Whether Teams is ready to give somebody a number."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.catalogue.products import plans_of_role
from bot.domain.people import AccountType, Holdings
from bot.domain.values import ObjectId

__all__ = ["voice_ready"]

_NOT_YET = frozenset({AccountType.INELIGIBLE_USER, AccountType.UNKNOWN})


def voice_ready(holdings: Holdings, plans: Collection[ObjectId]) -> bool:
    """Whether these service plans are effective on the person and Teams itself knows of them (R07, R08).

    The licence's own word is not enough: Teams' directory follows minutes to hours later.
    """
    voice = holdings.voice
    if voice is None or voice.account_type in _NOT_YET or not holdings.enabled_plans.issuperset(plans):
        return False
    needs_calling = not plans_of_role("calling").isdisjoint(plans)
    knows_phone = voice.enterprise_voice or "PhoneSystem" in voice.feature_types
    return knows_phone and (not needs_calling or "CallingPlan" in voice.feature_types)
