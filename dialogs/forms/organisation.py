"""What is for the whole organisation: service numbers (J17), orders and ports (J16)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from bot.domain.views import WishOptions
from bot.domain.wishes import NumberOrderWish, NumberPortWish, ServiceNumberWish
from bot.words import N_, Words
from cards.forms import InputKind
from cards.wishes import PURPOSES, TARIFFS, USAGES
from dialogs.forms.common import ANYWHERE, CITY_NAME, NO_EMERGENCY, REASON, always, said
from dialogs.forms.phone_lists import read_numbers, row_problems
from dialogs.forms.spec import Choice, Field, Form, Values, ticked

__all__ = ["NUMBER_ORDER", "NUMBER_PORT", "SERVICE_NUMBER"]

_Choices = Callable[[WishOptions, Values, Words], Sequence[Choice]]


def _of_table(table: Mapping[str, str]) -> _Choices:
    def choices(_options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
        return [Choice(value, words(title), (value, title)) for value, title in table.items()]

    return choices


def _tariff(shown: Callable[[WishOptions, Values], bool]) -> Field:
    return Field(
        id="tariff",
        kind=InputKind.CHOICE,
        label=N_("Who pays for a call? (required)"),
        ask=N_("Who pays for a call?"),
        wrong=N_("please choose who pays for a call."),
        shown=shown,
        required=always,
        choices=_of_table(TARIFFS),
        default=lambda _options: "toll",
    )


def _service_number(beneficiary_id: str, values: Values) -> ServiceNumberWish:
    """Licences go to the account, so that the wish is for it where there is one."""
    account_id = said(values, "account")
    return ServiceNumberWish(
        beneficiary_id=account_id or beneficiary_id,
        purpose=values.get("purpose", ""),
        country=values.get("country", ""),
        city=said(values, "city"),
        tariff=values.get("tariff", "toll"),
        name=values.get("name", ""),
        account_id=account_id,
        account_name=values.get("account_name", ""),
        outbound_calls=ticked(values, "outbound_calls"),
        telephone_number=read_numbers(values.get("telephone_number", ""), values.get("country", "")) or None,
        convert=ticked(values, "convert"),
        accepts_no_emergency_calls=ticked(values, "accepts_no_emergency_calls"),
        reason=values.get("reason", ""),
    )


def _for_a_room(_options: WishOptions, values: Values) -> bool:
    return values.get("purpose") == "room"


def _may_be_named(options: WishOptions, values: Values) -> bool:
    """A room has a number like a person's, of which none is picked."""
    return not _for_a_room(options, values)


def _is_named(options: WishOptions, values: Values) -> bool:
    return _may_be_named(options, values) and bool(values.get("telephone_number"))


def _one_number(value: str, _options: WishOptions, values: Values, words: Words) -> str | None:
    read = read_numbers(value, values.get("country", ""))
    if not value or (row_problems(read, words) is None and len(read.splitlines()) == 1):
        return None
    return words("please write one telephone number, such as +33 1 70 18 99 42.")


