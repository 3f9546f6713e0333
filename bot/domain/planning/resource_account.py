"""The account behind a queue or an attendant: the licence it takes, and the ones it must not have (R74)."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.domain.catalogue.countries import Country
from bot.domain.catalogue.limits import resource_accounts
from bot.domain.catalogue.products import Use, plans_of_role, product, product_name, use_name
from bot.domain.people import AccountType, HeldLicence, Holdings
from bot.domain.planning.choice import Offer, offers
from bot.domain.planning.licences import Licences
from bot.domain.planning.notices import licence_notices
from bot.domain.planning.standing import Footing, contents, standing
from bot.domain.planning.usage_location import country_refusal, usage_location_steps
from bot.domain.plans import ChangeLicences, Notice, NoticeLevel, Refusal, Step
from bot.domain.tenant import TenantView
from bot.domain.values import ObjectId
from bot.domain.wishes import ServiceNumberWish

__all__ = ["AccountPart", "account_part"]

_NOTHING = Licences(switched_on=(), taken=(), plans=(), settled=True)


@dataclass(frozen=True, slots=True)
class AccountPart:
    """What an account takes before it can have a number; nothing where there is no account yet."""

    licences: Licences = _NOTHING
    remove: tuple[ObjectId, ...] = ()
    location: tuple[Step, ...] = field(default=())
    notices: tuple[Notice, ...] = ()

    def changes(self, adds: tuple[ChangeLicences, ...]) -> tuple[ChangeLicences, ...]:
        """Gives and takes in one call (R19, R74)."""
        if not self.remove:
            return adds
        (step,) = adds or (ChangeLicences(rules=("R74",)),)
        return (step.model_copy(update={"remove": self.remove}),)


def account_part(
    wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView, facts: Country
) -> AccountPart | Refusal:
    """The resource account licence, pay-as-you-go where it calls out (R76), and nothing made for people."""
    if wish.account_id is None or wish.purpose == "bridge":
        return AccountPart()
    refusal = _person_refusal(holdings, tenant) or country_refusal(holdings.person, wish.country)
    if refusal:
        return refusal
    outbound = _outbound(wish, holdings, tenant, facts)
    licence = _licence(holdings, tenant, facts)
    if isinstance(outbound, Refusal):
        return outbound
    if isinstance(licence, Refusal):
        return licence
    taken = (*licence, *outbound)
    licences = Licences(switched_on=(), taken=taken, plans=_plans(taken, tenant), settled=not taken)
    misplaced = _misplaced(holdings, tenant)
    return AccountPart(
        licences=licences,
        remove=tuple(one.sku_id for one in misplaced),
        location=usage_location_steps(holdings.person, wish.country) if taken else (),
        notices=(
            *(_swapped(one, holdings) for one in misplaced),
            *licence_notices(licences, holdings, tenant, facts),
            *_allowance(licence, tenant),
        ),
    )


def _person_refusal(holdings: Holdings, tenant: TenantView) -> Refusal | None:
    """A licence made for machines must never get onto somebody's own account (R74)."""
    known = holdings.voice.account_type if holdings.voice else None
    machine = not plans_of_role("resource").isdisjoint(holdings.enabled_plans)
    if machine or known is AccountType.RESOURCE_ACCOUNT:
        return None
    suites = plans_of_role("base") | plans_of_role("teams")
    if not any(suites & contents(one.sku_id, tenant) for one in holdings.licences):
        return None
    return Refusal(code="SB-SVC-07", params={"name": holdings.person.name})


def _licence(holdings: Holdings, tenant: TenantView, facts: Country) -> tuple[Offer, ...] | Refusal:
    if standing(plans_of_role("resource"), holdings, tenant).footing is not Footing.MISSING:
        return ()
    found = offers("resource_account", facts.iso2, tenant)
    return (found[0],) if found else _not_sold("resource_account", facts)


def _outbound(
    wish: ServiceNumberWish, holdings: Holdings, tenant: TenantView, facts: Country
) -> tuple[Offer, ...] | Refusal:
    """Calls out take a pay-as-you-go plan with something to pay from; other plans do not count (R76)."""
    if not wish.outbound_calls or holdings.own_pstn:
        return ()
    calling = [one for one in holdings.licences if plans_of_role("calling") & contents(one.sku_id, tenant)]
    others = [one for one in calling if _use(one) != "payg"]
    if others:
        params = {"name": holdings.person.name, "product": product_name(others[0].sku_id)}
        return Refusal(code="SB-SVC-10", params=params)
    if not (tenant.facts.credits_funded or tenant.facts.post_usage):
        return Refusal(code="SB-SVC-14")
    if calling:
        return ()
    found = offers("payg", facts.iso2, tenant)
    return (found[0],) if found else _not_sold("payg", facts)


def _misplaced(holdings: Holdings, tenant: TenantView) -> tuple[HeldLicence, ...]:
    """Teams Phone of a person on a machine, given directly."""
    phone = plans_of_role("phone")
    return tuple(
        one
        for one in holdings.licences
        if one.assigned_by_group is None and phone & contents(one.sku_id, tenant)
    )


def _plans(taken: tuple[Offer, ...], tenant: TenantView) -> tuple[ObjectId, ...]:
    wanted = plans_of_role("resource") | plans_of_role("calling")
    found = (sorted(wanted & contents(one.sku_id, tenant)) for one in taken)
    return tuple(plans[0] for plans in found if plans)


def _swapped(one: HeldLicence, holdings: Holdings) -> Notice:
    params = {"product": product_name(one.sku_id), "name": holdings.person.name}
    return Notice(code="SB-SVC-08", level=NoticeLevel.WARN, params=params)


def _allowance(licence: tuple[Offer, ...], tenant: TenantView) -> tuple[Notice, ...]:
    """How many of these licences cost nothing, where there is none left (R74)."""
    short = [one for one in licence if not one.in_stock]
    if not short:
        return ()
    phone = plans_of_role("phone")
    people = sum(sku.enabled for sku in tenant.skus if phone & contents(sku.sku_id, tenant))
    owned = tenant.sku(short[0].sku_id)
    params = {"allowed": str(resource_accounts(people)), "owned": str(owned.enabled if owned else 0)}
    return (Notice(code="SB-SVC-09", level=NoticeLevel.WARN, params=params),)


def _use(one: HeldLicence) -> str:
    known = product(one.sku_id)
    return known.use if known else ""


def _not_sold(use: Use, facts: Country) -> Refusal:
    return Refusal(code="SB-SVC-15", params={"product": use_name(use), "country": facts.iso2})
