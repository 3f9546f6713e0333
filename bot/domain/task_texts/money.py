"""Tasks about Communications Credits: Switchboard never pays, and never says that it did (J08).

What people put on record is all that is known of an order: its number, the amount and the day, and where the
amount is another than the one approved, why.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.task_texts.rows import MICROSOFT_365, N_, EvidenceField, TaskText, Text, say
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts

__all__ = ["add_funds", "partner_funds", "set_recharge"]

_EVIDENCE = (
    EvidenceField("order", N_("Order number"), pattern="^[A-Za-z0-9 #./-]{3,60}$"),
    EvidenceField("amount", N_("Amount paid in"), kind="money"),
    EvidenceField("bought_on", N_("Day of the purchase"), kind="date"),
    EvidenceField(
        "differs",
        N_("If it is another amount: why, and that no more comes (empty: the rest is still to come)"),
        required=False,
    ),
    EvidenceField("proof", N_("What the confirmation says, or where it is kept"), required=False),
)


def add_funds(params: Mapping[str, str], facts: TenantFacts) -> TaskText:
    """R44-R48, R51: the figures as approved, and where they go (steps of November 2024)."""
    shown = {
        key: params[key]
        for key in ("amount", "currency", "recharge", "trigger", "agreement", "purchase_order")
    }
    return TaskText(
        title=Text(N_("Buy Communications Credits: {amount} {currency}"), shown),
        audience=Audience.BILLING_ADMINS,
        checklist=(
            *_path(params.get("purpose", "")),
            Text(N_("Amount: {amount} {currency}."), shown),
            *_paid_before(params),
            _auto_recharge(shown),
            *_agreement(shown),
            say(N_("Place the order, then record order number, amount and day here.")),
            say(N_("Everybody who is to call with them needs the credits licence, also people with E5.")),
        ),
        link=MICROSOFT_365,
        powershell=None,
        evidence=_EVIDENCE,
        warnings=(*_expiry(), *_invoice(shown), *_region(facts)),
    )


_SET_UP = N_(
    "Microsoft 365 admin centre: Marketplace → All products → Communication Credits → Details → Buy."
)
_TOP_UP = N_("Microsoft 365 admin centre: Billing → Your products → Communication Credits → Add funds.")
_EITHER = N_(
    "Microsoft 365 admin centre: Marketplace → All products → Communication Credits → "
    "Details. If they are set up already: Billing → Your products → Communication Credits → "
    "Add funds."
)


def _path(purpose: str) -> tuple[Text, ...]:
    """R44. Orders of before the purpose was asked for may be either."""
    return (say({"set_up": _SET_UP, "top_up": _TOP_UP}.get(purpose, _EITHER)),)


def _paid_before(params: Mapping[str, str]) -> tuple[Text, ...]:
    """What was paid in by an order before this one, of a larger sum that was approved."""
    paid = params.get("paid", "")
    if not paid:
        return ()
    return (say(N_("{paid} {currency} have been paid in already."), paid=paid, currency=params["currency"]),)


def _auto_recharge(shown: Mapping[str, str]) -> Text:
    """R45: both figures or none."""
    if not shown["recharge"]:
        return say(N_("Auto-recharge: off, as approved."))
    return Text(N_("Auto-recharge: on; add {recharge} {currency} when {trigger} {currency} are left."), shown)


def _agreement(shown: Mapping[str, str]) -> tuple[Text, ...]:
    """R51: by enterprise agreement; the field for a purchase order is not everywhere."""
    lines = []
    if shown["agreement"]:
        lines.append(Text(N_("Pay by enterprise agreement, number {agreement}."), shown))
    if shown["purchase_order"]:
        lines.append(
            Text(
                N_(
                    "Purchase order number: {purchase_order}. Where there is no field for it, "
                    "Microsoft support has to switch it on first."
                ),
                shown,
            )
        )
    return tuple(lines)


def _expiry() -> tuple[Text, ...]:
    return (say(N_("What is not used within 12 months of the purchase is lost; the oldest is used first.")),)


def _invoice(shown: Mapping[str, str]) -> tuple[Text, ...]:
    if not shown["recharge"]:
        return ()
    return (say(N_("Each automatic recharge makes an invoice of its own.")),)


def _region(facts: TenantFacts) -> tuple[Text, ...]:
    """R52."""
    if not facts.agreement_elsewhere:
        return ()
    return (
        say(
            N_(
                "The agreement's billing address is in another region: if the order is refused, "
                "open a case with Microsoft."
            )
        ),
    )


def partner_funds(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R50: with a Cloud Solution Provider, the partner pays in."""
    shown = {key: params[key] for key in ("amount", "currency")}
    return TaskText(
        title=Text(N_("Ask the partner for Communications Credits: {amount} {currency}"), shown),
        audience=Audience.BILLING_ADMINS,
        checklist=(
            say(N_("Subscriptions come from a partner (CSP), so only the partner can pay credits in.")),
            Text(N_("Ask the partner to fund Communications Credits with {amount} {currency}."), shown),
            *_paid_before(params),
            say(N_("When the partner has confirmed, record reference, amount and day here.")),
        ),
        link=MICROSOFT_365,
        powershell=None,
        evidence=_EVIDENCE,
        warnings=_expiry(),
    )


def set_recharge(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R45, R50: both figures as approved, or off. Nothing is bought by it."""
    shown = {key: params[key] for key in ("recharge", "trigger", "currency")}
    return TaskText(
        title=_recharge_title(shown),
        audience=Audience.BILLING_ADMINS,
        checklist=(
            _recharge_path(params["partner"]),
            _auto_recharge(shown),
            say(N_("Save it, then record the day here.")),
        ),
        link=MICROSOFT_365,
        powershell=None,
        evidence=(
            EvidenceField("changed_on", N_("Day of the change"), kind="date"),
            EvidenceField("proof", N_("What the confirmation says, or where it is kept"), required=False),
        ),
        warnings=_invoice(shown),
    )


def _recharge_title(shown: Mapping[str, str]) -> Text:
    if not shown["recharge"]:
        return say(N_("Switch automatic recharging of Communications Credits off"))
    return Text(
        N_(
            "Recharge Communications Credits automatically: {recharge} {currency} when {trigger} {currency} "
            "are left"
        ),
        shown,
    )


def _recharge_path(partner: str) -> Text:
    if partner:
        return say(N_("Subscriptions come from a partner (CSP), so only the partner can set it: ask for it."))
    return say(
        N_(
            "Microsoft 365 admin centre: Billing → Your products → Communication Credits → "
            "Auto-recharge → Edit."
        )
    )
