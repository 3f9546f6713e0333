"""Changing the tenant as an administrator would, behind the bot's back, for tests and demonstrations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.sandbox import licensing, telephony
from bot.sandbox.model import AutomaticReplies, DirectoryState, Group, Licence, Number, Person, Sku
from bot.sandbox.products import find_product
from bot.sandbox.tenant import AppSecret, Tenant

__all__ = [
    "NewGroup",
    "NewNumber",
    "NewPerson",
    "NewSecret",
    "NewSku",
    "NumberChanges",
    "PersonChanges",
    "SkuChanges",
    "Unknown",
    "add_group",
    "add_member",
    "add_number",
    "add_person",
    "add_sku",
    "change_number",
    "change_person",
    "change_sku",
    "drop_member",
    "drop_number",
    "drop_person",
    "group_of",
    "number_of",
    "person_of",
    "set_app_secrets",
    "sku_of",
]


class Unknown(LookupError):
    """There is nothing of that name; `str()` says what was looked for."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


class LicenceWish(_Strict):
    """A licence by part number or skuId, with plans (names or ids) switched off."""

    sku: str
    disabled_plans: tuple[str, ...] = ()


class _Away(_Strict):
    status: Literal["disabled", "alwaysEnabled", "scheduled"]
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


class NewPerson(_Strict):
    """A person to add; everything but the name has a default."""

    displayName: str
    id: str | None = None
    userPrincipalName: str | None = None
    usageLocation: str | None = Field(default="US", pattern="^[A-Z]{2}$")
    country: str | None = None
    givenName: str = ""
    surname: str = ""
    jobTitle: str | None = None
    department: str | None = None
    costCenter: str | None = None
    city: str | None = None
    preferredLanguage: str | None = None
    accountEnabled: bool = True
    guest: bool = False
    manager: str | None = None
    licences: tuple[LicenceWish | str, ...] = ()
    createdMinutesAgo: float = Field(default=60 * 24 * 400, ge=0)


class PersonChanges(_Strict):
    """What to change about a person; what is absent stays."""

    displayName: str | None = None
    jobTitle: str | None = None
    department: str | None = None
    costCenter: str | None = None
    """In Graph it is a part of `employeeOrgData`."""
    preferredLanguage: str | None = None
    accountEnabled: bool | None = None
    manager: str | None = None
    """Object id or user principal name; null takes the manager away."""
    usageLocation: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    licences: tuple[LicenceWish | str, ...] | None = None
    """The direct licences from now on. Rules are not applied: an administrator may have broken them."""
    settled: bool = True
    """Whether replicas and Teams know the new licences and location at once."""
    automaticReplies: _Away | None = None


class NewSecret(_Strict):
    """A client secret of the bot's registration."""

    name: str = "secret"
    hint: str = Field(default="", max_length=3)
    endsInDays: float


class NewSku(_Strict):
    """A product to own, by part number or skuId of a product the sandbox knows."""

    sku: str
    enabled: int = Field(ge=0)
    consumed: int = Field(default=0, ge=0)


class SkuChanges(_Strict):
    enabled: int | None = Field(default=None, ge=0)
    warning: int | None = Field(default=None, ge=0)
    consumed: int | None = Field(default=None, ge=0)
    """Counted with the people who are modelled; the rest is put down to others."""
    status: Literal["Enabled", "Warning", "Suspended", "Deleted", "LockedOut"] | None = None


class NewNumber(_Strict):
    telephoneNumber: str = Field(pattern=r"^\+[1-9][0-9]{3,14}$")
    numberType: Literal["callingPlan", "directRouting", "operatorConnect"] = "callingPlan"
    isoCountryCode: str = Field(default="FR", pattern="^[A-Z]{2}$")
    city: str | None = None
    capabilities: tuple[str, ...] = ("userAssignment",)
    locationId: str | None = None


class NumberChanges(_Strict):
    assignmentTargetId: str | None = None
    """Give the number to somebody (object id or user principal name), or with null to nobody."""
    locationId: str | None = None


