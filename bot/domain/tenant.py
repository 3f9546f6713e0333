"""What the tenant owns and knows: stock, free numbers, emergency locations, facts set by its admins."""

from __future__ import annotations

from pydantic import Field

from bot.domain.numbers import PhoneNumber
from bot.domain.values import E164, CountryCode, Money, ObjectId, Value

__all__ = ["EmergencyLocation", "Price", "ServicePlan", "Sku", "TenantFacts", "TenantView"]


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


class TenantView(Value):
    """The tenant at one moment, with our own reservations already known."""

    skus: tuple[Sku, ...]
    free_numbers: tuple[PhoneNumber, ...] = ()
    facts: TenantFacts = TenantFacts()
    reserved_seats: dict[ObjectId, int] = Field(default_factory=dict)
    """Seats promised to other open requests, by skuId."""
    held_numbers: frozenset[E164] = frozenset()
    """Numbers promised to other open requests."""

    def sku(self, sku_id: str) -> Sku | None:
        return next((sku for sku in self.skus if sku.sku_id == sku_id), None)

    def free_seats(self, sku_id: str) -> int:
        """Seats that can still be promised: bought, not consumed, not reserved by us (R09)."""
        sku = self.sku(sku_id)
        if sku is None:
            return 0
        grace = sku.warning if self.facts.count_warning_seats else 0
        return sku.enabled + grace - sku.consumed - self.reserved_seats.get(sku_id, 0)
