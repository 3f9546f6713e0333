"""Look at what waits for one's own decision."""

from __future__ import annotations

from bot.domain.pending import PendingItem, PendingList
from bot.domain.people import Actor
from bot.store import askings, cards, digests, requests
from bot.store.database import Transaction
from bot.usecases.desk import Desk

__all__ = ["PAGE", "my_pending", "pending_of", "remember_list"]

PAGE = 10
"""Requests on a page of the list."""


async def my_pending(desk: Desk, actor: Actor, offset: int = 0) -> PendingList:
    """A page of what waits for the actor; the last one there is when `offset` lies beyond it."""
    return await desk.db.read(pending_of, actor.id, offset)


async def remember_list(
    desk: Desk, actor: Actor, conversation_id: str, service_url: str, activity_id: str
) -> None:
    """The list that was just shown follows what waits; one that stood before says that it does not."""

    def record(tx: Transaction) -> None:
        version = digests.begun_anew(tx, actor.id)
        copy_id = cards.remember_list_copy(
            tx,
            recipient_id=actor.id,
            conversation_id=conversation_id,
            service_url=service_url,
            activity_id=activity_id,
            # What it shows was read before: it is brought up to date at once.
            shown_version=version - 1,
        )
        digests.placed(tx, actor.id, copy_id, version - 1)

    await desk.db.transact(record)
    desk.wake()


def pending_of(tx: Transaction, person_id: str, offset: int = 0) -> PendingList:
    """The same for anybody; callers authorise."""
    total = askings.count_for(tx, person_id)
    first = min(offset, max(0, (total - 1) // PAGE * PAGE))
    rows = askings.waiting_for(tx, person_id, limit=PAGE, offset=first)
    found = {request_id: requests.by_id(tx, request_id) for request_id, _ in rows}
    items = tuple(
        PendingItem(request=request, since=since)
        for request_id, since in rows
        if (request := found[request_id]) is not None
    )
    return PendingList(items=items, total=total, offset=first, version=digests.version_of(tx, person_id))
