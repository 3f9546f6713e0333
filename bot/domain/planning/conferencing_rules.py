"""Audio Conferencing: who needs it, where it is sold, and what to know about it (R31-R38)."""

from __future__ import annotations

from bot.domain.catalogue.limits import dial_out_minutes
from bot.domain.catalogue.products import Role, plans_of_role, product, products_for
from bot.domain.planning.choice import Offer
from bot.domain.planning.exchange import Case
from bot.domain.planning.standing import contents
from bot.domain.plans import HumanTask, Notice, NoticeLevel, Refusal
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.values import ObjectId
from bot.domain.wishes import LicenceWish, MeetingOrganiserWish

__all__ = ["conferencing_notices", "conferencing_refusal", "conferencing_tasks"]

OrganiserWish = LicenceWish | MeetingOrganiserWish


def conferencing_refusal(offer: Offer, wish: OrganiserWish, case: Case) -> Refusal | None:
    """Why this person gets no such conferencing licence."""
    if wish.leads_meetings is False:
        return Refusal(code="SB-CONF-01")
    return _not_sold(offer, case) or _unpaid(offer, case.tenant.facts) or _unconfirmed(wish, case)


def _not_sold(offer: Offer, case: Case) -> Refusal | None:
    """What the person's country rules out (R35)."""
    country = {"country": case.iso2}
    match case.facts.conferencing:
        case "no":
            return Refusal(code="SB-CONF-07", params=country)
        case "outside_only":
            return Refusal(code="SB-CONF-09", params=country)
        case "partner":
            return Refusal(code="SB-CONF-10", params=country)
        case "pay_per_minute" if offer.use != "conferencing_ppm":
            return Refusal(code="SB-CONF-08", params=country)
        case _:
            return None


def _unpaid(offer: Offer, facts: TenantFacts) -> Refusal | None:
    """Pay-per-minute is for volume licensing, and every minute costs (R32)."""
    if offer.use != "conferencing_ppm":
        return None
    if facts.purchase_channel != "volume":
        return Refusal(code="SB-CONF-04")
    return None if facts.credits_funded or facts.post_usage else Refusal(code="SB-CONF-03")


def _unconfirmed(wish: OrganiserWish, case: Case) -> Refusal | None:
    """Another provider is replaced, which somebody has to say yes to (R33).

    Teams itself never used other providers: only users of an own Skype for Business Server have them.
    """
    if not _replaces(wish, case.tenant.facts) or wish.accepts_provider_change:
        return None
    return Refusal(code="SB-CONF-05", params={"name": case.name, "provider": wish.conference_provider})


def _replaces(wish: OrganiserWish, facts: TenantFacts) -> bool:
    return bool(wish.conference_provider) and (facts.hybrid_conferencing or facts.era == "seeds")


def conferencing_notices(offer: Offer, wish: OrganiserWish, case: Case) -> tuple[Notice, ...]:
    """What approver and requester should know before they agree."""
    return (
        *_unasked(wish, case),
        *_provider(wish, case),
        *_switch(case),
        *_pool(offer, case.tenant),
        Notice(code="SB-CONF-12"),
    )


def _unasked(wish: OrganiserWish, case: Case) -> tuple[Notice, ...]:
    if wish.leads_meetings:
        return ()
    return (Notice(code="SB-CONF-02", level=NoticeLevel.WARN, params={"name": case.name}),)


def _provider(wish: OrganiserWish, case: Case) -> tuple[Notice, ...]:
    if not _replaces(wish, case.tenant.facts):
        return ()
    params = {"name": case.name, "provider": wish.conference_provider}
    return (Notice(code="SB-CONF-06", level=NoticeLevel.WARN, params=params),)


def _switch(case: Case) -> tuple[Notice, ...]:
    """A suite with everything but conferencing: the switch to the one that has it may be cheaper (R21)."""
    base = _all_but_conferencing(case)
    better = next((one for one in products_for("suite", case.iso2) if _has_all(one.plan_ids)), None)
    if base is None or better is None:
        return ()
    params = {"base": base, "name": case.name, "better": better.name}
    return (Notice(code="SB-CONF-13", params=params),)


def _all_but_conferencing(case: Case) -> str | None:
    """The suite the person has, if it brings a phone and no conferencing."""
    found = (one for one in case.holdings.licences if one.in_force and not one.assigned_by_group)
    for one in found:
        suite = product(one.sku_id)
        inside = contents(one.sku_id, case.tenant)
        if suite and suite.category == "suite" and inside & plans_of_role("phone") and not _brings(inside):
            return suite.name
    return None


def _has_all(inside: frozenset[ObjectId]) -> bool:
    roles: tuple[Role, ...] = ("teams", "phone", "conferencing")
    return all(inside & plans_of_role(role) for role in roles)


def _brings(inside: frozenset[ObjectId]) -> bool:
    return not inside.isdisjoint(plans_of_role("conferencing"))


def _pool(offer: Offer, tenant: TenantView) -> tuple[Notice, ...]:
    """Minutes for calling out that come with subscriptions, this one counted in (R38)."""
    if offer.use == "conferencing_ppm":
        return ()
    assigned = sum(sku.consumed for sku in tenant.skus if _is_subscription(sku.sku_id))
    return (Notice(code="SB-CONF-11", params={"minutes": str(dial_out_minutes(assigned + 1))}),)


def _is_subscription(sku_id: str) -> bool:
    found = product(sku_id)
    return found is not None and found.use == "conferencing"


def conferencing_tasks(case: Case) -> tuple[HumanTask, ...]:
    """In the era of the seeds the provider had to be set by hand; Teams does it by itself (R34)."""
    if case.tenant.facts.era != "seeds":
        return ()
    params = {"name": case.name, "person": case.holdings.person.upn, "provider": "Microsoft"}
    return (HumanTask(task=TaskKind.CONFERENCE_PROVIDER, params=params, rules=("R34",)),)
