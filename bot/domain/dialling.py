"""What a telephone number says about itself: of which country it is, and who pays for the call.

Judged by the numbering plans that come with `phonenumbers`, by one pattern a country: thousands of numbers
in one order are looked at while somebody waits for a card.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import phonenumbers

from bot.domain.values import E164, CountryCode

__all__ = ["is_of_country", "is_toll_free"]

_KINDS = (
    "fixed_line",
    "mobile",
    "toll_free",
    "premium_rate",
    "shared_cost",
    "personal_number",
    "voip",
    "uan",
)
_NEVER = r"(?!)"


@dataclass(frozen=True, slots=True)
class _Plan:
    """A country's numbering plan: its calling code and what may follow."""

    prefix: str
    any_kind: re.Pattern[str]
    toll_free: re.Pattern[str]


def is_of_country(number: E164, iso2: CountryCode) -> bool:
    """Whether a number belongs to a country; countries that share a calling code are told apart."""
    plan = _plan(iso2)
    return plan is not None and _follows(plan, number, plan.any_kind)


def is_toll_free(number: E164, iso2: CountryCode) -> bool:
    """Whether calls to a number of this country cost the caller nothing (R60, R61)."""
    plan = _plan(iso2)
    return plan is not None and _follows(plan, number, plan.toll_free)


def _follows(plan: _Plan, number: E164, pattern: re.Pattern[str]) -> bool:
    return number.startswith(plan.prefix) and pattern.fullmatch(number, len(plan.prefix)) is not None


@cache
def _plan(iso2: CountryCode) -> _Plan | None:
    facts = phonenumbers.PhoneMetadata.metadata_for_region(iso2)
    if facts is None:
        return None
    kinds = {kind: getattr(facts, kind) for kind in _KINDS}
    patterns = {kind: one.national_number_pattern for kind, one in kinds.items() if one is not None}
    return _Plan(
        prefix=f"+{facts.country_code}",
        any_kind=re.compile("|".join(f"(?:{one})" for one in patterns.values() if one) or _NEVER),
        toll_free=re.compile(patterns.get("toll_free") or _NEVER),
    )
