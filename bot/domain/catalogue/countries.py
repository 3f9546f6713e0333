"""Teams Phone by country: what can be had there, how numbers are got, when an emergency address is due."""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, BeforeValidator

from bot.domain.catalogue.products import Use, use_of
from bot.domain.catalogue.tables import Row, blank_is_none, from_tables, read_table, words_in, yes_or_no
from bot.domain.values import CountryCode

__all__ = [
    "Acquisition",
    "Conferencing",
    "Country",
    "EmergencyAt",
    "Minutes",
    "ServiceNumbers",
    "Weeks",
    "countries",
    "country",
    "country_name",
]

EmergencyAt = Literal["assignment", "acquisition", "not_supported", "none"]
"""When an emergency address must be there (R66); `none`: Microsoft keeps no address for numbers there."""

Acquisition = Literal["admin_centre", "form", "partner", "unknown", "none"]
"""How an organisation gets user numbers (R55). `admin_centre` includes the form for what is not listed."""

Conferencing = Literal["yes", "pay_per_minute", "outside_only", "partner", "no"]
"""How Audio Conferencing is sold (R35). `outside_only`: only to people outside the country; `partner`: not by
Microsoft; `pay_per_minute`: not as a subscription."""

ServiceNumbers = Literal["yes", "on_request", "on_request_non_geographic", "local_organisations", "no"]
"""Whether service numbers can be had (R60, R62). `local_organisations`: only by one of the country."""

_SMALL: dict[Use, int] = {"domestic_120": 120, "domestic_240": 240}
_FULL: frozenset[Use] = frozenset({"domestic", "bundle", "international"})


class Minutes(NamedTuple):
    """What a plan includes for one user in a month: domestic or international, whichever ends first (R16)."""

    domestic: int
    international: int = 0

    def pooled(self, users: int) -> Minutes:
        """The same for all users of one plan in one country, who share what they have (R17)."""
        return Minutes(self.domestic * users, self.international * users)


class Weeks(NamedTuple):
    """How long something takes, from and to."""

    least: int
    most: int


def _weeks(cell: object) -> object:
    return tuple(cell.split("-")) if isinstance(cell, str) and cell else None


def _ascending(found: tuple[int, ...]) -> tuple[int, ...]:
    if list(found) != sorted(found):
        raise ValueError("the minutes must ascend")
    return found


YesNo = Annotated[bool, BeforeValidator(yes_or_no)]
LeadTime = Annotated[Weeks | None, BeforeValidator(_weeks)]


class Country(Row):
    """One country or region in which Teams Phone is documented."""

    iso2: CountryCode
    name: str
    teams_phone: YesNo
    provider: Literal["microsoft", "telstra", "softbank", "none"]
    """Who sells Calling Plans there."""
    listed: YesNo
    """Whether the newest page on getting numbers offers the country; where it and `provider` disagree, the
    row is of low confidence."""
    acquisition: Acquisition
    form: Literal["", "alternative", "unlisted", "only"]
    """When numbers are asked for with the form: always possible, for what is not listed, or always (R55)."""
    emergency_at: EmergencyAt
    emergency_dynamic: YesNo
    """Whether emergency calls carry where the caller is at that moment."""
    plan_part_number: str
    """The only Calling Plan that brings numbers of this country (R72); empty where any does."""
    minutes_sold: Annotated[tuple[int, ...], BeforeValidator(words_in), AfterValidator(_ascending)]
    """Domestic minutes of the plans that are sold, ascending; the last is the full plan's (R14)."""
    international_minutes: int
    """Of the international plan (R16); 0 where none is sold."""
    payg: YesNo
    payg_zone: Literal["", "1", "1-US", "2", "own", "unlisted"]
    """Which pay-as-you-go plan is the right one; `own`: the country's, `unlisted`: sold, in no known zone."""
    conferencing: Conferencing
    conferencing_city: str
    """Where the shared dial-in number is; empty: there is none."""
    dial_out: Literal["pool", "credits", "disabled"]
    """What pays when a meeting calls somebody there (R38)."""
    zone_a: YesNo
    """Whether calls to it count against the minutes included with conferencing (R38)."""
    toll: ServiceNumbers
    toll_free: ServiceNumbers
    toll_cities: Annotated[int | None, BeforeValidator(blank_is_none)]
    credits: YesNo
    """Whether Communications Credits can be used."""
    premium_calls: Literal["", "no", "partial", "with_credits", "yes"]
    number_lead_time: LeadTime
    know_your_customer: YesNo
    """Whether new numbers take a form about who gets them."""
    address_proof: YesNo
    """Whether new numbers take a proof of address."""
    port_lead_time: LeadTime
    port_bill: YesNo
    """Whether the last carrier's bill must be shown to bring numbers along."""
    ported_for_conferencing: YesNo
    """Whether numbers brought along can be used for conferencing."""
    numbers_as_of: str
    as_of: str
    confidence: Literal["high", "medium", "low"]

    @property
    def key(self) -> str:
        return self.iso2

    @property
    def calling_plan(self) -> bool:
        """Whether Calling Plans exist there at all."""
        return self.provider != "none"

    def minutes(self, part_number: str) -> Minutes | None:
        """What a Calling Plan includes here (R14, R16); None for anything else and what is not sold here.

        A pay-as-you-go plan includes nothing.
        """
        use = use_of(part_number)
        if use == "payg" and self.payg:
            return Minutes(0)
        if use in _SMALL:
            small = _SMALL[use]
            return Minutes(small) if small in self.minutes_sold else None
        if use not in _FULL or not self.minutes_sold:
            return None
        return Minutes(self.minutes_sold[-1], self.international_minutes if use == "international" else 0)


def country(iso2: str) -> Country | None:
    """The facts about a country; None where nothing is known of Teams Phone (R71)."""
    return countries().get(iso2)


def country_name(iso2: str) -> str:
    """The English name, or the code itself for a country that is not in the table."""
    found = country(iso2)
    return found.name if found else iso2


@from_tables
def countries() -> dict[str, Country]:
    """All countries by ISO 3166-1 alpha-2 code, in the order of the code."""
    return {row.iso2: row for row in sorted(read_table("countries.csv", Country), key=lambda row: row.iso2)}
