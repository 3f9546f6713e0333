"""Give a channel a part in the desk's work, take it away, and do without one that is gone."""

from __future__ import annotations

from bot.domain.channels import Channel, ChannelRole, role_of
from bot.domain.messages import Template
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.store import channels, outbox
from bot.store.database import Transaction
from bot.store.outbox import OutboxMessage
from bot.usecases.desk import Desk
from bot.usecases.reroute import admins_of
from bot.usecases.voice_admins import refused_to

__all__ = ["is_for_admins", "leave", "lost", "use"]


async def use(desk: Desk, actor: Actor, channel: Channel) -> Refusal | None:
    """From now on the channel has its role; whichever had it before has it no more.

    Only for voice admins. Raises `TransientUpstream`.
    """
    refusal = await refused_to(desk, actor, "channel.refused")
    if refusal is None:
        await desk.db.transact(_use, actor, channel)
    return refusal


def _use(tx: Transaction, actor: Actor, channel: Channel) -> None:
    channels.put(tx, channel)
    tx.audit("channel.chosen", actor.id, role=channel.role.value, channel=channel.conversation_id)


async def is_for_admins(desk: Desk, conversation_id: str) -> bool:
    """Whether a conversation is the admins' channel, or a thread in it."""
    channel = await desk.db.read(channels.by_role, ChannelRole.ADMINS)
    # Each post in a channel is a conversation named after both.
    return channel is not None and conversation_id.partition(";")[0] == channel.conversation_id


async def leave(desk: Desk, actor: Actor, role: ChannelRole, conversation_id: str) -> Refusal | bool:
    """The channel has the role no more; false when it did not have it.

    Only for voice admins. Raises `TransientUpstream`.
    """
    refusal = await refused_to(desk, actor, "channel.refused")
    if refusal is not None:
        return refusal
    return await desk.db.transact(_leave, actor.id, role, conversation_id)


def _leave(tx: Transaction, actor_id: str, role: ChannelRole, conversation_id: str) -> bool:
    removed = channels.remove(tx, role, conversation_id)
    if removed:
        tx.audit("channel.left", actor_id, role=role.value, channel=conversation_id)
    return removed


async def lost(desk: Desk, message: OutboxMessage) -> None:
    """A message to a channel cannot be delivered: the channel is given up, and the admins hear of it once.

    What it was to tell the admins reaches them in their chats; cards of requests stand there anyway.
    Idempotent. Raises `TransientUpstream`.
    """
    role = role_of(message.recipient_id)
    if role is not None:
        await desk.db.transact(_lost, role, message, await admins_of(desk))
        desk.wake()


_GONE = {ChannelRole.APPROVALS: "SB-APP-71", ChannelRole.ADMINS: "SB-APP-72"}


def _lost(tx: Transaction, role: ChannelRole, message: OutboxMessage, admins: tuple[str, ...]) -> None:
    channel = channels.by_role(tx, role)
    if channel is not None:
        _leave(tx, "switchboard", role, channel.conversation_id)
        for admin_id in admins:
            _notice(tx, admin_id, {"code": _GONE[role]}, f"channel:{message.id}:{admin_id}")
    if message.template is Template.NOTICE:
        for admin_id in admins:
            key = f"instead:{message.id}:{admin_id}"
            _notice(tx, admin_id, dict(message.params), key, message.request_id)


def _notice(
    tx: Transaction, recipient_id: str, params: dict[str, str], key: str, request_id: str | None = None
) -> None:
    outbox.enqueue(tx, Template.NOTICE, recipient_id, request_id=request_id, params=params, dedupe_key=key)
