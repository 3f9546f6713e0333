"""How many of something an organisation may have: numbers, free licences, rows of an order (R57)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from bot.domain.catalogue.tables import Row, from_tables, read_table

__all__ = [
    "Limit",
    "LimitName",
    "PortPath",
    "Tariff",
    "credits_months",
    "dial_out_minutes",
    "limit",
    "limits",
    "port_path",
    "reservation_minutes",
    "resource_accounts",
    "rooms_basic",
    "service_numbers",
    "unlimited_seats",
    "user_numbers",
]

Tariff = Literal["toll", "toll_free"]
"""Who pays for a call to a service number: the caller, or the organisation."""

PortPath = Literal["wizard", "request"]

LimitName = Literal[
    "user",
    "user_payg",
    "toll",
    "toll_free",
    "toll_dial_out_only",
    "resource_account",
    "room_basic",
    "port_wizard",
    "reservation_minutes",
    "dial_out_minutes",
    "credits_months",
    "unlimited_seats",
]


class Limit(Row):
    """What is allowed from a count upwards: a fixed part and a share of the count."""

    name: LimitName
    at_least: Annotated[int, Field(ge=0)]
    fixed: Annotated[int, Field(ge=0)]
    percent: Annotated[int, Field(ge=0)]
    as_of: str

    @property
    def key(self) -> str:
        return f"{self.name} {self.at_least}"

    def allows(self, count: int) -> int:
        """Rounded down: Microsoft does not say how it rounds, and too few is never refused."""
        return self.fixed + count * self.percent // 100


def user_numbers(subscriptions: int, payg: int) -> int:
    """How many user numbers Microsoft gives for so many assigned Calling Plans (R57).

    `subscriptions`: domestic and international ones; `payg`: pay-as-you-go. Ported numbers do not count.
    """
    return _allowed("user", subscriptions) + _allowed("user_payg", payg)


def service_numbers(tariff: Tariff, licences: int) -> int:
    """How many service numbers Microsoft gives for so many Teams Phone and conferencing licences (R57)."""
    return _allowed(tariff, licences)


def resource_accounts(phone_licences: int) -> int:
    """How many resource account licences cost nothing, for so many phone licences of people (R74)."""
    return _allowed("resource_account", phone_licences)


def rooms_basic() -> int:
    """How many Teams Rooms Basic licences an organisation may have (R77)."""
    return _allowed("room_basic", 0)


def port_path(numbers: int) -> PortPath:
    """How so many user numbers are brought along: in the admin centre's wizard, or by a request (R59)."""
    return "wizard" if numbers <= _allowed("port_wizard", 0) else "request"


def reservation_minutes() -> int:
    """How long the admin centre keeps the numbers somebody has picked (R58)."""
    return _allowed("reservation_minutes", 0)


def dial_out_minutes(subscriptions: int) -> int:
    """Minutes a month that meetings may call out, for so many conferencing subscriptions (R38)."""
    return _allowed("dial_out_minutes", subscriptions)


def credits_months() -> int:
    """After how many months credits are forfeited (R46)."""
    return _allowed("credits_months", 0)


def unlimited_seats() -> int:
    """From how many seats on a product counts as never running out (R43)."""
    return _allowed("unlimited_seats", 0)


def limit(name: LimitName, count: int) -> Limit | None:
    """The row that holds for a count; None below the first."""
    held = [one for one in limits() if one.name == name and one.at_least <= count]
    return max(held, key=lambda one: one.at_least, default=None)


def _allowed(name: LimitName, count: int) -> int:
    found = limit(name, count)
    return found.allows(count) if found else 0


@from_tables
def limits() -> tuple[Limit, ...]:
    """Every row of the table."""
    return read_table("limits.csv", Limit)
