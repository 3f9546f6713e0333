"""Samples of lists of what waits and what did not arrive, and of the card in a channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from bot.domain.approval import Decision, StepUp, Verdict
from bot.domain.approval.timeline import opened
from bot.domain.channels import ChannelRole, recipient_of
from bot.domain.messages import Template
from bot.domain.pending import PendingItem, PendingList
from bot.domain.requests import Request, RequestState
from bot.domain.undelivered import UndeliveredList, UndeliveredMessage
from bot.domain.views import RequestView
from bot.words import Words
from cards import channel_approval, digest, undelivered
from cards.elements import Card

__all__ = ["delivery_cards"]

NOW = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def delivery_cards(words: Words, request: Request) -> Iterator[tuple[str, Card]]:
    """Each in its main states; `request` waits for approval."""
    waiting = opened_for(request)
    yield "digest", digest.build(pending(waiting, 7), words)
    yield "digest_long", digest.build(pending(waiting, 37, offset=10), words, remark=_approved(words))
    yield "digest_empty", digest.build(PendingList(items=(), total=0), words)
    yield "digest_replaced", digest.replaced(words)
    yield "channel_approval", channel_approval.build(RequestView(request=waiting), words)
    yield "channel_approval_decided", channel_approval.build(RequestView(request=decided(waiting)), words)
    careful = careful_of(waiting)
    yield "channel_approval_careful", channel_approval.build(RequestView(request=careful), words)
    yield "undelivered", undelivered.build(lost(request, 5), words)
    yield "undelivered_none", undelivered.build(lost(request, 0), words)


def _approved(words: Words) -> str:
    return words("{id} is approved by you.", id="SB-4K7Q2")


def opened_for(request: Request) -> Request:
    stage = opened(request.stages[0], NOW)
    spec = stage.spec.model_copy(update={"channel": True})
    return request.model_copy(update={"stages": (stage.model_copy(update={"spec": spec}),)})


def careful_of(request: Request) -> Request:
    """It takes a code to approve it."""
    stage = request.stages[0]
    spec = stage.spec.model_copy(update={"step_up": StepUp.CODE})
    return request.model_copy(update={"stages": (stage.model_copy(update={"spec": spec}),)})


def decided(request: Request) -> Request:
    who = request.stages[0].approvers[0]
    vote = Decision(stage_index=0, approver=who, verdict=Verdict.APPROVE, comment="Yes", at=NOW)
    return request.model_copy(update={"decisions": (vote,), "state": RequestState.APPROVED})


def pending(request: Request, total: int, offset: int = 0) -> PendingList:
    """Every third needs more than a click."""
    requests = [careful_of(request) if at % 3 == 2 else request for at in range(min(total - offset, 10))]
    items = (
        PendingItem(
            request=one.model_copy(update={"id": f"SB-4K7Q{at}"}), since=NOW - timedelta(hours=20 - at)
        )
        for at, one in enumerate(requests)
    )
    return PendingList(items=tuple(items), total=total, offset=offset)


def lost(request: Request, count: int) -> UndeliveredList:
    whys = (
        ("blocked", Template.APPROVAL, "Marc Dubois"),
        ("not_installed", Template.DIGEST, "Hélène Girard"),
        ("gone", Template.OUTCOME, "Leo *Left*"),
        ("undelivered", Template.TASK, ""),
        ("gone", Template.NOTICE, ""),
    )
    messages = (
        UndeliveredMessage(
            id=at,
            template=template,
            recipient_id=recipient_of(ChannelRole.ADMINS) if template is Template.NOTICE else f"id-{at}",
            recipient=name,
            request_id=None if template is Template.TASK else request.id,
            state=why,
            reason="403 conversationblockedbyuser" if why == "blocked" else "",
            tries=at * 3 + 1,
            at=NOW,
        )
        for at, (why, template, name) in enumerate(whys[:count])
    )
    return UndeliveredList(messages=tuple(messages), more=count == len(whys))
