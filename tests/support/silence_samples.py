"""Samples of cards about requests that nobody has decided on for a while."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from bot.domain.approval import ResolvedStage, SeatOrigin, VoiceAdmins, added
from bot.domain.approval.timeline import handled, opened
from bot.domain.people import PersonRef
from bot.domain.plans import Notice, NoticeLevel
from bot.domain.policy import Silence, SilenceAction
from bot.domain.requests import Outcome, Request, RequestState
from bot.domain.views import RequestView
from bot.words import Words
from cards import outcome, progress, reminder
from cards.elements import Card

__all__ = ["silence_cards"]

PRIYA = PersonRef(id="00000000-0000-0000-0000-0000000000aa", name="Priya Nair", upn="priya@contoso.com")


def silence_cards(words: Words, request: Request) -> Iterator[tuple[str, Card]]:
    """`request` waits for approval, and was not opened yet."""
    stage = opened(request.stages[0], request.created_at)
    waiting = _with(request, stage)
    yield "reminder", reminder.build(waiting, words)
    yield "progress_reminded", progress.build(_with(request, _added(stage)), request.requester.id, words)
    for do in (SilenceAction.REPLACE, SilenceAction.ESCALATE, SilenceAction.APPROVE):
        changed = _with(request, opened(_doing(request.stages[0], do), request.created_at))
        yield f"progress_{do.value}_next", progress.build(changed, request.requester.id, words)
    expired = RequestView(request=_expired(request))
    yield "reminder_late", reminder.build(expired, words)
    yield "progress_expired", progress.build(expired, request.requester.id, words)
    yield "outcome_expired", outcome.build(expired, request.requester.id, words)


def _with(request: Request, stage: ResolvedStage) -> RequestView:
    return RequestView(request=request.model_copy(update={"stages": (stage,)}))


def _added(stage: ResolvedStage) -> ResolvedStage:
    """Somebody else is asked as well, after two reminders and three days."""
    for index in range(3):
        stage = handled(stage, index, stage.events[index].at + timedelta(minutes=1))
    return added(stage, [PRIYA], SeatOrigin.ADDED, source=VoiceAdmins(), after=stage.seats[0].holder)


def _doing(stage: ResolvedStage, do: SilenceAction) -> ResolvedStage:
    first, *_, last = stage.spec.silence
    ends = do is SilenceAction.APPROVE
    silence = (last.model_copy(update={"do": do}),) if ends else (Silence(after=first.after, do=do), last)
    return stage.model_copy(update={"spec": stage.spec.model_copy(update={"silence": silence})})


def _expired(request: Request) -> Request:
    names = ", ".join(person.name for person in request.stages[0].approvers)
    notice = Notice(code="SB-APP-40", level=NoticeLevel.WARN, params={"names": names})
    ended = {"state": RequestState.EXPIRED, "outcome": Outcome(notices=(notice,))}
    return request.model_copy(update=ended)
