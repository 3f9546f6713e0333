"""A wish for a number while it is being filled in, and what card inputs mean. Every input is untrusted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bot.domain.views import NumberOptions
from bot.domain.wishes import NumberWish
from bot.words import Words
from cards.number_form import ANY
from dialogs.inputs import as_text

__all__ = ["KIND", "MAX_REASON", "NumberDraft", "problems", "to_wish", "with_inputs"]

KIND = "number"
MAX_REASON = 500
_MAX_ID = 64
_ENDING = re.compile(r"[0-9]{1,6}")
_SEPARATORS = re.compile(r"[\s.\-/()]+")
_TRUE = frozenset(("true", "1", "yes", "on"))


class NumberDraft(BaseModel):
    """What has been filled in so far. Tolerant of fields that another version wrote."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    beneficiary_id: str
    country: str | None = None
    city: str | None = None
    ending: str = ""
    any_number: bool = True
    location_id: str | None = None
    reason: str = ""

    @property
    def fingerprint(self) -> str:
        """What a review card carries, so that it cannot submit something it does not show."""
        return sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def as_inputs(self) -> dict[str, str]:
        """The values the form's inputs show."""
        return {
            "country": self.country or "",
            "city": self.city or ANY,
            "ending": self.ending,
            "any_number": "true" if self.any_number else "false",
            "location": self.location_id or "",
            "reason": self.reason,
        }

    def changed(self, **fields: object) -> NumberDraft:
        return self.model_copy(update=fields)


def with_inputs(draft: NumberDraft, data: Mapping[str, Any]) -> NumberDraft:
    """The draft with what the form sent; an input that was not sent keeps its value."""
    return draft.changed(**{name: read(data[key]) for key, (name, read) in _INPUTS.items() if key in data})


def _choice(value: object) -> str | None:
    """One choice of a list; people pickers separate several by commas, and one is meant."""
    chosen = as_text(value, _MAX_ID * 4).partition(",")[0].strip()[:_MAX_ID]
    return None if chosen in ("", ANY) else chosen


def _digits(value: object) -> str:
    return _SEPARATORS.sub("", as_text(value, 40))


_INPUTS: dict[str, tuple[str, Any]] = {
    "country": ("country", _choice),
    "city": ("city", _choice),
    "ending": ("ending", _digits),
    "any_number": ("any_number", lambda value: as_text(value, 10).casefold() in _TRUE),
    "location": ("location_id", _choice),
    "reason": ("reason", lambda value: as_text(value, MAX_REASON)),
}


def problems(draft: NumberDraft, options: NumberOptions, words: Words) -> dict[str, str]:
    """What has to be corrected, by input id; empty when the wish can be planned."""
    found = {
        "country": _country_problem(draft, options, words),
        "city": _city_problem(draft, options, words),
        "ending": _ending_problem(draft, words),
        "location": _location_problem(draft, options, words),
    }
    return {name: problem for name, problem in found.items() if problem}


def _country_problem(draft: NumberDraft, options: NumberOptions, words: Words) -> str | None:
    if draft.country in {choice.country for choice in options.countries}:
        return None
    return words("please choose a country of the list.")


def _city_problem(draft: NumberDraft, options: NumberOptions, words: Words) -> str | None:
    if draft.city is None:
        return None
    if any(stock.city == draft.city and stock.country == draft.country for stock in options.cities):
        return None
    return words("there is no free number in this city right now. Choose another city, or any city.")


def _ending_problem(draft: NumberDraft, words: Words) -> str | None:
    if not draft.ending or _ENDING.fullmatch(draft.ending):
        return None
    return words("the ending takes digits only, at most 6.")


def _location_problem(draft: NumberDraft, options: NumberOptions, words: Words) -> str | None:
    """R66. Where no place is known at all, the planner says who can add one."""
    needs = {choice.country for choice in options.countries if choice.needs_location}
    places = {place.id for place in options.locations if place.country == draft.country}
    if draft.country not in needs or not places or draft.location_id in places:
        return None
    return words("please choose the place of work: emergency services are sent there.")


def to_wish(draft: NumberDraft) -> NumberWish | None:
    """The wish as the domain understands it; None when it is not one."""
    try:
        return NumberWish(
            beneficiary_id=draft.beneficiary_id,
            country=draft.country or "",
            city=draft.city,
            ending=draft.ending or None,
            any_number=draft.any_number,
            location_id=draft.location_id,
            reason=draft.reason,
        )
    except ValidationError:
        return None
