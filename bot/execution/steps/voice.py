"""Waiting until Teams can give the person a number: minutes to 24 hours after the licences (R07, J05).

Ready means, by `voice_ready`: the required service plans are effective on the user, and Teams' own
directory knows him with the phone feature (for a Calling Plan number also with that feature). Being
enterprise-voice enabled is not asked for, because the number assignment itself brings it about.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.domain.errors import Bug, UpstreamRefused
from bot.domain.planning import voice_ready
from bot.domain.plans import AwaitVoice, Notice, NoticeLevel
from bot.execution.failures import notice_of
from bot.execution.journey import StepWork
from bot.execution.pace import Pace
from bot.execution.readings import Holds, Proposal, Reading, Refused
from bot.execution.steps.propagation import Sayings, not_yet
from bot.execution.survey import holdings_of

__all__ = ["VoiceHandler"]


class VoiceHandler:
    """Only ever reads."""

    def settle(self, pace: Pace) -> timedelta:
        return timedelta()

    async def read(self, work: StepWork[AwaitVoice]) -> Reading:
        holdings = await holdings_of(work)
        if voice_ready(holdings, work.step.plans):
            return Holds()
        new = holdings.voice is None and _is_new(work, holdings.person.created_at)
        sayings = Sayings(
            usual=_notice("SB-PRP-03" if new else "SB-PRP-01", work),
            overdue=_notice("SB-PRP-02", work, NoticeLevel.WARN),
            given_up=_notice("SB-PRP-04", work),
        )
        return not_yet(work, work.bench.pace.voice_checks, sayings)

    async def propose(self, work: StepWork[AwaitVoice]) -> Proposal:
        raise Bug("waiting for Teams writes nothing")

    def refused(self, work: StepWork[AwaitVoice], error: UpstreamRefused) -> Reading:
        return Refused(notice_of(error, work.user_name))


def _is_new(work: StepWork[AwaitVoice], created_at: datetime | None) -> bool:
    """R08: Teams gets to know a new account hours after the directory does."""
    grace = timedelta(hours=work.bench.facts.new_hire_hours)
    return created_at is not None and work.now - created_at < grace


def _notice(code: str, work: StepWork[AwaitVoice], level: NoticeLevel = NoticeLevel.INFO) -> Notice:
    return Notice(code=code, level=level, params={"name": work.user_name})
