"""A wish for Communications Credits becomes a task for people: Graph can neither buy nor fund (R44, J08).

The type of the billing account decides first (R50); then whether anybody could use the money (R41), then
the figures (R45, R53), then agreement and purchase order (R51). No price is ever quoted (R81): the only
amounts are those the requester gave, and what follows from them.

A purchase order number that the organisation wants and nobody has yet stops nobody from asking: whoever asked
is waited for, before the approval or, where the organisation allows that, after it (J15).
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.amounts import money_text
from bot.domain.catalogue.products import Role, plans_of_role
from bot.domain.credits import suggested_amount
from bot.domain.people import Holdings
from bot.domain.planning.order import in_order
from bot.domain.planning.purchase_orders import (
    lacks,
    number_is_late,
    number_notices,
    number_problem,
    waits_for_number,
)
from bot.domain.planning.standing import contents
from bot.domain.plans import AwaitPurchaseOrder, HumanTask, Notice, NoticeLevel, Plan, Refusal
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish

__all__ = ["plan_credits", "precheck_credits"]

_WHAT_TO_KNOW = (
    Notice(code="SB-CRE-26"),
    Notice(code="SB-CRE-27"),
    Notice(code="SB-CRE-28"),
)
"""What the money is for (R39, R42), how long it lasts (R46, R47), and who hears of it (R49)."""


def plan_credits(
    wish: CreditsWish, _holdings: Holdings, tenant: TenantView, _now: datetime
) -> Plan | Refusal:
    """What it takes to fund credits or to recharge them automatically, or why it cannot be."""
    refusal = _in_the_way(wish, tenant)
    if refusal:
        return refusal
    if not wish.buys:
        return _recharge_plan(wish, tenant)
    if tenant.facts.billing == "CSP":
        return Plan(steps=(_partner(wish),), notices=_WHAT_TO_KNOW)
    return Plan(
        steps=in_order((*waits_for_number(wish, tenant.facts), _task(wish, tenant.facts))),
        notices=(
            *number_notices(wish, tenant),
            *_recharging(wish),
            *_sizing(wish),
            *_region(wish, tenant.facts),
            *_WHAT_TO_KNOW,
        ),
        lacks=lacks(wish, tenant.facts),
    )


def _recharge_plan(wish: CreditsWish, tenant: TenantView) -> Plan:
    """R45, R48, R50: nothing is bought now, and everything that follows is without being approved again."""
    return Plan(steps=(_recharge_task(wish, tenant.facts),), notices=(*_recharging(wish), *_WHAT_TO_KNOW))


def precheck_credits(
    wish: CreditsWish, _holdings: Holdings, tenant: TenantView, agreed: Plan
) -> Refusal | None:
    """Why the money must not be asked for as things are now: the same checks, afresh.

    Where the organisation has come to want a purchase order number since, nothing is ordered without.
    """
    late = wish.buys and tenant.facts.billing != "CSP" and number_is_late(wish, tenant.facts)
    return _in_the_way(wish, tenant) or (Refusal(code="SB-CRE-11") if late and not _waits(agreed) else None)


def _waits(agreed: Plan) -> bool:
    return any(isinstance(step, AwaitPurchaseOrder) for step in agreed.steps)


def _in_the_way(wish: CreditsWish, tenant: TenantView) -> Refusal | None:
    facts = tenant.facts
    ordered = wish.buys and facts.billing != "CSP"
    return (
        _billing(wish, facts)
        or _prerequisites(tenant)
        or _amounts(wish)
        or (_agreement(wish, facts) or number_problem(wish.purchase_order, facts) if ordered else None)
    )


def _billing(wish: CreditsWish, facts: TenantFacts) -> Refusal | None:
    """R37, R50. Whoever pays after use has automatic recharging switched off, and asks for nothing else."""
    if facts.cloud == "china":
        return Refusal(code="SB-LIC-37")
    if facts.billing is None:
        return Refusal(code="SB-CRE-01")
    if wish.purpose != "recharge_off" and (facts.billing == "MCA" or facts.post_usage):
        return Refusal(code="SB-CRE-02")
    return None


def _prerequisites(tenant: TenantView) -> Refusal | None:
    """R41: Teams Phone with a Calling Plan, or Audio Conferencing, somewhere in the organisation."""
    owned = frozenset[str]().union(*(contents(sku.sku_id, tenant) for sku in tenant.skus if sku.usable))

    def there(role: Role) -> bool:
        return not plans_of_role(role).isdisjoint(owned)

    if there("conferencing") or (there("phone") and there("calling")):
        return None
    return Refusal(code="SB-CRE-03")


def _amounts(wish: CreditsWish) -> Refusal | None:
    """R45: more than nothing, in one currency, and auto-recharge with both figures or none."""
    given = [amount for amount in (wish.amount, wish.recharge, wish.trigger, *wish.usage) if amount]
    if len({amount.currency for amount in given}) > 1:
        return Refusal(code="SB-CRE-04", params={"currency": wish.amount.currency})
    if wish.purpose == "recharge_off":
        return None
    if wish.buys and wish.amount.minor <= 0:
        return Refusal(code="SB-CRE-05")
    return _recharge_amounts(wish)


def _recharge_amounts(wish: CreditsWish) -> Refusal | None:
    if wish.buys and wish.recharge is None and wish.trigger is None:
        return None
    if wish.recharge is None or wish.trigger is None:
        return Refusal(code="SB-CRE-06")
    if not 0 < wish.trigger.minor <= wish.recharge.minor:
        return Refusal(code="SB-CRE-07")
    return None


def _by_agreement(wish: CreditsWish, facts: TenantFacts) -> bool:
    return wish.pay_by_agreement or bool(wish.agreement_number) or facts.billing == "EA"


def _agreement_number(wish: CreditsWish, facts: TenantFacts) -> str:
    """As picked; where the organisation has a single agreement there is nothing to pick."""
    only = facts.agreements[0] if len(facts.agreements) == 1 else ""
    return (wish.agreement_number or only) if _by_agreement(wish, facts) else ""


def _agreement(wish: CreditsWish, facts: TenantFacts) -> Refusal | None:
    """R51."""
    if not _by_agreement(wish, facts):
        return None
    number = _agreement_number(wish, facts)
    known = ", ".join(facts.agreements)
    if not facts.agreements:
        return Refusal(code="SB-CRE-08")
    if not number:
        return Refusal(code="SB-CRE-09", params={"agreements": known})
    if number not in facts.agreements:
        return Refusal(code="SB-CRE-10", params={"agreement": number, "agreements": known})
    return None


def _task(wish: CreditsWish, facts: TenantFacts) -> HumanTask:
    return HumanTask(
        task=TaskKind.ADD_FUNDS,
        params={
            "amount": money_text(wish.amount),
            "currency": wish.amount.currency,
            "recharge": _amount_or_blank(wish.recharge),
            "trigger": _amount_or_blank(wish.trigger),
            "agreement": _agreement_number(wish, facts),
            "purchase_order": wish.purchase_order,
            "billing": facts.billing or "",
            "purpose": wish.purpose,
        },
        rules=("R44", "R45", "R50", "R51"),
    )


def _amount_or_blank(amount: Money | None) -> str:
    return money_text(amount) if amount else ""


def _partner(wish: CreditsWish) -> HumanTask:
    params = {"amount": money_text(wish.amount), "currency": wish.amount.currency}
    return HumanTask(task=TaskKind.PARTNER_FUNDS, params=params, rules=("R50",))


def _recharge_task(wish: CreditsWish, facts: TenantFacts) -> HumanTask:
    off = wish.purpose == "recharge_off"
    params = {
        "recharge": "" if off else _amount_or_blank(wish.recharge),
        "trigger": "" if off else _amount_or_blank(wish.trigger),
        "currency": wish.amount.currency,
        "partner": "yes" if facts.billing == "CSP" else "",
    }
    return HumanTask(task=TaskKind.SET_RECHARGE, params=params, rules=("R45", "R50"))


def _recharging(wish: CreditsWish) -> tuple[Notice, ...]:
    """R40, R45, R48."""
    if wish.recharge is None or wish.purpose == "recharge_off":
        return (Notice(code="SB-CRE-21", level=NoticeLevel.WARN),)
    return (Notice(code="SB-CRE-22"),)


def _sizing(wish: CreditsWish) -> tuple[Notice, ...]:
    """R53."""
    suggestion = suggested_amount(wish.usage)
    if suggestion is None:
        return (Notice(code="SB-CRE-23"),)
    shown = f"{money_text(suggestion)} {suggestion.currency}"
    return (Notice(code="SB-CRE-24", params={"amount": shown}),)


def _region(wish: CreditsWish, facts: TenantFacts) -> tuple[Notice, ...]:
    """R52."""
    if not facts.agreement_elsewhere or not _by_agreement(wish, facts):
        return ()
    return (Notice(code="SB-CRE-25", level=NoticeLevel.WARN),)
