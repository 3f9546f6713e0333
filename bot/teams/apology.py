"""What people are told when something fails on our side: plain words and a number to quote, never a trace."""

from __future__ import annotations

import secrets

import structlog

from bot.domain.errors import Conflict, TransientUpstream
from bot.teams.inbound import Inbound
from bot.teams.outcomes import NotDelivered
from bot.words import N_, words_for

__all__ = ["apologise"]

_log = structlog.get_logger(__name__)

_BUSY = N_("Microsoft 365 is not answering right now. Please try again in a few minutes.")
_OVERTAKEN = N_("Somebody else changed this at the same moment. Please look again and repeat it if needed.")
_BROKEN = N_("Sorry, something went wrong on our side. Please try again.")
_QUOTE = N_("If it keeps happening, tell your phone desk this number: {incident}")


def apologise(inbound: Inbound, locale: str, error: Exception) -> str:
    """Log a failed turn under a fresh incident number, and say it in the person's language."""
    incident = secrets.token_hex(4).upper()
    _log.error(
        "turn.failed",
        incident=incident,
        kind=inbound.kind,
        name=inbound.name,
        activity_id=inbound.activity_id,
        person=inbound.person_id,
        error=type(error).__name__,
        exc_info=None if isinstance(error, NotDelivered) else error,
    )
    words = words_for(locale)
    return f"{words(_text(error))}\n\n{words(_QUOTE, incident=incident)}"


def _text(error: Exception) -> str:
    if isinstance(error, TransientUpstream):
        return _BUSY
    if isinstance(error, Conflict):
        return _OVERTAKEN
    return _BROKEN
