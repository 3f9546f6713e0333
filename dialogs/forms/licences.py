"""Licences: one product (J04), the templates "phone user" and "meeting organiser" (J02), and a swap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast, get_args

from bot.domain.catalogue.products import Product, Use, product, products_for
from bot.domain.views import WishOptions
from bot.domain.wishes import LicenceWish, MeetingOrganiserWish, PhoneUserWish, SwapWish
from bot.words import N_, Words
from cards.forms import ANY, InputKind
from cards.wishes import PLANS
from dialogs.forms.common import (
    ANY_NUMBER,
    CITY,
    COUNTRY,
    ENDING,
    LOCATION,
    NO_EMERGENCY,
    REASON,
    WHO,
    always,
    numbers_today,
    product_choices,
    said,
)
from dialogs.forms.number import number_parts
from dialogs.forms.spec import Choice, Field, Form, Values, ticked

__all__ = ["LICENCE", "MEETING_ORGANISER", "PHONE_USER", "SWAP"]

_CONFERENCING = frozenset({"conferencing", "conferencing_ppm"})
_CALLING = frozenset(
    {"domestic", "domestic_120", "domestic_240", "domestic_small", "international", "international_only",
     "payg"}
)  # fmt: skip
"""Uses of Calling Plans: for calls to outside numbers (R80)."""


def _use_of(value: str) -> str:
    """The use of a product that was chosen: by its skuId, or by the use itself."""
    known = product(value)
    return known.use if known else value


def _is_conferencing(_options: WishOptions, values: Values) -> bool:
    return _use_of(values.get("product", "")) in _CONFERENCING


def _is_for_calling(_options: WishOptions, values: Values) -> bool:
    return _use_of(values.get("product", "")) in _CALLING


def _yes_no(_options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    yes, no = words("Yes"), words("No, only joins meetings of others")
    return [Choice("yes", yes, ("yes", "y", "oui", "是")), Choice("no", no, ("no", "n", "non", "不", "否"))]


_LEADS = Field(
    id="leads_meetings",
    kind=InputKind.CHOICE,
    label=N_("Does the person schedule or lead meetings? (required)"),
    ask=N_("Does the person schedule or lead meetings? Write **yes** or **no**."),
    wrong=N_("please say whether the person schedules or leads meetings: who only joins needs no licence."),
    required=always,
    choices=_yes_no,
)
_PROVIDER = Field(
    id="provider",
    kind=InputKind.TEXT,
    label=N_("Conferencing provider in use today, if any (optional)"),
    ask=N_("Which conferencing provider does the person use today? Write its name, or **none**."),
    most=100,
)
_ACCEPTS = Field(
    id="accepts_change",
    kind=InputKind.TOGGLE,
    label=N_("If there is a provider today"),
    caption=N_("I know that Microsoft becomes the provider instead"),
    ask=N_("Microsoft becomes the provider instead. Is that right? Write **yes** or **no**."),
)


def _accepted(value: str, _options: WishOptions, values: Values, words: Words) -> str | None:
    """R33: the licence replaces the provider, and that needs a yes."""
    if values.get("provider") and value != "true":
        return words("please confirm that Microsoft becomes the provider instead.")
    return None


def _hybrid(options: WishOptions, _values: Values) -> bool:
    """Where somebody can have another provider today (R33)."""
    return options.facts.hybrid_conferencing or options.facts.era == "seeds"


def _hybrid_conferencing(options: WishOptions, values: Values) -> bool:
    return _hybrid(options, values) and _is_conferencing(options, values)


def _conferencing_parts(values: Values) -> dict[str, Any]:
    leads = said(values, "leads_meetings")
    return {
        "leads_meetings": None if leads is None else leads == "yes",
        "conference_provider": values.get("provider", ""),
        "accepts_provider_change": ticked(values, "accepts_change"),
        "reason": values.get("reason", ""),
    }


def _whom_one_calls(_options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    return [
        Choice("outside", words("People outside the organisation, too"), (words("outside"),)),
        Choice("inside", words("Colleagues only"), (words("colleagues"),)),
    ]


_CALLS = Field(
    id="calls",
    kind=InputKind.CHOICE,
    label=N_("Who is called? (required)"),
    ask=N_("Who is called: people outside the organisation, too (1), or colleagues only (2)?"),
    wrong=N_("please say who is called: between colleagues no Calling Plan is needed."),
    required=always,
    choices=_whom_one_calls,
)


def _offered(options: WishOptions, values: Values, words: Words) -> Sequence[Choice]:
    """What the organisation owns; also a use nothing is owned for, when that is what was asked for."""
    owned = product_choices(options.offered, words)
    wanted = values.get("product", "")
    found = _example_of(wanted, options)
    return [*owned, Choice(wanted, words(found.name), (found.name,))] if found else owned


def _example_of(use: str, options: WishOptions) -> Product | None:
    """A product for a use that the organisation owns none for."""
    if not use or use not in get_args(Use) or any(one.use == use for one in options.offered):
        return None
    here = options.beneficiary.usage_location or options.beneficiary.country
    return next(iter(products_for(cast(Use, use), here)), None) if here else None


LICENCE = Form(
    kind="licence",
    title=N_("A licence"),
    who=WHO,
    fields=(
        Field(
            id="product",
            kind=InputKind.CHOICE,
            label=N_("Product (required)"),
            ask=N_("Which product? Write its name or number."),
            wrong=N_("please choose a product of the list."),
            required=always,
            choices=_offered,
        ),
        replace(_LEADS, shown=_is_conferencing),
        replace(_PROVIDER, shown=_hybrid_conferencing),
        replace(_ACCEPTS, shown=_hybrid_conferencing, check=_accepted),
        replace(_CALLS, shown=_is_for_calling),
        Field(
            id="outbound_calls",
            kind=InputKind.TOGGLE,
            label=N_("Calls of the account"),
            caption=N_("It also calls out"),
            ask=N_("Does the account also call out? Write **yes** or **no**."),
            shown=lambda _options, values: _use_of(values.get("product", "")) == "resource_account",
        ),
        REASON,
    ),
    to_wish=lambda beneficiary_id, values: LicenceWish(
        beneficiary_id=beneficiary_id,
        product=values.get("product", ""),
        internal_calls_only=values.get("calls") == "inside",
        outbound_calls=ticked(values, "outbound_calls"),
        **_conferencing_parts(values),
    ),
)

MEETING_ORGANISER = Form(
    kind="meeting_organiser",
    title=N_("Dial-in numbers for meetings"),
    who=N_("Who leads the meetings? Write **me**, or a name."),
    fields=(
        _LEADS,
        replace(_PROVIDER, shown=_hybrid),
        replace(_ACCEPTS, shown=_hybrid, check=_accepted),
        Field(
            id="pay_per_minute",
            kind=InputKind.TOGGLE,
            label=N_("How it is paid"),
            caption=N_("By the minute, from Communications Credits"),
            ask=N_("Is it paid by the minute, from Communications Credits? Write **yes** or **no**."),
            shown=lambda options, _values: options.facts.purchase_channel == "volume",
        ),
        REASON,
    ),
    to_wish=lambda beneficiary_id, values: MeetingOrganiserWish(
        beneficiary_id=beneficiary_id,
        pay_per_minute=ticked(values, "pay_per_minute"),
        **_conferencing_parts(values),
    ),
)


def _plans(_options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    return [Choice(plan, words(title), (plan, title)) for plan, title in PLANS.items()]


def _outside(_options: WishOptions, values: Values) -> bool:
    return values.get("calls", "outside") != "inside"


PHONE_USER = Form(
    kind="phone_user",
    title=N_("A telephone with everything it takes"),
    who=N_("Who gets the telephone? Write **me**, or a name."),
    fields=(
        COUNTRY,
        CITY,
        replace(_CALLS, default=lambda _options: "outside"),
        Field(
            id="calling_plan",
            kind=InputKind.CHOICE,
            label=N_("Calling Plan (required)"),
            ask=N_("Which Calling Plan?"),
            wrong=N_("please choose a Calling Plan of the list."),
            shown=_outside,
            required=always,
            choices=_plans,
            default=lambda options: "none" if options.own_carrier else "domestic",
        ),
        Field(
            id="with_credits",
            kind=InputKind.TOGGLE,
            label=N_("Calls beyond the minutes of the plan"),
            caption=N_("Allow them, from Communications Credits"),
            ask=N_("Are calls beyond the minutes of the plan allowed? Write **yes** or **no**."),
            shown=_outside,
        ),
        ENDING,
        ANY_NUMBER,
        LOCATION,
        NO_EMERGENCY,
        REASON,
    ),
    to_wish=lambda beneficiary_id, values: PhoneUserWish(
        beneficiary_id=beneficiary_id,
        calling_plan=values.get("calling_plan", "none"),
        internal_calls_only=values.get("calls") == "inside",
        with_credits=ticked(values, "with_credits"),
        **number_parts(values),
    ),
)


def _held(options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    auto = Choice(ANY, words("Whatever the new one replaces"))
    return [auto, *product_choices(options.held, words)]


def _instead(options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    return [Choice(ANY, words("Nothing: only take it back")), *product_choices(options.offered, words)]


def _one_of_both(value: str, _options: WishOptions, values: Values, words: Words) -> str | None:
    if value or values.get("give_up"):
        return None
    return words("please choose what is given up, or what comes instead.")


SWAP = Form(
    kind="swap",
    title=N_("One licence in place of another"),
    who=N_("Whose licence is to change? Write **me**, or a name."),
    fields=(
        Field(
            id="give_up",
            kind=InputKind.CHOICE,
            label=N_("What is given up"),
            ask=N_(
                "What is given up? Write its name or number, or **any** for whatever the new one replaces."
            ),
            wrong=N_("please choose something the person has."),
            choices=_held,
        ),
        Field(
            id="get",
            kind=InputKind.CHOICE,
            label=N_("What comes instead"),
            ask=N_("What comes instead? Write its name or number, or **none** to only take back."),
            wrong=N_("please choose a product of the list."),
            choices=_instead,
            check=_one_of_both,
        ),
        Field(
            id="confirms_loss",
            kind=InputKind.TOGGLE,
            label=N_("If the change takes the phone number away"),
            caption=N_("I know that the number is lost then"),
            ask=N_("The change may take the phone number away. Is that all right? Write **yes** or **no**."),
            shown=lambda options, _values: bool(options.numbers),
        ),
        REASON,
    ),
    to_wish=lambda beneficiary_id, values: SwapWish(
        beneficiary_id=beneficiary_id,
        give_up=values.get("give_up", ""),
        get=values.get("get", ""),
        confirms_loss=ticked(values, "confirms_loss"),
        reason=values.get("reason", ""),
    ),
    about=numbers_today,
)
