"""The form for a phone number: everything asked once, prefilled from the directory (J01 step 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from microsoft_teams.cards.core import (
    CardElement,
    Choice,
    ChoiceSetInput,
    QueryData,
    TextInput,
    ToggleInput,
)

from bot.domain.people import Person
from bot.domain.views import CityStock, NumberOptions
from bot.words import Words
from cards.elements import Card, boxed, button, card, subtle, text, title
from cards.markdown import clean, plain

__all__ = ["ANY", "FIELDS", "NumberForm", "build"]

ANY = "*"
"""The choice "any city" / "none"; an empty value would read as "not answered" in some clients."""

FIELDS = ("beneficiary", "country", "city", "ending", "any_number", "location", "reason")
"""The ids of the inputs."""

_MOST_CITIES = 60
_DIRECTORY = "graph.microsoft.com/users"


@dataclass(frozen=True, slots=True)
class NumberForm:
    """What the form shows: the choices, what has been typed so far, and what is wrong with it."""

    draft_id: str
    options: NumberOptions
    for_self: bool
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)
    """By input id."""
    remarks: tuple[str, ...] = ()
    """Shown above the form: a refusal, or what changed since."""


def build(form: NumberForm, words: Words) -> Card:
    heading = words("A phone number")
    body: list[CardElement] = [title(heading)]
    body.append(subtle(words("Check what is filled in, then press Review. Nothing is sent yet.")))
    if form.remarks:
        body.append(boxed("warning", *form.remarks))
    body.append(_whom(form, words))
    for name, one in _inputs(form, words):
        if name in form.errors:
            body.append(boxed("attention", words("Please correct: {error}", error=form.errors[name])))
        body.append(one)
    body.append(subtle(words("Prefer to type? Write **by text** and I will ask one question at a time.")))
    data = {"draft": form.draft_id}
    actions = [
        button(words("Review"), "number.review", data, style="positive", inputs="auto"),
        button(words("Cancel"), "number.cancel", data),
    ]
    return card(words("A phone number: please fill in the form"), body, actions)


def _inputs(form: NumberForm, words: Words) -> list[tuple[str, CardElement]]:
    inputs: list[tuple[str, CardElement]] = [
        ("beneficiary", _someone_else(form.options.beneficiary, words)),
        ("country", _country(form, words)),
        ("city", _city(form, words)),
        ("ending", _ending(form, words)),
        ("any_number", _any_number(form, words)),
    ]
    if form.options.locations and any(one.needs_location for one in form.options.countries):
        inputs.append(("location", _location(form, words)))
    inputs.append(("reason", _reason(form, words)))
    return inputs


def _whom(form: NumberForm, words: Words) -> CardElement:
    who = plain(form.options.beneficiary.name, 80)
    return text(
        words("For **you**, {name}", name=who) if form.for_self else words("For **{name}**", name=who)
    )


def _someone_else(who: Person, words: Words) -> ChoiceSetInput:
    """A people picker; left empty by most, and by every client that has no directory search."""
    return ChoiceSetInput(
        id="beneficiary",
        label=words("For someone else? Choose the person (optional)"),
        style="compact",
        placeholder=words("Type a name"),
        # The schema wants a choice; clients without directory search offer this one.
        choices=[Choice(title=clean(who.name, 80), value=who.id)],
        choices_data=QueryData(dataset=_DIRECTORY),
    )


def _country(form: NumberForm, words: Words) -> ChoiceSetInput:
    countries = form.options.countries
    preset = countries[0].country if len(countries) == 1 else None
    return ChoiceSetInput(
        id="country",
        label=words("Country (required)"),
        style="compact",
        is_required=True,
        error_message=words("Please choose a country."),
        value=form.values.get("country") or preset,
        choices=[Choice(title=words.country(one.country), value=one.country) for one in countries],
    )


def _city(form: NumberForm, words: Words) -> ChoiceSetInput:
    cities = sorted(form.options.cities, key=lambda stock: -stock.free)[:_MOST_CITIES]
    choices = [Choice(title=_city_label(one, form.options, words), value=one.city) for one in cities]
    return ChoiceSetInput(
        id="city",
        label=words("City (free numbers right now)"),
        style="compact",
        value=form.values.get("city") or ANY,
        choices=[Choice(title=_any_city_label(form.options, words), value=ANY), *choices],
    )


def _any_city_label(options: NumberOptions, words: Words) -> str:
    free = sum(stock.free for stock in options.cities)
    if not free:
        return words("Any city (none free right now: the request would wait)")
    return words("Any city ({n} free)", n=free)


def _city_label(stock: CityStock, options: NumberOptions, words: Words) -> str:
    city = clean(stock.city, 60)
    several = len(options.countries) > 1
    where = words("{city}, {country}", city=city, country=words.country(stock.country)) if several else city
    return words("{city} ({n} free)", city=where, n=stock.free)


def _ending(form: NumberForm, words: Words) -> TextInput:
    return TextInput(
        id="ending",
        label=words("Should it end in certain digits? (optional, up to 6 digits)"),
        style="Tel",
        max_length=6,
        regex="^[0-9]{0,6}$",
        error_message=words("Only digits, at most 6."),
        value=form.values.get("ending") or None,
    )


def _any_number(form: NumberForm, words: Words) -> ToggleInput:
    return ToggleInput(
        id="any_number",
        label=words("If the preferred number is taken"),
        title=words("Another number of the same city is fine"),
        value_on="true",
        value_off="false",
        value=form.values.get("any_number") or "true",
        wrap=True,
    )


def _location(form: NumberForm, words: Words) -> ChoiceSetInput:
    """R66: where the number's country wants the place of work with the assignment."""
    places = form.options.locations
    return ChoiceSetInput(
        id="location",
        label=words("Place of work, for emergency calls (required)"),
        style="compact",
        is_required=True,
        error_message=words("Please choose the place of work: emergency services are sent there."),
        value=form.values.get("location") or (places[0].id if len(places) == 1 else None),
        choices=[
            Choice(title=clean(" · ".join(filter(None, (one.name, one.address, one.city)))), value=one.id)
            for one in places
        ],
    )


def _reason(form: NumberForm, words: Words) -> TextInput:
    return TextInput(
        id="reason",
        label=words("Reason, for the approver (optional)"),
        is_multiline=True,
        max_length=500,
        value=form.values.get("reason") or None,
    )
