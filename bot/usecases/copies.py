"""Remember where a card of a request stands, so that it can follow the request."""

from __future__ import annotations

from bot.domain.messages import Template
from bot.store import cards
from bot.store.database import Transaction
from bot.usecases.desk import Desk

__all__ = ["remember"]


async def remember(
    desk: Desk,
    request_id: str,
    template: Template,
    recipient_id: str,
    conversation_id: str,
    service_url: str,
    activity_id: str,
    shown_version: int,
) -> None:
    """Keep a card's place in somebody's chat; the same place twice is one copy."""

    def record(tx: Transaction) -> None:
        cards.remember_copy(
            tx,
            request_id=request_id,
            template=template,
            recipient_id=recipient_id,
            conversation_id=conversation_id,
            service_url=service_url,
            activity_id=activity_id,
            shown_version=shown_version,
        )

    await desk.db.transact(record)
