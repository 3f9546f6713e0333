"""What people can wish for. A new kind of wish is a new class here and a new arm of `Wish`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from bot.domain.values import E164, CountryCode, Money, ObjectId, Value

__all__ = [
    "FOR_THE_ORGANISATION",
    "CallingPlan",
    "CreditsPurpose",
    "CreditsWish",
    "LeaverWish",
    "LicenceWish",
    "LocationWish",
    "MeetingOrganiserWish",
    "MoverWish",
    "NumberChangeWish",
    "NumberOrderWish",
    "NumberPortWish",
    "NumberReleaseWish",
    "NumberUsage",
    "NumberWish",
    "PersonalNumberWish",
    "PhoneUserWish",
    "ServiceNumberWish",
    "SwapWish",
    "Tariff",
    "UsageLocationWish",
    "VoicePurpose",
    "Wish",
    "country_of",
]

CallingPlan = Literal["domestic", "domestic_120", "domestic_240", "international", "payg", "none"]
"""Which Calling Plan somebody wants; `none`: calls go over the organisation's own carrier (R06)."""

NumberUsage = Literal["user", "voice_application", "conference"]
"""What numbers are acquired for (R60)."""

Tariff = Literal["toll", "toll_free"]

VoicePurpose = Literal["queue", "attendant", "bridge", "room"]
"""What a service number is for (R60, R73, R75, R77)."""

CreditsPurpose = Literal["set_up", "top_up", "auto_recharge", "recharge_off"]
"""What is wished of Communications Credits: bought for the first time, topped up, recharged automatically
from now on or with other amounts, or not recharged automatically any more (R44, R45, R50)."""

Ending = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,6}$")]
Line = Annotated[str, StringConstraints(max_length=200, strip_whitespace=True)]


class _Wish(Value):
    beneficiary_id: ObjectId
    """Whom it is for; the requester, where it is for the organisation."""
    reason: Annotated[str, StringConstraints(max_length=500, strip_whitespace=True)] = ""


class _NumberOfCountry(_Wish):
    country: CountryCode
    city: str | None = None
    """None: any city of the country."""
    ending: Ending | None = None
    """Digits the number should end with; a preference unless `any_number` is false."""
    any_number: bool = True
    """Whether another number of the same city will do when the preferred one is gone (J14)."""
    location_id: str | None = None
    """Emergency location chosen by the requester, where R66 asks for one."""
    new_location: bool = False
    """None of the known emergency locations is where the person works: one is created first (J10)."""
    accepts_no_emergency_calls: bool = False
    """R66: said yes to a number that cannot call for help, in a country where none can."""


class NumberWish(_NumberOfCountry):
    """A phone number for a person, with every licence that takes (J01, J02)."""

    kind: Literal["number"] = "number"


class NumberChangeWish(_NumberOfCountry):
    """Another number in place of the one the person has, in the same country."""

    kind: Literal["number_change"] = "number_change"


class NumberReleaseWish(_Wish):
    """Give the person's number back; the licences stay."""

    kind: Literal["number_release"] = "number_release"
    confirms_loss: bool = False
    """The number goes back to the organisation's stock, and calls to it end (R20)."""


class _Conferencing(_Wish):
    leads_meetings: bool | None = None
    """R31: only who schedules or leads meetings needs a licence; None: not asked."""
    conference_provider: Line = ""
    """A third-party conferencing provider in use, which Microsoft would replace (R33)."""
    accepts_provider_change: bool = False


class LicenceWish(_Conferencing):
    """One product for one person, room or resource account."""

    kind: Literal["licence"] = "licence"
    product: Line
    """skuId of the product, or a use of `catalogue.products` such as `phone` or `conferencing`."""
    internal_calls_only: bool = False
    """R80: calls inside the organisation need no Calling Plan."""
    outbound_calls: bool = False
    """R76: a resource account that calls out."""


class PhoneUserWish(_NumberOfCountry):
    """The template "phone user": suite, Teams Phone, Calling Plan and number, less what is there (R12)."""

    kind: Literal["phone_user"] = "phone_user"
    calling_plan: CallingPlan = "domestic"
    internal_calls_only: bool = False
    with_credits: bool = False
    """J02: the credits licence, recommended for calls beyond the minutes (R39)."""


class MeetingOrganiserWish(_Conferencing):
    """The template "meeting organiser": suite and Audio Conferencing, less what is there (R12)."""

    kind: Literal["meeting_organiser"] = "meeting_organiser"
    pay_per_minute: bool = False


class SwapWish(_Wish):
    """One product in place of another, in one `assignLicense` call; the number stays (R13, R19)."""

    kind: Literal["swap"] = "swap"
    give_up: Line
    """skuId or use, as in `LicenceWish`; empty: whatever the new product replaces."""
    get: Line
    """skuId or use; empty: only take back."""
    confirms_loss: bool = False
    """R20: said yes to losing the number, where the removal frees it."""


