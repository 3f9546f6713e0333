"""New numbers for the organisation: whether they can be had, how many, and by which way (J16)."""

from __future__ import annotations

from datetime import datetime

from bot.domain.catalogue.countries import Country, country
from bot.domain.catalogue.limits import reservation_minutes, service_numbers, user_numbers
from bot.domain.catalogue.products import Role, plans_of_role, product
from bot.domain.people import Holdings
from bot.domain.planning.notices import country_notices
from bot.domain.planning.service_numbers import availability, offered, toll_free_refusal
from bot.domain.planning.standing import contents
from bot.domain.plans import HumanTask, Notice, NoticeLevel, Plan, Refusal
from bot.domain.tasks import TaskKind
from bot.domain.tenant import Sku, TenantView
from bot.domain.values import ObjectId
from bot.domain.wishes import NumberOrderWish

__all__ = ["plan_number_order", "precheck_number_order", "user_numbers_left"]

_VOICE: tuple[Role, ...] = ("phone", "conferencing")


def plan_number_order(
    wish: NumberOrderWish, holdings: Holdings, tenant: TenantView, now: datetime
) -> Plan | Refusal:
    """One task for the admins, by the way that numbers are got in the country (R55)."""
    facts = _admitted(wish, tenant)
    if isinstance(facts, Refusal):
        return facts
    known = _offered(wish, facts, tenant)
    if isinstance(known, Refusal):
        return known
    task = _task(wish, _path(wish, facts, tenant))
    return Plan(
        steps=(task,),
        notices=(*known, *_notices(facts, task.params["path"]), *_country_notices(wish, facts, holdings)),
    )


