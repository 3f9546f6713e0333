"""The task to buy licences (R09): what to click depends on who sells the subscriptions."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.task_texts.rows import MICROSOFT_365, N_, EvidenceField, TaskText, Text, say
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts

__all__ = ["buy_seats"]

_BUY = {
    "direct": (
        N_("Microsoft 365 admin centre: Billing → Your products → {product} → Buy licences."),
        N_("If it is not owned yet: Marketplace → All products → {product} → Details → Buy."),
    ),
    "volume": (
        N_("Order {product} under the volume licensing agreement."),
        N_("Check that the seats show up: Microsoft 365 admin centre, Billing → Your products."),
    ),
    "reseller": (
        N_("Order {product} from the partner who sells the subscriptions: here it cannot be bought."),
        N_("Tell the partner for which tenant, and have the order confirmed."),
    ),
    "godaddy": (
        N_("Move the subscription away from GoDaddy first: phone add-ons cannot be bought there."),
        N_("Then buy {product} from whoever sells the new subscription."),
    ),
}
"""Where licences are bought, by who sells the subscriptions (R09, R27, R29)."""


def buy_seats(params: Mapping[str, str], facts: TenantFacts) -> TaskText:
    """R09, R27, R28, R29: what to click depends on who sells the subscriptions."""
    shown = {key: params[key] for key in ("product", "quantity")}
    commitment = (
        Text(
            N_(
                "Subscriptions with a monthly commitment sometimes cannot take add-ons: if {product} is not "
                "offered, open a case with Microsoft."
            ),
            shown,
        ),
    )
    benefits = (
        say(N_("Partner benefits include no phone add-ons: one ordinary E3 seat has to be bought first.")),
    )
    return TaskText(
        title=Text(N_("Buy licences: {product}, {quantity} more"), shown),
        audience=Audience.BILLING_ADMINS,
        checklist=(
            *(Text(line, shown) for line in _BUY[facts.purchase_channel]),
            Text(N_("At least {quantity}: for everybody who waits now, and a reserve."), shown),
            say(N_("Switchboard sees new licences within the hour, and the requests go on by themselves.")),
        ),
        link=MICROSOFT_365,
        powershell=None,
        evidence=(
            EvidenceField("quantity", N_("Licences bought"), kind="number"),
            EvidenceField("order", N_("Order number"), required=False),
        ),
        warnings=(
            *(commitment if facts.monthly_commitment else ()),
            *(benefits if facts.partner_benefits else ()),
        ),
    )