class NewGroup(_Strict):
    displayName: str
    id: str | None = None
    members: tuple[str, ...] = ()


def person_of(tenant: Tenant, key: str) -> Person:
    """By object id, user principal name, or its first half. Raises Unknown."""
    person = tenant.find_person(key) or tenant.find_person(f"{key}@{tenant.domain}")
    if person is None:
        raise Unknown(f"no person {key!r}")
    return person


def sku_of(tenant: Tenant, key: str) -> Sku:
    """By skuId or part number. Raises Unknown."""
    sku = tenant.find_sku(key)
    if sku is None:
        raise Unknown(f"no SKU {key!r} in the tenant")
    return sku


def number_of(tenant: Tenant, key: str) -> Number:
    """By E.164, with or without plus. Raises Unknown."""
    number = tenant.find_number(key.strip())
    if number is None:
        raise Unknown(f"no number {key!r}")
    return number


def group_of(tenant: Tenant, key: str) -> Group:
    """By object id or display name. Raises Unknown."""
    folded = key.casefold()
    for group in tenant.groups.values():
        if folded in (group.id, group.display_name.casefold()):
            return group
    raise Unknown(f"no group {key!r}")


def _licence(tenant: Tenant, wish: LicenceWish | str) -> Licence:
    asked = LicenceWish(sku=wish) if isinstance(wish, str) else wish
    sku = sku_of(tenant, asked.sku)
    off = frozenset(plan.id for plan in sku.plans if {plan.id, plan.name} & set(asked.disabled_plans))
    return Licence(sku.sku_id, off, since=tenant.clock.now())


def add_person(tenant: Tenant, new: NewPerson) -> Person:
    """Raises Unknown for a manager or product that is not there."""
    person_id = (new.id or tenant.fresh_id("person")).lower()
    created = tenant.clock.now() - timedelta(minutes=new.createdMinutesAgo)
    licences = tuple(_licence(tenant, wish) for wish in new.licences)
    upn = new.userPrincipalName or f"{person_id[:8]}@{tenant.domain}"
    person = Person(
        id=person_id,
        upn=upn,
        display_name=new.displayName,
        given_name=new.givenName or new.displayName.partition(" ")[0],
        surname=new.surname or new.displayName.partition(" ")[2],
        created_at=created,
        history=[DirectoryState(created, new.usageLocation, licences)],
        mail=upn,
        job_title=new.jobTitle,
        department=new.department,
        cost_centre=new.costCenter,
        city=new.city,
        country=new.country or new.usageLocation,
        language=new.preferredLanguage,
        enabled=new.accountEnabled,
        guest=new.guest,
        manager_id=person_of(tenant, new.manager).id if new.manager else None,
    )
    return tenant.add_person(person)


def drop_person(tenant: Tenant, person: Person) -> None:
    for number in tenant.numbers_of(person):
        tenant.point_number(number, None)
    tenant.remove_person(person)


_PLAIN = {
    "displayName": "display_name",
    "jobTitle": "job_title",
    "department": "department",
    "costCenter": "cost_centre",
    "preferredLanguage": "language",
    "accountEnabled": "enabled",
}


def change_person(tenant: Tenant, person: Person, changes: PersonChanges) -> None:
    """Raises Unknown for a manager or product that is not there."""
    given = changes.model_fields_set
    if "manager" in given:
        person.manager_id = person_of(tenant, changes.manager).id if changes.manager else None
    for name in given & set(_PLAIN):
        setattr(person, _PLAIN[name], getattr(changes, name))
    if changes.automaticReplies is not None:
        person.automatic_replies = AutomaticReplies(**changes.automaticReplies.model_dump())
    if given & {"licences", "usageLocation"}:
        _change_state(tenant, person, changes)
    tenant.touch()


