"""What has to be read of the tenant before a wish can be planned; everything else is left alone."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.numbers import NumberType
from bot.domain.values import CountryCode
from bot.domain.wishes import (
    MoverWish,
    NumberChangeWish,
    NumberOrderWish,
    NumberWish,
    PhoneUserWish,
    ServiceNumberWish,
    Wish,
)

__all__ = ["Needs", "needs"]


@dataclass(frozen=True, slots=True)
class Needs:
    """Which parts of `TenantView` a wish is planned with. Products and seats are always read."""

    numbers_of: CountryCode | None = None
    """Free numbers of this country that a person may be given."""
    number_type: NumberType | None = None
    """Only numbers of this type, where it is known already; a country may have thousands."""
    service_numbers_of: CountryCode | None = None
    """Free numbers of this country for voice applications and conferencing."""
    acquired: bool = False
    """How many numbers the tenant has got already (R57)."""


def needs(wish: Wish) -> Needs:
    """What planning a wish takes."""
    match wish:
        case NumberWish() | NumberChangeWish() | PhoneUserWish() | MoverWish():
            return Needs(numbers_of=wish.country)
        case ServiceNumberWish():
            return _service_needs(wish)
        case NumberOrderWish():
            return Needs(acquired=True)
        case _:
            return Needs()


def _service_needs(wish: ServiceNumberWish) -> Needs:
    """A room has a number like a person's; one that was picked may be a person's kind as well (R60, R70)."""
    if wish.purpose == "room":
        return Needs(numbers_of=wish.country)
    personal = wish.country if wish.telephone_number is not None else None
    return Needs(numbers_of=personal, service_numbers_of=wish.country)
