"""How silence ends a stage: the request expires, or, where the policy says so, silence is consent."""

from __future__ import annotations

from bot.domain.aftermath import stopped
from bot.domain.approval import ResolvedStage, passed, votes_of
from bot.domain.approval.timeline import handled
from bot.domain.messages import Template
from bot.domain.plans import Notice, NoticeLevel
from bot.domain.requests import Outcome, Request, RequestState
from bot.store import last_words, outbox, pools, queue, requests
from bot.store.database import Transaction
from bot.usecases.reminders import names_of, silent_people
from bot.usecases.waiting import as_seen, asking_of, stage_of, with_stage

__all__ = ["consent", "consents", "expire"]


def expire(tx: Transaction, seen: Request, index: int) -> None:
    """Nobody decided in time: what is held goes to the next in line, and everybody hears of it (J13c).

    What was carried out before the request had to be approved again stays, and is said.
    Raises `Conflict` when somebody acted meanwhile.
    """
    # Before the request's own row: what it gives back may be somebody's next in line.
    queue.line_lock(tx)
    request = as_seen(tx, seen)
    stage = stage_of(request)
    queue.give_back(tx, request.id)
    ended = _expired(with_stage(request, handled(stage, index, tx.now)), tx)
    after = requests.save(tx, ended)
    pools.ended(tx, request)
    tx.audit(
        "request.expired",
        "switchboard",
        after.id,
        stage=after.stage_index,
        round=after.round,
        event=index,
        state=after.state.value,
        silent=[person.id for person in silent_people(request)],
    )
    outbox.refresh_copies(tx, after.id, after.version)
    last_words.tell(tx, after)
    last_words.tell_deciders(tx, after)


def _expired(request: Request, tx: Transaction) -> Request:
    """A notice first of what happened, then what stays, if anything was done before."""
    names = names_of(silent_people(request))
    notice = Notice(code="SB-APP-40", level=NoticeLevel.WARN, params={"names": names})
    ended = stopped(request, requests.steps_of(tx, request.id), RequestState.EXPIRED)
    kept = ended.outcome.notices if ended.outcome else ()
    return ended.model_copy(update={"outcome": Outcome(notices=(notice, *kept))})


def consents(request: Request, stage: ResolvedStage) -> bool:
    """Whether silence may stand for approval at all.

    Never for money, whatever a policy says; nor where whoever approves must do more than nothing: confirm it
    a second time, or say that he knows what it means (R20, R66).
    """
    money = request.wish.kind == "credits"
    return not money and stage.spec.step_up is None and not request.plan.acknowledge


def consent(tx: Transaction, seen: Request, index: int) -> None:
    """Nobody objected in time, which the policy takes for approval. Raises `Conflict`."""
    request = as_seen(tx, seen)
    stage = stage_of(request)
    moved = passed(with_stage(request, handled(stage, index, tx.now)), tx.now)
    after = requests.save(tx, moved.model_copy(update={"due_at": tx.now}))
    tx.audit(
        "stage.consented",
        "switchboard",
        after.id,
        stage=request.stage_index,
        round=request.round,
        event=index,
        agreed=[vote.approver.id for vote in votes_of(request)],
        silent=[person.id for person in silent_people(request)],
    )
    if after.state is RequestState.APPROVED:
        tx.audit("request.approved", "switchboard", after.id)
    queue.notify(tx)
    outbox.refresh_copies(tx, after.id, after.version)
    _tell_of_consent(tx, request, after)


def _tell_of_consent(tx: Transaction, before: Request, after: Request) -> None:
    silent = (person.id for person in silent_people(before))
    for person_id in dict.fromkeys((*after.concerned, *silent)):
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            request_id=after.id,
            params={"code": "SB-APP-44"},
            dedupe_key=f"consent:{after.id}:{asking_of(before)}:{person_id}",
        )
