"""What happens to a request that waits for approval if nobody answers, and when."""

from __future__ import annotations

from bot.domain.approval import Event, ResolvedStage
from bot.domain.approval.timeline import upcoming
from bot.domain.pending import ends_at
from bot.domain.policy import SilenceAction
from bot.words import N_, Words
from cards.elements import moment

__all__ = ["next_lines"]

_NEXT = {
    SilenceAction.REMIND: N_("Next reminder: {when}."),
    SilenceAction.ADD: N_("If nobody decides until {when}, others are asked as well."),
    SilenceAction.REPLACE: N_("If nobody decides until {when}, others are asked instead."),
    SilenceAction.ESCALATE: N_("If nobody decides until {when}, the managers are asked as well."),
    SilenceAction.EXPIRE: N_("It expires on {when}, unless it is decided before."),
    SilenceAction.APPROVE: N_("It counts as approved on {when}, unless somebody rejects it before."),
}


def next_lines(stage: ResolvedStage, words: Words) -> list[str]:
    """The next thing that happens by itself, and how the waiting ends."""
    events = upcoming(stage)
    ends = [one for one in events if one.at == ends_at(stage)]
    return list(dict.fromkeys(_line(one, words) for one in (*events[:1], *ends)))


def _line(event: Event, words: Words) -> str:
    return words(_NEXT[event.silence.do], when=moment(event.at))
