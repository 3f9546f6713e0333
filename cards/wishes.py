"""How wishes read: a title, and what was asked for. One arm a kind of wish. Markdown-safe."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.people import PersonRef
from bot.domain.values import Money
from bot.domain.wishes import (
    FOR_THE_ORGANISATION,
    CreditsWish,
    LeaverWish,
    LicenceWish,
    LocationWish,
    MeetingOrganiserWish,
    MoverWish,
    NumberChangeWish,
    NumberOrderWish,
    NumberPortWish,
    NumberReleaseWish,
    NumberWish,
    PhoneUserWish,
    ServiceNumberWish,
    SwapWish,
    UsageLocationWish,
    Wish,
)
from bot.words import N_, Words
from cards.markdown import bare, plain
from cards.wording import number, place, product, spoken_product

__all__ = [
    "CREDITS_PURPOSES",
    "PLANS",
    "PURPOSES",
    "TARIFFS",
    "USAGES",
    "asked_for",
    "spoken_title",
    "whose",
    "wish_details",
    "wish_title",
]

PURPOSES: Mapping[str, str] = {
    "queue": N_("A call queue: several people answer"),
    "attendant": N_("An auto attendant: callers choose from a menu"),
    "bridge": N_("Dialling into meetings"),
    "room": N_("A meeting room"),
}
TARIFFS: Mapping[str, str] = {
    "toll": N_("The caller"),
    "toll_free": N_("The organisation: calls are free for the caller"),
}
USAGES: Mapping[str, str] = {
    "user": N_("People"),
    "voice_application": N_("Call queues and auto attendants"),
    "conference": N_("Dialling into meetings"),
}
PLANS: Mapping[str, str] = {
    "domestic": N_("Calls within the country"),
    "domestic_120": N_("Calls within the country, 120 minutes"),
    "domestic_240": N_("Calls within the country, 240 minutes"),
    "international": N_("Calls to other countries, too"),
    "payg": N_("Paid by the minute"),
    "none": N_("None: calls go over our own carrier"),
}
"""What a Calling Plan is for."""

CREDITS_PURPOSES: Mapping[str, str] = {
    "set_up": N_("Set Communications Credits up, for the first time"),
    "top_up": N_("Add money"),
    "auto_recharge": N_("Switch automatic recharging on, or change its amounts"),
    "recharge_off": N_("Switch automatic recharging off"),
}
"""What can be wished of Communications Credits."""

_TITLES = {
    "number": N_("Phone number for {name}"),
    "number_change": N_("Another phone number for {name}"),
    "number_release": N_("Phone number of {name}: give back"),
    "licence": N_("{product} for {name}"),
    "phone_user": N_("Telephone for {name}"),
    "meeting_organiser": N_("Dial-in meetings for {name}"),
    "swap": N_("Change of licence for {name}"),
    "leaver": N_("{name} leaves"),
    "mover": N_("{name} moves to another country"),
    "emergency_location": N_("Place of work of {name}"),
    "usage_location": N_("Usage location of {name}"),
    "service_number": N_("Service number"),
    "number_order": N_("New phone numbers"),
    "number_port": N_("Phone numbers from another operator"),
    "credits": N_("Communications Credits"),
}

_MOST_NUMBERS = 5

Details = list[tuple[str, str]]


def wish_title(wish: Wish, beneficiary: PersonRef, words: Words) -> str:
    """What it is about, in a line."""
    named = product(wish.product, words) if wish.kind == "licence" else ""
    return words(_TITLES[wish.kind], name=plain(beneficiary.name, 80), product=named)


def spoken_title(wish: Wish, beneficiary: PersonRef, words: Words) -> str:
    """The same for notifications and screen readers."""
    named = spoken_product(wish.product, words) if wish.kind == "licence" else ""
    return words(_TITLES[wish.kind], name=bare(beneficiary.name, 80), product=named)


def wish_details(wish: Wish, words: Words) -> Details:
    """What was asked for, besides for whom and why."""
    match wish:
        case MoverWish():
            return [*_number(wish, words), *_confirmed(wish, words)]
        case NumberWish() | NumberChangeWish():
            return _number(wish, words)
        case PhoneUserWish():
            return [*_number(wish, words), *_phone_user(wish, words)]
        case LicenceWish() | MeetingOrganiserWish() | SwapWish():
            return _licence(wish, words)
        case LeaverWish():
            return _leaver(wish, words)
        case ServiceNumberWish():
            return _service_number(wish, words)
        case NumberOrderWish() | NumberPortWish():
            return _numbers(wish, words)
        case CreditsWish():
            return _credits(wish, words)
        case NumberReleaseWish() | LocationWish() | UsageLocationWish():
            return _of_place(wish, words)


def _of_place(wish: NumberReleaseWish | LocationWish | UsageLocationWish, words: Words) -> Details:
    if not isinstance(wish, UsageLocationWish):
        return []
    return [(words("Where"), words.country(wish.country))]


def asked_for(wish: Wish, words: Words) -> Details:
    """What was asked for, for who decides: a sentence where one says it all, else point by point."""
    sentence = _sentence(wish, words)
    return [(words("What"), sentence)] if sentence else wish_details(wish, words)


def _sentence(wish: Wish, words: Words) -> str:
    match wish:
        case NumberWish():
            where = place(wish.country, wish.city, words)
            if wish.ending:
                return words("A phone number of {place}, ending in {digits}", place=where, digits=wish.ending)
            return words("A phone number of {place}", place=where)
        case NumberReleaseWish():
            return words("Give the phone number back; the licences stay")
        case UsageLocationWish():
            return words("{country} as usage location", country=words.country(wish.country))
        case LocationWish():
            return words("Another emergency location for the phone number")
        case _:
            return ""


def whose(wish: Wish, requester: str, beneficiary: str, words: Words) -> Details:
    """Whom it is for and who asks, as far as that is somebody else."""
    if wish.kind in FOR_THE_ORGANISATION:
        return [(words("For"), words("the organisation")), (words("Asked by"), requester)]
    who = [(words("For"), beneficiary)]
    return who if requester == beneficiary else [(words("Asked by"), requester), *who]


def _number(wish: NumberWish | NumberChangeWish | MoverWish | PhoneUserWish, words: Words) -> Details:
    where = (words("Where"), place(wish.country, wish.city, words))
    details = [where, (words("Ending"), wish.ending)] if wish.ending else [where]
    if wish.accepts_no_emergency_calls:
        details.append((words("Confirmed"), words("emergency calls are not possible")))
    return details


def _phone_user(wish: PhoneUserWish, words: Words) -> Details:
    if wish.internal_calls_only:
        return [(words("Calls"), words("Colleagues only"))]
    details = [(words("Calling Plan"), words(PLANS[wish.calling_plan]))]
    if wish.with_credits:
        details.append((words("Credits"), words("for calls beyond the minutes of the plan")))
    return details


def _licence(wish: LicenceWish | MeetingOrganiserWish | SwapWish, words: Words) -> Details:
    match wish:
        case LicenceWish():
            named = (words("Product"), product(wish.product, words))
            return [named, *_use(wish, words), *_conferencing(wish, words)]
        case MeetingOrganiserWish():
            by_minute = words("By the minute, from Communications Credits")
            paid = [(words("Paid"), by_minute)] if wish.pay_per_minute else []
            return [*_conferencing(wish, words), *paid]
        case SwapWish():
            return _swap(wish, words)


def _use(wish: LicenceWish, words: Words) -> Details:
    if wish.internal_calls_only:
        return [(words("Calls"), words("Colleagues only"))]
    return [(words("Calls"), words("It also calls out"))] if wish.outbound_calls else []


def _conferencing(wish: LicenceWish | MeetingOrganiserWish, words: Words) -> Details:
    details = []
    if wish.leads_meetings is not None:
        leads = words("Yes") if wish.leads_meetings else words("No, only joins meetings of others")
        details.append((words("Leads meetings"), leads))
    if wish.conference_provider:
        details.append((words("Provider today"), plain(wish.conference_provider, 100)))
    return details


def _swap(wish: SwapWish, words: Words) -> Details:
    gone, new = wish.give_up, wish.get
    details = [
        (words("Given up"), product(gone, words) if gone else words("Whatever the new one replaces")),
        (words("Instead"), product(new, words) if new else words("Nothing: only take it back")),
    ]
    return [*details, *_confirmed(wish, words)]


def _confirmed(wish: SwapWish | LeaverWish | MoverWish, words: Words) -> Details:
    """R20: whoever asked knows what is lost."""
    lost = words("the number of today may be lost")
    return [(words("Confirmed"), lost)] if wish.confirms_loss else []


def _leaver(wish: LeaverWish, words: Words) -> Details:
    details = [(words("Last day"), _day(wish.last_day) if wish.last_day else words("at once"))]
    if wish.successor_id:
        details.append((words("Successor"), plain(wish.successor_name or wish.successor_id, 80)))
    else:
        details.append((words("Number"), words("rests, then it is offered again")))
    if wish.forward_to:
        details.append((words("Calls go to"), plain(wish.forward_to, 100)))
    return [*details, *_confirmed(wish, words)]


def _day(day: date) -> str:
    """A day that the reader's client shows in the reader's own way."""
    return f"{{{{DATE({day.isoformat()}T12:00:00Z, SHORT)}}}}"


def _service_number(wish: ServiceNumberWish, words: Words) -> Details:
    details = [
        (words("Purpose"), words(PURPOSES[wish.purpose])),
        (words("Name"), plain(wish.name, 100)),
        (words("Where"), place(wish.country, wish.city, words)),
        (words("Who pays"), words(TARIFFS[wish.tariff])),
    ]
    if wish.account_id:
        details.append((words("Account"), plain(wish.account_name or wish.account_id, 80)))
    if wish.outbound_calls:
        details.append((words("Calls"), words("It also calls out")))
    if wish.telephone_number:
        details.append((words("Number"), number(wish.telephone_number)))
    if wish.convert:
        details.append((words("Before"), words("Microsoft makes it a number for services")))
    if wish.accepts_no_emergency_calls:
        details.append((words("Confirmed"), words("emergency calls are not possible")))
    return [(name, value) for name, value in details if value]


def _numbers(wish: NumberOrderWish | NumberPortWish, words: Words) -> Details:
    usage = (words("For"), words(USAGES[wish.usage]))
    match wish:
        case NumberOrderWish():
            where = (words("Where"), place(wish.country, wish.city, words))
            details = [(words("How many"), str(wish.quantity)), where, usage]
            paid = [(words("Who pays"), words(TARIFFS[wish.tariff]))] if wish.usage != "user" else []
            return [*details, *paid]
        case NumberPortWish():
            named = [number(one) for one in wish.numbers[:_MOST_NUMBERS]]
            rest = len(wish.numbers) - len(named)
            if rest:
                named.append(words.plural("{n} more number", "{n} more numbers", rest))
            return [
                (words("How many"), str(len(wish.numbers))),
                (words("Numbers"), words.listing(named)),
                (words("Where"), words.country(wish.country)),
                usage,
                (words("Operator"), plain(wish.operator, 100)),
            ]


def _credits(wish: CreditsWish, words: Words) -> Details:
    details = [(words("To do"), words(CREDITS_PURPOSES[wish.purpose]))]
    if wish.buys:
        details.append((words("Amount"), _money(wish.amount, words)))
    details.append((words("Recharge"), _recharge(wish, words)))
    if wish.usage:
        details.append((words("Spent lately"), "; ".join(_money(one, words) for one in wish.usage)))
    if wish.pay_by_agreement:
        details.append((words("Agreement"), plain(wish.agreement_number, 60)))
    if wish.purchase_order:
        details.append((words("Purchase order"), plain(wish.purchase_order, 60)))
    return details


def _recharge(wish: CreditsWish, words: Words) -> str:
    if wish.recharge is None or wish.trigger is None:
        return words("not automatic")
    added, trigger = _money(wish.recharge, words), _money(wish.trigger, words)
    return words("{amount} when the balance falls to {trigger}", amount=added, trigger=trigger)


def _money(amount: Money, words: Words) -> str:
    return words.money(amount.minor, amount.currency)
