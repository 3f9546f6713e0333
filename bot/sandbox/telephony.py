"""The number service: orders are taken at once and carried out a little later, as the tenant stands then.

The texts are those the same service gives through Set-CsPhoneNumberAssignment, as far as they are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Literal

from bot.sandbox.model import Number, Operation, Person, opaque_id
from bot.sandbox.products import CALLING_PLANS, PlanId
from bot.sandbox.tenant import Tenant

__all__ = ["features", "lets_hold", "place_order", "release_unlicensed", "settle", "voice_enabled"]

LOCATION_AT_ASSIGNMENT = frozenset({"US", "CA"})
"""Where a Calling Plan number gets its emergency location when it is assigned, not when it is acquired."""

_LABELS = {
    "callingPlan": "CallingPlan",
    "directRouting": "DirectRouting",
    "operatorConnect": "OperatorConnect",
}


class _OrderFailed(Exception):
    """`str()` becomes the order's statusDetail."""


def place_order(
    tenant: Tenant,
    kind: Literal["Assignment", "Unassignment"],
    telephone_number: str,
    number_type: str,
    target_id: str | None = None,
) -> Operation:
    """Take an order; it is looked at when its time has come, not now."""
    now = tenant.clock.now()
    made = tenant.fresh_id("operation")
    operation = Operation(
        id=opaque_id(kind, made),
        kind=kind,
        telephone_number="+" + telephone_number.removeprefix("+"),
        number_type=number_type,
        created_at=now,
        starts_at=now + timedelta(seconds=tenant.delays.number_start),
        due_at=now + timedelta(seconds=tenant.delays.number_operation),
        seq=len(tenant.operations),
        target_id=target_id,
    )
    tenant.add_operation(operation)
    return operation


def settle(tenant: Tenant) -> None:
    """Carry out every order whose time has come. Called before anything is read."""
    for operation in tenant.due_operations():
        before = tenant.revision
        try:
            _carry_out(tenant, operation)
        except _OrderFailed as failed:
            operation.outcome, operation.detail = "failed", str(failed)
        else:
            operation.outcome = "succeeded"
        if tenant.revision != before:
            for listener in tenant.on_operation:
                listener(operation)


def _carry_out(tenant: Tenant, operation: Operation) -> None:
    if operation.doomed is not None:
        raise _OrderFailed(operation.doomed)
    if operation.hollow:
        return
    number = tenant.numbers.get(operation.telephone_number)
    if number is None or number.number_type != operation.number_type:
        raise _OrderFailed(
            f"Telephone Number '{operation.telephone_number}' is not found from tenant '{tenant.id}'"
        )
    if operation.kind == "Assignment":
        _assign(tenant, operation, number)
    else:
        _unassign(tenant, number)


def _assign(tenant: Tenant, operation: Operation, number: Number) -> None:
    person = tenant.find_person(operation.target_id or "")
    if person is None:
        raise _OrderFailed(f"User '{operation.target_id}' is not found from tenant '{tenant.id}'")
    if number.target_id == person.id:
        return
    for problem in _objections(tenant, number, person, operation):
        raise _OrderFailed(problem)
    number.location_id = operation.location_id or number.location_id
    number.category = operation.category or "primary"
    number.activated_at = operation.due_at + timedelta(seconds=tenant.delays.number_activation)
    tenant.point_number(number, person.id)


def _objections(tenant: Tenant, number: Number, person: Person, operation: Operation) -> Iterator[str]:
    """Everything that stands against the assignment, most telling first."""
    quoted = f"Telephone Number '{number.telephone_number}'"
    if number.target_id is not None:
        yield f"{quoted} has already been assigned to another user"
    if not tenant.known_to_teams(person):
        yield f"User '{person.id}' is not found from tenant '{tenant.id}'"
    if not lets_hold(number.number_type, tenant.teams_plans(person)):
        label = _LABELS[number.number_type]
        yield f"User '{person.id}' lacks appropriate licenses to assign a '{label}' number"
    if "userAssignment" not in number.capabilities:
        yield f"{quoted} cannot be assigned to a user"
    if number.country != person.now.usage_location:
        yield f"{quoted} is not of the usage location of user '{person.id}'"
    if any(held.category == (operation.category or "primary") for held in tenant.numbers_of(person)):
        yield f"User '{person.id}' already has a telephone number assigned"
    yield from _location_objections(tenant, number, operation.location_id)


def _location_objections(tenant: Tenant, number: Number, chosen: str | None) -> Iterator[str]:
    quoted = f"Telephone Number '{number.telephone_number}'"
    if number.number_type != "callingPlan":
        return
    if chosen is None and (number.country in LOCATION_AT_ASSIGNMENT or number.location_id is None):
        yield f"{quoted} cannot be assigned without an emergency location"
    location = tenant.locations.get(chosen or "")
    if chosen is not None and (location is None or location.country != number.country):
        yield f"Emergency location '{chosen}' is not valid for {quoted}"


def _unassign(tenant: Tenant, number: Number) -> None:
    if number.target_id is None:
        raise _OrderFailed(f"Telephone Number '{number.telephone_number}' is not assigned")
    _free(tenant, number)


def _free(tenant: Tenant, number: Number) -> None:
    number.category, number.activated_at = None, None
    tenant.point_number(number, None)


def lets_hold(number_type: str, plans: frozenset[str]) -> bool:
    """Whether these service plans let a person hold a number of this type."""
    if PlanId.PHONE not in plans:
        return False
    return number_type != "callingPlan" or bool(plans & CALLING_PLANS)


def release_unlicensed(tenant: Tenant, person: Person) -> None:
    """Take away numbers whose licence has just gone; a Direct Routing number leaves the inventory too."""
    plans = tenant.enabled_plans(person.now)
    for number in tenant.numbers_of(person):
        if number.status != "userAssigned" or lets_hold(number.number_type, plans):
            continue
        _free(tenant, number)
        if number.number_type == "directRouting":
            tenant.remove_number(number)


def features(tenant: Tenant, person: Person) -> list[str]:
    """`featureTypes`: what Teams has provisioned for the person so far."""
    plans = tenant.teams_plans(person)
    named = [
        ("Teams", PlanId.TEAMS in plans),
        ("AudioConferencing", PlanId.CONFERENCING in plans),
        ("PhoneSystem", PlanId.PHONE in plans),
        ("CallingPlan", bool(plans & CALLING_PLANS)),
    ]
    return [name for name, there in named if there]


def voice_enabled(tenant: Tenant, person: Person) -> bool:
    return PlanId.PHONE in tenant.teams_plans(person)
