"""Ask the people of the open stage."""

from __future__ import annotations

from bot.domain.messages import Template
from bot.domain.requests import Request
from bot.store import outbox
from bot.store.database import Transaction

__all__ = ["ask_stage"]


def ask_stage(tx: Transaction, request: Request) -> None:
    """Queue the card for everybody who may decide on the open stage and was not sent it in this round."""
    stage = request.stage
    for person in stage.approvers if stage else ():
        asking = f"{request.stage_index}.{request.round}" if request.round else str(request.stage_index)
        outbox.enqueue(
            tx,
            Template.APPROVAL,
            person.id,
            request_id=request.id,
            dedupe_key=f"approval:{request.id}:{asking}:{person.id}",
        )
