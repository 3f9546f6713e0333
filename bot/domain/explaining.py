"""What somebody has, and why a wish would be granted or not, as values that a card can show.

Pure: everything is taken from a snapshot that was read before.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from pydantic import Field

from bot.domain.catalogue.products import Role, plans_of_role
from bot.domain.codes import CODES
from bot.domain.numbers import PhoneNumber
from bot.domain.people import AccountType, HeldLicence, Holdings, Person
from bot.domain.planning.standing import contents
from bot.domain.plans import Notice, Plan, Refusal, Step
from bot.domain.requests import Request
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId, Value
from bot.domain.wishes import Wish

__all__ = [
    "Explanation",
    "Force",
    "HeldProduct",
    "Inventory",
    "PlanLine",
    "Readiness",
    "inventory",
    "readiness",
    "rules_of",
]

_ROLES: tuple[Role, ...] = ("teams", "phone", "calling", "conferencing", "credits", "resource", "mobile")
"""Roles of service plans that matter to somebody with a phone, in the order they build on each other."""


class Force(StrEnum):
    """Whether a service plan can be used (R26)."""

    EFFECTIVE = "effective"
    PENDING = "pending"
    """Licensed, and not in force yet."""
    DISABLED = "disabled"
    """Switched off inside the licence, which is as if there were none."""


class Readiness(StrEnum):
    """How far Teams has got with the person (R07, R08)."""

    UNKNOWN = "unknown"
    """Teams does not know the person yet, or not as somebody with a phone."""
    KNOWN = "known"
    """Teams knows the person; no number can be given yet."""
    VOICE = "voice"
    """Enterprise voice is on."""


class HeldProduct(Value):
    """A product somebody has, and whence."""

    sku_id: ObjectId
    part_number: str = ""
    """As the tenant calls it; empty for a product the tenant does not list."""
    group_id: ObjectId | None = None
    """The group that gives it; None: given directly."""
    group_name: str = ""
    """Empty where the group cannot be read any more."""
    in_force: bool = True


class PlanLine(Value):
    """A service plan that matters for calling, and how the person stands with it."""

    plan_id: ObjectId
    force: Force


class Inventory(Value):
    """Everything of a person that the phone desk works with."""

    person: Person
    products: tuple[HeldProduct, ...] = ()
    plans: tuple[PlanLine, ...] = ()
    numbers: tuple[PhoneNumber, ...] = ()
    places: dict[str, str] = Field(default_factory=dict)
    """Names of the emergency locations that the numbers carry, by id, as far as they are known."""
    readiness: Readiness = Readiness.UNKNOWN
    account_type: AccountType | None = None
    """None while Teams does not know the person."""
    own_pstn: bool = False
    requests: tuple[Request, ...] = ()
    """Open requests the person made or benefits from."""


class Explanation(Value):
    """What would come of a wish, and by which rules. Nothing was submitted."""

    inventory: Inventory
    product: str
    """The product's name as the catalogue has it, or what was asked for in its place."""
    wish: Wish
    plan: Plan | None = None
    refusal: Refusal | None = None
    """Set in place of a plan."""


def inventory(
    holdings: Holdings,
    tenant: TenantView,
    groups: Mapping[str, str],
    requests: tuple[Request, ...] = (),
) -> Inventory:
    """What a person has. `groups` names the groups that give licences, as far as they could be read."""
    voice = holdings.voice
    places = {place.id: place.name for place in tenant.facts.emergency_locations}
    return Inventory(
        person=holdings.person,
        products=tuple(_product(one, tenant, groups) for one in holdings.licences),
        plans=_plans(holdings, tenant),
        numbers=holdings.numbers,
        places={
            one.location_id: places.get(one.location_id, "") for one in holdings.numbers if one.location_id
        },
        readiness=readiness(holdings),
        account_type=voice.account_type if voice else None,
        own_pstn=holdings.own_pstn,
        requests=requests,
    )


def readiness(holdings: Holdings) -> Readiness:
    """Teams' own word, which follows the licences minutes to hours later (R07)."""
    if holdings.voice is None:
        return Readiness.UNKNOWN
    return Readiness.VOICE if holdings.voice.enterprise_voice else Readiness.KNOWN


def rules_of(told: Step | Notice | Refusal) -> tuple[str, ...]:
    """R-numbers a step, a notice or a refusal rests on, in order."""
    if isinstance(told, Notice | Refusal):
        row = CODES.get(told.code)
        return row.rules if row else ()
    return told.rules


def _product(held: HeldLicence, tenant: TenantView, groups: Mapping[str, str]) -> HeldProduct:
    sku = tenant.sku(held.sku_id)
    group = held.assigned_by_group
    return HeldProduct(
        sku_id=held.sku_id,
        part_number=sku.part_number if sku else "",
        group_id=group,
        group_name=groups.get(group, "") if group else "",
        in_force=held.in_force,
    )


def _plans(holdings: Holdings, tenant: TenantView) -> tuple[PlanLine, ...]:
    """Every plan of a voice role that some licence brings, or that is in force, with the best it has."""
    found: dict[ObjectId, Force] = {}
    for role in _ROLES:
        for plan_id in sorted(plans_of_role(role)):
            force = _force(plan_id, holdings, tenant)
            if force is not None:
                found[plan_id] = force
    return tuple(PlanLine(plan_id=plan_id, force=force) for plan_id, force in found.items())


def _force(plan_id: ObjectId, holdings: Holdings, tenant: TenantView) -> Force | None:
    if plan_id in holdings.enabled_plans:
        return Force.EFFECTIVE
    bringing = [one for one in holdings.licences if one.in_force and plan_id in contents(one.sku_id, tenant)]
    if not bringing:
        return None
    off = all(plan_id in one.disabled_plans for one in bringing)
    return Force.DISABLED if off else Force.PENDING
