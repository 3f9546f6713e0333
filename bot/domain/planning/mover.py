"""Somebody moves to another country: a number there first, and only then the old one goes (J18)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot.domain.catalogue.countries import Country, country
from bot.domain.catalogue.products import plans_of_role, product
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.people import HeldLicence, Holdings
from bot.domain.planning.choice import Offer, offers
from bot.domain.planning.groups import group_notices, leave_groups, taken_directly
from bot.domain.planning.licences import Licences, calling_plans_for, licences_for
from bot.domain.planning.money import monthly_cost
from bot.domain.planning.notices import licence_notices
from bot.domain.planning.number_part import NumberPart, number_part
from bot.domain.planning.number_wish import first_wait, seat_stock
from bot.domain.planning.order import in_order
from bot.domain.planning.person import location_refusal, number_type_of, unlicensable
from bot.domain.planning.releasing import (
    calls_end,
    number_to_release,
    other_number,
    release,
    release_notice,
    unconfirmed,
)
from bot.domain.planning.standing import contents
from bot.domain.planning.usage_location import country_refusal, usage_location_steps
from bot.domain.plans import (
    AwaitVoice,
    ChangeLicences,
    Notice,
    NoticeLevel,
    Notify,
    Plan,
    Refusal,
    ReleaseNumber,
    SetUsageLocation,
    Step,
)
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId
from bot.domain.wishes import MoverWish

__all__ = ["plan_mover", "precheck_mover"]


@dataclass(frozen=True, slots=True)
class _Move:
    """Who moves, with what, and to where."""

    wish: MoverWish
    holdings: Holdings
    tenant: TenantView
    facts: Country
    """Of the new country."""
    old: PhoneNumber | None
    """The number that is given up; None where there is none."""


def plan_mover(wish: MoverWish, holdings: Holdings, tenant: TenantView, now: datetime) -> Plan | Refusal:
    """Number, usage location and licences of the new country, in the one order that loses nothing early.

    A person has one number, and its country must be that of the usage location (R68): so the new number is
    held before the old one is released, and the location is set in between. With no number there, nothing
    changes and the request waits.
    """
    move = _admitted(wish, holdings, tenant)
    if isinstance(move, Refusal):
        return move
    misfits = _misfits(move)
    licences = _licences(move, misfits)
    if isinstance(licences, Refusal):
        return licences
    number = number_part(wish, holdings, tenant, move.facts, number_type_of(holdings))
    gone = (release(move.old, tenant.facts, after_hold=True),) if move.old else ()
    steps: tuple[Step, ...] = (
        *number.tasks,
        *gone,
        *_location_steps(move),
        *_licence_steps(move, licences, misfits),
        *leave_groups(misfits, holdings.person),
        AwaitVoice(plans=licences.plans, rules=("R07", "R08")),
        number.step,
        Notify(rules=("R69",)),
    )
    return Plan(
        steps=in_order(steps),
        notices=(*_notices(move, licences, number, gone), *group_notices(misfits, holdings.person)),
        stock=(*seat_stock(licences), *number.stock),
        waits_for=first_wait(steps, licences, number.waits_for),
    )


def precheck_mover(wish: MoverWish, holdings: Holdings, tenant: TenantView, agreed: Plan) -> Refusal | None:
    """Why the move must not begin as things are now: it gives up what the person needs until the end."""
    move = _admitted(wish, holdings, tenant)
    if isinstance(move, Refusal):
        return move
    return other_number(holdings, agreed)


def _admitted(wish: MoverWish, holdings: Holdings, tenant: TenantView) -> _Move | Refusal:
    refusal = unlicensable(holdings)
    if refusal:
        return refusal
    facts = country(wish.country)
    if facts is None or not facts.teams_phone:
        return Refusal(code="SB-NUM-02", params={"country": wish.country})
    held = number_to_release(holdings)
    if isinstance(held, Refusal):
        return held
    refusal = _no_move(wish, holdings, held) or _no_service(holdings, facts, held)
    if refusal:
        return refusal
    if held and not wish.confirms_loss:
        return unconfirmed(held, holdings)
    return location_refusal(wish, holdings, facts, tenant.facts) or _Move(wish, holdings, tenant, facts, held)


def _no_move(wish: MoverWish, holdings: Holdings, held: PhoneNumber | None) -> Refusal | None:
    """Already there, or a directory that names a third country for somebody without usage location (R18)."""
    person = holdings.person
    if held is not None and held.country == wish.country:
        params = {"name": person.name, "number": held.telephone_number}
        return Refusal(code="SB-NUM-01", params=params)
    if person.usage_location == wish.country and held is None:
        return Refusal(code="SB-NUM-24", params={"name": person.name, "country": wish.country})
    return country_refusal(person, wish.country) if person.usage_location is None else None


def _no_service(holdings: Holdings, facts: Country, held: PhoneNumber | None) -> Refusal | None:
    """A country without Calling Plans: another carrier there, or no number any more (R71)."""
    if facts.calling_plan or number_type_of(holdings) is not NumberType.CALLING_PLAN:
        return None
    if held is None:
        return Refusal(code="SB-NUM-03", params={"country": facts.iso2})
    return Refusal(code="SB-NUM-25", params={"country": facts.iso2, "number": held.telephone_number})


def _location_steps(move: _Move) -> tuple[Step, ...]:
    person, new = move.holdings.person, move.wish.country
    if person.usage_location is None:
        return usage_location_steps(person, new)
    return () if person.usage_location == new else (SetUsageLocation(country=new, rules=("R18", "R68")),)


def _misfits(move: _Move) -> tuple[HeldLicence, ...]:
    """Calling Plans that bring nothing in the new country (R15, R72, pay-as-you-go zones)."""
    calling, good = plans_of_role("calling"), calling_plans_for(move.facts, move.tenant)
    return tuple(
        one
        for one in move.holdings.licences
        if calling & contents(one.sku_id, move.tenant)
        and not (_serves(one.sku_id, move.facts) and good & contents(one.sku_id, move.tenant))
    )


def _serves(sku_id: ObjectId, facts: Country) -> bool:
    known = product(sku_id)
    return known is None or known.serves(facts.iso2)


def _licences(move: _Move, misfits: tuple[HeldLicence, ...]) -> Licences | Refusal:
    """What is needed there without the plans that do not fit; the same kind of plan where there is one."""
    left = _without(move.holdings, misfits, move.tenant)
    found = licences_for(left, move.tenant, move.facts, number_type_of(move.holdings))
    if isinstance(found, Refusal):
        return found
    calling = plans_of_role("calling")
    if not any(calling & contents(one.sku_id, move.tenant) for one in found.taken):
        # The own carrier takes none, and one that does for the new country stays.
        return found
    same = next((offer for one in misfits for offer in _same_kind(one, move)), None)
    return _with_plan(found, same, move.tenant) if same else found


def _without(holdings: Holdings, gone: tuple[HeldLicence, ...], tenant: TenantView) -> Holdings:
    kept = tuple(one for one in holdings.licences if one not in gone)
    still = frozenset[ObjectId]().union(*(contents(one.sku_id, tenant) for one in kept))
    lost = frozenset[ObjectId]().union(*(contents(one.sku_id, tenant) for one in gone)) - still
    return holdings.model_copy(update={"licences": kept, "enabled_plans": holdings.enabled_plans - lost})


def _same_kind(one: HeldLicence, move: _Move) -> list[Offer]:
    """Plans of the kind the person has, for the new country: pay-as-you-go stays pay-as-you-go."""
    known = product(one.sku_id)
    if known is None or not known.use:
        return []
    found = offers(known.use, move.facts.iso2, move.tenant)
    return [offer for offer in found if offer.owned and offer.sku_id != one.sku_id]


def _with_plan(licences: Licences, same: Offer, tenant: TenantView) -> Licences:
    calling = plans_of_role("calling")
    others = tuple(one for one in licences.taken if not calling & contents(one.sku_id, tenant))
    brought = sorted(calling & contents(same.sku_id, tenant))[:1]
    plans = (*(one for one in licences.plans if one not in calling), *brought)
    return replace(licences, taken=(*others, same), plans=plans)


def _licence_steps(
    move: _Move, licences: Licences, misfits: tuple[HeldLicence, ...]
) -> tuple[ChangeLicences, ...]:
    """Everything in one call, so that nothing is lost in between (R19)."""
    remove = taken_directly(misfits)
    if not licences.adds and not remove:
        return ()
    return (
        ChangeLicences(
            add=licences.adds,
            remove=remove,
            monthly_cost=monthly_cost(licences.taken, move.tenant.facts),
            rules=("R15", "R18", "R19"),
        ),
    )


def _notices(
    move: _Move, licences: Licences, number: NumberPart, gone: tuple[ReleaseNumber, ...]
) -> tuple[Notice, ...]:
    params = {"country": move.facts.iso2}
    return (
        *(release_notice(move.old, move.holdings, step) for step in gone if move.old),
        *((calls_end(move.old),) if move.old else ()),
        Notice(code="SB-NUM-27", level=NoticeLevel.WARN, params=params),
        *licence_notices(licences, move.holdings, move.tenant, move.facts),
        *number.notices,
    )
