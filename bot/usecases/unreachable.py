"""What is done instead, when a message that asks for something cannot be delivered."""

from __future__ import annotations

from bot.domain.channels import role_of
from bot.domain.messages import Template
from bot.store.outbox import OutboxMessage
from bot.usecases import channels
from bot.usecases.desk import Desk
from bot.usecases.reroute import reroute, unlisted
from bot.usecases.undo import ask_admins

__all__ = ["do_instead"]


async def do_instead(desk: Desk, message: OutboxMessage) -> None:
    """Somebody else is asked, or a channel is given up. Idempotent; raises `TransientUpstream`."""
    if role_of(message.recipient_id) is not None:
        await channels.lost(desk, message)
    elif message.template is Template.DIGEST:
        await unlisted(desk, message.recipient_id)
    elif message.template is Template.UNDO and message.request_id:
        await ask_admins(desk, message.request_id)
    elif message.request_id:
        await reroute(desk, message.request_id, message.recipient_id)
