"""What use cases hand to dialogs and cards: everything a card shows, and nothing it must look up."""

from __future__ import annotations

from pydantic import Field

from bot.domain.approval import ResolvedStage
from bot.domain.people import Person, PersonRef
from bot.domain.plans import Plan
from bot.domain.remarks import Remark
from bot.domain.requests import Request, StepRecord
from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.domain.values import E164, CountryCode, Money, ObjectId, Value
from bot.domain.wishes import Wish

__all__ = [
    "REFRESHED",
    "CityStock",
    "CountryChoice",
    "Preview",
    "ProductChoice",
    "RequestView",
    "WishOptions",
]

REFRESHED = 60
"""Teams refreshes a card by itself for no more people than this."""


class CityStock(Value):
    """Free numbers of one city that a person may be given."""

    country: CountryCode
    city: str
    """Empty: numbers of no city, as ranges of an own carrier often are."""
    free: int


class CountryChoice(Value):
    country: CountryCode
    name: str
    needs_location: bool
    """R66: an emergency location must be chosen with the number."""
    no_emergency_calls: bool = False
    """R66: a number of this country cannot call for help, which must be known."""


class ProductChoice(Value):
    """A product that can be asked for or given up."""

    sku_id: str
    use: str = ""
    """What the catalogue takes it for; empty: only recognised."""
    free: int = 0
    """Seats nobody has or was promised; negative where more are in use than were bought."""


class WishOptions(Value):
    """What the form of a wish offers, prefilled for the beneficiary; each uses what it asks about."""

    beneficiary: Person
    countries: tuple[CountryChoice, ...] = ()
    """The likeliest first."""
    cities: tuple[CityStock, ...] = ()
    """Of the country chosen, or of the only one."""
    locations: tuple[EmergencyLocation, ...] = ()
    offered: tuple[ProductChoice, ...] = ()
    """Products of the tenant that the catalogue knows a use for, and that serve the person's country."""
    held: tuple[ProductChoice, ...] = ()
    """Products for calling that the person has."""
    numbers: tuple[E164, ...] = ()
    """The person's numbers."""
    own_carrier: bool = False
    """The person's calls go over the organisation's own carrier (R06)."""
    currencies: tuple[str, ...] = ()
    """ISO 4217, the likeliest first."""
    spent: tuple[Money, ...] = ()
    """What calls cost in each of the last whole months, the oldest first, where money is asked for (R53)."""
    facts: TenantFacts = TenantFacts()


class Preview(Value):
    """A plan that has not been asked for yet, and who would decide on it."""

    wish: Wish
    requester: PersonRef
    beneficiary: PersonRef
    plan: Plan
    stages: tuple[ResolvedStage, ...]
    rule: str = ""
    """Name of the policy's rule that applies."""
    auto_approved: bool = False
    """It will be approved by that rule alone, nobody is asked."""


class RequestView(Value):
    """A request with its progress, as a card shows it."""

    request: Request
    steps: tuple[StepRecord, ...] = ()
    remarks: tuple[Remark, ...] = ()
    channel_ids: dict[ObjectId, str] = Field(default_factory=dict)
    """Teams' own ids of the people of the open stage, as far as they are known; for decoration only."""
