"""What must hold of approvals after every step, told in the plainest way: nothing here knows how the service
counts votes, keeps the people of a stage, or moves a request."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.audit.verify import Verified, verify
from bot.domain.approval import Decision, ResolvedStage, Seat, Verdict
from bot.domain.policy import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    Policy,
    SilenceAction,
    StepUp,
)
from bot.domain.requests import Request, RequestState
from bot.sandbox.tenant import Tenant
from bot.store import holds, requests, tables
from bot.store.approval_tables import askings
from bot.store.database import Transaction
from tests.support.approval_office import ADMINS, Play

__all__ = ["Laws", "Truth", "agreed_on", "counting"]

Json = dict[str, Any]
ENDED = frozenset({"rejected", "withdrawn", "expired", "done", "partly_done", "failed"})
GOING_ON = frozenset({"executing", "waiting"})


# Votes ---------------------------------------------------------------------------------------------------


def counting(request: Request, index: int) -> list[Decision]:
    """The votes on one stage, in the round the request is in, that are not void."""
    return [
        vote
        for vote in request.decisions
        if not vote.void and vote.round == request.round and vote.stage_index == index
    ]


def passes(request: Request, index: int, votes: list[Decision]) -> bool:
    """Whether a stage is done with: by silence, which never is for money, or by votes."""
    stage = request.stages[index]
    by_silence = any(one.handled and one.silence.do is SilenceAction.APPROVE for one in stage.events)
    no_more_than_a_click = stage.spec.step_up is None and not request.plan.acknowledge
    if by_silence and no_more_than_a_click and request.wish.kind != "credits":
        return True
    return agreed_on(stage, votes)


def agreed_on(stage: ResolvedStage, votes: list[Decision]) -> bool:
    """Whether enough people of a stage agreed, each with a voice of his own."""
    yes = [vote for vote in votes if vote.verdict is Verdict.APPROVE]
    people = _each_with_a_voice([_voices_of(stage, vote) for vote in yes])
    if not yes or (stage.spec.step_up is StepUp.SECOND_PERSON and people < 2):
        return False
    if isinstance(stage.spec.need, int):
        return people >= stage.spec.need
    agreed = {vote.approver.id for vote in yes}
    return stage.spec.need == "any" or all(_heard(seats, agreed) for seats in _families(stage))


def _voices_of(stage: ResolvedStage, vote: Decision) -> set[str]:
    """Whose voices somebody could have spoken with; whose he did is among them."""
    could = {
        seat.holder.id
        for seat in stage.seats
        if seat.active and any(one.id == vote.approver.id for one in seat.people)
    }
    return could | {(vote.instead_of or vote.approver).id}


def _each_with_a_voice(people: list[set[str]], taken: frozenset[str] = frozenset()) -> int:
    """How many of them can have one at the same time: every way to give them out is tried."""
    if not people:
        return 0
    first, others = people[0], people[1:]
    ways = [1 + _each_with_a_voice(others, taken | {voice}) for voice in first - taken]
    return max([_each_with_a_voice(others, taken), *ways])


def _families(stage: ResolvedStage) -> list[list[Seat]]:
    """Whoever was asked first, each with everybody who was asked because of him, and because of those."""
    first = [seat.holder.id for seat in stage.seats if seat.after is None]
    families: dict[str, list[Seat]] = {}
    for seat in stage.seats:
        families.setdefault(_first_of(stage, seat, first), []).append(seat)
    return list(families.values())


def _first_of(stage: ResolvedStage, seat: Seat, first: list[str]) -> str:
    for _ in range(len(stage.seats) + 1):
        if seat.after is None:
            return seat.holder.id
        if seat.after.id in first:
            return seat.after.id
        before = seat.after.id
        earlier = next((one for one in stage.seats if one.holder.id == before), None)
        if earlier is None:
            return before
        seat = earlier
    raise AssertionError(f"asked after each other in a circle: {stage.seats}")


_LEFT = ("SB-APP-30", "SB-APP-31")
"""Why a voice may be given up with nobody in its place."""


def _heard(seats: list[Seat], agreed: set[str]) -> bool:
    """Somebody agreed with a voice of this family, or all of it has left or lost the role."""
    living = [seat for seat in seats if seat.active]
    if not living:
        return all(seat.left in _LEFT for seat in seats)
    return any(one.id in agreed for seat in living for one in seat.people)


# Who may -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Truth:
    """What the directory holds, past all of our own code."""

    tenant: Tenant
    policy: Policy

    def fit(self, person_id: str) -> bool:
        person = self.tenant.people.get(person_id)
        return person is not None and person.enabled and not person.guest

    def holds(self, request: Request, stage: ResolvedStage, seat: Seat) -> bool:
        """Whether the holder of a seat still is what he was asked for."""
        barred = (request.requester.id, request.beneficiary.id)
        if not self.fit(seat.holder.id) or seat.holder.id in barred:
            return False
        if seat.source is None and seat.after is not None:
            return seat.holder.id in self._above(seat.after.id)
        asked = [seat.source or stage.spec.approvers]
        return any(seat.holder.id in self.behind(one, request.beneficiary.id) for one in asked)

    def behind(self, source: ApproverSource, beneficiary_id: str) -> set[str]:
        match source:
            case ManagerApprover():
                return self._manager_of({beneficiary_id})
            case ManagersManager():
                return self._manager_of(self._manager_of({beneficiary_id}))
            case GroupApprovers(id=group_id):
                return set(self.tenant.groups[group_id].members)
            case NamedApprovers(ids=ids):
                return set(ids)
            case CostCentreOwner():
                known = self.tenant.people.get(beneficiary_id)
                owner = self.policy.owner_of(known.department) if known else None
                return {owner} if owner else set()
            case _:
                return set(self.tenant.groups[ADMINS].members)

    def _manager_of(self, people: set[str]) -> set[str]:
        known = [self.tenant.people[one] for one in people if one in self.tenant.people]
        return {one.manager_id for one in known if one.manager_id in self.tenant.people}

    def _above(self, person_id: str) -> set[str]:
        """All managers above somebody, but for himself."""
        found: set[str] = set()
        level = {person_id}
        while level := self._manager_of(level) - found - {person_id}:
            found |= level
        return found

    def valid(self, request: Request, vote: Decision) -> bool:
        """Whether who voted may still vote, and with whose voice he did still has it."""
        stage = request.stages[vote.stage_index]
        holder = (vote.instead_of or vote.approver).id
        seats = [seat for seat in stage.seats if seat.holder.id == holder]
        return self.fit(vote.approver.id) and any(self.holds(request, stage, seat) for seat in seats)


# Everything ----------------------------------------------------------------------------------------------


@dataclass
class Seen:
    """One moment of the database."""

    now: Any
    requests: dict[str, Request]
    audit: list[Json]
    messages: list[Any]
    waiting: dict[str, dict[str, Any]]
    held: dict[str, set[str]]


@dataclass
class Laws:
    """Looks at a play after every step, and remembers what it saw before."""

    play: Play
    truth: Truth
    requests: dict[str, Request] = field(default_factory=dict)

    happened: Counter[str] = field(default_factory=Counter)
    """What is on the log, by action."""

    def look(self) -> None:
        seen = self.play.db.run_read(_read, self.play.known)
        assert self.play.errors.found == [], self.play.errors.found
        for request in self.play.confirmed:
            self._may_be_carried_out(request)
        self.play.confirmed.clear()
        for request_id, request in seen.requests.items():
            before = self.requests.get(request_id)
            self._ended_stays(before, request)
            self._votes_are_sound(before, request)
            self._state_follows(request)
            self._stages_stay(before, request)
            self._never_forgotten(request, seen)
            self._right_people_wait(request, seen)
            self._holds(before, request, seen)
            self._audited(request, seen)
        self._messages(seen)
        self.happened = Counter(one["action"] for one in seen.audit)
        self.requests = seen.requests

    def look_at_the_log(self) -> None:
        """Nothing on it was changed."""
        assert isinstance(verify(self.play.db), Verified)

    def _may_be_carried_out(self, request: Request) -> None:
        """Right before anything is carried out, what those say who may still decide is enough."""
        for index in range(len(request.stages)):
            votes = [vote for vote in counting(request, index) if self.truth.valid(request, vote)]
            assert passes(request, index, votes), (
                f"{request.id}: stage {index} rests on {counting(request, index)}"
            )

    def _ended_stays(self, before: Request | None, now: Request) -> None:
        if before is not None and before.state.value in ENDED:
            assert now == before, f"{now.id} changed after its end"

    def _votes_are_sound(self, before: Request | None, now: Request) -> None:
        barred = {now.requester.id, now.beneficiary.id}
        voted: Counter[Any] = Counter()
        for vote in now.decisions:
            holder = vote.instead_of or vote.approver
            assert not {vote.approver.id, holder.id} & barred, f"decided on his own: {vote}"
            if not vote.void:
                voted[vote.approver.id, vote.stage_index, vote.round] += 1
        assert not voted or max(voted.values()) == 1, voted
        if before is not None:
            # Nothing is erased, and what is void stays void.
            for old, new in zip(before.decisions, now.decisions[: len(before.decisions)], strict=True):
                assert old.model_copy(update={"void": new.void}) == new
                assert not old.void or old.void == new.void

    def _state_follows(self, request: Request) -> None:
        state, index = request.state.value, request.stage_index
        rejected = [
            vote
            for at in range(len(request.stages))
            for vote in counting(request, at)
            if vote.verdict is Verdict.REJECT
        ]
        done = [passes(request, at, counting(request, at)) for at in range(len(request.stages))]
        if state == "submitted":
            assert not rejected
            assert all(done[:index]), f"{request.id} is at stage {index}, and {done}"
            assert not done[index], f"{request.id} waits at stage {index}, which has passed"
        elif state == "approved" or state in GOING_ON or state in ("done", "failed"):
            assert not rejected
            assert all(done), f"{request.id} is {state}, and {done}: {request.decisions}"
        elif state == "rejected":
            assert len(rejected) == 1
            assert rejected[0].stage_index == index
            assert all(done[:index])
        elif state == "expired":
            assert not rejected
            assert all(done[:index])
            assert not done[index]

    def _stages_stay(self, before: Request | None, now: Request) -> None:
        """Whatever is added, each stage asks for what it asked for, and who had a voice stays on record."""
        edited = before is None or before.plan != now.plan or before.wish != now.wish
        if before is None or (edited and before.round != now.round):
            return
        for old, new in zip(before.stages, now.stages, strict=True):
            assert old.spec == new.spec
            for was, seat in zip(old.seats, new.seats[: len(old.seats)], strict=True):
                same = ("holder", "origin", "source", "after")
                assert all(getattr(was, name) == getattr(seat, name) for name in same), (was, seat)
                assert was.active or (not seat.active and was.left == seat.left), (was, seat)

    def _never_forgotten(self, request: Request, seen: Seen) -> None:
        """There always is a time at which something happens, or it has ended."""
        if request.state.value in ENDED:
            assert request.due_at is None
            return
        assert request.due_at is not None, request
        if request.stage is not None:
            # The daily look, or earlier.
            assert request.due_at <= seen.now + timedelta(days=1), request.due_at
            left = [one for one in request.stage.events if not one.handled]
            assert left or request.stage.opened_at is None, "nothing will ever end it"

    def _right_people_wait(self, request: Request, seen: Seen) -> None:
        """It waits for exactly those who may decide and have not, and all of them have heard of it."""
        rows = seen.waiting.get(request.id, {})
        stage = request.stage
        if stage is None or stage.opened_at is None:
            assert rows == {}, rows
            return
        voted = {vote.approver.id for vote in counting(request, request.stage_index)}
        places = {one.id for seat in stage.seats if seat.active for one in seat.people}
        assert rows.keys() == places - voted
        assert all(rows.values()), f"{request.id}: somebody was not told: {rows}"
        assert not places & {request.requester.id, request.beneficiary.id}, "may decide on his own"

    def _holds(self, before: Request | None, request: Request, seen: Seen) -> None:
        held = seen.held[request.id]
        if request.state.value in ENDED:
            assert held == set(), f"{request.id} has ended and holds {held}"
            return
        plan = request.plan
        wanted = {*plan.seats, *([plan.chosen_number] if plan.chosen_number else [])}
        begun = any(
            one["request_id"] == request.id and one["action"] == "request.executing" for one in seen.audit
        )
        if begun:
            # It may have found something else than was planned, and given back what others wait for.
            return
        assert held <= wanted, f"{request.id} holds {held - wanted} for nothing"
        if before is not None and before.plan == plan and before.state is request.state:
            assert held == self._held.get(request.id, held), "gave back what it still waits for"

    _held: dict[str, set[str]] = field(default_factory=dict)

    def _audited(self, request: Request, seen: Seen) -> None:
        """The log alone tells how it stands, and each vote is on it once."""
        mine = [one for one in seen.audit if one["request_id"] == request.id]
        count = Counter(one["action"] for one in mine)
        assert count["decision.recorded"] == len(request.decisions)
        voided = [vote for vote in request.decisions if vote.void and vote.void != "SB-APP-69"]
        assert count["decision.voided"] == len(voided)
        state = "executing" if request.state is RequestState.WAITING else request.state.value
        assert _told(mine) == (state, request.round), (_told(mine), state, mine[-3:])

    def _messages(self, seen: Seen) -> None:
        """Nobody is asked twice in one stage and round, and nobody who asked or benefits ever is."""
        assert len({one.dedupe_key for one in seen.messages}) == len(seen.messages)
        asked = Counter(
            (one.request_id, one.recipient_id)
            for one in seen.messages
            if one.template == "approval" and one.copy_id is None
        )
        for (request_id, person_id), times in asked.items():
            request = seen.requests[request_id]
            assert person_id not in (request.requester.id, request.beneficiary.id)
            most = sum(person_id in people for people in _places(seen.audit, request_id).values())
            assert times <= most, f"{person_id} was asked {times} times about {request_id}, not {most}"
        self._held = seen.held


def _places(entries: list[Json], request_id: str) -> dict[tuple[int, int], set[str]]:
    """By stage and round: everybody who was asked, by what the log says."""
    found: dict[tuple[int, int], set[str]] = {}
    asking = (0, 0)
    for one in entries:
        if one["request_id"] == request_id:
            details = one["details"]
            if one["action"] in _WHILE_ASKED:
                asking = (details["stage"], details.get("round", 0))
            people = {
                *details.get("asked", ()),
                *[details[name] for name in ("colleague",) if name in details],
            }
            found.setdefault(asking, set()).update(people)
    return found


def _told(entries: list[Json]) -> tuple[str, int]:
    """State and round of a request, from what the log says of it; every entry must fit the one before."""
    state, asked = "", 0
    for one in entries:
        action, details = one["action"], one["details"]
        if action in _WHILE_ASKED:
            assert (state, details.get("round", 0)) == ("submitted", asked), (action, state, asked)
        if action in _MOVES:
            before, after = _MOVES[action]
            assert state in before, f"{action} while {state or 'unheard of'}"
            state = after or details["state"]
            asked += action in _ANEW
    return state, asked


_WHILE_ASKED = (
    "decision.recorded",
    "stage.opened",
    "stage.people_changed",
    "stage.widened",
    "stage.reminded",
    "request.reassigned",
)
_ANEW = ("request.edited", "approval.too_old")
_OPEN = ("submitted", "approved", "executing")
_MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "request.submitted": (("",), "submitted"),
    "request.edited": (("submitted",), "submitted"),
    "request.approved": (("submitted",), "approved"),
    "request.reopened": (("approved",), "submitted"),
    "approval.too_old": (("executing",), "submitted"),
    "request.rejected": (("submitted",), ""),
    "request.expired": (("submitted",), ""),
    "request.withdrawn": (_OPEN, ""),
    "request.executing": (("approved", "executing"), "executing"),
    "request.done": (("executing",), "done"),
    "request.partly_done": (("executing",), "partly_done"),
    "request.failed": (("approved", "executing"), "failed"),
}
"""By what is on the log: the states it may come in, and the state that follows; "": the entry says which.
Waiting is a part of carrying out."""


def _read(tx: Transaction, known: list[str]) -> Seen:
    found = {request_id: requests.by_id(tx, request_id) for request_id in known}
    rows = tx.conn.execute(sa.select(tables.audit_entries.c.body).order_by(tables.audit_entries.c.seq))
    waiting: dict[str, dict[str, Any]] = {}
    for row in tx.conn.execute(sa.select(askings)):
        waiting.setdefault(row.request_id, {})[row.person_id] = row.told
    return Seen(
        now=tx.now,
        requests={request_id: one for request_id, one in found.items() if one is not None},
        audit=[json.loads(row.body) for row in rows],
        messages=list(tx.conn.execute(sa.select(tables.outbox).order_by(tables.outbox.c.id)).all()),
        waiting=waiting,
        held={request_id: {one.key for one in holds.of_request(tx, request_id)} for request_id in known},
    )
