"""Money for Communications Credits: set up, topped up, recharged automatically or no more (J08, J15)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.domain.amounts import money_text
from bot.domain.values import Money
from bot.domain.views import WishOptions
from bot.domain.wishes import CreditsWish
from bot.words import N_, Words
from cards.forms import ANY, InputKind
from cards.wishes import CREDITS_PURPOSES
from dialogs.forms.amounts import money
from dialogs.forms.common import REASON, always, said
from dialogs.forms.spec import Choice, Field, Form, Values

__all__ = ["CREDITS"]

_DIGITS = N_("please write the amount in digits, such as 1200.50.")
_BUYS = frozenset({"set_up", "top_up"})


def _purposes(options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    """The likeliest first."""
    first = _proposed(options)
    ranked = sorted(CREDITS_PURPOSES.items(), key=lambda one: one[0] != first)
    return [Choice(value, words(title), (value.replace("_", " "), title)) for value, title in ranked]


def _proposed(options: WishOptions) -> str:
    return "top_up" if options.facts.credits_funded else "set_up"


def _purpose(values: Values) -> str:
    return values.get("purpose", "top_up")


def _buys(_options: WishOptions, values: Values) -> bool:
    return _purpose(values) in _BUYS


def _recharges(_options: WishOptions, values: Values) -> bool:
    return _purpose(values) != "recharge_off"


def _currencies(options: WishOptions, _values: Values, _words: Words) -> Sequence[Choice]:
    return [Choice(one, one) for one in options.currencies]


def _agreements(options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    """R51: where everything is paid by enterprise agreement, one of them has to be picked."""
    card = Choice(ANY, words("By card or invoice, not by an enterprise agreement"))
    known = [Choice(one, words("Agreement {number}", number=one), (one,)) for one in options.facts.agreements]
    return known if _by_agreement(options, _values) else [card, *known]


def _by_agreement(options: WishOptions, _values: Values) -> bool:
    return options.facts.billing == "EA"


def _only_agreement(options: WishOptions) -> str:
    known = options.facts.agreements
    return known[0] if len(known) == 1 and options.facts.billing == "EA" else ""


def _pays(options: WishOptions, values: Values) -> bool:
    return _buys(options, values) and bool(options.facts.agreements)


# Clients keep whoever leaves a required input empty from choosing another purpose, for which it is not asked.


def _amount_missing(value: str, _options: WishOptions, _values: Values, words: Words) -> str | None:
    return None if value else words(_DIGITS)


def _recharge_missing(value: str, _options: WishOptions, values: Values, words: Words) -> str | None:
    return words(_DIGITS) if not value and _purpose(values) == "auto_recharge" else None


def _agreement_missing(value: str, options: WishOptions, values: Values, words: Words) -> str | None:
    """R51: by enterprise agreement, and not by which."""
    missing = not value and _by_agreement(options, values)
    return words("please choose an agreement of the list.") if missing else None


def _pair(value: str, _options: WishOptions, values: Values, words: Words) -> str | None:
    """R45: what is added, and when, belong together."""
    if bool(value) == bool(values.get("recharge")):
        return None
    return words("for automatic recharging please give both: what is added, and at which balance.")


def _order_format(value: str, options: WishOptions, _values: Values, words: Words) -> str | None:
    """J15: purchase orders look as the organisation says."""
    wanted = options.facts.purchase_order_format
    if not value or not wanted or re.fullmatch(wanted, value):
        return None
    return words("this is not how purchase order numbers look here.")


def _spent(options: WishOptions) -> str:
    """As the call records have it, which whoever asks may correct."""
    return " ".join(money_text(one) for one in options.spent)


def _usage(values: Values) -> tuple[Money, ...]:
    return tuple(money(one, values.get("currency", "")) for one in values.get("usage", "").split())


def _amount(values: Values, name: str) -> Money | None:
    plain = said(values, name)
    return money(plain, values.get("currency", "")) if plain else None


def _credits(beneficiary_id: str, values: Values) -> CreditsWish:
    """What was answered before another purpose was chosen does not count."""
    purpose = _purpose(values)
    buys, recharges = purpose in _BUYS, purpose != "recharge_off"
    agreement = values.get("agreement", "") if buys else ""
    return CreditsWish(
        beneficiary_id=beneficiary_id,
        purpose=purpose,
        amount=money((values.get("amount", "") if buys else "") or "0", values.get("currency", "")),
        recharge=_amount(values, "recharge") if recharges else None,
        trigger=_amount(values, "trigger") if recharges else None,
        usage=_usage(values) if buys else (),
        pay_by_agreement=bool(agreement),
        agreement_number=agreement,
        purchase_order=values.get("purchase_order", "") if buys else "",
        reason=values.get("reason", ""),
    )


CREDITS = Form(
    kind="credits",
    title=N_("Communications Credits"),
    fields=(
        Field(
            id="purpose",
            kind=InputKind.CHOICE,
            label=N_("What is to be done? (required)"),
            ask=N_("What is to be done?"),
            wrong=N_("please choose what is to be done."),
            required=always,
            choices=_purposes,
            default=_proposed,
        ),
        Field(
            id="currency",
            kind=InputKind.CHOICE,
            label=N_("Currency (required)"),
            ask=N_("Which currency?"),
            wrong=N_("please choose a currency of the list."),
            required=always,
            choices=_currencies,
            default=lambda options: options.currencies[0] if options.currencies else "",
        ),
        Field(
            id="amount",
            kind=InputKind.AMOUNT,
            label=N_("Amount to add"),
            ask=N_("Which amount is added? Write it in digits."),
            wrong=_DIGITS,
            shown=_buys,
            most=20,
            check=_amount_missing,
        ),
        Field(
            id="recharge",
            kind=InputKind.AMOUNT,
            label=N_("Recharge automatically with (optional, recommended)"),
            ask=N_(
                "Which amount is added automatically when money runs low? Write it in digits, or **skip**."
            ),
            wrong=_DIGITS,
            shown=_recharges,
            most=20,
            check=_recharge_missing,
        ),
        Field(
            id="trigger",
            kind=InputKind.AMOUNT,
            label=N_("When the balance falls to (optional)"),
            ask=N_("At which balance is it added? Write it in digits, or **skip**."),
            wrong=_DIGITS,
            shown=_recharges,
            most=20,
            check=_pair,
        ),
        Field(
            id="usage",
            kind=InputKind.AMOUNTS,
            label=N_("Spent in each of the last months, such as 80; 100; 120 (optional)"),
            ask=N_(
                "What was spent in each of the last months? Write amounts such as 80; 100; 120, or **skip**."
            ),
            wrong=N_("please write the amounts in digits, divided by semicolons, such as 80; 100; 120."),
            shown=_buys,
            proposal=_spent,
        ),
        Field(
            id="agreement",
            kind=InputKind.CHOICE,
            label=N_("How is it paid?"),
            ask=N_("How is it paid? Write the number of the agreement, or **any** for card or invoice."),
            wrong=N_("please choose an agreement of the list."),
            shown=_pays,
            check=_agreement_missing,
            choices=_agreements,
            default=_only_agreement,
        ),
        Field(
            id="purchase_order",
            kind=InputKind.TEXT,
            label=N_("Purchase order number (it can follow later)"),
            ask=N_("Which purchase order is it for? Write its number, or **skip**."),
            shown=_buys,
            most=60,
            check=_order_format,
        ),
        REASON,
    ),
    to_wish=_credits,
)
