"""Tasks for people: see them, take one on, say that it is done, or that it cannot be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.domain.errors import Conflict, NotYourTask, UnknownTask
from bot.domain.messages import Template
from bot.domain.payments import PAID_FOR
from bot.domain.people import Actor, PersonRef
from bot.domain.planning.number_port import ported_numbers
from bot.domain.plans import Notice, NoticeLevel, Refusal
from bot.domain.requests import Request
from bot.domain.task_texts import EvidenceProblems, read_evidence, task_text
from bot.domain.task_views import TaskView, Waiter
from bot.domain.tasks import Audience, Task, TaskKind
from bot.domain.tenant import TenantFacts
from bot.domain.values import E164
from bot.domain.wishes import NumberPortWish, Tariff
from bot.store import cards, outbox, pools, queue, requests, tasks
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.payments import is_part_paid, no_more, paid_in
from bot.usecases.refusals import record_refusal

__all__ = [
    "TaskResult",
    "cannot",
    "claim",
    "finish",
    "open_tasks",
    "remember_card",
    "view",
    "view_of",
]


_NAMED = 5
"""How many of those who wait are named; of the others there is a number."""
_LONGEST_REASON = 500
_TRIES = 3

_Move = Callable[[Transaction, Task], Task | EvidenceProblems]


@dataclass(frozen=True, slots=True)
class TaskResult:
    """The true state after the click, whether the click changed it, and if not, why (a code)."""

    view: TaskView
    applied: bool
    refusal: Refusal | None = None
    problems: Mapping[str, Refusal] = field(default_factory=dict)
    """What is wrong with the evidence, by field."""

    @property
    def task(self) -> Task:
        return self.view.task


async def open_tasks(desk: Desk, actor: Actor, *, limit: int, offset: int = 0) -> list[TaskView]:
    """What the actor may do, the oldest first. Raises `NotYourTask` for whoever is in no group that is asked.

    May raise `TransientUpstream`, as everything here: who may is asked of the directory every time.
    """
    audiences = await audiences_of(desk, actor)
    if not audiences:
        await desk.db.transact(_record_refusal, actor.id, "", "SB-TSK-07")
        raise NotYourTask("no group of the actor is asked to do tasks")
    return await desk.db.read(_open_views, desk.facts, audiences, limit, offset)


def _open_views(
    tx: Transaction, facts: TenantFacts, audiences: list[Audience], limit: int, offset: int
) -> list[TaskView]:
    return [_viewed(tx, facts, one) for one in tasks.open_tasks(tx, audiences, limit=limit, offset=offset)]


async def view(desk: Desk, actor: Actor, task_id: str) -> TaskView:
    """One task. Raises `UnknownTask`, or `NotYourTask` unless the actor is in the group that is asked."""
    return await _authorised(desk, actor, task_id)


async def claim(desk: Desk, actor: Actor, task_id: str) -> TaskResult:
    """Take a task on; of two who try, the first has it, and the second learns who that is."""
    found = await _authorised(desk, actor, task_id)
    if not found.task.ended and found.task.claimed_by and found.task.claimed_by.id == actor.id:
        return TaskResult(found, applied=False)

    def obstacle(task: Task) -> Refusal | None:
        if task.claimed_by is not None:
            return Refusal(code="SB-TSK-03", params={"name": task.claimed_by.name})
        return None

    person = await _person(desk, actor)
    return await _move(desk, actor, task_id, obstacle, lambda tx, task: tasks.claim(tx, task, person))


async def finish(
    desk: Desk, actor: Actor, task_id: str, evidence: Mapping[str, str], version: int
) -> TaskResult:
    """Say that a task is done, with what has to be put on record; whoever waits for it goes on at once.

    `version` is that of the card: when somebody else took the task on since, the actor is told first.
    """
    found = await _authorised(desk, actor, task_id)
    task = found.task
    read = read_evidence(task.kind, evidence, task.params, (await desk.db.read(lambda tx: tx.now)).date())
    if isinstance(read, EvidenceProblems) and not task.ended:
        wrong = Refusal(code="SB-TSK-05")
        return TaskResult(found, applied=False, refusal=wrong, problems=read.by_field)
    kept = {} if isinstance(read, EvidenceProblems) else read
    person = await _person(desk, actor)

    def move(tx: Transaction, task: Task) -> Task | EvidenceProblems:
        done = (paid_in if task.kind in PAID_FOR else tasks.finish)(tx, task, person, kept)
        if isinstance(done, Task) and done.ended:
            _wake(tx, done)
        return done

    return await _move(desk, actor, task_id, lambda task: _overtaken(task, actor, version), move)


async def cannot(desk: Desk, actor: Actor, task_id: str, reason: str, version: int) -> TaskResult:
    """Say that a task cannot be done, and why; whoever waits for it is told."""
    found = await _authorised(desk, actor, task_id)
    said = reason.strip()[:_LONGEST_REASON]
    if not _says_something(said) and not found.task.ended:
        return TaskResult(found, applied=False, refusal=Refusal(code="SB-TSK-06"))
    person = await _person(desk, actor)

    def move(tx: Transaction, task: Task) -> Task:
        ended = (no_more if is_part_paid(task) else tasks.cannot)(tx, task, person, said)
        _wake(tx, ended)
        if ended.pool:
            _tell_line(tx, ended)
        return ended

    return await _move(desk, actor, task_id, lambda task: _overtaken(task, actor, version), move)


def _says_something(text: str) -> bool:
    """Whether there is anything to see; some characters only steer what others look like."""
    return any(char.isprintable() and not char.isspace() for char in text)


async def remember_card(
    desk: Desk,
    task_id: str,
    recipient_id: str,
    conversation_id: str,
    service_url: str,
    activity_id: str,
    shown_version: int,
) -> None:
    """Keep a card's place in somebody's chat, so that it follows the task."""

    def record(tx: Transaction) -> None:
        cards.remember_task_copy(
            tx,
            task_id=task_id,
            recipient_id=recipient_id,
            conversation_id=conversation_id,
            service_url=service_url,
            activity_id=activity_id,
            shown_version=shown_version,
        )
        # It may have moved before its card was known; then nobody else would update it.
        version = tasks.version_of(tx, task_id)
        if version is not None:
            outbox.refresh_task_copies(tx, task_id, version)

    await desk.db.transact(record)
    desk.wake()


async def _move(
    desk: Desk,
    actor: Actor,
    task_id: str,
    obstacle: Callable[[Task], Refusal | None],
    move: _Move,
) -> TaskResult:
    """Make a move if the actor may and nothing stands in its way; otherwise say what does."""
    await _authorised(desk, actor, task_id)
    for _ in range(_TRIES):
        try:
            result = await desk.db.transact(_apply, desk.facts, actor.id, task_id, obstacle, move)
        except Conflict:
            continue
        if result.applied:
            desk.wake()
        return result
    raise Conflict(task_id)


def _apply(
    tx: Transaction,
    facts: TenantFacts,
    actor_id: str,
    task_id: str,
    obstacle: Callable[[Task], Refusal | None],
    move: _Move,
) -> TaskResult:
    queue.line_lock(tx)
    task = tasks.by_id(tx, task_id)
    if task is None:
        raise UnknownTask(task_id)
    refusal = Refusal(code="SB-TSK-04") if task.ended else obstacle(task)
    if refusal is not None:
        _record_refusal(tx, actor_id, task_id, refusal.code)
        return TaskResult(_viewed(tx, facts, task), applied=False, refusal=refusal)
    moved = move(tx, task)
    if isinstance(moved, EvidenceProblems):
        return _not_accepted(tx, facts, actor_id, task, moved)
    return TaskResult(_viewed(tx, facts, moved), applied=True)


def _not_accepted(
    tx: Transaction, facts: TenantFacts, actor_id: str, task: Task, wrong: EvidenceProblems
) -> TaskResult:
    """What is typed reads well, and cannot be: that turned out beside what is on record."""
    for problem in wrong.by_field.values():
        _record_refusal(tx, actor_id, task.id, problem.code)
    return TaskResult(
        _viewed(tx, facts, task),
        applied=False,
        refusal=Refusal(code="SB-TSK-05"),
        problems=wrong.by_field,
    )


def _overtaken(task: Task, actor: Actor, version: int) -> Refusal | None:
    """Somebody else took it on, and the actor's card does not show that yet."""
    if task.claimed_by is None or task.claimed_by.id == actor.id or version >= task.version:
        return None
    return Refusal(code="SB-TSK-13", params={"name": task.claimed_by.name})


