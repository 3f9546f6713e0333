"""How somebody stands with a service plan: effective, on its way, switched off, or not there (R26)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto

from bot.domain.catalogue.products import plan_ids
from bot.domain.people import HeldLicence, Holdings
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId

__all__ = ["Footing", "Standing", "contents", "standing"]


class Footing(Enum):
    EFFECTIVE = auto()
    PENDING = auto()
    """The licence is there, its plan is not in force yet."""
    SWITCHED_OFF = auto()
    """The licence is there, the plan inside is disabled: a disabled plan is not a licence (R26)."""
    MISSING = auto()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands with one of several plans that would all do."""

    footing: Footing
    plan_id: ObjectId = ""
    """The plan meant; empty when missing."""
    licence: HeldLicence | None = None
    """The licence that brings it; None when missing, or when only its effect is known."""


def standing(wanted: frozenset[ObjectId], holdings: Holdings, tenant: TenantView) -> Standing:
    """The best footing on any of the wanted plans.

    Of licences with the plan switched off one given directly comes first, because only that can be changed.
    """
    effective = sorted(wanted & holdings.enabled_plans)
    if effective:
        return Standing(Footing.EFFECTIVE, effective[0])
    found = [
        Standing(
            Footing.SWITCHED_OFF if plan_id in licence.disabled_plans else Footing.PENDING, plan_id, licence
        )
        for licence in holdings.licences
        if licence.in_force
        for plan_id in sorted(wanted & contents(licence.sku_id, tenant))
    ]
    return min(found, key=_preference, default=Standing(Footing.MISSING))


def _preference(one: Standing) -> tuple[bool, bool]:
    inherited = one.licence is not None and one.licence.assigned_by_group is not None
    return one.footing is not Footing.PENDING, inherited


def contents(sku_id: str, tenant: TenantView) -> frozenset[ObjectId]:
    """Service plans inside a product: the tenant's own word, or the catalogue's where it says nothing."""
    sku = tenant.sku(sku_id)
    if sku is not None and sku.plans:
        return frozenset(plan.id for plan in sku.plans)
    return plan_ids(sku_id)
