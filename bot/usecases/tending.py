"""Tend: what time does to a request that waits for approval. Called by the runner when it is due."""

from __future__ import annotations

from bot.domain.approval import ResolvedStage
from bot.domain.approval.timeline import due_event, handled, looked, next_moment, opened
from bot.domain.errors import Conflict
from bot.domain.requests import Request
from bot.store import outbox, requests
from bot.store.database import Transaction
from bot.usecases.asking import ask_stage
from bot.usecases.desk import Desk

__all__ = ["tend"]


async def tend(desk: Desk, request_id: str) -> None:
    """Do what is due now, and set when to come back. Raises `Conflict` when somebody acted meanwhile."""
    request = await desk.db.read(requests.by_id, request_id)
    if request is None or request.stage is None:
        return
    if request.stage.opened_at is None:
        await desk.db.transact(_open, request)
    else:
        await desk.db.transact(_pass_time, request)
    desk.wake()


def _open(tx: Transaction, seen: Request) -> None:
    """It is this stage's turn: its people are asked."""
    request = _as_seen(tx, seen)
    stage = _stage(request)
    saved = _save(tx, request, opened(stage, tx.now))
    tx.audit(
        "stage.opened",
        "switchboard",
        saved.id,
        stage=saved.stage_index,
        round=saved.round,
        asked=[person.id for person in stage.approvers],
    )
    outbox.refresh_copies(tx, saved.id, saved.version)
    ask_stage(tx, saved)


def _pass_time(tx: Transaction, seen: Request) -> None:
    request = _as_seen(tx, seen)
    stage = _stage(request)
    event = due_event(stage, tx.now)
    _save(tx, request, looked(stage, tx.now) if event is None else handled(stage, event, tx.now))


def _as_seen(tx: Transaction, seen: Request) -> Request:
    request = requests.locked(tx, seen.id)
    if request is None or request.version != seen.version:
        raise Conflict(seen.id)
    return request


def _stage(request: Request) -> ResolvedStage:
    stage = request.stage
    if stage is None:
        raise Conflict(request.id)
    return stage


def _save(tx: Transaction, request: Request, stage: ResolvedStage) -> Request:
    stages = list(request.stages)
    stages[request.stage_index] = stage
    due_at = next_moment(stage, tx.now)
    return requests.save(tx, request.model_copy(update={"stages": tuple(stages), "due_at": due_at}))
