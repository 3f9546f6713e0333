"""A stage with its people: who has a voice, who speaks for whom, and what happens while nobody answers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, model_validator

from bot.domain.calendar import WorkingHours
from bot.domain.people import PersonRef
from bot.domain.policy import ApproverSource, Silence, SilenceAction, StageSpec
from bot.domain.values import Instant, ObjectId, Value

__all__ = ["Event", "ResolvedStage", "Seat", "SeatOrigin", "StandIn", "Why"]


class SeatOrigin(StrEnum):
    """How a voice came to a stage."""

    POLICY = "policy"
    FALLBACK = "fallback"
    ADDED = "added"
    """Nobody had answered in time."""
    ESCALATION = "escalation"
    REPLACEMENT = "replacement"
    """Whoever had the voice left, was switched off, lost the role, cannot be reached or did not answer."""


class Why(StrEnum):
    """Why somebody speaks for somebody else."""

    DELEGATION = "delegation"
    ABSENCE = "absence"
    REASSIGNED = "reassigned"


class StandIn(Value):
    """Somebody who may speak with the voice of a seat's holder."""

    person: PersonRef
    why: Why
    until: Instant | None = None
    """No longer than this; None: as long as the stage is open."""
    reason: str = ""
    """What was said by whoever handed his part over."""


class Seat(Value):
    """One voice of a stage: its holder's, with whose authority everybody speaks who stands in."""

    holder: PersonRef
    origin: SeatOrigin = SeatOrigin.POLICY
    source: ApproverSource | None = None
    """What makes the holder an approver, and is asked again at every click; None: the stage's own source,
    or for an escalation that he is above `after`: the manager, or the manager's."""
    after: PersonRef | None = None
    """Who had, or has, the voice this one came from: where all must agree they share it (`votes.voices`)."""
    stand_ins: tuple[StandIn, ...] = ()
    active: bool = True
    """A seat that was given up stays on record."""
    left: str = ""
    """Why it was given up, as a code."""

    @property
    def people(self) -> tuple[PersonRef, ...]:
        """Everybody who may speak with this voice; nobody once it was given up."""
        if not self.active:
            return ()
        return (self.holder, *(one.person for one in self.stand_ins))


class Event(Value):
    """What silence will do to an open stage, at a fixed moment."""

    at: Instant
    silence: Silence
    handled: bool = False
    handled_at: Instant | None = None


class ResolvedStage(Value):
    """A stage with its people and hours filled in, frozen on the request when it is submitted."""

    spec: StageSpec
    seats: tuple[Seat, ...]
    used_fallback: bool = False
    hours: WorkingHours = WorkingHours()
    quiet: bool = False
    digest_above: int = 5
    opened_at: Instant | None = None
    """None until it is this stage's turn, and its people have been asked."""
    events: tuple[Event, ...] = ()
    look_at: Instant | None = None
    """When to look again who of its people is absent or gone."""
    changes_at: Instant | None = None
    """When somebody is known to begin to stand in, or to cease to: looked at then, too."""
    reminded: Annotated[int, Field(ge=0)] = 0
    nudged_at: Instant | None = None
    """When the requester last had those who are silent reminded."""

    @model_validator(mode="before")
    @classmethod
    def _seated(cls, data: Any) -> Any:
        """As it was stored before voices had seats: a plain list of people."""
        if isinstance(data, dict) and "approvers" in data:
            fields = {name: value for name, value in data.items() if name != "approvers"}
            return fields | {"seats": [{"holder": person} for person in data["approvers"]]}
        return data

    @classmethod
    def of(cls, spec: StageSpec, *people: PersonRef) -> ResolvedStage:
        """A stage on which these people have a voice each."""
        return cls(spec=spec, seats=tuple(Seat(holder=person) for person in people))

    @property
    def voices(self) -> tuple[Seat, ...]:
        """The seats that count."""
        return tuple(seat for seat in self.seats if seat.active)

    @property
    def consented_at(self) -> Instant | None:
        """When silence was taken for consent, if it was."""
        done = (one for one in self.events if one.handled and one.silence.do is SilenceAction.APPROVE)
        return next((one.handled_at for one in done), None)

    @property
    def approvers(self) -> tuple[PersonRef, ...]:
        """Everybody who may decide now, each once."""
        return tuple({person.id: person for seat in self.voices for person in seat.people}.values())

    def seats_of(self, person_id: ObjectId) -> tuple[Seat, ...]:
        """The voices somebody may speak with, his own first."""
        mine = [seat for seat in self.voices if any(one.id == person_id for one in seat.people)]
        return tuple(sorted(mine, key=lambda seat: seat.holder.id != person_id))
