"""Tend: what time does to a request that waits for approval. Called by the runner when it is due.

The directory is asked first; what follows from it is recorded in one transaction, unless somebody acted
meanwhile. Each event of a stage is marked as handled in the transaction that does it, so that none is lost
and none is done twice, whoever looks, how often, and however late.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog

from bot.domain.approval import ResolvedStage, settled
from bot.domain.approval.timeline import due_event, handled, look_due, looked, opened, unseen
from bot.domain.errors import AdminError, TransientUpstream
from bot.domain.policy import SilenceAction
from bot.domain.requests import Request
from bot.store import outbox, queue, requests
from bot.store.database import Transaction
from bot.usecases.absence import covered
from bot.usecases.admins import tell_admins
from bot.usecases.asking import ask_stage
from bot.usecases.desk import Desk
from bot.usecases.reminders import remind_by_policy
from bot.usecases.reroute import admins_of
from bot.usecases.standing import up_to_date
from bot.usecases.unanswered import consent, consents, expire
from bot.usecases.waiting import as_seen, asking_of, saved, stage_of
from bot.usecases.widening import widened
from bot.usecases.widening_news import nobody_else, others_asked

__all__ = ["tend"]

log = structlog.get_logger(__name__)

_AGAIN = timedelta(minutes=5)
"""When to try again what needs the directory, while it cannot be asked."""


async def tend(desk: Desk, request_id: str) -> None:
    """Do what is due now, and set when to come back. Raises `Conflict` when somebody acted meanwhile."""
    request, now = await desk.db.read(lambda tx: (requests.by_id(tx, request_id), tx.now))
    if request is None or request.stage is None:
        return
    await desk.policies.look(desk.db)
    stage = request.stage
    if stage.opened_at is None:
        await desk.db.transact(_open, request, await _up_to_date(desk, request, opened(stage, now), now))
    elif look_due(stage, now):
        await desk.db.transact(_look, request, await _up_to_date(desk, request, stage, now))
    else:
        await _pass_time(desk, request, stage, now)
    desk.wake()


async def _up_to_date(desk: Desk, request: Request, stage: ResolvedStage, now: datetime) -> ResolvedStage:
    """The open stage with its people as they are now; as it is while the directory cannot be asked."""
    try:
        return looked(await covered(desk, request, await up_to_date(desk, request, stage)), now)
    except AdminError as problem:
        await _tell_unseen(desk, request, problem)
    except TransientUpstream as problem:
        log.warning("stage.unseen", request=request.id, reason=str(problem))
    return unseen(stage, now)


async def _tell_unseen(desk: Desk, request: Request, problem: AdminError) -> None:
    """Permissions were taken away, or the secret has expired: the admins hear of it once a day, for all that
    waits."""
    log.error("stage.unseen", request=request.id, reason=str(problem))
    try:
        admins = await admins_of(desk)
    except TransientUpstream:
        return

    def tell(tx: Transaction) -> None:
        about = f"unseen:{tx.now.date()}"
        tell_admins(tx, admins, "SB-UP-05", about=about, params={"detail": str(problem)[:300]})

    await desk.db.transact(tell)


def _open(tx: Transaction, seen: Request, stage: ResolvedStage) -> None:
    """It is this stage's turn: its people are asked. Where it was open before, there may be votes already."""
    request = saved(tx, as_seen(tx, seen), stage)
    gave_up = {seat.holder.id: seat.left for seat in stage.seats if seat.left}
    tx.audit(
        "stage.opened",
        "switchboard",
        request.id,
        stage=request.stage_index,
        round=request.round,
        asked=[person.id for person in stage.approvers],
        **({"gave_up": gave_up} if gave_up else {}),
    )
    request = _moved_on(tx, request)
    outbox.refresh_copies(tx, request.id, request.version)
    ask_stage(tx, request)