def _wake(tx: Transaction, task: Task) -> None:
    """Whoever waits for it looks again now, those in line in their order."""
    if task.pool:
        queue.wake_pool(tx, task.pool)
    elif task.request_id:
        queue.wake(tx, task.request_id)


def _tell_line(tx: Transaction, task: Task) -> None:
    """What they wait for will not be bought or ordered. It may come all the same: they keep their place."""
    notice = Notice(code="SB-TSK-12", level=NoticeLevel.WARN, params={"detail": task.reason})
    for request in pools.first(tx, task.pool or "", pools.size(tx, task.pool or "")):
        for person_id in dict.fromkeys((request.requester.id, request.beneficiary.id)):
            outbox.enqueue(
                tx,
                Template.NOTICE,
                person_id,
                request_id=request.id,
                params={**notice.params, "code": notice.code},
                dedupe_key=f"notice:{request.id}:{task.id}:{person_id}",
            )


async def _authorised(desk: Desk, actor: Actor, task_id: str) -> TaskView:
    """The task, for members of the group that is asked. Attempts of others are on the audit log."""
    found = await desk.db.read(view_of, task_id, desk.facts)
    if found is None:
        raise UnknownTask(task_id)
    group = desk.group_of(found.task.audience)
    if group not in await desk.graph.groups_of(actor.id, [group]):
        await desk.db.transact(_record_refusal, actor.id, task_id, "SB-TSK-07")
        raise NotYourTask(task_id)
    return found


