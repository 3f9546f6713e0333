"""What calls cost, call by call and summed, in millionths: a call may cost fractions of a cent.

Sums are made in millionths of the currency's unit and rounded to its minor unit once, at the end. Rounding
each call would be wrong by up to half a cent a call, always in the same direction for a common price.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from babel.numbers import get_currency_precision

from bot.domain.values import Money

__all__ = ["MILLION", "CallCharge", "Usage", "rounded", "total"]

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class CallCharge:
    """A call that cost something, as its record says today; the same id is the same call.

    Neither party's number is in it: what was spent, by whom and to which country is all that is needed.
    """

    id: str
    began: datetime
    seconds: int
    currency: str
    millionths: int
    """Of the currency's unit: the charge of the call and of its connection together."""
    person_id: str
    """Empty where the record names nobody."""
    person: str
    country: str
    """Where it went (ISO 3166-1 alpha-2); empty where that cannot be told."""
    call_type: str
    """As Microsoft calls it: `user_out`, `conf_out`, `ucap_in`, ..."""

    @property
    def day(self) -> date:
        """In UTC."""
        return self.began.date()


@dataclass(frozen=True, slots=True)
class Usage:
    """The calls of one day that are alike, summed."""

    day: date
    currency: str
    person_id: str
    person: str
    department: str
    """As the directory last said; empty where it says none."""
    country: str
    call_type: str
    calls: int
    seconds: int
    millionths: int
    """To be added up before it is rounded: see `total`."""

    @property
    def amount(self) -> Money:
        """Rounded, for showing this one alone."""
        return rounded(self.millionths, self.currency)


def total(usage: Iterable[Usage], currency: str) -> Money:
    """What all of one currency cost together, rounded once."""
    return rounded(sum(one.millionths for one in usage if one.currency == currency), currency)


def millionths_of(minor: int, currency: str) -> int:
    """So many minor units of a currency."""
    return minor * MILLION // int(10 ** get_currency_precision(currency))


def rounded(millionths: int, currency: str) -> Money:
    """To the currency's minor unit; a half goes to the even neighbour, so that many halves do not add up."""
    step = MILLION // 10 ** get_currency_precision(currency)
    whole, rest = divmod(millionths, step)
    return Money(minor=whole + (2 * rest > step or (2 * rest == step and whole % 2)), currency=currency)
