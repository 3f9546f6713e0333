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

__all__ = ["as_e164", "is_of_country", "is_toll_free"]

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
    lengths: frozenset[int]
    """How many digits may follow the calling code."""
    known: re.Pattern[str]
    """Every range that is known to be in use."""
    toll_free: re.Pattern[str]
    neighbours: tuple[CountryCode, ...]
    """Countries with the same calling code."""


def as_e164(typed: str) -> E164 | None:
    """A number as people write it in international form, with + or 00; None for what is none."""
    try:
        number = phonenumbers.parse(re.sub(r"^\s*00", "+", typed))
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_of_country(number: E164, iso2: CountryCode) -> bool:
    """Whether a number belongs to a country.

    Countries that share a calling code are told apart by their ranges. A range that is not known is no
    reason to say no: new ones come up, and whoever brings a number along has it.
    """
    plan = _plan(iso2)
    if plan is None or not number.startswith(plan.prefix):
        return False
    if len(number) - len(plan.prefix) not in plan.lengths:
        return False
    return _follows(plan, number, plan.known) or not any(_is_known(number, one) for one in plan.neighbours)


def is_toll_free(number: E164, iso2: CountryCode) -> bool:
    """Whether calls to a number of this country cost the caller nothing (R60, R61)."""
    plan = _plan(iso2)
    return plan is not None and _follows(plan, number, plan.toll_free)


def _is_known(number: E164, iso2: CountryCode) -> bool:
    plan = _plan(iso2)
    return plan is not None and _follows(plan, number, plan.known)


def _follows(plan: _Plan, number: E164, pattern: re.Pattern[str]) -> bool:
    return number.startswith(plan.prefix) and pattern.fullmatch(number, len(plan.prefix)) is not None


@cache
def _plan(iso2: CountryCode) -> _Plan | None:
    facts = phonenumbers.PhoneMetadata.metadata_for_region(iso2)
    if facts is None or facts.country_code is None or facts.general_desc is None:
        return None
    kinds = {kind: getattr(facts, kind) for kind in _KINDS}
    patterns = {kind: one.national_number_pattern for kind, one in kinds.items() if one is not None}
    sharing = phonenumbers.region_codes_for_country_code(facts.country_code)
    return _Plan(
        prefix=f"+{facts.country_code}",
        lengths=frozenset(facts.general_desc.possible_length),
        known=re.compile("|".join(f"(?:{one})" for one in patterns.values() if one) or _NEVER),
        toll_free=re.compile(patterns.get("toll_free") or _NEVER),
        neighbours=tuple(one for one in sharing if one != iso2),
    )
