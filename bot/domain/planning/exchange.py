"""Licences given and taken back in one call: what has to hold before it, and its plan (R13, R19, R20)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.limits import unlimited_seats
from bot.domain.catalogue.products import Role, plans_of_role, product, product_name
from bot.domain.catalogue.tables import from_tables
from bot.domain.numbers import PhoneNumber
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.afterwards import afterwards, has, lost_number, lost_plans, orphan
from bot.domain.planning.choice import Offer
from bot.domain.planning.licences import Licences
from bot.domain.planning.money import monthly_cost
from bot.domain.planning.notices import offer_notices
from bot.domain.planning.number_wish import first_wait, seat_stock
from bot.domain.planning.order import in_order
from bot.domain.planning.person import had
from bot.domain.planning.standing import contents
from bot.domain.planning.usage_location import usage_location_steps
from bot.domain.plans import (
    AwaitPlans,
    ChangeLicences,
    HumanTask,
    KeepNumber,
    Notice,
    NoticeLevel,
    Notify,
    Plan,
    Refusal,
    ReleaseNumber,
    Step,
    StockLine,
)
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId

__all__ = [
    "NOTHING",
    "Case",
    "Change",
    "brings_calling",
    "exchange_plan",
    "plans_brought",
    "replaced_by",
]

_OF_CALLING: tuple[Role, ...] = (
    "teams",
    "phone",
    "calling",
    "conferencing",
    "credits",
    "resource",
    "mobile",
)
NOTHING = Licences(switched_on=(), taken=(), plans=(), settled=True)
"""No licence is given."""

_ONE_OF_A_KIND = frozenset({"suite", "calling_plan", "audio_conferencing", "teams_rooms"})
"""Kinds of products of which a person has one: Microsoft says that their plans exclude each other."""


@dataclass(frozen=True, slots=True)
class Case:
    """The person, the stock and the country under one roof, at one moment of business time."""

    holdings: Holdings
    tenant: TenantView
    facts: Country
    now: datetime

    @property
    def name(self) -> str:
        return self.holdings.person.name

    @property
    def iso2(self) -> str:
        return self.facts.iso2


@dataclass(frozen=True, slots=True)
class Change:
    """What is given and what is taken back, with what should be said about it."""

    licences: Licences
    gives: tuple[HeldLicence, ...] = ()
    leaves: tuple[HeldLicence, ...] = ()
    """Licences of groups, which people take away by a task of the change."""
    confirms_loss: bool = False
    notices: tuple[Notice, ...] = ()
    tasks: tuple[HumanTask, ...] = ()
    rules: tuple[str, ...] = ("R01", "R10")

    @property
    def gets(self) -> tuple[ObjectId, ...]:
        return tuple(one.sku_id for one in self.licences.taken)

    @property
    def goes(self) -> tuple[HeldLicence, ...]:
        return (*self.gives, *self.leaves)

    def saying(
        self, *notices: Notice, tasks: tuple[HumanTask, ...] = (), rules: tuple[str, ...] = ()
    ) -> Change:
        """The same with more to be said, done by people, or named as its reason."""
        return replace(
            self,
            notices=(*self.notices, *notices),
            tasks=(*self.tasks, *tasks),
            rules=(*self.rules, *rules),
        )


def replaced_by(new: Offer, holdings: Holdings, tenant: TenantView) -> tuple[HeldLicence, ...]:
    """Licences the person does not need, or cannot keep, once the new one is there (R13, R19, J12).

    Another suite, another Calling Plan, and whatever brings nothing for calling that the new one lacks.
    """
    return tuple(
        one
        for one in holdings.licences
        if one.sku_id != new.sku_id and one.in_force and _gives_way(one, new, tenant)
    )


def _gives_way(held: HeldLicence, new: Offer, tenant: TenantView) -> bool:
    category = _category(new.sku_id)
    if category in _ONE_OF_A_KIND and _category(held.sku_id) == category:
        return new.use != "international_only"
    if _category(held.sku_id) == "suite" or held.assigned_by_group:
        return False
    if _category(held.sku_id) == "calling_plan" and brings_calling(new.sku_id, tenant):
        return True
    before = _for_calling(held.sku_id, tenant)
    return bool(before) and before <= _for_calling(new.sku_id, tenant)


def brings_calling(sku_id: str, tenant: TenantView) -> bool:
    """Whether there is a Calling Plan in a product, whatever it is called."""
    return not plans_of_role("calling").isdisjoint(contents(sku_id, tenant))


def _category(sku_id: str) -> str:
    found = product(sku_id)
    return found.category if found else ""


def _for_calling(sku_id: str, tenant: TenantView) -> frozenset[ObjectId]:
    return contents(sku_id, tenant) & _plans_of_calling()


@from_tables
def _plans_of_calling() -> frozenset[ObjectId]:
    return frozenset[ObjectId]().union(*(plans_of_role(role) for role in _OF_CALLING))


def _refusal_of(change: Change, case: Case) -> Refusal | None:
    """Why the change must not be made: a group decides, a base goes, or a number would be lost (R05, R20)."""
    holdings, tenant = case.holdings, case.tenant
    inherited = next((one for one in change.gives if one.assigned_by_group), None)
    if inherited:
        return _by_group(inherited, case.name)
    after = afterwards(holdings, tenant, change.goes, change.gets)
    hanging = orphan(holdings, after, tenant)
    if hanging:
        params = {"dependent": hanging.dependent, "product": hanging.base, "name": case.name}
        return Refusal(code="SB-LIC-25", params=params)
    lost = lost_number(holdings, after, tenant)
    if lost and not change.confirms_loss:
        params = {"name": case.name, "number": lost.telephone_number}
        return Refusal(code="SB-LIC-23", params=params)
    return None


def _by_group(held: HeldLicence, name: str) -> Refusal:
    params = {"name": name, "product": product_name(held.sku_id), "group": held.assigned_by_group or ""}
    return Refusal(code="SB-LIC-17", params=params)


def exchange_plan(change: Change, case: Case) -> Plan | Refusal:
    """One call for all licences, then waiting until they work, then the number looked at again."""
    refusal = _refusal_of(change, case)
    if refusal:
        return refusal
    lost = lost_number(
        case.holdings, afterwards(case.holdings, case.tenant, change.goes, change.gets), case.tenant
    )
    steps: tuple[Step, ...] = (
        *(usage_location_steps(case.holdings.person, case.iso2) if change.licences.adds else ()),
        *((_release(lost, case),) if lost else ()),
        *_licence_step(change, case),
        *_waiting(change, case),
        *change.tasks,
        *_kept(change, lost, case),
        Notify(rules=("R69",)),
    )
    taken = change.licences.taken
    kept = afterwards(case.holdings, case.tenant, change.gives, ())
    return Plan(
        steps=in_order(steps),
        notices=(
            *_loss_notices(lost, case),
            *_exchange_notices(change),
            *offer_notices(taken, kept, case.tenant, case.facts),
            *change.notices,
        ),
        stock=_stock(change),
        waits_for=first_wait(steps, change.licences, None),
    )


def _stock(change: Change) -> tuple[StockLine, ...]:
    """Seats that are taken; of what never runs out there is nothing to say (R43)."""
    return tuple(line for line in seat_stock(change.licences) if line.free_before < unlimited_seats())


def _licence_step(change: Change, case: Case) -> tuple[ChangeLicences, ...]:
    remove = tuple(dict.fromkeys(one.sku_id for one in change.gives))
    if not change.licences.adds and not remove:
        return ()
    cost = monthly_cost(change.licences.taken, case.tenant.facts)
    rules = (*change.rules, "R19") if remove else change.rules
    return (ChangeLicences(add=change.licences.adds, remove=remove, monthly_cost=cost, rules=rules),)


def _waiting(change: Change, case: Case) -> tuple[AwaitPlans, ...]:
    """Never done on Graph's word alone: the plans have to be effective (R07)."""
    plans = tuple(sorted(set(change.licences.plans)))
    gone = lost_plans(case.holdings, case.tenant, change.goes, change.gets)
    return (AwaitPlans(plans=plans, gone=gone, rules=("R07",)),) if plans or gone else ()