def _record_refusal(tx: Transaction, actor_id: str, task_id: str, code: str) -> None:
    record_refusal(tx, "task.refused", actor_id, task=task_id, code=code)


async def audiences_of(desk: Desk, actor: Actor) -> list[Audience]:
    """Those who are asked to do tasks, as far as the actor is one of them. Raises `TransientUpstream`."""
    asked = {desk.group_of(audience) for audience in Audience}
    mine = await desk.graph.groups_of(actor.id, sorted(asked))
    return [audience for audience in Audience if desk.group_of(audience) in mine]


async def _person(desk: Desk, actor: Actor) -> PersonRef:
    return (await desk.graph.person(actor.id)).ref


def view_of(tx: Transaction, task_id: str, facts: TenantFacts) -> TaskView | None:
    """A task with who waits for it, whoever asks; callers authorise."""
    task = tasks.by_id(tx, task_id)
    return _viewed(tx, facts, task) if task else None


def _viewed(tx: Transaction, facts: TenantFacts, task: Task) -> TaskView:
    found = _waiters(tx, task)
    return TaskView(
        task=task,
        text=task_text(task.kind, task.params, facts),
        waiters=tuple(Waiter(request_id=one.id, person=one.beneficiary) for one in found),
        waiting=pools.size(tx, task.pool) if task.pool else len(found),
        numbers=_ported(task, found),
    )


def _ported(task: Task, found: list[Request]) -> tuple[E164, ...]:
    """They stay with the wish: there may be thousands, of which a task is one tariff."""
    wishes = (one.wish for one in found if isinstance(one.wish, NumberPortWish))
    if task.kind is not TaskKind.PORT_NUMBERS:
        return ()
    tariff: Tariff = "toll_free" if task.params["tariff"] == "toll_free" else "toll"
    return tuple(number for wish in wishes for number in ported_numbers(wish, tariff))


def _waiters(tx: Transaction, task: Task) -> list[Request]:
    if task.pool:
        return pools.first(tx, task.pool, _NAMED)
    request = requests.by_id(tx, task.request_id) if task.request_id else None
    return [request] if request is not None else []
