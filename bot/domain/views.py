"""What use cases hand to dialogs and cards: everything a card shows, and nothing it must look up."""

from __future__ import annotations

from bot.domain.approval import ResolvedStage
from bot.domain.people import Person, PersonRef
from bot.domain.plans import Plan
from bot.domain.requests import Request, StepRecord
from bot.domain.tenant import EmergencyLocation
from bot.domain.values import CountryCode, Value
from bot.domain.wishes import Wish

__all__ = ["CityStock", "CountryChoice", "NumberOptions", "Preview", "RequestView"]


class CityStock(Value):
    """Free numbers of one city that a person may be given."""

    country: CountryCode
    city: str
    free: int


class CountryChoice(Value):
    country: CountryCode
    name: str
    needs_location: bool
    """R66: an emergency location must be chosen with the number."""


class NumberOptions(Value):
    """What the form for a phone number offers, prefilled for the beneficiary."""

    beneficiary: Person
    countries: tuple[CountryChoice, ...]
    cities: tuple[CityStock, ...]
    locations: tuple[EmergencyLocation, ...]


class Preview(Value):
    """A plan that has not been asked for yet, and who would decide on it."""

    wish: Wish
    beneficiary: PersonRef
    plan: Plan
    stages: tuple[ResolvedStage, ...]


class RequestView(Value):
    """A request with its progress, as a card shows it."""

    request: Request
    steps: tuple[StepRecord, ...] = ()
