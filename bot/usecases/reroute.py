"""Ask somebody else when an approver's card cannot be delivered: a request never waits for a dead letter."""

from __future__ import annotations

import structlog

from bot.domain.approval import ResolvedStage, SeatOrigin, added, approvals_needed, eligible
from bot.domain.errors import AdminError, Conflict
from bot.domain.messages import Template
from bot.domain.requests import Request
from bot.store import outbox, reach, requests
from bot.store.database import Transaction
from bot.usecases.asking import ask_stage
from bot.usecases.desk import Desk
from bot.usecases.routing import source_people

__all__ = ["admins_of", "members_of", "reroute"]

_TRIES = 5

log = structlog.get_logger(__name__)


async def admins_of(desk: Desk) -> tuple[str, ...]:
    """Object ids of the voice admins who can be told. May raise `TransientUpstream`."""
    return await members_of(desk, desk.admin_group)


async def members_of(desk: Desk, group_id: str) -> tuple[str, ...]:
    """Object ids of the members of a group who can be written to. May raise `TransientUpstream`.

    A group that was deleted, or may no longer be read, leaves nobody to tell: no request hangs on that.
    """
    try:
        members = await desk.graph.group_members(group_id)
    except AdminError as problem:
        log.error("admins.unknown", group=group_id, reason=str(problem))
        return ()
    return tuple(person.id for person in members if person.enabled and not person.guest)


async def reroute(desk: Desk, request_id: str, unreached_id: str) -> None:
    """The stage's fallback is asked when too few of the open stage can be reached; the admins hear of it.

    Idempotent: called again for the same person it changes nothing more. Raises `TransientUpstream`.
    """
    for _ in range(_TRIES):
        request, lost = await desk.db.read(_state, request_id)
        if request is None or request.stage is None:
            return
        stage = request.stage
        reachable = [
            person for person in stage.approvers if person.id != unreached_id and person.id not in lost
        ]
        if len(reachable) >= approvals_needed(stage.spec, len(stage.voices)):
            return
        wider = await _with_fallback(desk, request, stage)
        try:
            await desk.db.transact(_record, request, wider, unreached_id, await admins_of(desk))
        except Conflict:
            continue
        desk.wake()
        return


def _state(tx: Transaction, request_id: str) -> tuple[Request | None, frozenset[str]]:
    return requests.by_id(tx, request_id), reach.unreached_approvers(tx, request_id)


async def _with_fallback(desk: Desk, request: Request, stage: ResolvedStage) -> ResolvedStage | None:
    """The stage with its fallback asked as well; None when that is nobody new."""
    if stage.used_fallback or stage.spec.fallback is None:
        return None
    beneficiary = await desk.graph.person(request.beneficiary.id)
    candidates = await source_people(desk, stage.spec.fallback, beneficiary)
    people = eligible(candidates, request.requester.id, request.beneficiary.id)
    known = {person.id for person in stage.approvers}
    new = tuple(person.ref for person in people if person.id not in known)
    if not new or stage.spec.need == "all":
        # Where all must agree, asking more people would not do without the one who cannot be reached.
        return None
    wider = added(stage, new, SeatOrigin.FALLBACK, source=stage.spec.fallback)
    return wider.model_copy(update={"used_fallback": True})


def _record(
    tx: Transaction,
    seen: Request,
    wider: ResolvedStage | None,
    unreached_id: str,
    admins: tuple[str, ...],
) -> None:
    request = requests.by_id(tx, seen.id)
    if request is None or request.version != seen.version:
        raise Conflict(seen.id)
    if wider is not None:
        stages = list(request.stages)
        stages[request.stage_index] = wider
        request = requests.save(tx, request.model_copy(update={"stages": tuple(stages)}))
        tx.audit(
            "request.rerouted",
            "switchboard",
            request.id,
            unreached=unreached_id,
            asked=[person.id for person in wider.approvers],
        )
        outbox.refresh_copies(tx, request.id, request.version)
        ask_stage(tx, request)
    for admin_id in admins:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            admin_id,
            request_id=request.id,
            params={"code": "SB-APP-06" if wider else "SB-APP-07", "request": request.id},
            dedupe_key=f"unreached:{request.id}:{unreached_id}:{admin_id}",
        )
