"""What the service does by itself, again and again."""

from __future__ import annotations

from functools import partial

from bot.domain.cadence import nightly
from bot.execution.chores import Chore
from bot.settings import Settings
from bot.usecases.credits_reading import read_calls
from bot.usecases.credits_watch import CHORE as CREDITS_WATCH
from bot.usecases.credits_watch import watch_credits
from bot.usecases.desk import Desk
from bot.usecases.drift import CHORE as DRIFT
from bot.usecases.drift_watch import look

__all__ = ["chores_of"]


def chores_of(settings: Settings, desk: Desk) -> tuple[Chore, ...]:
    """Every chore of this service."""
    return (
        Chore("credits.read", nightly(2, 15), partial(read_calls, desk)),
        Chore(CREDITS_WATCH, nightly(5), partial(watch_credits, desk)),
        Chore(DRIFT, nightly(3), partial(look, desk)),
    )
