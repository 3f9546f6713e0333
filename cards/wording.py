"""How the domain's values read: states, steps, waits, stock, people and numbers. Markdown-safe."""

from __future__ import annotations

import phonenumbers

from bot.domain.approval import Decision, ResolvedStage
from bot.domain.catalogue.countries import country_name
from bot.domain.catalogue.products import product_name
from bot.domain.codes import COUNTRY_PARAMS
from bot.domain.people import PersonRef
from bot.domain.plans import (
    ChangeLicences,
    Plan,
    StockLine,
    WaitReason,
)
from bot.domain.requests import Request, RequestState
from bot.domain.task_texts import Text
from bot.words import N_, Words
from cards.markdown import bare, plain

__all__ = [
    "comment",
    "cost",
    "deciders",
    "national",
    "number",
    "person",
    "place",
    "product",
    "said",
    "spoken_product",
    "state",
    "state_name",
    "stock",
    "waiting",
    "waiting_for",
]

_STATES = {
    RequestState.SUBMITTED: N_("Waiting for approval"),
    RequestState.APPROVED: N_("Approved, about to start"),
    RequestState.REJECTED: N_("Rejected"),
    RequestState.WITHDRAWN: N_("Withdrawn"),
    RequestState.EXPIRED: N_("Expired: nobody decided in time"),
    RequestState.EXECUTING: N_("Approved, being carried out"),
    RequestState.WAITING: N_("Approved, waiting"),
    RequestState.DONE: N_("Done"),
    RequestState.PARTLY_DONE: N_("Partly done"),
    RequestState.FAILED: N_("Failed"),
}

_WAITS = {
    WaitReason.PROPAGATION: N_(
        "Teams is getting ready for the new licences. This usually takes minutes to hours, and can take "
        "up to 24 hours."
    ),
    WaitReason.LICENCES: N_(
        "There is no free licence at the moment. The request goes on by itself as soon as there is one."
    ),
    WaitReason.NUMBER: N_(
        "There is no fitting free number at the moment. The request goes on by itself as soon as there "
        "is one."
    ),
    WaitReason.ADDRESS: N_("The emergency address is missing. An admin has to add it."),
    WaitReason.MANUAL: N_("An admin has to do a step by hand."),
    WaitReason.OWNER: N_("Somebody has to supply missing information."),
    WaitReason.DATE: N_("Nothing is due before the day that was chosen."),
    WaitReason.UPSTREAM: N_(
        "Microsoft's services are busy or do not answer. It is tried again by itself; nobody has to do "
        "anything."
    ),
    WaitReason.PAUSED: N_(
        "Switchboard carries nothing out for now; it goes on by itself once work is resumed."
    ),
}

_WAITS_BRIEFLY = {
    WaitReason.PROPAGATION: N_("Teams getting ready"),
    WaitReason.LICENCES: N_("a licence"),
    WaitReason.NUMBER: N_("a number"),
    WaitReason.ADDRESS: N_("an emergency address"),
    WaitReason.MANUAL: N_("work by hand"),
    WaitReason.OWNER: N_("an answer"),
    WaitReason.DATE: N_("its day"),
    WaitReason.UPSTREAM: N_("Microsoft's services"),
    WaitReason.PAUSED: N_("the end of the pause"),
}

_PRODUCTS = (
    N_("Teams Phone Standard"),
    N_("Teams Phone with Calling Plan"),
    N_("Domestic Calling Plan"),
    N_("Domestic Calling Plan (120 min)"),
    N_("Domestic Calling Plan (120 min, US)"),
    N_("Domestic Calling Plan (240 min)"),
    N_("International Calling Plan"),
    N_("Communication Credits"),
    N_("Microsoft 365 Audio Conferencing"),
    N_("Microsoft 365 Audio Conferencing Pay-Per-Minute - EA"),
    N_("Microsoft Teams Phone Resource Account"),
    N_("Office 365 E5 without Audio Conferencing"),
    N_("Microsoft 365 E5 without Audio Conferencing"),
)
"""Products that have a name of their own in other languages."""


