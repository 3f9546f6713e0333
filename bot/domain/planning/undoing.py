"""Taking back what a request gave: licences in one call, with the number that hangs on them (J14b, R20)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from bot.domain.acknowledgements import to_acknowledge
from bot.domain.people import Holdings
from bot.domain.planning.account import admitted
from bot.domain.planning.afterwards import afterwards, lost_number
from bot.domain.planning.exchange import NOTHING, Change, exchange_plan
from bot.domain.plans import Plan, Refusal
from bot.domain.tenant import TenantView
from bot.domain.values import E164, ObjectId

__all__ = ["undoing"]


def undoing(
    licences: Collection[ObjectId],
    holdings: Holdings,
    tenant: TenantView,
    now: datetime,
    *,
    known_loss: E164 | None = None,
) -> Plan | Refusal:
    """What it takes to take them back as things are now, or why it cannot be.

    Only what the person has directly: what comes from a group stays (J07), and what somebody has taken away
    already is not looked for. `known_loss` is the number that whoever chose this knows to be lost by it;
    where another one would go, that is refused (SB-LIC-23) and can be chosen again in full knowledge.
    """
    case = admitted(holdings, tenant, now)
    if isinstance(case, Refusal):
        return case
    gives = tuple(
        one for one in holdings.licences if one.sku_id in licences and one.assigned_by_group is None
    )
    if not gives:
        return Refusal(code="SB-REQ-59", params={"name": case.name})
    lost = lost_number(holdings, afterwards(holdings, tenant, gives, ()), tenant)
    knows = lost is not None and lost.telephone_number == known_loss
    plan = exchange_plan(Change(NOTHING, gives=gives, confirms_loss=knows, rules=("R19", "R20")), case)
    if isinstance(plan, Refusal):
        return plan
    return plan.model_copy(update={"acknowledge": to_acknowledge(plan.notices)})
