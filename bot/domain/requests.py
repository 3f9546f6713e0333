"""The request as it is stored; its states and moves are in `states`."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from bot.domain.approval import Decision, ResolvedStage, involved
from bot.domain.keep_or_undo import KeepOrUndo
from bot.domain.people import PersonRef
from bot.domain.plans import Notice, Plan, WaitReason
from bot.domain.states import ENDED, MOVES, RequestState, may_move, validate_move
from bot.domain.values import E164, Instant, ObjectId, Value
from bot.domain.wishes import Wish

__all__ = [
    "ENDED",
    "MOVES",
    "Outcome",
    "Request",
    "RequestState",
    "StepRecord",
    "StepState",
    "may_move",
    "validate_move",
]


class StepState(StrEnum):
    PENDING = "pending"
    INTENDED = "intended"
    """The intent to write is on record; whether Graph has it must be read, never assumed."""
    DONE = "done"
    FAILED = "failed"


class StepRecord(Value):
    """How far one step of a plan has got."""

    index: int
    kind: str
    state: StepState = StepState.PENDING
    attempts: int = 0
    """Writes intended so far."""
    started_at: Instant | None = None
    finished_at: Instant | None = None
    detail: dict[str, str] = Field(default_factory=dict)
    """What the step must remember: operation id, number taken, checks done, Graph request ids."""


class Outcome(Value):
    """How a request ended, or why it stands still, for people to read."""

    notices: tuple[Notice, ...] = ()
    telephone_number: E164 | None = None


class Request(Value):
    """One wish of one person on its way, as stored."""

    id: str
    """Short and speakable: `SB-4K7Q2`."""
    version: int
    """Optimistic lock: every stored change raises it by one."""
    state: RequestState
    waiting: WaitReason | None = None
    pool: str | None = None
    """While it waits for stock that others may wait for as well: which, as `tasks.Task.pool` names it."""
    requester: PersonRef
    beneficiary: PersonRef
    wish: Wish
    plan: Plan
    policy_version: str
    rule: str = ""
    """Name of the policy's rule that routed it."""
    auto_approved: bool = False
    """The policy approved it, nobody was asked."""
    round: int = 0
    """How often it was asked about anew: after an edit, or because an approval did not hold."""
    stages: tuple[ResolvedStage, ...]
    stage_index: int = 0
    decisions: tuple[Decision, ...] = ()
    outcome: Outcome | None = None
    keep_or_undo: KeepOrUndo | None = None
    """Once it has ended: whether what it gave is to be taken back."""
    undoes: str | None = None
    """The request whose licences this one takes back."""
    created_at: Instant
    updated_at: Instant
    due_at: Instant | None = None
    """When the runner looks at it next (business time); None once it has ended."""

    @property
    def stage(self) -> ResolvedStage | None:
        """The stage that is open for decisions, if any."""
        if self.state is not RequestState.SUBMITTED or self.stage_index >= len(self.stages):
            return None
        return self.stages[self.stage_index]

    @property
    def concerned(self) -> tuple[ObjectId, ...]:
        """Who hears of it: whoever asked and whoever it is for; nobody reads what a queue or room is sent."""
        if self.wish.kind == "service_number":
            return (self.requester.id,)
        return tuple(dict.fromkeys((self.requester.id, self.beneficiary.id)))

    def asks(self, person_id: ObjectId) -> bool:
        """Whether somebody is to decide on one of its stages, before it is that stage's turn and afterwards
        as well; never who asked or benefits. Whether he may is looked up at every click."""
        if person_id in involved(self.requester.id, self.beneficiary.id):
            return False
        return any(person.id == person_id for stage in self.stages for person in stage.approvers)

    @property
    def ended(self) -> bool:
        return self.state in ENDED
