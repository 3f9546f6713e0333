"""What is not as agreed: see it, have it put right by a request, or take it as it is."""

from __future__ import annotations

from bot.domain.drift.compare import DriftKind, Finding
from bot.domain.drift.mending import accepted, first_mend, mending
from bot.domain.drift.views import PAGE, DriftList, DriftState, StoredFinding
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.requests import Request
from bot.domain.roles import KEEPS_THE_AUDIT, Role
from bot.domain.wishes import Wish
from bot.store import agreements, chores, drifts, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal
from bot.usecases.roles import refused, roles_of
from bot.usecases.submit import submit

__all__ = ["CHORE", "accept", "findings_of", "listed", "look_now", "mend"]

CHORE = "watch.drift"
"""The chore that looks."""

_LOOKS_AFTER = frozenset({Role.VOICE_ADMIN})
_READS = _LOOKS_AFTER | KEEPS_THE_AUDIT


async def listed(desk: Desk, actor: Actor, offset: int = 0) -> DriftList | Refusal:
    """A page of what is not as agreed. Raises `TransientUpstream`."""
    refusal = await refused(desk, actor, _READS, "drift")
    if refusal is not None:
        return refusal
    may_act = bool(await roles_of(desk, actor) & _LOOKS_AFTER)
    found = await desk.db.read(findings_of, offset)
    return found.model_copy(update={"may_act": may_act})


def findings_of(tx: Transaction, offset: int = 0) -> DriftList:
    """The same for anybody; callers authorise. The last page there is when `offset` lies beyond it."""
    total = drifts.count(tx)
    first = min(max(0, offset), max(0, (total - 1) // PAGE * PAGE))
    return DriftList(findings=tuple(drifts.page(tx, PAGE, first)), total=total, offset=first)


async def look_now(desk: Desk, actor: Actor) -> Refusal | None:
    """Have the nightly look done as soon as possible. Raises `TransientUpstream`."""
    refusal = await refused(desk, actor, _LOOKS_AFTER, "drift")
    if refusal is None:
        await desk.db.transact(_ask_for_look, actor.id)
        desk.wake()
    return refusal


def _ask_for_look(tx: Transaction, actor_id: str) -> None:
    chores.make_due(tx, CHORE)
    tx.audit("drift.look_asked", actor_id)


async def accept(desk: Desk, actor: Actor, finding_id: int) -> Refusal | None:
    """It may be as it was found: on record, and not told again until it changes.

    Raises `TransientUpstream`.
    """
    refusal = await refused(desk, actor, _LOOKS_AFTER, "drift")
    return refusal or await desk.db.transact(_accept, actor, finding_id)


def _accept(tx: Transaction, actor: Actor, finding_id: int) -> Refusal | None:
    stored = drifts.locked(tx, finding_id)
    barred = _barred(stored, actor) or _has_it(stored, actor)
    if stored is None or barred is not None:
        return _refuse(tx, actor, finding_id, barred or Refusal(code="SB-WCH-01"))
    finding = stored.finding
    known = agreements.known(tx, finding.covers)
    agreements.put(tx, accepted(finding, known, tx.now))
    drifts.close(tx, stored.id, DriftState.ACCEPTED, actor.id)
    tx.audit("drift.accepted", actor.id, finding.source or None, finding=finding.model_dump(mode="json"))
    return None


def _barred(stored: StoredFinding | None, actor: Actor) -> Refusal | None:
    """It is looked after already, or it is about the actor's own licences and number."""
    if stored is None or stored.state is not DriftState.OPEN:
        return Refusal(code="SB-WCH-01")
    services = stored.finding.kind is DriftKind.SERVICE_NUMBER_GONE
    if stored.finding.person.id == actor.id and not services:
        return Refusal(code="SB-WCH-03", params={"name": actor.name})
    return None


def _has_it(stored: StoredFinding | None, actor: Actor) -> Refusal | None:
    """Nobody takes another's number and then accepts that he has it."""
    if stored is not None and stored.finding.holder == actor.id:
        return Refusal(code="SB-WCH-03", params={"name": actor.name})
    return None


def _refuse(tx: Transaction, actor: Actor, finding_id: int, refusal: Refusal) -> Refusal:
    record_refusal(tx, "drift.refused", actor.id, finding=finding_id, code=refusal.code)
    return refusal


async def mend(desk: Desk, actor: Actor, finding_id: int) -> Request | Refusal:
    """Ask for what puts it right: planned and approved like any other wish.

    Raises `TransientUpstream` when Graph cannot be asked, `Conflict` when stock keeps moving.
    """
    refusal = await refused(desk, actor, _LOOKS_AFTER, "drift")
    if refusal is not None:
        return refusal
    stored, wish = await desk.db.read(_wish, actor, finding_id)
    barred = _barred(stored, actor)
    if stored is None or barred is not None:
        barred = barred or Refusal(code="SB-WCH-01")
        return await desk.db.transact(_refuse, actor, finding_id, barred)
    if isinstance(wish, Refusal):
        return await desk.db.transact(_refuse, actor, finding_id, wish)
    # The same click twice is the same request; once that has ended in vain, the next one is another.
    made = await submit(desk, actor, wish, f"drift:{stored.id}:{stored.request_id or ''}")
    if isinstance(made, Request):
        await desk.db.transact(_mending, actor, stored, made)
    return made


def _wish(tx: Transaction, actor: Actor, finding_id: int) -> tuple[StoredFinding | None, Wish | Refusal]:
    stored = drifts.by_id(tx, finding_id)
    if stored is None:
        return None, Refusal(code="SB-WCH-01")
    finding = stored.finding
    before = first_mend(finding, _others(tx, finding))
    if before is not None:
        params = {"name": finding.person.name, "product": before.params.get("product", "")}
        return stored, Refusal(code="SB-WCH-04", params=params)
    original = requests.by_id(tx, finding.source) if finding.source else None
    wish = mending(finding, actor.id, original.wish if original else None)
    return stored, wish or Refusal(code="SB-WCH-02", params={"name": finding.person.name})


def _others(tx: Transaction, finding: Finding) -> list[Finding]:
    return [one.finding for one in drifts.open_of(tx, finding.person.id)]


def _mending(tx: Transaction, actor: Actor, stored: StoredFinding, request: Request) -> None:
    current = drifts.locked(tx, stored.id)
    if current is None or current.state is not DriftState.OPEN:
        return
    drifts.mend(tx, stored.id, request.id)
    tx.audit("drift.mending", actor.id, request.id, key=stored.finding.key, was=stored.finding.source)
