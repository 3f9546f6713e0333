"""What happens to people: somebody leaves (J07), moves abroad (J18), works at another place (J10)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.views import WishOptions
from bot.domain.wishes import LeaverWish, LocationWish, MoverWish, UsageLocationWish
from bot.words import N_, Words
from cards.forms import InputKind
from dialogs.forms.common import (
    ANYWHERE,
    CITY,
    LOCATION,
    NO_EMERGENCY,
    REASON,
    always,
    loss_tick,
    numbers_today,
    place_chosen,
    said,
)
from dialogs.forms.spec import Choice, Field, Form, Values, ticked

__all__ = ["EMERGENCY_LOCATION", "LEAVER", "MOVER", "USAGE_LOCATION"]


def _leaver(beneficiary_id: str, values: Values) -> LeaverWish:
    last_day = said(values, "last_day")
    return LeaverWish(
        beneficiary_id=beneficiary_id,
        last_day=date.fromisoformat(last_day) if last_day else None,
        successor_id=said(values, "successor"),
        successor_name=values.get("successor_name", ""),
        forward_to=values.get("forward_to", ""),
        confirms_loss=ticked(values, "confirms_loss"),
        reason=values.get("reason", ""),
    )


def _somebody_else(value: str, options: WishOptions, _values: Values, words: Words) -> str | None:
    if value and value == options.beneficiary.id:
        return words("this is who leaves. Choose somebody else, or nobody.")
    return None


LEAVER = Form(
    kind="leaver",
    title=N_("Somebody leaves"),
    who=N_("Who leaves? Write a name or an address."),
    needs_person=True,
    fields=(
        Field(
            id="last_day",
            kind=InputKind.DATE,
            label=N_("Last day (optional; empty: at once)"),
            ask=N_("Which is the last day? Write a date such as 2026-12-31, or **skip** for at once."),
            wrong=N_("please write the day as a date, such as 2026-12-31."),
        ),
        Field(
            id="successor",
            kind=InputKind.PERSON,
            label=N_("Who takes the number over? (optional)"),
            ask=N_("Who takes the number over? Write a name or an address, or **none**."),
            wrong=N_("I cannot find that person."),
            placeholder=N_("Type a name"),
            check=_somebody_else,
        ),
        Field(
            id="forward_to",
            kind=InputKind.TEXT,
            label=N_("Where do calls go meanwhile? (optional)"),
            ask=N_("Where do calls go meanwhile? Write a name or a number, or **skip**."),
            most=100,
        ),
        loss_tick(
            N_("What happens to phone and number (required)"),
            N_(
                "I know that the licences are taken back, and that the number is lost to the person: it is "
                "kept for the successor, or rests and is given to somebody else"
            ),
            N_(
                "The licences are taken back. The number is kept for the successor, or rests and is given to "
                "somebody else. Is that right? Write **yes** or **no**."
            ),
        ),
        REASON,
    ),
    to_wish=_leaver,
    about=numbers_today,
)


def _mover(beneficiary_id: str, values: Values) -> MoverWish:
    location_id, new_location = place_chosen(values)
    return MoverWish(
        beneficiary_id=beneficiary_id,
        country=values.get("country", ""),
        city=said(values, "city"),
        location_id=location_id,
        new_location=new_location,
        accepts_no_emergency_calls=ticked(values, "accepts_no_emergency_calls"),
        confirms_loss=ticked(values, "confirms_loss"),
        reason=values.get("reason", ""),
    )


MOVER = Form(
    kind="mover",
    title=N_("Somebody moves to another country"),
    who=N_("Who moves? Write a name or an address."),
    needs_person=True,
    fields=(
        ANYWHERE,
        CITY,
        LOCATION,
        NO_EMERGENCY,
        loss_tick(
            N_("What happens to the number of today (required)"),
            N_("I know that the number of today is lost once the new one works"),
            N_("The number of today is lost once the new one works. Is that right? Write **yes** or **no**."),
        ),
        REASON,
    ),
    to_wish=_mover,
    about=numbers_today,
)


def _places(options: WishOptions, _values: Values, _words: Words) -> Sequence[Choice]:
    return [
        Choice(one.id, " · ".join(filter(None, (one.name, one.address, one.city))), (one.name, one.id))
        for one in options.locations
    ]


EMERGENCY_LOCATION = Form(
    kind="emergency_location",
    title=N_("Another place of work"),
    who=N_("Who works at another place? Write **me**, or a name."),
    fields=(
        Field(
            id="location",
            kind=InputKind.CHOICE,
            label=N_("New place of work, for emergency calls (required)"),
            ask=N_("Which is the new place of work? Emergency services are sent there."),
            wrong=N_("please choose the place of work: emergency services are sent there."),
            required=always,
            choices=_places,
        ),
        REASON,
    ),
    to_wish=lambda beneficiary_id, values: LocationWish(
        beneficiary_id=beneficiary_id,
        location_id=values.get("location", ""),
        reason=values.get("reason", ""),
    ),
    about=numbers_today,
)

USAGE_LOCATION = Form(
    kind="usage_location",
    title=N_("Another usage location"),
    who=N_("Whose usage location is to change? Write a name or an address."),
    needs_person=True,
    fields=(ANYWHERE, REASON),
    to_wish=lambda beneficiary_id, values: UsageLocationWish(
        beneficiary_id=beneficiary_id,
        country=values.get("country", ""),
        reason=values.get("reason", ""),
    ),
    about=numbers_today,
)