def _kept(change: Change, lost: PhoneNumber | None, case: Case) -> tuple[KeepNumber, ...]:
    """The number as it is now, so that it can be seen to be there afterwards (R19)."""
    if not change.goes or lost:
        return ()
    return tuple(
        KeepNumber(
            telephone_number=one.telephone_number,
            number_type=one.number_type,
            location_id=one.location_id,
            rules=("R19",),
        )
        for one in had(case.holdings)
        if has(case.holdings, case.tenant, "phone")
    )


def _release(lost: PhoneNumber, case: Case) -> ReleaseNumber:
    """Given back in good order before the licence goes, and rested: not dropped (R20, J07)."""
    return ReleaseNumber(
        telephone_number=lost.telephone_number,
        number_type=lost.number_type,
        rest_days=case.tenant.facts.rest_days,
        tag=f"ex-{case.name}",
        rules=("R20",),
    )


def _loss_notices(lost: PhoneNumber | None, case: Case) -> tuple[Notice, ...]:
    if lost is None:
        return ()
    params = {"name": case.name, "number": lost.telephone_number}
    return (Notice(code="SB-LIC-24", level=NoticeLevel.WARN, params=params),)


def _exchange_notices(change: Change) -> tuple[Notice, ...]:
    """Which product goes for which (R13, J12): two that exclude each other are never left together."""
    new = change.licences.taken
    if not change.gives or not new:
        return ()
    params = {
        "product": ", ".join(one.name for one in new),
        "replaced": _names(one.sku_id for one in change.gives),
    }
    return (Notice(code="SB-LIC-19", params=params),)


def _names(sku_ids: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(product_name(one) for one in sku_ids))


def plans_brought(sku_id: str, tenant: TenantView) -> tuple[ObjectId, ...]:
    """The plans of a product that matter for calling: those to wait for."""
    return tuple(sorted(_for_calling(sku_id, tenant) or _unknown(sku_id, tenant)))


def _unknown(sku_id: str, tenant: TenantView) -> frozenset[ObjectId]:
    """Of a product the catalogue does not know, all there is."""
    return frozenset() if product(sku_id) else contents(sku_id, tenant)
