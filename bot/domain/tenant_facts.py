"""tenant.toml: what only the organisation's admins know.

    own_pstn_group = "<object id>"      # members' calls go over the organisation's own carrier
    count_warning_seats = false         # hand out seats of subscriptions in their grace period
    new_hire_hours = 6                  # how long Teams may not know a new account

    [[emergency_locations]]
    id = "<location id>"
    name = "Redmond HQ"
    country = "US"
    city = "Redmond"
    address = "1 Microsoft Way"

    [[prices]]
    part_number = "MCOEV"
    monthly = { minor = 800, currency = "EUR" }   # in cents
    as_of = 2026-10-01

All of it may be left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from bot.domain.catalogue.countries import country
from bot.domain.errors import Misconfigured
from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.domain.toml_text import read_toml, shaped

__all__ = ["parse_tenant_facts"]

_FILE = "tenant.toml"


def parse_tenant_facts(text: str) -> TenantFacts:
    """The facts in a file's text. Raises `Misconfigured`, one line naming the key and what to change."""
    facts = shaped(_FILE, _as_text(read_toml(_FILE, text)), TenantFacts)
    _refuse_twice("emergency location", (place.id for place in facts.emergency_locations))
    _refuse_twice("price for", (price.part_number for price in facts.prices))
    for place in facts.emergency_locations:
        _check_place(place)
    for price in facts.prices:
        if price.monthly.minor < 0:
            raise Misconfigured(f"{_FILE}: the price for {price.part_number} is below zero; correct it")
    return facts


def _as_text(value: Any) -> Any:
    """TOML has dates of its own; we keep them as people write them."""
    if isinstance(value, dict):
        return {key: _as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_as_text(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def _refuse_twice(what: str, keys: Iterable[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise Misconfigured(f"{_FILE}: {what} {key!r} is there {times} times; keep one")


def _check_place(place: EmergencyLocation) -> None:
    if not place.id.strip():
        raise Misconfigured(
            f"{_FILE}: emergency location {place.name!r} has an empty id; set its location id"
        )
    if country(place.country) is None:
        raise Misconfigured(
            f"{_FILE}: emergency location {place.name!r}: unknown country {place.country!r}; "
            "use two capital letters, as in US"
        )
