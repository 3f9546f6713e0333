"""Greet once."""

from __future__ import annotations

from bot.domain.people import Actor
from bot.store import conversations
from bot.usecases.desk import Desk

__all__ = ["first_time"]


async def first_time(desk: Desk, actor: Actor) -> bool:
    """True exactly once per person, however often the app is installed or the event is repeated."""
    return await desk.db.transact(conversations.mark_welcomed, actor.id)
