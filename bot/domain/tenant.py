"""What the tenant owns and knows: stock, free numbers, emergency locations, facts set by its admins."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from bot.domain.catalogue.limits import unlimited_seats
from bot.domain.numbers import NumberType, PhoneNumber
from bot.domain.values import E164, CountryCode, Instant, Money, ObjectId, Value

__all__ = [
    "Acquired",
    "EmergencyLocation",
    "Era",
    "Price",
    "Resting",
    "ServicePlan",
    "Sku",
    "TenantFacts",
    "TenantView",
]

Era = Literal["current", "seeds"]
"""Which add-on decisions hold: today's, or those of 2018-2019 for who still lives by them (R21, R22)."""


class ServicePlan(Value):
    """A service plan inside a SKU."""

    id: ObjectId
    name: str


class Sku(Value):
    """One `subscribedSku`: a product the tenant has bought, with its seats."""

    sku_id: ObjectId
    part_number: str
    plans: tuple[ServicePlan, ...] = ()
    enabled: int = 0
    warning: int = 0
    consumed: int = 0
    status: str = "Enabled"

    @property
    def usable(self) -> bool:
        """Whether Graph lets it be assigned, and there is any of it."""
        return self.status in ("Enabled", "Warning") and self.enabled + self.warning > 0


class EmergencyLocation(Value):
    """A validated place kept by the tenant's admins; Graph cannot list these, so they are told to us."""

    id: str
    name: str
    country: CountryCode
    city: str
    address: str = ""


class Price(Value):
    """A line of the organisation's own price list; we know no prices ourselves (R81)."""

    part_number: str
    monthly: Money
    as_of: str


class TenantFacts(Value):
    """What only the tenant's admins can tell us (`tenant.toml`)."""

    emergency_locations: tuple[EmergencyLocation, ...] = ()
    prices: tuple[Price, ...] = ()
    own_pstn_group: ObjectId | None = None
    """Members' calls go over the organisation's own carrier (R06)."""
    count_warning_seats: bool = False
    """Whether seats of a subscription in its grace period may be handed out (R09)."""
    new_hire_hours: float = Field(default=6, ge=0, le=168)
    """How long after creation Teams may not know a user yet (R08)."""
    era: Era = "current"
    billing: Literal["MOSA", "MCA", "CSP", "EA"] | None = None
    """Type of the default billing account (R50); None: not told, so that money cannot be planned."""
    purchase_channel: Literal["direct", "volume", "reseller", "godaddy"] = "direct"
    """Who sells the subscriptions (R27, R29); `volume` allows pay-per-minute conferencing (R32)."""
    partner_benefits: bool = False
    """The suites come with a partner membership, and add-ons appear only after a seat was bought (R29)."""
    monthly_commitment: bool = False
    """Subscriptions by the month, to which add-ons sometimes cannot be bought (R28)."""
    cloud: Literal["commercial", "gcc", "gcc_high", "dod", "china"] = "commercial"
    """Which cloud the tenant is in (R37, R78); `china`: operated by 21Vianet."""
    segment: Literal["enterprise", "education", "nonprofit"] = "enterprise"
    own_pstn_route: Literal["direct_routing", "operator_connect"] = "direct_routing"
    """How members of `own_pstn_group` reach the telephone network (R06)."""
    credits_funded: bool = False
    """Whether Communications Credits are set up and have money (R32, R39)."""
    post_usage: bool = False
    """Whether use is paid afterwards, so that no credits are needed (R50)."""
    agreements: tuple[str, ...] = ()
    """Numbers of the enterprise agreements (R51)."""
    agreement_elsewhere: bool = False
    """The agreement's billing address is in another region than the organisation (R52)."""
    purchase_order_required: bool = False
    purchase_order_may_follow: bool = False
    """An order may be approved while its purchase order number is still missing; it is placed later (J15)."""
    purchase_order_format: str = ""
    """A regular expression that purchase order numbers match (J15); empty: anything."""
    rest_days: int = Field(default=30, ge=0, le=3650)
    """How long a number rests after it was given back before it is offered again (J07)."""
    stock_days: int = Field(default=10, ge=1, le=3650)
    """After so many days of waiting for stock people are told that they may choose something else (J03)."""
    approval_days: int = Field(default=14, ge=1, le=3650)
    """An approval older than this is asked for again when stock comes that was waited for (J03)."""
    hybrid_conferencing: bool = False
    """Skype for Business Server users with third-party conferencing providers exist (R33)."""

    @property
    def own_line(self) -> NumberType:
        """The kind of number that goes with the own carrier."""
        by_operator = self.own_pstn_route == "operator_connect"
        return NumberType.OPERATOR_CONNECT if by_operator else NumberType.DIRECT_ROUTING


class Acquired(Value):
    """How many numbers the tenant has got from Microsoft, ported ones left out (R57)."""

    user: int = 0
    toll: int = 0
    toll_free: int = 0


class Resting(Value):
    """A number that was given back and is not offered yet (J07)."""

    telephone_number: E164
    until: Instant
    kept_for: ObjectId | None = None
    tag: str = ""


class TenantView(Value):
    """The tenant at one moment, with our own reservations already known."""

    skus: tuple[Sku, ...]
    free_numbers: tuple[PhoneNumber, ...] = ()
    facts: TenantFacts = TenantFacts()
    reserved_seats: dict[ObjectId, int] = Field(default_factory=dict)
    """Seats promised to other open requests, by skuId."""
    held_numbers: frozenset[E164] = frozenset()
    """Numbers promised to other open requests."""
    service_numbers: tuple[PhoneNumber, ...] = ()
    """Free numbers of the wished country for voice applications and conferencing; read where needed."""
    acquired: Acquired = Acquired()
    """Read where a wish is for new numbers."""
    resting: tuple[Resting, ...] = ()
    purchase_orders: dict[str, str] = Field(default_factory=dict)
    """Purchase order numbers that other requests carry, with the request; read where money is wished for."""

    def promised(self, kept: TenantView) -> TenantView:
        """This stock with the facts and the promises of another view."""
        return self.model_copy(
            update={
                "facts": kept.facts,
                "reserved_seats": kept.reserved_seats,
                "held_numbers": kept.held_numbers,
                "resting": kept.resting,
            }
        )

    def sku(self, sku_id: str) -> Sku | None:
        return next((sku for sku in self.skus if sku.sku_id == sku_id), None)

    def free_seats(self, sku_id: str) -> int:
        """Seats that can still be promised: bought, not consumed, not reserved by us (R09, R43)."""
        sku = self.sku(sku_id)
        if sku is None:
            return 0
        if sku.enabled >= unlimited_seats():
            return sku.enabled
        grace = sku.warning if self.facts.count_warning_seats else 0
        return sku.enabled + grace - sku.consumed - self.reserved_seats.get(sku_id, 0)
