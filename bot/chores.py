"""What the service does by itself, again and again."""

from __future__ import annotations

from bot.execution.chores import Chore
from bot.settings import Settings
from bot.usecases.desk import Desk

__all__ = ["chores_of"]


def chores_of(settings: Settings, desk: Desk) -> tuple[Chore, ...]:
    """Every chore of this service."""
    return ()
