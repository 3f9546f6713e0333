"""What the simulated tenant is made of."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from bot.sandbox.products import Plan

__all__ = [
    "AutomaticReplies",
    "DirectoryState",
    "Group",
    "Licence",
    "Location",
    "Number",
    "Operation",
    "Person",
    "Sku",
    "opaque_id",
]


def opaque_id(*parts: str) -> str:
    """An id as Teams administration makes them: base64url of parts joined by a bar, without padding."""
    return urlsafe_b64encode("|".join(parts).encode()).rstrip(b"=").decode()


@dataclass(slots=True, eq=False)
class Sku:
    """A subscription: a product with bought seats."""

    sku_id: str
    part_number: str
    plans: tuple[Plan, ...]
    enabled: int
    subscription_id: str
    baseline: int = 0
    """Seats held by people who are not modelled one by one."""
    warning: int = 0
    status: str = "Enabled"
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Licence:
    """One entry of `licenseAssignmentStates`."""

    sku_id: str
    disabled_plans: frozenset[str] = frozenset()
    assigned_by_group: str | None = None
    state: str = "Active"
    error: str = "None"
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DirectoryState:
    """What the directory holds of a person from one moment on; replicas show it later."""

    since: datetime
    usage_location: str | None
    licences: tuple[Licence, ...] = ()

    @property
    def sku_ids(self) -> frozenset[str]:
        """SKUs that take a seat, however they were assigned."""
        return frozenset(licence.sku_id for licence in self.licences if licence.state == "Active")


@dataclass(slots=True, eq=False)
class AutomaticReplies:
    """Outlook's out-of-office setting."""

    status: Literal["disabled", "alwaysEnabled", "scheduled"] = "disabled"
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(slots=True, eq=False)
class Person:
    """A user object. Licences and usage location live in `history`, newest last."""

    id: str
    upn: str
    display_name: str
    given_name: str
    surname: str
    created_at: datetime
    history: list[DirectoryState]
    mail: str | None = None
    job_title: str | None = None
    department: str | None = None
    cost_centre: str | None = None
    office: str | None = None
    city: str | None = None
    country: str | None = None
    language: str | None = None
    enabled: bool = True
    guest: bool = False
    resource_account: bool = False
    manager_id: str | None = None
    automatic_replies: AutomaticReplies = field(default_factory=AutomaticReplies)
    policies: dict[str, str] = field(default_factory=dict)
    """Teams policy ids by policy type."""

    @property
    def now(self) -> DirectoryState:
        """The truth, whatever replicas still show."""
        return self.history[-1]

    def as_of(self, moment: datetime) -> DirectoryState:
        """What a replica shows that has heard of everything up to `moment`."""
        return next((one for one in reversed(self.history) if one.since <= moment), self.history[0])


@dataclass(slots=True, eq=False)
class Group:
    """A security group; members are people or other groups."""

    id: str
    display_name: str
    description: str
    created_at: datetime
    members: list[str] = field(default_factory=list)
    licences: dict[str, frozenset[str]] = field(default_factory=dict)
    """SKUs given to every member, with the plans switched off."""


@dataclass(frozen=True, slots=True)
class Location:
    """A validated emergency location."""

    id: str
    civic_address_id: str
    name: str
    country: str
    city: str
    address: str


@dataclass(slots=True, eq=False)
class Number:
    """A telephone number of the inventory."""

    telephone_number: str
    number_type: str
    country: str
    city: str | None
    capabilities: tuple[str, ...]
    location_id: str | None = None
    network_site_id: str | None = None
    reverse_lookup: tuple[str, ...] = ()
    category: str | None = None
    source: str = "online"
    port_in: str | None = None
    target_id: str | None = None
    status: str = "unassigned"
    activated_at: datetime | None = None
    """When an assignment takes effect; before it, activation is pending."""

    def activation_state(self, now: datetime) -> str:
        """A number nobody holds counts as activated too: the state is of the number, not of its holder."""
        pending = self.activated_at is not None and now < self.activated_at
        return "assignmentPending" if pending else "activated"


@dataclass(slots=True, eq=False)
class Operation:
    """An order to the number service, carried out a little later."""

    id: str
    kind: Literal["Assignment", "Unassignment"]
    telephone_number: str
    number_type: str
    created_at: datetime
    starts_at: datetime
    due_at: datetime
    seq: int
    target_id: str | None = None
    location_id: str | None = None
    category: str | None = None
    hollow: bool = False
    """Will claim success without doing anything."""
    doomed: str | None = None
    """Will fail with this detail, whatever the state of the tenant."""
    outcome: Literal["succeeded", "failed"] | None = None
    detail: str | None = None
    log_seq: int | None = None
    """The request that ordered it, marked as applied when the order changes something."""

    def status(self, now: datetime) -> str:
        if self.outcome is not None:
            return self.outcome
        return "notStarted" if now < self.starts_at else "running"
