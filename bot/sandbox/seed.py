"""Fills a tenant with Contoso, the same in every run: ids are derived from names, times from the clock."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from importlib.resources import files
from typing import Any

from bot.sandbox import licensing
from bot.sandbox.clock import SandboxClock
from bot.sandbox.model import AutomaticReplies, DirectoryState, Group, Licence, Location, Number, Person, Sku
from bot.sandbox.products import find_product
from bot.sandbox.tenant import CatalogApp, Tenant

__all__ = ["contoso", "group_id", "location_id", "manifest_id", "person_id", "populate", "tenant_id"]

LONG_AGO = timedelta(days=400)
"""Age of everything that is not said to be newer."""


@cache
def _data() -> dict[str, Any]:
    text = files("bot.sandbox").joinpath("contoso.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def contoso(clock: SandboxClock | None = None) -> Tenant:
    """A freshly seeded tenant."""
    tenant = Tenant(clock or SandboxClock())
    populate(tenant)
    return tenant


def _id(name: str) -> str:
    return Tenant(SandboxClock()).stable_id(name)


def tenant_id() -> str:
    return _id("tenant")


def person_id(key: str) -> str:
    """Object id of a seeded person, by the first half of the user principal name."""
    return _id(f"person/{key}")


def group_id(name: str) -> str:
    return _id(f"group/{name}")


def location_id(key: str) -> str:
    """Emergency location, by `redmond` or `paris`."""
    return _id(f"location/{key}")


def manifest_id() -> str:
    """`id` of the bot's Teams manifest in this tenant's catalogue."""
    return _id("manifest")


def populate(tenant: Tenant) -> None:
    """Put the tenant back to its seeded state; the clock keeps running."""
    tenant.clear()
    tenant.id = tenant.id or tenant_id()
    _add_skus(tenant)
    for key, about in _data()["people"].items():
        tenant.add_person(_person(tenant, key, about))
    for name, members in _data()["groups"].items():
        _add_group(tenant, name, members)
    for person in tenant.people.values():
        licensing.apply_group_licences(tenant, person)
        _flatten_history(tenant, person)
    _set_baselines(tenant)
    for about in _data()["locations"]:
        _add_location(tenant, about)
    for block in _data()["numbers"]:
        for number in _numbers(tenant, block):
            tenant.add_number(number)
    app = CatalogApp(_id("catalogue-app"), manifest_id(), _data()["app"]["name"])
    tenant.catalog[app.id] = app


def _flatten_history(tenant: Tenant, person: Person) -> None:
    """Seeded licences have long been there, those from groups too."""
    state = person.now
    person.history[:] = [DirectoryState(person.created_at, state.usage_location, state.licences)]


def _add_skus(tenant: Tenant) -> None:
    for part_number, (enabled, _) in _data()["skus"].items():
        product = find_product(part_number)
        assert product is not None, part_number
        subscription = tenant.stable_id(f"subscription/{part_number}")
        created = tenant.clock.now() - LONG_AGO
        tenant.skus[product.sku_id] = Sku(
            product.sku_id, part_number, product.plans, enabled, subscription, created_at=created
        )


def _set_baselines(tenant: Tenant) -> None:
    modelled = Counter(sku_id for person in tenant.people.values() for sku_id in person.now.sku_ids)
    for sku in tenant.skus.values():
        _, consumed = _data()["skus"][sku.part_number]
        sku.baseline = consumed - modelled[sku.sku_id]


def _person(tenant: Tenant, key: str, about: dict[str, Any]) -> Person:
    given, _, surname = about["name"].partition(" ")
    age = timedelta(minutes=about["created_minutes_ago"]) if "created_minutes_ago" in about else LONG_AGO
    created = tenant.clock.now() - age
    upn = about.get("upn", f"{key}@{tenant.domain}")
    location = about.get("usage_location", about["country"]) or None
    licences = tuple(_licence(tenant, text) for text in about.get("licences", ()))
    return Person(
        id=person_id(key),
        upn=upn,
        display_name=about["name"],
        given_name=about.get("given_name", given),
        surname=about.get("surname", surname),
        created_at=created,
        history=[DirectoryState(created, location, licences)],
        mail=about.get("mail", None if about.get("resource_account") else upn),
        job_title=about.get("title"),
        department=about.get("department"),
        city=_data()["cities"].get(about["country"]),
        country=about["country"],
        language=_data()["languages"].get(about["country"]),
        enabled=about.get("enabled", True),
        guest=about.get("guest", False),
        resource_account=about.get("resource_account", False),
        manager_id=person_id(about["manager"]) if "manager" in about else None,
        automatic_replies=_automatic_replies(tenant, about.get("away_days", 0)),
    )


def _licence(tenant: Tenant, text: str) -> Licence:
    """`PART -PLAN -PLAN`: a part number and the plans switched off."""
    part_number, *off = text.split(" -")
    sku = tenant.find_sku(part_number)
    assert sku is not None, part_number
    disabled = frozenset(plan.id for plan in sku.plans if plan.name in off)
    return Licence(sku.sku_id, disabled, since=tenant.clock.now() - LONG_AGO)


def _automatic_replies(tenant: Tenant, days: int) -> AutomaticReplies:
    if not days:
        return AutomaticReplies()
    now = tenant.clock.now()
    return AutomaticReplies(
        "scheduled", now - timedelta(days=1), now + timedelta(days=days), "Ich bin im Urlaub."
    )


def _add_group(tenant: Tenant, name: str, members: list[str]) -> None:
    licences = {}
    for part_number in _data()["group_licences"].get(name, ()):
        sku = tenant.find_sku(part_number)
        assert sku is not None, part_number
        licences[sku.sku_id] = frozenset[str]()
    tenant.groups[group_id(name)] = Group(
        id=group_id(name),
        display_name=name,
        description=f"{name} of {tenant.display_name}",
        created_at=tenant.clock.now() - LONG_AGO,
        members=[
            group_id(one.removeprefix("group:")) if one.startswith("group:") else person_id(one)
            for one in members
        ],
        licences=licences,
    )


def _add_location(tenant: Tenant, about: dict[str, str]) -> None:
    location = Location(
        id=location_id(about["key"]),
        civic_address_id=_id(f"civic-address/{about['key']}"),
        name=about["name"],
        country=about["country"],
        city=about["city"],
        address=about["address"],
    )
    tenant.locations[location.id] = location


def _numbers(tenant: Tenant, block: dict[str, Any]) -> Iterator[Number]:
    assigned = block.get("assigned", {})
    for e164 in (*block["numbers"], *assigned):
        holder = assigned.get(e164)
        yield Number(
            telephone_number=e164,
            number_type=block["type"],
            country=block["country"],
            city=block.get("city"),
            capabilities=(block.get("purpose", "userAssignment"),),
            location_id=location_id(block["location"]) if "location" in block else None,
            category="primary" if holder else None,
            target_id=person_id(holder) if holder else None,
            status=_assignment_status(tenant, holder),
            activated_at=tenant.clock.now() - LONG_AGO if holder else None,
        )


def _assignment_status(tenant: Tenant, holder: str | None) -> str:
    if holder is None:
        return "unassigned"
    person = tenant.people[person_id(holder)]
    return "voiceApplicationAssigned" if person.resource_account else "userAssigned"