_USES = {
    "teams": N_("Microsoft Teams"),
    "suite": N_("a suite with Teams"),
    "phone": N_("Teams Phone"),
    "bundle": N_("Teams Phone with a Calling Plan"),
    "domestic": N_("a Domestic Calling Plan"),
    "domestic_120": N_("a Domestic Calling Plan, 120 minutes"),
    "domestic_240": N_("a Domestic Calling Plan, 240 minutes"),
    "international": N_("an International Calling Plan"),
    "international_only": N_("a Calling Plan for other countries only"),
    "payg": N_("a Calling Plan paid by the minute"),
    "conferencing": N_("Audio Conferencing"),
    "conferencing_ppm": N_("Audio Conferencing paid by the minute"),
    "credits": N_("Communications Credits"),
    "resource_account": N_("Teams Phone for a resource account"),
    "room_basic": N_("Teams Rooms Basic"),
    "room_pro": N_("Teams Rooms Pro"),
    "mobile": N_("Teams Phone Mobile"),
}
"""Products that were asked for by what they are for."""


def state(request: Request, words: Words) -> str:
    """Where the request stands, in a few words."""
    if request.stage and request.plan.lacks:
        return words("Incomplete: waits for the purchase order number")
    return state_name(request.state, words)


def state_name(one: RequestState, words: Words) -> str:
    """A state in a few words."""
    return words(_STATES[one])


def said(text: Text, words: Words) -> str:
    """A sentence that the domain has filled in with names and countries."""
    shown = {
        name: words.country(value) if name in COUNTRY_PARAMS else plain(value, 100)
        for name, value in text.params.items()
    }
    return words(text.msgid, **shown)


def waiting(reason: WaitReason, words: Words) -> str:
    """Why nothing moves, with an honest range, and whether somebody has to act."""
    return words(_WAITS[reason])


def waiting_for(reason: WaitReason, words: Words) -> str:
    """The same in a few words, for lists and figures."""
    return words(_WAITS_BRIEFLY[reason])


def person(who: PersonRef, words: Words) -> str:
    """A name with the address that tells namesakes apart."""
    return words("{name} ({address})", name=plain(who.name, 80), address=plain(who.upn, 100))


def product(sku_id: str, words: Words) -> str:
    """A product's name, by its skuId or by what it is for."""
    return plain(_product(sku_id, words))


def spoken_product(sku_id: str, words: Words) -> str:
    """The same for notifications and screen readers."""
    return bare(_product(sku_id, words))


def _product(sku_id: str, words: Words) -> str:
    return words(_USES.get(sku_id) or product_name(sku_id))


def place(country: str, city: str | None, words: Words) -> str:
    """`Paris, France`, or the country alone."""
    name = words.country(country)
    return words("{city}, {country}", city=plain(city, 60), country=name) if city else name


def number(e164: str) -> str:
    """The number as it is dialled from abroad, grouped for reading."""
    parsed = phonenumbers.parse(e164)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def national(e164: str) -> str:
    """The number as it is dialled inside its country."""
    parsed = phonenumbers.parse(e164)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)


def stock(line: StockLine, words: Words) -> str:
    """What the plan leaves for others."""
    label = _stock_label(line, words)
    return words("{label}: {before} free now, {after} after this", label=label, before=line.free_before,
                 after=line.free_after)  # fmt: skip


def _stock_label(line: StockLine, words: Words) -> str:
    """Numbers are labelled with country and city in English; the country has a name in every language."""
    if line.kind == "number":
        city = line.label.removeprefix(country_name(line.key)).lstrip(", ")
        return place(line.key, city or None, words)
    return plain(words(line.label))


def cost(plan: Plan, words: Words) -> str:
    """The monthly cost; `unknown` unless every licence that is added has a price (R81)."""
    changes = [one for one in plan.steps if isinstance(one, ChangeLicences) and one.add]
    if not plan.seats:
        return words("none, no new licence is taken")
    amounts = [one.monthly_cost for one in changes if one.monthly_cost is not None]
    if len(amounts) < len(changes) or len({amount.currency for amount in amounts}) != 1:
        return words("unknown: there is no price for it in the price list")
    total = sum(amount.minor for amount in amounts)
    return words("{amount} a month", amount=words.money(total, amounts[0].currency))


def comment(decision: Decision, words: Words) -> str:
    """What somebody wrote while deciding."""
    name, said = plain(decision.approver.name, 80), plain(decision.comment, 500)
    return words("{name} wrote: {comment}", name=name, comment=said)


def deciders(stage: ResolvedStage, words: Words) -> str:
    """Who may decide on a stage; any one of them, or all."""
    names = [plain(who.name, 80) for who in stage.approvers[:5]]
    rest = len(stage.approvers) - len(names)
    if rest:
        names.append(words.plural("{n} more person", "{n} more people", rest))
    return words.listing(names) if stage.spec.need == "all" else words.alternatives(names)