def precheck_number_order(
    wish: NumberOrderWish, holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """Others may have ordered meanwhile, and licences may have gone (R30, R57)."""
    facts = _admitted(wish, tenant)
    return facts if isinstance(facts, Refusal) else None


def _admitted(wish: NumberOrderWish, tenant: TenantView) -> Country | Refusal:
    if wish.quantity == 0:
        return Refusal(code="SB-ORD-01")
    facts = country(wish.country)
    if facts is None:
        return Refusal(code="SB-NUM-02", params={"country": wish.country})
    refusal = _tariff_refusal(wish, tenant) or _tenant_refusal(facts, tenant)
    return refusal or _search_refusal(wish, facts) or _limit_refusal(wish, facts, tenant) or facts


def _tariff_refusal(wish: NumberOrderWish, tenant: TenantView) -> Refusal | None:
    """Toll-free numbers are for services (R60), and somebody has to pay for their calls (R39)."""
    if wish.usage == "user" and wish.tariff == "toll_free":
        return Refusal(code="SB-SVC-01")
    return toll_free_refusal(wish.tariff, tenant.facts)


def _tenant_refusal(facts: Country, tenant: TenantView) -> Refusal | None:
    """No admin can order anything without the licences that show him where (R30). Partners do not ask."""
    if facts.acquisition == "partner":
        return None
    if not any(_brings(sku, _VOICE, tenant) for sku in tenant.skus if sku.enabled):
        return Refusal(code="SB-ORD-02")
    return None


def _offered(wish: NumberOrderWish, facts: Country, tenant: TenantView) -> tuple[Notice, ...] | Refusal:
    """Whether there are such numbers in the country at all (R71)."""
    if wish.usage != "user":
        return availability(facts, wish.tariff, tenant.facts.era)
    if facts.acquisition == "none":
        return Refusal(code="SB-ORD-03", params={"country": facts.iso2})
    if facts.acquisition == "unknown":
        return Refusal(code="SB-ORD-17", params={"country": facts.iso2})
    return ()


def _search_refusal(wish: NumberOrderWish, facts: Country) -> Refusal | None:
    """Numbers that belong to a place are searched for by it (R56)."""
    somewhere = wish.tariff == "toll" and facts.toll != "on_request_non_geographic"
    return Refusal(code="SB-ORD-06") if somewhere and not wish.city else None


def _limit_refusal(wish: NumberOrderWish, facts: Country, tenant: TenantView) -> Refusal | None:
    """How many Microsoft gives for the licences, less what it has given already (R57).

    Partners have limits of their own, which nobody tells us.
    """
    if facts.acquisition == "partner":
        return None
    if wish.usage == "user":
        subscriptions, payg = _calling_plans(tenant)
        if not subscriptions + payg:
            return Refusal(code="SB-ORD-04")
        allowed, got = user_numbers(subscriptions, payg), tenant.acquired.user
    else:
        allowed = service_numbers(wish.tariff, _voice_licences(tenant))
        got = tenant.acquired.toll if wish.tariff == "toll" else tenant.acquired.toll_free
    left = max(allowed - got, 0)
    if wish.quantity <= left:
        return None
    return Refusal(code="SB-ORD-05", params={"allowed": str(allowed), "left": str(left)})


def user_numbers_left(tenant: TenantView) -> int:
    """How many numbers for people Microsoft still gives for the Calling Plans that people have (R57)."""
    subscriptions, payg = _calling_plans(tenant)
    return max(user_numbers(subscriptions, payg) - tenant.acquired.user, 0)


def _calling_plans(tenant: TenantView) -> tuple[int, int]:
    """Calling Plans that people have: domestic and international ones, and pay-as-you-go."""
    having = [(sku, product(sku.sku_id)) for sku in tenant.skus if _brings(sku, ("calling",), tenant)]
    payg = sum(sku.consumed for sku, known in having if known and known.use == "payg")
    return sum(sku.consumed for sku, _ in having) - payg, payg


def _voice_licences(tenant: TenantView) -> int:
    """Licences that bring Teams Phone or Audio Conferencing, those of whole suites included."""
    return sum(sku.enabled for sku in tenant.skus if _brings(sku, _VOICE, tenant))


def _brings(sku: Sku, roles: tuple[Role, ...], tenant: TenantView) -> bool:
    plans = frozenset[ObjectId]().union(*(plans_of_role(role) for role in roles))
    return not plans.isdisjoint(contents(sku.sku_id, tenant))


def _path(wish: NumberOrderWish, facts: Country, tenant: TenantView) -> str:
    """By admin centre, form or partner (R55); what is had on request only is asked for by form (R62)."""
    if wish.usage == "user":
        return facts.acquisition
    if facts.acquisition == "partner":
        return "partner"
    in_centre = offered(facts, wish.tariff, tenant.facts.era) == "yes"
    return "admin_centre" if in_centre else "form"


def _task(wish: NumberOrderWish, path: str) -> HumanTask:
    params = {
        "country": wish.country,
        # Toll-free numbers are of no city, whatever was filled in.
        "city": (wish.city or "") if wish.tariff == "toll" else "",
        "quantity": str(wish.quantity),
        "usage": wish.usage,
        "tariff": wish.tariff,
        "path": path,
    }
    return HumanTask(task=TaskKind.ORDER_NUMBERS, params=params, rules=("R55", "R56", "R57", "R58"))


def _notices(facts: Country, path: str) -> tuple[Notice, ...]:
    """The ten minutes (R58), papers and lead time."""
    params = {"country": facts.iso2}
    found = []
    if path == "admin_centre":
        found.append(Notice(code="SB-ORD-09", params={"minutes": str(reservation_minutes())}))
    if facts.know_your_customer:
        found.append(Notice(code="SB-ORD-08", params=params))
    if facts.address_proof:
        found.append(Notice(code="SB-ORD-18", params=params))
    if facts.number_lead_time:
        weeks = facts.number_lead_time
        least, most = str(weeks.least), str(weeks.most)
        lead = {**params, "least": least, "most": most}
        found.append(Notice(code="SB-ORD-07", level=NoticeLevel.WARN, params=lead))
    return tuple(found)


def _country_notices(wish: NumberOrderWish, facts: Country, holdings: Holdings) -> tuple[Notice, ...]:
    return country_notices(facts, holdings) if wish.usage == "user" else ()
