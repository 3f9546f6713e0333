"""From one wanted product to a change of licences: what it needs underneath, and what makes way for it."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.catalogue.products import Role, plans_of_role, product
from bot.domain.people import HeldLicence
from bot.domain.planning.account import for_machines
from bot.domain.planning.afterwards import afterwards
from bot.domain.planning.base_rules import base_notices, base_refusal
from bot.domain.planning.calling_rules import calling_notices, calling_refusal, step_up_notices
from bot.domain.planning.choice import Offer, phone_and_calling
from bot.domain.planning.exchange import Case, Change, brings_calling, plans_brought, replaced_by
from bot.domain.planning.licences import Licences, foundation
from bot.domain.planning.standing import Footing, Standing, contents
from bot.domain.planning.wanted import CALLING, Wanted, found_already, source_name
from bot.domain.plans import Refusal

__all__ = ["after", "change_for", "licensed_already", "together"]

_BUNDLES = frozenset({"phone_system_with_calling_plan"})
_ON_TEAMS = _BUNDLES | {"phone_system", "phone_system_without_calling_plan", "audio_conferencing"}
_ROLES: tuple[Role, ...] = ("teams", "phone", "calling", "conferencing", "credits", "resource", "mobile")


def licensed_already(one: Wanted, case: Case) -> Change | Refusal | None:
    """What there is to do where the person has the product in some form; None where it has to be given.

    Effective or on its way: nothing, and people hear what brings it (J04). Switched off: switched on, which
    takes no seat (R26), unless a group decides over it.
    """
    found = found_already(one, case.holdings, case.tenant)
    if any(each.footing is Footing.MISSING for each in found):
        return None
    off = [each for each in found if each.footing is Footing.SWITCHED_OFF]
    if not off:
        source = source_name(found[0], case.holdings, case.tenant) or one.offer.name
        params = {"name": case.name, "product": one.offer.name, "source": source}
        return Refusal(code="SB-LIC-14", params=params)
    return _switch_on(off, one, case)


def _switch_on(off: list[Standing], one: Wanted, case: Case) -> Change | Refusal:
    below = _underneath(one, case)
    roles = tuple(
        role for role in _ROLES if role in below or any(each.plan_id in plans_of_role(role) for each in off)
    )
    if case.holdings.own_pstn and "calling" in roles:
        return Refusal(code="SB-LIC-15", params={"name": case.name, "product": one.offer.name})
    found = foundation(case.holdings, case.tenant, case.facts, roles)
    return found if isinstance(found, Refusal) else Change(found, rules=("R26",))


def change_for(one: Wanted, case: Case) -> Change | Refusal:
    """The licences to give and to take back in one call, so that the person has the product (R05, R13)."""
    gives = _making_way(one, case)
    era = case.tenant.facts.era
    refusal = base_refusal(one.use, one.offer.name, case.holdings, era)
    if refusal is None and brings_calling(one.offer.sku_id, case.tenant):
        refusal = calling_refusal(one, gives, case)
    if refusal:
        return refusal
    then = afterwards(case.holdings, case.tenant, gives, [one.offer.sku_id])
    under = foundation(then, case.tenant, case.facts, _underneath(one, case))
    if isinstance(under, Refusal):
        return under
    taken = _taken(one, under, case)
    return Change(
        _licences(taken, under, case),
        gives=gives,
        notices=(
            *base_notices(one.use, one.offer.name, case.holdings, era),
            *step_up_notices(one.offer, gives, case.tenant.facts),
            *calling_notices(one.offer, case.facts, case.tenant),
        ),
        rules=_rules(one),
    )


def after(change: Change, case: Case) -> Case:
    """The case as it will be once a change was made, to plan what comes on top of it."""
    holdings = afterwards(case.holdings, case.tenant, change.gives, change.gets)
    on = {sku for add in change.licences.switched_on for sku in (add.sku_id,)}
    licences = tuple(
        one.model_copy(update={"disabled_plans": frozenset()}) if one.sku_id in on else one
        for one in holdings.licences
    )
    return replace(case, holdings=holdings.model_copy(update={"licences": licences}))


def together(first: Change, second: Change) -> Change:
    """Two changes as one call."""
    taken = {one.sku_id: one for one in (*first.licences.taken, *second.licences.taken)}
    new = set(first.gets)
    return Change(
        Licences(
            switched_on=(*first.licences.switched_on, *second.licences.switched_on),
            taken=tuple(taken.values()),
            plans=tuple(dict.fromkeys((*first.licences.plans, *second.licences.plans))),
            settled=first.licences.settled and second.licences.settled,
        ),
        gives=(*first.gives, *(one for one in second.gives if one.sku_id not in new)),
        leaves=(*first.leaves, *second.leaves),
        confirms_loss=first.confirms_loss or second.confirms_loss,
        notices=(*first.notices, *(one for one in second.notices if one not in first.notices)),
        tasks=(*first.tasks, *second.tasks),
        rules=tuple(dict.fromkeys((*first.rules, *second.rules))),
    )


def _making_way(one: Wanted, case: Case) -> tuple[HeldLicence, ...]:
    """What the product replaces; a bundle with a Calling Plan in it makes way for another Calling Plan."""
    found = replaced_by(one.offer, case.holdings, case.tenant)
    if one.use not in CALLING or one.use == "international_only":
        return found
    calling = plans_of_role("calling")
    bundles = (
        held
        for held in case.holdings.licences
        if held.in_force
        and _category(held.sku_id) in _BUNDLES
        and calling & contents(held.sku_id, case.tenant) - held.disabled_plans
    )
    return tuple(dict.fromkeys((*found, *bundles)))


def _category(sku_id: str) -> str:
    found = product(sku_id)
    return found.category if found else ""


def _underneath(one: Wanted, case: Case) -> tuple[Role, ...]:
    """What a product is of no use without (R05, R21, R25); a resource account has its own licence (R74)."""
    if for_machines(case.holdings):
        return ()
    if one.use in CALLING:
        return ("teams", "phone")
    return ("teams",) if one.category in _ON_TEAMS else ()


def _taken(one: Wanted, under: Licences, case: Case) -> tuple[Offer, ...]:
    """What it needs first, then the product; the bundle of both where one of them is out of stock."""
    phone = next((each for each in under.taken if each.use == "phone"), None)
    if phone is None or one.use != "domestic" or one.named:
        return (*under.taken, one.offer)
    rest = (each for each in under.taken if each is not phone)
    return (*rest, *phone_and_calling(phone, one.offer, case.facts, case.tenant))


def _licences(taken: tuple[Offer, ...], under: Licences, case: Case) -> Licences:
    brought = (plan for one in taken for plan in plans_brought(one.sku_id, case.tenant))
    plans = tuple(dict.fromkeys((*under.plans, *brought)))
    return Licences(switched_on=under.switched_on, taken=taken, plans=plans, settled=False)


def _rules(one: Wanted) -> tuple[str, ...]:
    """The rules that decided on the step."""
    if one.use in CALLING:
        return ("R01", "R05", "R10", "R13")
    if one.use in ("conferencing", "conferencing_ppm"):
        return ("R01", "R21", "R35")
    if one.use == "credits":
        return ("R01", "R42")
    return ("R01", "R10", "R21")
