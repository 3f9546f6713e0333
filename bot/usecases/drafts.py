"""A wish being filled in: kept in the database, so that a card answered two days later still works."""

from __future__ import annotations

import secrets
from typing import Any

from bot.domain.people import Actor
from bot.store import drafts
from bot.store.database import Transaction
from bot.store.drafts import Draft
from bot.usecases.desk import Desk

__all__ = ["became", "load", "new_draft", "of_request", "update"]


async def new_draft(desk: Desk, actor: Actor, kind: str, data: dict[str, Any]) -> Draft:
    """Start a draft that only the actor can go on with."""
    return await desk.db.transact(_new, actor.id, kind, data)


def _new(tx: Transaction, owner_id: str, kind: str, data: dict[str, Any]) -> Draft:
    draft = Draft(
        id=secrets.token_hex(12),
        owner_id=owner_id,
        kind=kind,
        data=data,
        request_id=None,
        created_at=tx.now,
        updated_at=tx.now,
    )
    drafts.save(tx, draft)
    return draft


async def load(desk: Desk, actor: Actor, draft_id: str) -> Draft | None:
    """The actor's own draft; None when there is none, or when it is somebody else's."""
    draft = await desk.db.read(drafts.by_id, draft_id)
    return draft if draft and draft.owner_id == actor.id else None


async def of_request(desk: Desk, request_id: str) -> Draft | None:
    """What a request was last filled in as; callers authorise."""
    return await desk.db.read(drafts.of_request, request_id)


async def update(desk: Desk, draft: Draft, data: dict[str, Any]) -> Draft:
    """Keep what the person has filled in so far."""
    return await desk.db.transact(_update, draft, data)


def _update(tx: Transaction, draft: Draft, data: dict[str, Any]) -> Draft:
    changed = draft.model_copy(update={"data": data, "updated_at": tx.now})
    drafts.save(tx, changed)
    return changed


async def became(desk: Desk, draft: Draft, request_id: str) -> None:
    """Remember which request a draft was sent as."""
    await desk.db.transact(drafts.set_request, draft.id, request_id)
