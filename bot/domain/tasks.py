"""Tasks for people: what Graph cannot do, done by hand and confirmed where Graph can tell."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from pydantic import Field

from bot.domain.people import PersonRef
from bot.domain.values import Instant, Value

__all__ = ["ENDED_TASKS", "Audience", "Task", "TaskKind", "TaskOrder", "TaskState", "seat_pool"]


class TaskKind(StrEnum):
    """What has to be done. Checklist, deep link, PowerShell and evidence follow from the kind."""

    CONFIRM_LOCATION = "confirm_location"
    """Say in which country the person works, and so set the usage location (J06, R18)."""
    BUY_SEATS = "buy_seats"
    """More licences of a product (R09, R27, R28)."""
    ORDER_NUMBERS = "order_numbers"
    """New numbers from Microsoft: admin centre, form or partner (R55-R58, J16)."""
    PORT_NUMBERS = "port_numbers"
    """Bring numbers from another operator (R59, R61, J16)."""
    EMERGENCY_ADDRESS = "emergency_address"
    """Create and validate an emergency address, or put one on a number (R64-R66, J10)."""
    CHANGE_GROUP = "change_group"
    """A licence that comes from a group: take the person out of it, or put him in (J07)."""
    UPGRADE_BASE = "upgrade_base"
    """The person's suite cannot carry a phone: give another (R21, J12a)."""
    FORWARD_CALLS = "forward_calls"
    """Forward a leaver's calls (J07)."""
    ADD_FUNDS = "add_funds"
    """Buy Communications Credits (R44, J08)."""
    PARTNER_FUNDS = "partner_funds"
    """Ask the partner to fund Communications Credits (R50)."""
    SET_RECHARGE = "set_recharge"
    """Switch automatic recharging of Communications Credits on or off, or change its amounts (R45, R50)."""
    VOICE_APPLICATION = "voice_application"
    """Create a call queue or an auto attendant with its resource account (R73-R75, J17)."""
    SERVICE_NUMBER = "service_number"
    """Assign a service number to a resource account, the bridge or a room (R75, R77)."""
    CONVERT_NUMBER = "convert_number"
    """Have Microsoft turn a user number into a service number, or back (R70)."""
    CONFERENCE_PROVIDER = "conference_provider"
    """Change the conferencing provider of a hybrid user (R33)."""
    SUPPORT_CASE = "support_case"
    """Open a case with Microsoft (R07, R79)."""
    CLEAR_LINE = "clear_line"
    """Clear the on-premises line of a synchronised user (R67)."""


class Audience(StrEnum):
    """Who is asked to do a task."""

    VOICE_ADMINS = "voice_admins"
    BILLING_ADMINS = "billing_admins"


class TaskState(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"
    CANNOT = "cannot"
    DROPPED = "dropped"
    """Not needed any more: the request was withdrawn, or what it waited for came by itself."""


ENDED_TASKS = frozenset({TaskState.DONE, TaskState.CANNOT, TaskState.DROPPED})


class TaskOrder(Value):
    """A task that is wanted: opened unless it is open already."""

    kind: TaskKind
    audience: Audience
    params: dict[str, str] = Field(default_factory=dict)
    pool: str | None = None
    """Set for what several requests may wait for; None for a task of one step of one request."""
    rests: dict[TaskState, timedelta] = Field(default_factory=dict)
    """Of a pool: for how long an answer of people stands before they are asked for the same again."""


def seat_pool(sku_id: str) -> str:
    """What those who wait for a seat of a product stand in line for."""
    return f"seats:{sku_id}"


class Task(Value):
    """One task, as stored."""

    id: str
    """Short and speakable: `TK-4K7Q2`."""
    version: int
    kind: TaskKind
    audience: Audience
    state: TaskState = TaskState.OPEN
    params: dict[str, str] = Field(default_factory=dict)
    request_id: str | None = None
    """The request that waits for it; None for stock that several wait for."""
    step_index: int | None = None
    pool: str | None = None
    """What it replenishes, such as `seats:<skuId>` or `numbers:FR:Paris`: one open task each (J03)."""
    claimed_by: PersonRef | None = None
    evidence: dict[str, str] = Field(default_factory=dict)
    """What whoever did it put on record, by field."""
    reason: str = ""
    """Why it cannot be done, in the words of whoever said so."""
    confirmed_by_graph: bool = False
    created_at: Instant
    updated_at: Instant

    @property
    def ended(self) -> bool:
        return self.state in ENDED_TASKS
