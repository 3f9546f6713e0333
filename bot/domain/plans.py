"""A plan: ordered steps that state what is wanted, with the reason for each, or a refusal."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from bot.domain.numbers import Capability, NumberType
from bot.domain.tasks import TaskKind
from bot.domain.values import E164, CountryCode, Instant, Money, ObjectId, Value

__all__ = [
    "AssignNumber",
    "AwaitMoment",
    "AwaitPlans",
    "AwaitPurchaseOrder",
    "AwaitVoice",
    "ChangeLicences",
    "HumanTask",
    "KeepNumber",
    "LicenceAdd",
    "Notice",
    "NoticeLevel",
    "Notify",
    "NumberNeed",
    "Plan",
    "Refusal",
    "ReleaseNumber",
    "SetLocation",
    "SetUsageLocation",
    "Step",
    "StockLine",
    "WaitReason",
]


class WaitReason(StrEnum):
    """Why a request stands still, and so whom people have to nudge."""

    PROPAGATION = "propagation"
    LICENCES = "licences"
    NUMBER = "number"
    ADDRESS = "address"
    MANUAL = "manual"
    OWNER = "owner"
    DATE = "date"
    """Nothing is due before a day that people chose."""
    UPSTREAM = "upstream"
    """Graph is throttling or down; nobody has to do anything."""
    PAUSED = "paused"
    """An admin has stopped carrying out for now (`domain/pause.py`)."""


class NoticeLevel(StrEnum):
    INFO = "info"
    WARN = "warn"


class Notice(Value):
    """Something a person should read: a stable code of `domain/codes` with its parameters."""

    code: str
    level: NoticeLevel = NoticeLevel.INFO
    params: dict[str, str] = Field(default_factory=dict)


class Refusal(Value):
    """Why a wish cannot be granted: a stable code, which knows what to do next and who can do it (R79)."""

    code: str
    params: dict[str, str] = Field(default_factory=dict)


class LicenceAdd(Value):
    """A SKU to be on the user, with the plans that stay switched off."""

    sku_id: ObjectId
    part_number: str
    disabled_plans: frozenset[ObjectId] = frozenset()
    reenables: frozenset[ObjectId] = frozenset()
    """Plans that are off now and will be on (R26). Not empty means: no new seat is taken."""

    @property
    def takes_seat(self) -> bool:
        return not self.reenables


class _Step(Value):
    version: Literal[1] = 1
    """Raised when the meaning of a step's fields changes; old plans keep their reading."""
    rules: tuple[str, ...] = ()
    """R-numbers the step comes from."""
    monthly_cost: Money | None = None


class SetUsageLocation(_Step):
    kind: Literal["set_usage_location"] = "set_usage_location"
    country: CountryCode


class ChangeLicences(_Step):
    """Adds and removes together in one `assignLicense` call (R19)."""

    kind: Literal["change_licences"] = "change_licences"
    add: tuple[LicenceAdd, ...] = ()
    remove: tuple[ObjectId, ...] = ()


class AwaitPlans(_Step):
    """Wait until service plans are effective on the person: up to 24 h after the licence (R07)."""

    kind: Literal["await_plans"] = "await_plans"
    plans: tuple[ObjectId, ...]
    gone: tuple[ObjectId, ...] = ()
    """Plans that must not be effective any more, after licences were taken back."""


class AwaitMoment(_Step):
    """Nothing before this moment, in business time (J07: the last day)."""

    kind: Literal["await_moment"] = "await_moment"
    until: Instant


class AwaitPurchaseOrder(_Step):
    """Nothing is ordered before the requester has told the purchase order number (R51, J15)."""

    kind: Literal["await_purchase_order"] = "await_purchase_order"
    working_days: int = 5
    """After so many of them from approval the billing administrators are told."""


class NumberNeed(Value):
    """A service number that a task takes from the organisation's free ones (R60, R73)."""

    country: CountryCode
    city: str | None = None
    capability: Capability
    toll_free: bool = False
    telephone_number: E164 | None = None
    """The number chosen, and held like one for a person; None while none is free."""
    named: bool = False
    """Somebody asked for just this number: no other is taken in its place."""


class HumanTask(_Step):
    """What Graph cannot do: people do it by a checklist, and Graph confirms it where it can."""

    kind: Literal["human_task"] = "human_task"
    task: TaskKind
    params: dict[str, str] = Field(default_factory=dict)
    """What the checklist, the deep link and the PowerShell of the task are filled in with."""
    number: NumberNeed | None = None
    """The task is not opened before the request holds such a number (`planning.choose_service_number`); it
    waits for `WaitReason.NUMBER` until then, and the number chosen then becomes the param `number`."""