def _change_state(tenant: Tenant, person: Person, changes: PersonChanges) -> None:
    state = replace(person.now, since=tenant.clock.now())
    if "usageLocation" in changes.model_fields_set:
        state = replace(state, usage_location=changes.usageLocation)
    if changes.licences is not None:
        inherited = [one for one in state.licences if one.assigned_by_group is not None]
        direct = [_licence(tenant, wish) for wish in changes.licences]
        state = replace(state, licences=(*direct, *inherited))
    tenant.push_state(person, state)
    if changes.settled:
        person.history[:] = [replace(state, since=person.created_at)]
    telephony.release_unlicensed(tenant, person)


def set_app_secrets(tenant: Tenant, wishes: Sequence[NewSecret]) -> list[AppSecret]:
    """These instead of those there are."""
    now = tenant.clock.now()
    tenant.app_secrets[:] = [
        AppSecret(tenant.fresh_id("secret"), one.name, one.hint, now, now + timedelta(days=one.endsInDays))
        for one in wishes
    ]
    return tenant.app_secrets


def add_sku(tenant: Tenant, new: NewSku) -> Sku:
    """Raises Unknown for a product the sandbox has never heard of."""
    product = find_product(new.sku)
    if product is None:
        raise Unknown(f"no product {new.sku!r}")
    sku = Sku(
        product.sku_id,
        product.part_number,
        product.plans,
        new.enabled,
        tenant.stable_id(f"subscription/{product.part_number}"),
        baseline=new.consumed,
        created_at=tenant.clock.now(),
    )
    tenant.skus[sku.sku_id] = sku
    tenant.touch()
    return sku


def change_sku(tenant: Tenant, sku: Sku, changes: SkuChanges) -> None:
    if changes.consumed is not None:
        sku.baseline += changes.consumed - tenant.consumed(sku)
    for name in ("enabled", "warning", "status"):
        value = getattr(changes, name)
        if value is not None:
            setattr(sku, name, value)
    tenant.touch()


def add_number(tenant: Tenant, new: NewNumber) -> Number:
    return tenant.add_number(
        Number(
            telephone_number=new.telephoneNumber,
            number_type=new.numberType,
            country=new.isoCountryCode,
            city=new.city,
            capabilities=new.capabilities,
            location_id=new.locationId,
        )
    )


def change_number(tenant: Tenant, number: Number, changes: NumberChanges) -> None:
    """Raises Unknown for a person who is not there."""
    if "locationId" in changes.model_fields_set:
        number.location_id = changes.locationId
    if "assignmentTargetId" in changes.model_fields_set:
        target = changes.assignmentTargetId
        holder = person_of(tenant, target) if target else None
        number.category = "primary" if holder else None
        number.activated_at = tenant.clock.now() if holder else None
        tenant.point_number(number, holder.id if holder else None)
    tenant.touch()


def drop_number(tenant: Tenant, number: Number) -> None:
    tenant.remove_number(number)


def add_group(tenant: Tenant, new: NewGroup) -> Group:
    """Raises Unknown for a member who is not there."""
    group = Group(
        id=(new.id or tenant.fresh_id("group")).lower(),
        display_name=new.displayName,
        description="",
        created_at=tenant.clock.now(),
        members=[_member_id(tenant, key) for key in new.members],
    )
    tenant.groups[group.id] = group
    tenant.touch()
    return group


def _member_id(tenant: Tenant, key: str) -> str:
    nested = tenant.groups.get(key.casefold())
    return nested.id if nested else person_of(tenant, key).id


def add_member(tenant: Tenant, group: Group, key: str) -> None:
    """Raises Unknown for somebody who is not there."""
    member = _member_id(tenant, key)
    if member not in group.members:
        group.members.append(member)
    _relicense(tenant, member)


def drop_member(tenant: Tenant, group: Group, key: str) -> None:
    """Raises Unknown for somebody who is not a member."""
    member = _member_id(tenant, key)
    if member not in group.members:
        raise Unknown(f"{key!r} is not in {group.display_name!r}")
    group.members.remove(member)
    _relicense(tenant, member)


def _relicense(tenant: Tenant, member: str) -> None:
    tenant.touch()
    person = tenant.people.get(member)
    if person is not None:
        licensing.apply_group_licences(tenant, person)
