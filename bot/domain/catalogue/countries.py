"""Teams Phone by country: who sells Calling Plans, how numbers are got, when an emergency address is due."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

from pydantic import BeforeValidator

from bot.domain.catalogue.tables import read_table
from bot.domain.values import CountryCode, Value

__all__ = ["Acquisition", "Country", "EmergencyAt", "countries", "country", "country_name"]

EmergencyAt = Literal["assignment", "acquisition", "not_supported", "none"]
"""When an emergency address must be there (R66); `none`: Microsoft keeps no address for numbers there."""

Acquisition = Literal["admin_centre", "form", "partner", "unknown", "none"]
"""How an organisation gets user numbers (R55). `admin_centre` includes the form for what is not listed."""


def _yes(cell: object) -> object:
    return {"yes": True, "no": False}.get(cell, cell) if isinstance(cell, str) else cell


class Country(Value):
    """One country or region in which Teams Phone is documented."""

    iso2: CountryCode
    name: str
    teams_phone: Annotated[bool, BeforeValidator(_yes)]
    provider: Literal["microsoft", "telstra", "softbank", "none"]
    """Who sells Calling Plans there."""
    acquisition: Acquisition
    emergency_at: EmergencyAt
    plan_part_number: str
    """The only Calling Plan that brings numbers of this country (R72); empty where any does."""
    as_of: str
    confidence: Literal["high", "medium", "low"]

    @property
    def calling_plan(self) -> bool:
        """Whether Calling Plans exist there at all."""
        return self.provider != "none"


def country(iso2: str) -> Country | None:
    """The facts about a country; None where nothing is known of Teams Phone (R71)."""
    return countries().get(iso2)


def country_name(iso2: str) -> str:
    """The English name, or the code itself for a country that is not in the table."""
    found = country(iso2)
    return found.name if found else iso2


@cache
def countries() -> dict[str, Country]:
    """All countries by ISO 3166-1 alpha-2 code, in the order of the code."""
    return {row.iso2: row for row in read_table("countries.csv", Country)}
