"""What somebody will have once licences were given and taken back, and what would be left hanging."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bot.domain.catalogue.products import Role, plans_of_role, product_name
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.person import had
from bot.domain.planning.standing import Footing, contents, standing
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId

__all__ = ["Orphan", "afterwards", "has", "lost_number", "lost_plans", "orphan"]

_BUILDS_ON: tuple[tuple[Role, Role], ...] = (
    ("calling", "phone"),
    ("phone", "teams"),
    ("conferencing", "teams"),
)
"""Which plans are of no use without which others (R05, R21, R25)."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A product that would stay while what it builds on goes."""

    dependent: str
    base: str


def afterwards(
    holdings: Holdings, tenant: TenantView, gives: Collection[HeldLicence], gets: Iterable[ObjectId]
) -> Holdings:
    """The person with these licences taken back and these SKUs given, before Microsoft has acted on it."""
    kept = tuple(one for one in holdings.licences if one not in gives)
    added = tuple(HeldLicence(sku_id=sku_id) for sku_id in gets)
    still = _plans(kept, tenant)
    gone = _plans(gives, tenant) - still
    return holdings.model_copy(
        update={"licences": (*kept, *added), "enabled_plans": holdings.enabled_plans - gone}
    )


def lost_plans(
    holdings: Holdings, tenant: TenantView, gives: Collection[HeldLicence], gets: Iterable[ObjectId]
) -> tuple[ObjectId, ...]:
    """Plans of calling that are effective now and will not be any more."""
    after = _plans(afterwards(holdings, tenant, gives, gets).licences, tenant)
    known = frozenset[ObjectId]().union(*(plans_of_role(role) for role in ("phone", "calling")))
    return tuple(sorted(known & holdings.enabled_plans & _plans(gives, tenant) - after))


def has(holdings: Holdings, tenant: TenantView, role: Role) -> bool:
    """Whether a plan with this meaning is there, effective or on its way."""
    footing = standing(plans_of_role(role), holdings, tenant).footing
    return footing in (Footing.EFFECTIVE, Footing.PENDING)


def orphan(before: Holdings, after: Holdings, tenant: TenantView) -> Orphan | None:
    """The first product that loses what it builds on; None when nothing does.

    What hangs in the air already is not held against a change that leaves it as it is.
    """
    for upper, lower in _BUILDS_ON:
        loses = has(before, tenant, lower) and not has(after, tenant, lower)
        if loses and has(after, tenant, upper):
            return Orphan(_source(after, tenant, upper), _source(before, tenant, lower))
    return None


def lost_number(before: Holdings, after: Holdings, tenant: TenantView) -> PhoneNumber | None:
    """The person's number, if the change frees it (R20).

    A Calling Plan number needs Teams Phone and a Calling Plan, any other one Teams Phone only.
    """
    mine = next(iter(had(before)), None)
    if mine is None:
        return None
    needed: tuple[Role, ...] = ("phone",)
    if mine.number_type is NumberType.CALLING_PLAN:
        needed = ("phone", "calling")
    loses = any(has(before, tenant, role) and not has(after, tenant, role) for role in needed)
    return mine if loses else None


def _plans(licences: Iterable[HeldLicence], tenant: TenantView) -> frozenset[ObjectId]:
    found: frozenset[ObjectId] = frozenset()
    for one in licences:
        if one.in_force:
            found |= contents(one.sku_id, tenant) - one.disabled_plans
    return found


def _source(holdings: Holdings, tenant: TenantView, role: Role) -> str:
    """What the product is called that brings a plan of this meaning."""
    wanted = plans_of_role(role)
    return next(
        (
            product_name(one.sku_id)
            for one in holdings.licences
            if one.in_force and wanted & contents(one.sku_id, tenant) - one.disabled_plans
        ),
        "",
    )
