"""Use the card of a request that stands in a channel, as one who decides on it."""

from __future__ import annotations

from bot.domain.errors import UnknownRequest
from bot.domain.messages import Template
from bot.domain.people import Actor
from bot.domain.requests import Request
from bot.domain.views import RequestView
from bot.store import cards, outbox
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.listing import view_of
from bot.usecases.refusals import record_refusal

__all__ = ["seen_by", "send_to", "shown_at"]


async def shown_at(desk: Desk, conversation_id: str, activity_id: str, claimed: str) -> str:
    """The request whose card stands in a message of a channel, which is the one it `claimed` to be.

    Raises `UnknownRequest` for any other: a card may be copied elsewhere, and its data made up.
    """
    template = Template.CHANNEL_APPROVAL
    found = await desk.db.read(cards.request_shown_at, conversation_id, activity_id, template)
    if found is None or found != claimed:
        raise UnknownRequest(claimed)
    return found


async def seen_by(desk: Desk, actor: Actor, request_id: str) -> RequestView:
    """The request, for those who decide on its open stage or did before. Raises `UnknownRequest`."""
    view = await desk.db.read(view_of, request_id)
    if view is None or not view.request.asks(actor.id):
        await desk.db.transact(
            lambda tx: record_refusal(
                tx, "decision.refused", actor.id, claimed=request_id[:32], code="SB-APP-75"
            )
        )
        raise UnknownRequest(request_id)
    return view


async def send_to(desk: Desk, actor: Actor, request_id: str) -> None:
    """The whole card, in the chat of whoever decides. Raises `UnknownRequest`."""
    view = await seen_by(desk, actor, request_id)
    await desk.db.transact(_send, view.request, actor.id)
    desk.wake()


def _send(tx: Transaction, request: Request, person_id: str) -> None:
    # Asked for again after a while, it is sent again.
    key = f"opened:{request.id}:{person_id}:{int(tx.now.timestamp()) // 10}"
    outbox.enqueue(tx, Template.APPROVAL, person_id, request_id=request.id, dedupe_key=key)
