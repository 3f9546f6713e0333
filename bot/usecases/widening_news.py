"""Who hears that others are asked because nobody answered, or that there is nobody else to ask."""

from __future__ import annotations

from collections.abc import Sequence

from bot.domain.approval import ResolvedStage
from bot.domain.approval.widening import newcomers
from bot.domain.messages import Template
from bot.domain.requests import Request
from bot.store import outbox
from bot.store.database import Transaction
from bot.usecases.admins import tell_admins
from bot.usecases.reminders import names_of, silent_people
from bot.usecases.waiting import asking_of, stage_of

__all__ = ["nobody_else", "others_asked"]


def others_asked(tx: Transaction, request: Request, before: ResolvedStage, index: int) -> None:
    """Those it concerns hear who is asked now; those who were too slow, that they are not any more.

    `request` as it was saved, `before` its open stage as it was, `index` of the event.
    """
    stage = stage_of(request)
    names = names_of(newcomers(before, stage))
    may_still = {person.id for person in stage.approvers}
    slow = [person.id for person in before.approvers if person.id not in may_still]
    code = "SB-APP-42" if slow else "SB-APP-41"
    for person_id in request.concerned:
        _notice(tx, request, person_id, index, {"code": code, "names": names})
    for person_id in slow:
        params = {"code": "SB-APP-43", "request": request.id, "names": names}
        _notice(tx, request, person_id, index, params)


def nobody_else(tx: Transaction, request: Request, admins: Sequence[str]) -> None:
    """The admins hear of it, once in each asking."""
    tell_admins(
        tx,
        admins,
        "SB-APP-45",
        about=f"nobody-else:{request.id}:{asking_of(request)}",
        request_id=request.id,
        params={"request": request.id, "names": names_of(silent_people(request))},
    )


def _notice(tx: Transaction, request: Request, person_id: str, index: int, params: dict[str, str]) -> None:
    outbox.enqueue(
        tx,
        Template.NOTICE,
        person_id,
        request_id=request.id,
        params=params,
        dedupe_key=f"widened:{request.id}:{asking_of(request)}.{index}:{person_id}",
    )
