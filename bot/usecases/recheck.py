"""Look once more, before anything is carried out, whether everybody who approved may still do so.

A vote of somebody who lost the role between his click and now is void. Where the others are not enough, the
request goes back to its approvers, and everybody concerned hears of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence

from bot.domain.approval import Decision, ResolvedStage, involved
from bot.domain.approval.anew import back_to, first_open, of_stage, without_votes
from bot.domain.errors import Conflict
from bot.domain.messages import Template
from bot.domain.plans import Notice, NoticeLevel
from bot.domain.requests import Outcome, Request, RequestState
from bot.store import outbox, queue, requests
from bot.store.database import Transaction
from bot.usecases.asking import when_to_write
from bot.usecases.authority import able, asked_now, entitled
from bot.usecases.desk import Desk
from bot.usecases.directory import Directory
from bot.usecases.standing import GONE, NO_ROLE, up_to_date

__all__ = ["still_approved", "why_void"]


async def still_approved(desk: Desk, request: Request, lease_token: str) -> Request | None:
    """The request as it may be carried out now; None when it may not, and its approvers are asked again.

    Nothing is taken from memory: Graph is asked about every vote that counts. A request that the policy
    approved has none. Raises `TransientUpstream` and `AdminError` when Graph cannot be asked,
    `Conflict` when somebody changed the request, `LeaseLost` when another replica may own it.
    """
    await desk.policies.look(desk.db)
    directory = asked_now(desk)
    votes = [vote for index in range(len(request.stages)) for vote in of_stage(request, index)]
    reasons = await asyncio.gather(*(why_void(desk, directory, request, vote) for vote in votes))
    lost = {vote: why for vote, why in zip(votes, reasons, strict=True) if why}
    touched = {vote.stage_index for vote in lost} | _of_several_voices(request, votes)
    stages = await _stages_now(desk, directory, request, sorted(touched))
    if not lost and first_open(_with_stages(request, stages), stages) is None:
        return request
    checked = await desk.db.transact(_void, request, stages, lost, lease_token)
    desk.wake()
    return checked if checked.state is RequestState.APPROVED else None


def _of_several_voices(request: Request, votes: Iterable[Decision]) -> set[int]:
    """Stages that all must agree on, where one person spoke for several: each voice must still be there."""
    return {
        vote.stage_index
        for vote in votes
        if request.stages[vote.stage_index].spec.need == "all"
        and len(request.stages[vote.stage_index].seats_of(vote.approver.id)) > 1
    }


def _with_stages(request: Request, stages: Mapping[int, ResolvedStage]) -> Request:
    people = tuple(stages.get(index, stage) for index, stage in enumerate(request.stages))
    return request.model_copy(update={"stages": people})


async def why_void(desk: Desk, directory: Directory, request: Request, vote: Decision) -> str | None:
    """Why a vote does not count any more, as a code."""
    if vote.approver.id in involved(request.requester.id, request.beneficiary.id):
        return NO_ROLE
    stage = request.stages[vote.stage_index]
    holder = vote.instead_of or vote.approver
    seats = [seat for seat in stage.seats if seat.holder.id == holder.id]
    voter, *held = await asyncio.gather(
        _is_able(directory, vote.approver.id),
        *(entitled(desk, directory, request, stage, seat) for seat in seats),
    )
    if not voter:
        return GONE
    return None if any(held) else NO_ROLE


async def _is_able(directory: Directory, person_id: str) -> bool:
    return able(await directory.person(person_id))


async def _stages_now(
    desk: Desk, directory: Directory, request: Request, touched: Sequence[int]
) -> Mapping[int, ResolvedStage]:
    """These stages with their people as they are now."""
    submitted = request.model_copy(update={"state": RequestState.SUBMITTED})
    found = await asyncio.gather(
        *(
            up_to_date(
                desk,
                submitted.model_copy(update={"stage_index": index}),
                request.stages[index],
                directory,
            )
            for index in touched
        )
    )
    return dict(zip(touched, found, strict=True))


def _void(
    tx: Transaction,
    seen: Request,
    stages: Mapping[int, ResolvedStage],
    lost: Mapping[Decision, str],
    lease_token: str,
) -> Request:
    request = requests.locked(tx, seen.id)
    if request is None or request.version != seen.version:
        raise Conflict(seen.id)
    for vote, why in lost.items():
        _void_one(tx, request, vote, why)
    left = _with_stages(without_votes(request, lost), stages)
    index = first_open(left, stages)
    names = _names(request, stages, lost)
    if index is None:
        saved = requests.save(tx, left, lease_token=lease_token)
        _tell_it_goes_on(tx, saved, lost, names)
    else:
        saved = requests.save(tx, _asked_again(tx, left, index, names), lease_token=lease_token)
        tx.audit("request.reopened", "switchboard", saved.id, stage=index, round=saved.round)
        _tell_it_is_asked_again(tx, saved, lost, names)
        queue.notify(tx)
    outbox.refresh_copies(tx, saved.id, saved.version)
    return saved


def _names(request: Request, stages: Mapping[int, ResolvedStage], lost: Iterable[Decision]) -> str:
    """Whose approval does not count: who gave it, or with whose voice others gave it."""
    voters = [vote.approver.name for vote in lost]
    silenced = [
        seat.holder.name
        for index, stage in stages.items()
        for seat in stage.seats
        if not seat.active and seat not in request.stages[index].seats
    ]
    return ", ".join(dict.fromkeys(voters or silenced))


def _void_one(tx: Transaction, request: Request, vote: Decision, why: str) -> None:
    requests.void_decision(tx, request.id, vote, why)
    tx.audit(
        "decision.voided",
        "switchboard",
        request.id,
        stage=vote.stage_index,
        round=vote.round,
        approver=vote.approver.id,
        code=why,
        **({"instead_of": vote.instead_of.id} if vote.instead_of else {}),
    )


def _asked_again(tx: Transaction, request: Request, index: int, names: str) -> Request:
    params = {"name": names, "request": request.id}
    notice = Notice(code="SB-APP-32", level=NoticeLevel.WARN, params=params)
    outcome = Outcome(notices=(notice,))
    return back_to(request, index, tx.now).model_copy(update={"outcome": outcome})


def _tell_it_goes_on(tx: Transaction, request: Request, lost: Iterable[Decision], names: str) -> None:
    for person_id in (*request.concerned, *(vote.approver.id for vote in lost)):
        _tell(tx, request, person_id, "SB-APP-35", names)


def _tell_it_is_asked_again(tx: Transaction, request: Request, lost: Iterable[Decision], names: str) -> None:
    for person_id in request.concerned:
        _tell(tx, request, person_id, "SB-APP-32", names)
    for vote in lost:
        _tell(tx, request, vote.approver.id, "SB-APP-33", names)
    stage = request.stages[request.stage_index]
    agreed = {vote.approver.id for vote in of_stage(request, request.stage_index)}
    for person in stage.approvers:
        if person.id not in agreed:
            _tell(tx, request, person.id, "SB-APP-34", names, stage)


def _tell(
    tx: Transaction,
    request: Request,
    person_id: str,
    code: str,
    names: str,
    stage: ResolvedStage | None = None,
) -> None:
    """Once for each time; those who are asked, when they may be written to."""
    outbox.enqueue(
        tx,
        Template.NOTICE,
        person_id,
        request_id=request.id,
        params={"code": code, "request": request.id, "name": names},
        dedupe_key=f"void:{request.id}:{request.version}:{code}:{person_id}",
        due_at=when_to_write(tx.now, stage) if stage else None,
    )