class LeaverWish(_Wish):
    """Somebody leaves: phone licences are taken back, the number rests or is kept for a successor (J07)."""

    kind: Literal["leaver"] = "leaver"
    last_day: date | None = None
    """Nothing happens before the end of this day, in UTC; None: now."""
    successor_id: ObjectId | None = None
    """For whom the number is kept; None: it rests for the quarantine and is offered again."""
    successor_name: Line = ""
    """As the directory had it when it was asked; for people to read."""
    forward_to: Line = ""
    """Where calls should go meanwhile; an admin does that by hand."""
    confirms_loss: bool = False


class MoverWish(_NumberOfCountry):
    """Somebody moves to another country: a number there first, then the old one goes (J18)."""

    kind: Literal["mover"] = "mover"
    confirms_loss: bool = False
    """R18, R68: said yes to losing the old number."""


class UsageLocationWish(_Wish):
    """Another usage location, for somebody whose number and licences belong there already (R18, R68)."""

    kind: Literal["usage_location"] = "usage_location"
    country: CountryCode


class LocationWish(_Wish):
    """Another emergency location for the person's number (J10)."""

    kind: Literal["emergency_location"] = "emergency_location"
    location_id: str


class ServiceNumberWish(_Wish):
    """A number for a call queue, an auto attendant, the conferencing bridge or a room (J17)."""

    kind: Literal["service_number"] = "service_number"
    purpose: VoicePurpose
    country: CountryCode
    city: str | None = None
    tariff: Tariff = "toll"
    name: Line = ""
    """What the queue, attendant or room is called."""
    account_id: ObjectId | None = None
    """The resource account or room, where it exists already."""
    account_name: Line = ""
    """As the directory had it when it was asked; for people to read."""
    outbound_calls: bool = False
    telephone_number: E164 | None = None
    """One of the organisation's free numbers to be used; None: any that will do."""
    convert: bool = False
    """R70: said yes to having Microsoft turn `telephone_number` from one for people into one for services."""
    accepts_no_emergency_calls: bool = False
    """R66: of a room, as for a person's number."""


class NumberOrderWish(_Wish):
    """New numbers for the organisation (J16)."""

    kind: Literal["number_order"] = "number_order"
    country: CountryCode
    city: str | None = None
    quantity: Annotated[int, Field(ge=0, le=100_000)]
    usage: NumberUsage = "user"
    tariff: Tariff = "toll"


class NumberPortWish(_Wish):
    """Numbers brought along from another operator (J16)."""

    kind: Literal["number_port"] = "number_port"
    country: CountryCode
    numbers: Annotated[tuple[E164, ...], Field(max_length=20_000)]
    usage: NumberUsage = "user"
    operator: Line = ""


class CreditsWish(_Wish):
    """Money for Communications Credits (J08, J15). Graph cannot pay it in; people do."""

    kind: Literal["credits"] = "credits"
    purpose: CreditsPurpose = "top_up"
    amount: Money
    """What is paid in at once; nothing where only automatic recharging changes."""
    recharge: Money | None = None
    """Auto-recharge: what is added when the balance reaches `trigger` (R45); None: off."""
    trigger: Money | None = None
    usage: tuple[Money, ...] = ()
    """Spent in each of the last months, oldest first (R53); empty: unknown."""
    pay_by_agreement: bool = False
    """By enterprise agreement, which needs its number (R51)."""
    agreement_number: Line = ""
    purchase_order: Line = ""

    @property
    def buys(self) -> bool:
        """Whether money is paid in now."""
        return self.purpose in ("set_up", "top_up")

    @property
    def at_stake(self) -> Money:
        """What approval is about: the largest payment that nobody is asked about again (R48)."""
        recharge = self.recharge.minor if self.recharge and self.purpose != "recharge_off" else 0
        return Money(minor=max(self.amount.minor, recharge), currency=self.amount.currency)


Wish = Annotated[
    NumberWish
    | NumberChangeWish
    | NumberReleaseWish
    | LicenceWish
    | PhoneUserWish
    | MeetingOrganiserWish
    | SwapWish
    | LeaverWish
    | MoverWish
    | LocationWish
    | UsageLocationWish
    | ServiceNumberWish
    | NumberOrderWish
    | NumberPortWish
    | CreditsWish,
    Field(discriminator="kind"),
]
"""The union of all wishes."""


PersonalNumberWish = NumberWish | NumberChangeWish | PhoneUserWish | MoverWish
"""Wishes that end with a number on a person."""


FOR_THE_ORGANISATION = frozenset({"service_number", "number_order", "number_port", "credits"})
"""Kinds of wishes that are nobody's own; the requester stands in for the beneficiary."""


def country_of(wish: Wish) -> CountryCode | None:
    """The country a wish names; None where it is the person's own."""
    country: CountryCode | None = getattr(wish, "country", None)
    return country