def _look(tx: Transaction, seen: Request, stage: ResolvedStage) -> None:
    """Somebody may have gone, come, or begun to stand in: with the votes there are that may be enough."""
    before = as_seen(tx, seen)
    if stage.seats == stage_of(before).seats:
        saved(tx, before, stage)
        return
    changed = saved(tx, before, stage)
    tx.audit(
        "stage.people_changed",
        "switchboard",
        changed.id,
        stage=changed.stage_index,
        round=changed.round,
        asked=[person.id for person in stage.approvers],
        gave_up={seat.holder.id: seat.left for seat in stage.seats if seat.left},
        stand_in={seat.holder.id: [one.person.id for one in seat.stand_ins] for seat in stage.voices},
    )
    changed = _moved_on(tx, changed)
    outbox.refresh_copies(tx, changed.id, changed.version)
    ask_stage(tx, changed)


def _moved_on(tx: Transaction, request: Request) -> Request:
    """The request as far as the votes there are bring it with the people there are now."""
    moved = settled(request, tx.now)
    if moved is request:
        return request
    after = requests.save(tx, moved.model_copy(update={"due_at": tx.now}))
    if after.stage is None:
        tx.audit("request.approved", "switchboard", after.id)
    queue.notify(tx)
    return after


async def _pass_time(desk: Desk, request: Request, stage: ResolvedStage, now: datetime) -> None:
    """One thing that silence does. The next one, if it is due as well, is done the next time."""
    index = due_event(stage, now)
    if index is None:
        await desk.db.transact(lambda tx: saved(tx, as_seen(tx, request), stage))
        return
    match stage.events[index].silence.do:
        case SilenceAction.REMIND:
            await desk.db.transact(_remind, request, index)
        case SilenceAction.EXPIRE:
            await desk.db.transact(expire, request, index)
        case SilenceAction.APPROVE:
            await desk.db.transact(consent if consents(request, stage) else expire, request, index)
        case SilenceAction.ADD | SilenceAction.REPLACE | SilenceAction.ESCALATE:
            await _ask_others(desk, request, stage, index)


def _remind(tx: Transaction, seen: Request, index: int) -> None:
    request = as_seen(tx, seen)
    after = saved(tx, request, handled(stage_of(request), index, tx.now))
    key = f"reminder:{after.id}:{asking_of(after)}.{index}"
    reminded = remind_by_policy(tx, after, key)
    tx.audit(
        "stage.reminded",
        "switchboard",
        after.id,
        stage=after.stage_index,
        round=after.round,
        event=index,
        reminded=reminded,
    )
    outbox.refresh_copies(tx, after.id, after.version)


async def _ask_others(desk: Desk, request: Request, stage: ResolvedStage, index: int) -> None:
    try:
        wider = await widened(desk, request, stage, stage.events[index].silence)
        admins = await admins_of(desk) if wider is stage else ()
    except TransientUpstream:
        await desk.db.transact(_try_again, request)
        return
    except AdminError as problem:
        # Trying again would keep everything that comes after it from happening.
        log.warning("stage.nobody_found", request=request.id, reason=str(problem))
        wider, admins = stage, await admins_of(desk)
    await desk.db.transact(_record_others, request, wider, index, admins)


def _try_again(tx: Transaction, seen: Request) -> None:
    """What is due stays due; what comes after it waits as long."""
    requests.save(tx, as_seen(tx, seen).model_copy(update={"due_at": tx.now + _AGAIN}))


def _record_others(
    tx: Transaction, seen: Request, wider: ResolvedStage, index: int, admins: tuple[str, ...]
) -> None:
    request = as_seen(tx, seen)
    before = stage_of(request)
    after = saved(tx, request, handled(wider, index, tx.now))
    tx.audit(
        "stage.widened",
        "switchboard",
        after.id,
        stage=after.stage_index,
        round=after.round,
        event=index,
        silence=before.events[index].silence.do.value,
        asked=[person.id for person in wider.approvers],
    )
    if wider.seats == before.seats:
        nobody_else(tx, after, admins)
    else:
        others_asked(tx, after, before, index)
        ask_stage(tx, after)
    outbox.refresh_copies(tx, after.id, after.version)
