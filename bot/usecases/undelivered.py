"""Look after messages that could not be delivered: see them, try again, or let them be."""

from __future__ import annotations

import asyncio

from bot.domain.channels import role_of
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.undelivered import UndeliveredList, UndeliveredMessage
from bot.store import conversations, undelivered
from bot.store.bell import ring
from bot.store.database import Transaction
from bot.usecases.authority import asked_lately
from bot.usecases.desk import Desk
from bot.usecases.voice_admins import refused_to

__all__ = ["PAGE", "dismiss", "listed", "try_again"]

PAGE = 5
"""Messages on a page of the list."""


async def listed(desk: Desk, actor: Actor, offset: int = 0) -> UndeliveredList | Refusal:
    """A page of them, the newest first. Only for voice admins; raises `TransientUpstream`."""
    refusal = await refused_to(desk, actor, "undelivered.refused")
    if refusal is not None:
        return refusal
    found = await desk.db.read(_page, offset)
    named = await asyncio.gather(*(_named(desk, message) for message in found.messages))
    return found.model_copy(update={"messages": tuple(named)})


async def _named(desk: Desk, message: UndeliveredMessage) -> UndeliveredMessage:
    """With the name of whoever never wrote to us, unless the directory knows none either."""
    if message.recipient or role_of(message.recipient_id) is not None:
        return message
    person = await asked_lately(desk).person(message.recipient_id)
    return message.model_copy(update={"recipient": person.name}) if person is not None else message


def _page(tx: Transaction, offset: int) -> UndeliveredList:
    found = undelivered.page(tx, PAGE + 1, offset)
    return UndeliveredList(messages=tuple(found[:PAGE]), offset=offset, more=len(found) > PAGE)


async def try_again(desk: Desk, actor: Actor, message_id: int) -> Refusal | None:
    """Send the message once more, from the first try on, also to somebody who had blocked the bot.

    Only for voice admins; raises `TransientUpstream`.
    """
    refusal = await refused_to(desk, actor, "undelivered.refused")
    refusal = refusal or await desk.db.transact(_requeue, actor.id, message_id)
    desk.wake()
    return refusal


def _requeue(tx: Transaction, actor_id: str, message_id: int) -> Refusal | None:
    message = undelivered.by_id(tx, message_id)
    if message is None or not undelivered.requeue(tx, message_id):
        return Refusal(code="SB-APP-74")
    if role_of(message.recipient_id) is None:
        conversations.try_again(tx, message.recipient_id)
    _audit(tx, "delivery.requeued", actor_id, message)
    ring(tx)
    return None


async def dismiss(desk: Desk, actor: Actor, message_id: int) -> Refusal | None:
    """Take the message off the list. Only for voice admins; raises `TransientUpstream`."""
    refusal = await refused_to(desk, actor, "undelivered.refused")
    return refusal or await desk.db.transact(_dismiss, actor.id, message_id)


def _dismiss(tx: Transaction, actor_id: str, message_id: int) -> Refusal | None:
    message = undelivered.by_id(tx, message_id)
    if message is None or not undelivered.close(tx, message_id):
        return Refusal(code="SB-APP-74")
    _audit(tx, "delivery.dismissed", actor_id, message)
    return None


def _audit(tx: Transaction, action: str, actor_id: str, message: UndeliveredMessage) -> None:
    tx.audit(
        action,
        actor_id,
        message.request_id,
        message=message.id,
        template=message.template.value,
        recipient=message.recipient_id,
        outcome=message.state,
    )
