"""What somebody has: licences, plans, numbers, and how far Teams has got with the person."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.domain.catalogue.products import plan_name, product_name
from bot.domain.explaining import Force, HeldProduct, Inventory, PlanLine, Readiness
from bot.domain.numbers import ActivationState, NumberType, PhoneNumber
from bot.domain.people import AccountType
from bot.words import N_, Words
from cards import wording
from cards.elements import Card, card, facts, heading, rows, subtle, text, title
from cards.markdown import bare, plain
from cards.wishes import wish_title

__all__ = ["build", "plan_line", "product_line"]

_FORCE = {
    Force.EFFECTIVE: N_("in force"),
    Force.PENDING: N_("licensed, not in force yet"),
    Force.DISABLED: N_("switched off inside the licence"),
}

_READY = {
    Readiness.UNKNOWN: N_("Teams does not know this person yet"),
    Readiness.KNOWN: N_("Teams knows this person; calling is not switched on"),
    Readiness.VOICE: N_("ready: calling is switched on"),
}

_TYPES = {
    NumberType.CALLING_PLAN: N_("Calling Plan"),
    NumberType.DIRECT_ROUTING: N_("Direct Routing"),
    NumberType.OPERATOR_CONNECT: N_("Operator Connect"),
    NumberType.UNKNOWN: N_("of a kind not known here"),
}

_ACTIVATION = {
    ActivationState.ACTIVATED: N_("activated"),
    ActivationState.ASSIGNMENT_PENDING: N_("being assigned"),
    ActivationState.ASSIGNMENT_FAILED: N_("could not be assigned"),
    ActivationState.UPDATE_PENDING: N_("being changed"),
    ActivationState.UPDATE_FAILED: N_("could not be changed"),
    ActivationState.UNKNOWN: N_("in a state not known here"),
}


_ACCOUNTS = {
    AccountType.USER: N_("a person's"),
    AccountType.RESOURCE_ACCOUNT: N_("a resource account"),
    AccountType.GUEST: N_("a guest's"),
    AccountType.SFB_ON_PREM_USER: N_("on the old on-premises system"),
    AccountType.INELIGIBLE_USER: N_("not allowed to call"),
    AccountType.UNKNOWN: N_("of a kind not known here"),
}


def build(has: Inventory, words: Words) -> Card:
    """The answer to `what does ... have`."""
    name = has.person.name
    heading_text = words("What {name} has", name=plain(name, 80))
    body: list[CardElement] = [
        title(heading_text),
        subtle(wording.person(has.person.ref, words)),
        heading(words("Licences")),
        rows([product_line(one, words) for one in has.products] or [words("None")]),
        heading(words("What matters for calling")),
        rows([plan_line(one, words) for one in has.plans] or [words("None")]),
        heading(words("Phone number")),
        rows([_number(one, has, words) for one in has.numbers] or [words("None")]),
        heading(words("Teams")),
        facts(_standing(has, words)),
        *_requests(has, words),
    ]
    return card(words("What {name} has", name=bare(name, 80)), body)


def product_line(one: HeldProduct, words: Words) -> str:
    """A product with whence it comes; what the catalogue does not know is shown by its part number."""
    known = product_name(one.sku_id)
    name = (
        wording.product(one.sku_id, words)
        if known != one.sku_id or not one.part_number
        else plain(one.part_number)
    )
    if one.group_id is None:
        line = words("{product}: given directly", product=name)
    else:
        group = plain(one.group_name or one.group_id, 80)
        line = words("{product}: through the group {group}", product=name, group=group)
    return line if one.in_force else words("{line} (not in force)", line=line)


def plan_line(one: PlanLine, words: Words) -> str:
    """A service plan and whether it can be used."""
    name = plain(words(plan_name(one.plan_id)))
    return words("{plan}: {state}", plan=name, state=words(_FORCE[one.force]))


def _number(one: PhoneNumber, has: Inventory, words: Words) -> str:
    state = one.activation_state
    return words(
        "{number} · {type} · {state} · emergency location: {place}",
        number=wording.number(one.telephone_number),
        type=words(_TYPES[one.number_type]),
        state=words(_ACTIVATION[state]) if state else words("activation not known"),
        place=_place(one, has, words),
    )


def _place(one: PhoneNumber, has: Inventory, words: Words) -> str:
    if one.location_id is None:
        return words("none")
    # A place that nobody told Switchboard about has an id only.
    return plain(has.places.get(one.location_id) or one.location_id, 80)


def _standing(has: Inventory, words: Words) -> list[tuple[str, str]]:
    location = has.person.usage_location
    return [
        (words("Calling"), words(_READY[has.readiness])),
        (words("Account"), words(_ACCOUNTS[has.account_type]) if has.account_type else words("not known")),
        (words("Usage location"), words.country(location) if location else words("not set")),
        (words("Calls go over"), _carrier(has, words)),
    ]


def _carrier(has: Inventory, words: Words) -> str:
    return words("the organisation's own carrier") if has.own_pstn else words("Microsoft")


def _requests(has: Inventory, words: Words) -> list[CardElement]:
    if not has.requests:
        return []
    lines = [
        f"**{one.id}** · {wish_title(one.wish, one.beneficiary, words)} · {wording.state(one, words)}"
        for one in has.requests
    ]
    return [heading(words("Open requests")), *(text(line) for line in lines)]
