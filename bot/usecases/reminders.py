"""Reminders to those who have not decided yet; or to the requester, where something is to be told first."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.domain.approval import silent_voices, votes_of
from bot.domain.approval.standing_in import asked_again
from bot.domain.messages import Template
from bot.domain.people import PersonRef
from bot.domain.remarks import Remark, unanswered
from bot.domain.requests import Request
from bot.store import askings, digests, outbox, remarks
from bot.store.database import Transaction
from bot.usecases.asking import when_to_write
from bot.usecases.waiting import stage_of

__all__ = ["names_of", "remind_by_policy", "remind_for_requester", "silent_people"]

_Send = Callable[[Transaction, Request, str, str], None]

_NAMED = 5


def silent_people(request: Request) -> tuple[PersonRef, ...]:
    """Who may decide on the open stage with a voice that nobody has spoken with yet."""
    if request.stage is None:
        return ()
    votes = votes_of(request)
    voted = {vote.approver.id for vote in votes}
    waited_for = {
        one.id: one
        for seats in silent_voices(request.stage, votes)
        for seat in seats
        for one in asked_again(seat)
        if one.id not in voted
    }
    return tuple(waited_for.values())


def names_of(people: Iterable[PersonRef]) -> str:
    """Some names, parted by commas, with how many more there are."""
    found = [person.name for person in people]
    more = [f"+{len(found) - _NAMED}"] if len(found) > _NAMED else []
    return ", ".join([*found[:_NAMED], *more])


def remind_by_policy(tx: Transaction, request: Request, key: str) -> list[str]:
    """Queue one message to each who has not decided, and return their object ids.

    It leads to the card instead of being one more of it. Whoever has so many requests waiting that he gets
    them as one list is reminded by that list, once a day. `key` keeps a reminder from being sent twice.
    """
    return _remind(tx, request, key, _card_or_list)


def remind_for_requester(tx: Transaction, request: Request, key: str) -> list[str]:
    """The same where the requester wants it: about this request, however many others there are."""
    return _remind(tx, request, key, _card)


def _remind(tx: Transaction, request: Request, key: str, send: _Send) -> list[str]:
    """While the requester has something to tell, he is reminded instead: nobody can be expected to decide."""
    if request.plan.lacks:
        return [_ask_for_order_number(tx, request, key)]
    question = _open_question(tx, request)
    if question is not None:
        return [_ask_for_answer(tx, request, question, key)]
    people = [person.id for person in silent_people(request)]
    for person_id in people:
        send(tx, request, person_id, key)
    return people


def _open_question(tx: Transaction, request: Request) -> Remark | None:
    """What was asked first and is not answered, unless whoever asked has decided since."""
    voted = {vote.approver.id for vote in votes_of(request)}
    still_open = unanswered(remarks.of_request(tx, request.id))
    return next((one for one in still_open if one.author.id not in voted), None)


def _ask_for_answer(tx: Transaction, request: Request, question: Remark, key: str) -> str:
    outbox.enqueue(
        tx,
        Template.NOTICE,
        request.requester.id,
        request_id=request.id,
        params={
            "code": "SB-APP-48",
            "request": request.id,
            "name": question.author.name,
            "question": question.text,
        },
        dedupe_key=f"{key}:{request.requester.id}",
    )
    return request.requester.id


def _ask_for_order_number(tx: Transaction, request: Request, key: str) -> str:
    """J15."""
    outbox.enqueue(
        tx,
        Template.NOTICE,
        request.requester.id,
        request_id=request.id,
        params={"code": "SB-CRE-57", "request": request.id},
        dedupe_key=f"{key}:{request.requester.id}",
    )
    return request.requester.id


def _card(tx: Transaction, request: Request, person_id: str, key: str) -> None:
    outbox.enqueue(
        tx,
        Template.REMINDER,
        person_id,
        request_id=request.id,
        dedupe_key=f"{key}:{person_id}",
        due_at=when_to_write(tx.now, stage_of(request)),
    )


def _card_or_list(tx: Transaction, request: Request, person_id: str, key: str) -> None:
    stage = stage_of(request)
    if askings.count_for(tx, person_id, most=stage.digest_above + 1) <= stage.digest_above:
        _card(tx, request, person_id, key)
        return
    version = digests.need_message(tx, person_id)
    if version is not None:
        key, due_at = f"digest:{person_id}:{version}", when_to_write(tx.now, stage)
        outbox.enqueue(tx, Template.DIGEST, person_id, dedupe_key=key, due_at=due_at)
