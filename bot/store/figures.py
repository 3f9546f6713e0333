"""The desk in figures, counted in one look."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from bot.domain.desk_status import ChoreStatus, DeskStatus, StandingAlert
from bot.domain.found_requests import Which
from bot.domain.plans import WaitReason
from bot.domain.states import RequestState
from bot.domain.tasks import ENDED_TASKS
from bot.store import alerts, chores, pauses, queue
from bot.store.database import Transaction
from bot.store.tables import outbox, requests, tasks

__all__ = ["status"]

_LATELY = timedelta(days=7)
# As the partial index says it.
_GIVEN_UP = sa.text("outbox.state IN ('undelivered', 'blocked', 'not_installed', 'gone')")


def status(tx: Transaction, policy: str) -> DeskStatus:
    """As it stands now. `policy` is the version in force."""
    ended = [RequestState.DONE.value, *sorted(state.value for state in Which.FAILED.states)]
    since = requests.c.updated_at >= tx.now - _LATELY
    lately = _counts(tx, requests.c.state, requests.c.state.in_(ended), since)
    waiting = requests.c.state == RequestState.WAITING.value
    return DeskStatus(
        at=tx.now,
        policy=policy,
        pause=pauses.current(tx),
        open=_by_state(tx),
        waiting={
            WaitReason(reason): n for reason, n in _counts(tx, requests.c.waiting, waiting).items() if reason
        },
        oldest_waiting=tx.conn.scalar(sa.select(sa.func.min(requests.c.updated_at)).where(waiting)),
        under_way=queue.with_open_writes(tx),
        done_lately=lately.get(RequestState.DONE.value, 0),
        failed_lately=sum(lately.get(state.value, 0) for state in Which.FAILED.states),
        tasks=_count(tx, tasks, tasks.c.state.not_in([state.value for state in ENDED_TASKS])),
        messages=_count(tx, outbox, outbox.c.due_at.is_not(None)),
        undelivered=_count(tx, outbox, _GIVEN_UP, outbox.c.due_at.is_(None), outbox.c.copy_id.is_(None)),
        alerts=tuple(
            StandingAlert(code=one.code, params=dict(one.params), raised_at=one.raised_at)
            for one in alerts.standing(tx)
        ),
        troubled=tuple(
            ChoreStatus(name=one.name, trouble=one.trouble) for one in chores.states(tx) if one.trouble
        ),
    )


def _by_state(tx: Transaction) -> dict[RequestState, int]:
    states = [state.value for state in Which.OPEN.states]
    found = _counts(tx, requests.c.state, requests.c.state.in_(states))
    return {RequestState(state): n for state, n in found.items()}


def _counts(tx: Transaction, column: sa.Column[Any], *where: sa.ColumnElement[bool]) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(*where).group_by(column)
    return {row[0]: row[1] for row in tx.conn.execute(query)}


def _count(tx: Transaction, table: sa.Table, *where: Any) -> int:
    return int(tx.conn.scalar(sa.select(sa.func.count()).select_from(table).where(*where)) or 0)
