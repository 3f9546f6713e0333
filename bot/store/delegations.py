"""Delegations on record; the approver's own word, never anybody else's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from bot.domain.approval import Seat, Why
from bot.domain.approval.standing_in import stood_in_by
from bot.domain.delegations import Delegation
from bot.domain.people import PersonRef
from bot.domain.states import RequestState
from bot.store.approval_tables import askings, delegations
from bot.store.bell import ring
from bot.store.database import Transaction
from bot.store.tables import requests

__all__ = ["add", "by_id", "end", "given_by", "given_to", "holds", "of_owners", "wake_asked"]


def add(
    tx: Transaction,
    owner: PersonRef,
    delegate: PersonRef,
    kinds: tuple[str, ...],
    since: datetime,
    until: datetime,
) -> Delegation:
    """Store a delegation that was checked before."""
    row = {
        "owner_id": owner.id,
        "owner": owner.model_dump(mode="json"),
        "delegate_id": delegate.id,
        "delegate": delegate.model_dump(mode="json"),
        "kinds": list(kinds),
        "since": since,
        "until": until,
        "created_at": tx.now,
    }
    stored = tx.conn.execute(sa.insert(delegations).values(row).returning(delegations)).one()
    return _delegation(stored)


def by_id(tx: Transaction, delegation_id: int) -> Delegation | None:
    row = tx.conn.execute(sa.select(delegations).where(delegations.c.id == delegation_id)).one_or_none()
    return _delegation(row) if row is not None else None


def end(tx: Transaction, delegation_id: int) -> None:
    """It holds no longer."""
    tx.conn.execute(
        sa.update(delegations)
        .where(delegations.c.id == delegation_id, delegations.c.ended_at.is_(None))
        .values(ended_at=tx.now)
    )


def given_by(tx: Transaction, owner_id: str) -> tuple[Delegation, ...]:
    """Somebody's own delegations that hold, or are to hold."""
    return _standing(tx, delegations.c.owner_id == owner_id)


def given_to(tx: Transaction, delegate_id: str) -> tuple[Delegation, ...]:
    """Delegations to somebody that hold, or are to hold."""
    return _standing(tx, delegations.c.delegate_id == delegate_id)


def of_owners(tx: Transaction, owner_ids: Iterable[str]) -> tuple[Delegation, ...]:
    """The delegations of several people that hold, or are to hold."""
    owners = sorted(set(owner_ids))
    return _standing(tx, delegations.c.owner_id.in_(owners)) if owners else ()


def _standing(tx: Transaction, whose: sa.ColumnElement[bool]) -> tuple[Delegation, ...]:
    rows = tx.conn.execute(
        sa.select(delegations)
        .where(whose, delegations.c.until >= tx.now, delegations.c.ended_at.is_(None))
        .order_by(delegations.c.since, delegations.c.id)
    )
    return tuple(_delegation(row) for row in rows)


def holds(tx: Transaction, seat: Seat, person_id: str, kind: str) -> bool:
    """Whether nobody has taken back the word by which somebody speaks with a voice; his own needs none."""
    stand_in = stood_in_by(seat, person_id)
    if stand_in is None or stand_in.why is not Why.DELEGATION:
        return True
    given = given_by(tx, seat.holder.id)
    return any(one.delegate.id == person_id and one.covers(kind, tx.now) for one in given)


def wake_asked(tx: Transaction, person_id: str) -> None:
    """Have the people of every request looked up again now that waits for somebody's decision.

    The version moves, so that whoever is looking already, from before this, looks once more.
    """
    asked = sa.select(askings.c.request_id).where(askings.c.person_id == person_id)
    # Not by the index of states: SQLite would look at everything that waits for anybody.
    waits = sa.func.coalesce(requests.c.state, "") == RequestState.SUBMITTED.value
    tx.conn.execute(
        sa.update(requests)
        .where(requests.c.id.in_(asked), waits)
        .values(due_at=tx.now, version=requests.c.version + 1, stages=_to_be_looked_at(tx))
    )
    ring(tx)


def _to_be_looked_at(tx: Transaction) -> sa.ColumnElement[Any]:
    """The stages, the open one to be looked at now; in the database, since there may be thousands."""
    now = tx.now.isoformat()
    if tx.conn.dialect.name == "sqlite":
        path = sa.literal("$[") + sa.cast(requests.c.stage_index, sa.Text) + sa.literal("].look_at")
        return sa.func.json_set(requests.c.stages, path, now)
    place = postgresql.array([sa.cast(requests.c.stage_index, sa.Text), sa.literal("look_at")])
    stages = sa.cast(requests.c.stages, postgresql.JSONB)
    return sa.cast(sa.func.jsonb_set(stages, place, sa.func.to_jsonb(sa.cast(now, sa.Text))), sa.JSON)


def _delegation(row: sa.Row[Any]) -> Delegation:
    names = ("id", "owner", "delegate", "kinds", "since", "until", "created_at", "ended_at")
    return Delegation.model_validate({name: getattr(row, name) for name in names})
