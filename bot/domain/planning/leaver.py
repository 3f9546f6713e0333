"""Somebody leaves: after the last day the number is given up and the phone licences are taken back (J07)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.domain.catalogue.products import Role, plans_of_role, product_name
from bot.domain.numbers import PhoneNumber
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.groups import group_notices, leave_groups, taken_directly
from bot.domain.planning.order import in_order
from bot.domain.planning.releasing import number_to_release, release, release_notice, unconfirmed
from bot.domain.planning.standing import contents
from bot.domain.plans import (
    AwaitMoment,
    ChangeLicences,
    HumanTask,
    Plan,
    Refusal,
    ReleaseNumber,
    Step,
    WaitReason,
)
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId
from bot.domain.wishes import LeaverWish

__all__ = ["phone_licences", "plan_leaver"]

_PHONE: tuple[Role, ...] = ("phone", "calling", "conferencing", "credits", "mobile")
_SUITE: tuple[Role, ...] = ("base", "teams")


def plan_leaver(wish: LeaverWish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """What is undone for somebody who leaves, or a refusal where there is nothing or nobody said yes.

    Licences that come from a group are for the group's administrators; the suite stays as it is.
    """
    number = number_to_release(holdings)
    if isinstance(number, Refusal):
        return number
    licences = phone_licences(holdings, tenant)
    refusal = _refusal(wish, holdings, number, licences)
    if refusal:
        return refusal
    gone = _release(wish, holdings, number, tenant)
    later = _last_day(wish, now)
    steps: tuple[Step, ...] = (
        *later,
        *_forwarding(wish, holdings, number),
        *gone,
        *_taken_back(licences),
        *leave_groups(licences, holdings.person),
    )
    return Plan(
        steps=in_order(steps),
        notices=(
            *(release_notice(number, holdings, step) for step in gone if number),
            *group_notices(licences, holdings.person),
        ),
        waits_for=WaitReason.DATE if later else None,
    )


def phone_licences(holdings: Holdings, tenant: TenantView) -> tuple[HeldLicence, ...]:
    """Licences that are for calling and nothing else: add-ons, never a suite."""
    phone = frozenset[ObjectId]().union(*(plans_of_role(role) for role in _PHONE))
    suite = frozenset[ObjectId]().union(*(plans_of_role(role) for role in _SUITE))
    return tuple(
        one
        for one in holdings.licences
        if phone & contents(one.sku_id, tenant) and not suite & contents(one.sku_id, tenant)
    )


def _refusal(
    wish: LeaverWish, holdings: Holdings, number: PhoneNumber | None, licences: tuple[HeldLicence, ...]
) -> Refusal | None:
    if number is None and not licences:
        return Refusal(code="SB-NUM-23", params={"name": holdings.person.name})
    if wish.confirms_loss:
        return None
    if number is not None:
        return unconfirmed(number, holdings)
    names = ", ".join(product_name(one.sku_id) for one in licences)
    return Refusal(code="SB-NUM-29", params={"name": holdings.person.name, "products": names})


def _last_day(wish: LeaverWish, now: datetime) -> tuple[AwaitMoment, ...]:
    """The end of the last day, unless that has passed."""
    if wish.last_day is None:
        return ()
    end = datetime.combine(wish.last_day + timedelta(days=1), time(), UTC)
    return (AwaitMoment(until=end),) if end > now else ()


def _release(
    wish: LeaverWish, holdings: Holdings, number: PhoneNumber | None, tenant: TenantView
) -> tuple[ReleaseNumber, ...]:
    if number is None:
        return ()
    tag = f"ex-{holdings.person.name}"
    return (release(number, tenant.facts, kept_for=wish.successor_id, tag=tag),)


def _forwarding(wish: LeaverWish, holdings: Holdings, number: PhoneNumber | None) -> tuple[HumanTask, ...]:
    """Before the number goes: without it and its licence there is nothing to forward."""
    if not wish.forward_to or number is None:
        return ()
    person = holdings.person
    params = {"name": person.name, "person": person.upn, "target": wish.forward_to}
    return (HumanTask(task=TaskKind.FORWARD_CALLS, params=params),)


def _taken_back(licences: tuple[HeldLicence, ...]) -> tuple[ChangeLicences, ...]:
    direct = taken_directly(licences)
    return (ChangeLicences(remove=direct, rules=("R19", "R20")),) if direct else ()
