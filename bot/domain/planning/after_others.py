"""What is left of the tenant's stock for whoever comes next, when several are planned for one by one."""

from __future__ import annotations

from collections import Counter

from bot.domain.plans import Plan
from bot.domain.tenant import TenantView

__all__ = ["after_others"]


def after_others(tenant: TenantView, plan: Plan) -> TenantView:
    """The tenant with what this plan takes promised away: free seats, and the number chosen.

    What is out of stock is waited for and takes nothing, as when a request is sent.
    """
    reserved = Counter(tenant.reserved_seats)
    reserved.update(sku_id for sku_id in plan.seats if tenant.free_seats(sku_id) > 0)
    number = plan.chosen_number
    return tenant.model_copy(
        update={
            "reserved_seats": dict(reserved),
            "held_numbers": tenant.held_numbers | ({number} if number else set()),
        }
    )
