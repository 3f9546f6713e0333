"""Asking again: a stage whose votes do not hold, or a request whose approval has grown old."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.domain.approval.decisions import Decision, Verdict
from bot.domain.approval.stages import ResolvedStage
from bot.domain.approval.votes import counted
from bot.domain.policy import SilenceAction
from bot.domain.states import RequestState, validate_move
from bot.domain.values import Instant

if TYPE_CHECKING:
    from bot.domain.requests import Request

__all__ = ["approved_for", "asked_anew", "back_to", "first_open", "of_stage", "reopened", "without_votes"]


def of_stage(request: Request, index: int) -> tuple[Decision, ...]:
    """The approvals of one stage that count."""
    return tuple(
        vote
        for vote in request.decisions
        if vote.stage_index == index
        and vote.round == request.round
        and vote.verdict is Verdict.APPROVE
        and not vote.void
    )


def without_votes(request: Request, lost: Mapping[Decision, str]) -> Request:
    """The request with these votes void; each with its reason, as a code."""
    decisions = tuple(
        vote.model_copy(update={"void": lost[vote]}) if vote in lost else vote for vote in request.decisions
    )
    return request.model_copy(update={"decisions": decisions})


def first_open(request: Request, among: Iterable[int]) -> int | None:
    """The first of these stages that the votes there are do not pass; None when they pass all of them."""
    for index in sorted(among):
        stage = request.stages[index]
        have, need = counted(stage, of_stage(request, index))
        if (have < need or not have) and not _passed_by_silence(stage):
            return index
    return None


def _passed_by_silence(stage: ResolvedStage) -> bool:
    return any(event.handled and event.silence.do is SilenceAction.APPROVE for event in stage.events)


def back_to(request: Request, index: int, now: Instant) -> Request:
    """The request before a stage again: its people are asked, and those of later stages when it is their
    turn, as far as they have not voted."""
    validate_move(request.state, RequestState.SUBMITTED)
    stages = (*request.stages[:index], *map(reopened, request.stages[index:]))
    return request.model_copy(
        update={
            "state": RequestState.SUBMITTED,
            "waiting": None,
            "pool": None,
            "stages": stages,
            "stage_index": index,
            "due_at": now,
        }
    )


def asked_anew(request: Request, now: Instant) -> Request:
    """The request before its first stage again, where no vote of before counts."""
    return back_to(request, 0, now).model_copy(update={"round": request.round + 1})


def reopened(stage: ResolvedStage) -> ResolvedStage:
    """The stage before its people are asked: its time begins when they are."""
    moments = dict.fromkeys(("opened_at", "look_at", "changes_at", "nudged_at"))
    return stage.model_copy(update={**moments, "events": (), "reminded": 0})


def approved_for(request: Request, now: Instant) -> timedelta | None:
    """How long ago what the approval rests on was said, or silence was taken for it; None where nobody had to
    be asked."""
    silent = [stage.consented_at for stage in request.stages if stage.consented_at is not None]
    votes = [
        vote.at
        for vote in request.decisions
        if vote.round == request.round and vote.verdict is Verdict.APPROVE and not vote.void
    ]
    return now - max(votes + silent) if votes or silent else None