SERVICE_NUMBER = Form(
    kind="service_number",
    title=N_("A number for a queue, a menu, meetings or a room"),
    fields=(
        Field(
            id="purpose",
            kind=InputKind.CHOICE,
            label=N_("What is the number for? (required)"),
            ask=N_("What is the number for?"),
            wrong=N_("please choose what the number is for."),
            required=always,
            choices=_of_table(PURPOSES),
        ),
        ANYWHERE,
        CITY_NAME,
        _tariff(always),
        Field(
            id="name",
            kind=InputKind.TEXT,
            label=N_("What is the queue, menu or room called? (required)"),
            ask=N_("What is the queue, menu or room called?"),
            wrong=N_("please write what it is called."),
            required=always,
            most=100,
        ),
        Field(
            id="account",
            kind=InputKind.PERSON,
            label=N_("Its account, if there is one already (optional)"),
            ask=N_("Which account does it have? Write its address, or **none**."),
            wrong=N_("I cannot find that account."),
            placeholder=N_("Type a name"),
        ),
        Field(
            id="outbound_calls",
            kind=InputKind.TOGGLE,
            label=N_("Calls to the outside"),
            caption=N_("It also calls out"),
            ask=N_("Does it also call out? Write **yes** or **no**."),
        ),
        Field(
            id="telephone_number",
            kind=InputKind.TEXT,
            label=N_("A certain free number of the organisation (optional)"),
            ask=N_("Is it to be a certain free number? Write it, or **any**."),
            most=40,
            shown=_may_be_named,
            check=_one_number,
        ),
        Field(
            id="convert",
            kind=InputKind.TOGGLE,
            label=N_("If this is a number for people"),
            caption=N_("Have Microsoft make it a number for services"),
            ask=N_(
                "If this is a number for people, is Microsoft to make it a number for services? "
                "Write **yes** or **no**."
            ),
            shown=_is_named,
        ),
        replace(
            NO_EMERGENCY,
            shown=lambda options, values: (
                _for_a_room(options, values) and NO_EMERGENCY.shown(options, values)
            ),
        ),
        REASON,
    ),
    to_wish=_service_number,
)

_USAGE = Field(
    id="usage",
    kind=InputKind.CHOICE,
    label=N_("Who uses the numbers? (required)"),
    ask=N_("Who uses the numbers?"),
    wrong=N_("please choose who uses the numbers."),
    required=always,
    choices=_of_table(USAGES),
    default=lambda _options: "user",
)


def _for_services(_options: WishOptions, values: Values) -> bool:
    return values.get("usage", "user") != "user"


NUMBER_ORDER = Form(
    kind="number_order",
    title=N_("New numbers for the organisation"),
    fields=(
        ANYWHERE,
        replace(
            CITY_NAME,
            label=N_("City or area code (required)"),
            ask=N_("Which city or area code?"),
            wrong=N_("please write the city or the area code: numbers are ordered by it."),
            required=always,
        ),
        Field(
            id="quantity",
            kind=InputKind.QUANTITY,
            label=N_("How many? (required)"),
            ask=N_("How many numbers?"),
            wrong=N_("please write how many, in digits: at least 1."),
            required=always,
            most=9,
        ),
        _USAGE,
        _tariff(_for_services),
        REASON,
    ),
    to_wish=lambda beneficiary_id, values: NumberOrderWish(
        beneficiary_id=beneficiary_id,
        country=values.get("country", ""),
        city=said(values, "city"),
        quantity=int(values.get("quantity") or 0),
        usage=values.get("usage", "user"),
        tariff=values.get("tariff", "toll"),
        reason=values.get("reason", ""),
    ),
)

NUMBER_PORT = Form(
    kind="number_port",
    title=N_("Numbers from another operator"),
    fields=(
        ANYWHERE,
        Field(
            id="numbers",
            kind=InputKind.NUMBERS,
            label=N_("Numbers, one a line (required)"),
            ask=N_("Which numbers? Write one a line."),
            wrong=N_("please paste at least one number, one a line."),
            placeholder="+33 1 70 18 99 42",
            required=always,
            most=30_000,
            check=lambda value, _options, _values, words: row_problems(value, words),
        ),
        _USAGE,
        Field(
            id="operator",
            kind=InputKind.TEXT,
            label=N_("Operator today (required)"),
            ask=N_("Which operator has the numbers today?"),
            wrong=N_("please write which operator has the numbers today."),
            required=always,
            most=100,
        ),
        REASON,
    ),
    to_wish=lambda beneficiary_id, values: NumberPortWish(
        beneficiary_id=beneficiary_id,
        country=values.get("country", ""),
        numbers=tuple(values.get("numbers", "").splitlines()),
        usage=values.get("usage", "user"),
        operator=values.get("operator", ""),
        reason=values.get("reason", ""),
    ),
)
