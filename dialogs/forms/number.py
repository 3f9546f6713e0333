"""A phone number (J01), and another one in place of it."""

from __future__ import annotations

from typing import Any

from bot.domain.wishes import NumberChangeWish, NumberWish
from bot.words import N_
from dialogs.forms.common import (
    ANY_NUMBER,
    CITY,
    COUNTRY,
    ENDING,
    LOCATION,
    NO_EMERGENCY,
    REASON,
    numbers_today,
    place_chosen,
    said,
)
from dialogs.forms.spec import Form, Values, ticked

__all__ = ["NUMBER", "NUMBER_CHANGE", "number_parts"]


def number_parts(values: Values) -> dict[str, Any]:
    """What every wish for a number says about it."""
    location_id, new_location = place_chosen(values)
    return {
        "country": values.get("country", ""),
        "city": said(values, "city"),
        "ending": said(values, "ending"),
        "any_number": values.get("any_number", "true") == "true",
        "location_id": location_id,
        "new_location": new_location,
        "accepts_no_emergency_calls": ticked(values, "accepts_no_emergency_calls"),
        "reason": values.get("reason", ""),
    }


NUMBER = Form(
    kind="number",
    title=N_("A phone number"),
    who=N_("Who is the number for? Write **me**, or a name."),
    fields=(COUNTRY, CITY, ENDING, ANY_NUMBER, LOCATION, NO_EMERGENCY, REASON),
    to_wish=lambda beneficiary_id, values: NumberWish(beneficiary_id=beneficiary_id, **number_parts(values)),
)

NUMBER_CHANGE = Form(
    kind="number_change",
    title=N_("Another phone number"),
    who=N_("Whose number is to change? Write **me**, or a name."),
    fields=(COUNTRY, CITY, ENDING, ANY_NUMBER, LOCATION, NO_EMERGENCY, REASON),
    to_wish=lambda beneficiary_id, values: NumberChangeWish(
        beneficiary_id=beneficiary_id, **number_parts(values)
    ),
    about=numbers_today,
)