class KeepNumber(_Step):
    """The person still has the number after licences were swapped; given again where it was lost (R19)."""

    kind: Literal["keep_number"] = "keep_number"
    telephone_number: E164
    number_type: NumberType
    location_id: str | None = None


class ReleaseNumber(_Step):
    """The number is nobody's any more, and rests before it is offered again (J07)."""

    kind: Literal["release_number"] = "release_number"
    telephone_number: E164
    number_type: NumberType
    rest_days: int = 0
    """Days of quarantine in which it is offered to nobody but `kept_for`."""
    kept_for: ObjectId | None = None
    """The successor the number is kept for."""
    tag: str = ""
    """Says in lists whose it was, such as "ex-Ana"."""
    after_hold: bool = False
    """Nothing is released before the request holds the number that comes in its place and every seat that
    later steps take: the step waits for them (`WaitReason.NUMBER`, `WaitReason.LICENCES`) and the old number
    keeps ringing meanwhile (J18)."""


class SetLocation(_Step):
    """The number carries another emergency location (R66, J10)."""

    kind: Literal["set_location"] = "set_location"
    telephone_number: E164
    location_id: str
    location_name: str


class AwaitVoice(_Step):
    """Wait until Teams can give the person a number: minutes to 24 h (R07)."""

    kind: Literal["await_voice"] = "await_voice"
    plans: tuple[ObjectId, ...]
    """Service plans that must be effective on the person."""


class AssignNumber(_Step):
    """A number of the wished kind on the person, activated (R67)."""

    kind: Literal["assign_number"] = "assign_number"
    number_type: NumberType
    country: CountryCode
    city: str | None = None
    ending: str | None = None
    any_number: bool = True
    location_id: str | None = None
    """Emergency location sent with the assignment (R66); None where the number carries its own."""
    location_name: str | None = None
    """What people call that place: a wrong one sends help to the wrong door, so approvers see it."""
    location_from_task: bool = False
    """The emergency location comes from an `EMERGENCY_ADDRESS` task earlier in the plan: its evidence field
    `location_id` is sent with the assignment in place of `location_id`, and never nothing (J10)."""
    telephone_number: E164 | None = None
    """The number chosen and held at planning time; None while none is free."""


class Notify(_Step):
    """Tell the person the number and where to see it, only after activation (R69)."""

    kind: Literal["notify"] = "notify"


Step = Annotated[
    AwaitMoment
    | AwaitPurchaseOrder
    | SetUsageLocation
    | ChangeLicences
    | AwaitPlans
    | AwaitVoice
    | HumanTask
    | AssignNumber
    | KeepNumber
    | ReleaseNumber
    | SetLocation
    | Notify,
    Field(discriminator="kind"),
]


class StockLine(Value):
    """What a plan takes from stock, as it stood when planned."""

    label: str
    """A product's name, or a country and city for numbers."""
    kind: Literal["seat", "number"]
    key: str
    """skuId for seats; ISO country for numbers."""
    free_before: int
    free_after: int


class Plan(Value):
    """What will be done, in order, and what people should know first."""

    steps: tuple[Step, ...]
    notices: tuple[Notice, ...] = ()
    stock: tuple[StockLine, ...] = ()
    waits_for: WaitReason | None = None
    """Set when something is out of stock now: the request may still be approved, and will wait."""
    acknowledge: tuple[str, ...] = ()
    """Codes of notices that whoever approves must say he has understood (R20, R66)."""
    lacks: tuple[str, ...] = ()
    """Codes of notices that say what the requester has yet to tell before anybody may approve (J15)."""

    @property
    def seats(self) -> tuple[ObjectId, ...]:
        """skuIds the plan takes one seat each of."""
        return tuple(
            add.sku_id
            for step in self.steps
            if isinstance(step, ChangeLicences)
            for add in step.add
            if add.takes_seat
        )

    @property
    def number_step(self) -> AssignNumber | None:
        return next((step for step in self.steps if isinstance(step, AssignNumber)), None)

    @property
    def chosen_number(self) -> E164 | None:
        """The free number the plan was made with, for a person or for a task, which is held for it."""
        if self.number_step is not None:
            return self.number_step.telephone_number
        return next((need.telephone_number for need in self.service_needs), None)

    @property
    def service_needs(self) -> tuple[NumberNeed, ...]:
        """The service numbers that tasks of the plan take."""
        return tuple(step.number for step in self.steps if isinstance(step, HumanTask) and step.number)

    @property
    def removes(self) -> tuple[ObjectId, ...]:
        """skuIds the plan takes away."""
        return tuple(
            sku_id for step in self.steps if isinstance(step, ChangeLicences) for sku_id in step.remove
        )
