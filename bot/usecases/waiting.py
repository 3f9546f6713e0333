"""A request that waits for approval, as time finds it: unchanged since it was looked at, and never without a
moment at which it is looked at again."""

from __future__ import annotations

from bot.domain.approval import ResolvedStage
from bot.domain.approval.timeline import next_moment
from bot.domain.errors import Conflict
from bot.domain.requests import Request
from bot.store import requests
from bot.store.database import Transaction

__all__ = ["as_seen", "asking_of", "saved", "stage_of", "with_stage"]


def as_seen(tx: Transaction, seen: Request) -> Request:
    """The request, locked. Raises `Conflict` when somebody has acted since `seen` was read."""
    request = requests.locked(tx, seen.id)
    if request is None or request.version != seen.version:
        raise Conflict(seen.id)
    return request


def stage_of(request: Request) -> ResolvedStage:
    """The open stage. Raises `Conflict` when there is none any more."""
    if request.stage is None:
        raise Conflict(request.id)
    return request.stage


def asking_of(request: Request) -> str:
    """Which asking of the open stage it is, for keys of messages.

    A stage may be opened more than once, also in one round, where a vote turned out to be void.
    """
    opened_at = stage_of(request).opened_at
    since = int(opened_at.timestamp()) if opened_at else 0
    return f"{request.stage_index}.{request.round}.{since}"


def with_stage(request: Request, stage: ResolvedStage) -> Request:
    """The request with its open stage changed."""
    stages = list(request.stages)
    stages[request.stage_index] = stage
    return request.model_copy(update={"stages": tuple(stages)})


def saved(tx: Transaction, request: Request, stage: ResolvedStage) -> Request:
    """Store the open stage, and when the request is due again: now, while its people must still be asked."""
    due_at = next_moment(stage, tx.now) if stage.opened_at is not None else tx.now
    return requests.save(tx, with_stage(request, stage).model_copy(update={"due_at": due_at}))
