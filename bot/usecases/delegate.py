"""Delegate: have a colleague decide in one's place for a while, see who does, and stop it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.delegations import Delegation, overlap, problem_with, scopes_of
from bot.domain.messages import Template
from bot.domain.people import Actor, PersonRef
from bot.domain.plans import Refusal
from bot.graph.errors import NotFound
from bot.store import delegations, outbox
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal

__all__ = ["Standing", "Wanted", "delegate", "of_mine", "stop", "stop_all"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants to delegate. Untrusted."""

    delegate_id: str
    since: datetime
    until: datetime
    """The last moment."""
    kinds: tuple[str, ...] = ()
    """Kinds of wishes; none: all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The delegations that concern somebody and are not over."""

    given: tuple[Delegation, ...]
    received: tuple[Delegation, ...]


async def delegate(desk: Desk, actor: Actor, wanted: Wanted) -> Delegation | Refusal:
    """The delegation as stored, or why not.

    Anybody may prepare one: it has effect only where its owner is asked, and never on what the delegate
    asked for himself. The same once more is the same delegation; another one for some of the same time and
    kinds is refused, since it would not be clear which holds. Raises `TransientUpstream`.
    """
    now = await desk.db.read(lambda tx: tx.now)
    try:
        colleague = await desk.graph.person(wanted.delegate_id)
        owner = await desk.graph.person(actor.id)
    except NotFound:
        return await _refused(desk, actor, Refusal(code="SB-APP-59"), wanted)
    problem = problem_with(actor.id, colleague, wanted.since, wanted.until, now)
    if problem:
        return await _refused(desk, actor, problem, wanted)
    made = await desk.db.transact(_store, owner.ref, colleague.ref, wanted)
    if isinstance(made, Refusal):
        return await _refused(desk, actor, made, wanted)
    desk.wake()
    return made


async def _refused(desk: Desk, actor: Actor, refusal: Refusal, wanted: Wanted) -> Refusal:
    await desk.db.transact(
        lambda tx: record_refusal(
            tx, "delegation.refused", actor.id, delegate=wanted.delegate_id[:64], code=refusal.code
        )
    )
    return refusal


def _store(tx: Transaction, owner: PersonRef, colleague: PersonRef, wanted: Wanted) -> Delegation | Refusal:
    asked = Delegation(
        id=0,
        owner=owner,
        delegate=colleague,
        kinds=wanted.kinds,
        since=wanted.since,
        until=wanted.until,
        created_at=tx.now,
    )
    for known in delegations.given_by(tx, owner.id):
        if _same(known, asked):
            return known
        if overlap(known, asked):
            return Refusal(code="SB-APP-54", params={"name": known.delegate.name})
    made = delegations.add(tx, owner, colleague, wanted.kinds, wanted.since, wanted.until)
    tx.audit(
        "delegation.made",
        owner.id,
        delegation=made.id,
        delegate=colleague.id,
        kinds=list(made.kinds),
        since=made.since.isoformat(),
        until=made.until.isoformat(),
    )
    _tell(tx, made, colleague.id, "given")
    delegations.wake_asked(tx, owner.id)
    return made


def _same(known: Delegation, asked: Delegation) -> bool:
    """Whether `asked` is the same click again: what begins at once begins a moment later every time."""
    names = ("delegate", "kinds", "until")
    same = all(getattr(known, name) == getattr(asked, name) for name in names)
    return same and known.since <= asked.since


async def of_mine(desk: Desk, actor: Actor) -> Standing:
    """What the actor has delegated, and what was delegated to him."""
    return await desk.db.read(
        lambda tx: Standing(delegations.given_by(tx, actor.id), delegations.given_to(tx, actor.id))
    )


async def stop(desk: Desk, actor: Actor, delegation_id: int) -> Delegation | Refusal:
    """End one delegation now, as its owner or as the one who was to stand in; votes that were given stay."""

    def record(tx: Transaction) -> Delegation | Refusal:
        found = delegations.by_id(tx, delegation_id)
        if found is None or actor.id not in (found.owner.id, found.delegate.id):
            record_refusal(tx, "delegation.refused", actor.id, delegation=delegation_id, code="SB-APP-55")
            return Refusal(code="SB-APP-55")
        if found.ended_at is not None or found.until < tx.now:
            return Refusal(code="SB-APP-55")
        return _end(tx, found, actor.id)

    ended = await desk.db.transact(record)
    desk.wake()
    return ended


async def stop_all(desk: Desk, actor: Actor, delegate_id: str | None = None) -> tuple[Delegation, ...]:
    """End the actor's own delegations now: all of them, or those to one colleague."""

    def record(tx: Transaction) -> tuple[Delegation, ...]:
        given = delegations.given_by(tx, actor.id)
        meant = [one for one in given if delegate_id in (None, one.delegate.id)]
        return tuple(_end(tx, one, actor.id) for one in meant)

    ended = await desk.db.transact(record)
    desk.wake()
    return ended


def _end(tx: Transaction, found: Delegation, by: str) -> Delegation:
    delegations.end(tx, found.id)
    tx.audit("delegation.ended", by, delegation=found.id, owner=found.owner.id, delegate=found.delegate.id)
    for person in (found.owner, found.delegate):
        if person.id != by:
            _tell(tx, found, person.id, "ended")
    delegations.wake_asked(tx, found.owner.id)
    return found.model_copy(update={"ended_at": tx.now})


def _tell(tx: Transaction, about: Delegation, recipient_id: str, event: str) -> None:
    outbox.enqueue(
        tx,
        Template.DELEGATION,
        recipient_id,
        params={
            "event": event,
            "owner": about.owner.name,
            "delegate": about.delegate.name,
            "since": about.since.isoformat(),
            "until": about.until.isoformat(),
            "scopes": ",".join(scopes_of(about.kinds)),
            "mine": "yes" if recipient_id == about.owner.id else "",
        },
        dedupe_key=f"delegation:{about.id}:{event}:{recipient_id}",
    )
