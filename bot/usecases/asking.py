"""Ask the people of the open stage: each once, at a decent hour, and nobody with a flood of cards."""

from __future__ import annotations

from bot.domain.approval import ResolvedStage
from bot.domain.calendar import next_open
from bot.domain.channels import ChannelRole, recipient_of
from bot.domain.messages import Template
from bot.domain.requests import Request
from bot.domain.values import Instant
from bot.store import askings, channels, digests, outbox
from bot.store.database import Transaction

__all__ = ["ask_stage", "when_to_write"]


def ask_stage(tx: Transaction, request: Request) -> None:
    """Write to everybody who may decide on the open stage and was not written to in this round.

    Call it with the request as it was just saved. Whoever has more waiting for him than the policy allows
    cards for gets the one card that lists all of it.
    """
    stage = request.stage
    if stage is None:
        return
    due_at = when_to_write(tx.now, stage)
    for person_id in askings.tell(tx, request.id):
        if askings.count_for(tx, person_id, most=stage.digest_above + 1) > stage.digest_above:
            _send_list(tx, person_id, due_at)
        else:
            _send_card(tx, request, person_id, due_at)
    if stage.spec.channel:
        _post(tx, request, due_at)


def when_to_write(now: Instant, stage: ResolvedStage) -> Instant:
    """When approvers of a stage may be written to of our own accord: now, or when work begins again."""
    return next_open(now, stage.hours) if stage.quiet else now


def _send_card(tx: Transaction, request: Request, person_id: str, due_at: Instant) -> None:
    outbox.enqueue(
        tx,
        Template.APPROVAL,
        person_id,
        request_id=request.id,
        dedupe_key=f"approval:{request.id}:{_asking(request)}:{person_id}",
        due_at=due_at,
    )


def _send_list(tx: Transaction, person_id: str, due_at: Instant) -> None:
    version = digests.need_message(tx, person_id)
    if version is None:
        return
    key = f"digest:{person_id}:{version}"
    outbox.enqueue(tx, Template.DIGEST, person_id, dedupe_key=key, due_at=due_at)


def _post(tx: Transaction, request: Request, due_at: Instant) -> None:
    """One more card, where all who decide can see it; who may use it is asked at each click."""
    if channels.by_role(tx, ChannelRole.APPROVALS) is None:
        return
    outbox.enqueue(
        tx,
        Template.CHANNEL_APPROVAL,
        recipient_of(ChannelRole.APPROVALS),
        request_id=request.id,
        dedupe_key=f"channel:{request.id}:{_asking(request)}",
        due_at=due_at,
    )


def _asking(request: Request) -> str:
    """Which asking of a request it is, for keys."""
    return f"{request.stage_index}.{request.round}" if request.round else str(request.stage_index)
