"""Work that comes back: when each chore is due, and a lease on it, so that one replica does it.

Due times are business time; leases are the database's real time, named by a random token.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.errors import LeaseLost
from bot.store.bell import ring
from bot.store.database import Transaction
from bot.store.tables import Moment
from bot.store.upsert import upsert
from bot.store.watch_tables import chores

__all__ = [
    "ChoreState",
    "begin",
    "claim_due",
    "finish",
    "heartbeat",
    "make_due",
    "next_due",
    "release",
    "states",
]

_TROUBLE_CHARACTERS = 500

# The runner's loop looks all the time, so these are built once.
_REAL_NOW = sa.bindparam("real_now", type_=Moment)
_UNLEASED = sa.or_(chores.c.lease_until.is_(None), chores.c.lease_until <= _REAL_NOW)
_OURS = chores.c.name.in_(sa.bindparam("names", expanding=True))
_CLAIMABLE = (
    sa.select(chores.c.name)
    .where(_OURS, chores.c.due_at <= sa.bindparam("now", type_=Moment), _UNLEASED)
    .order_by(chores.c.due_at, chores.c.name)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True)
)
_NEXT_DUE = sa.select(sa.func.min(chores.c.due_at)).where(_OURS, _UNLEASED)


@dataclass(frozen=True, slots=True)
class ChoreState:
    """How it stands with a chore."""

    name: str
    due_at: datetime
    began_at: datetime | None
    done_at: datetime | None
    """When it was last done to its end."""
    trouble: str
    """Why it last was not; empty once it was."""


def begin(tx: Transaction, first: Mapping[str, datetime]) -> None:
    """Have these chores on record, due as given at the latest.

    Later is only what was done while the clock went wrong, or when it came less often.
    """
    for name, due_at in first.items():
        tx.conn.execute(
            upsert(tx, chores)
            .values(name=name, due_at=due_at)
            .on_conflict_do_update(
                index_elements=["name"], set_={"due_at": due_at}, where=chores.c.due_at > due_at
            )
        )


def claim_due(
    tx: Transaction, names: Sequence[str], token: str, lease_for: timedelta, limit: int
) -> list[str]:
    """Lease up to `limit` of these chores that are due to `token`, and return their names."""
    wanted = {"names": list(names), "now": tx.now, "real_now": tx.real_now, "most": limit}
    claimed = list(tx.conn.scalars(_CLAIMABLE, wanted))
    if claimed:
        tx.conn.execute(
            sa.update(chores)
            .where(chores.c.name.in_(claimed))
            .values(lease_token=token, lease_until=tx.real_now + lease_for, began_at=tx.now)
        )
    return claimed


def heartbeat(tx: Transaction, tokens: Mapping[str, str], lease_for: timedelta) -> set[str]:
    """Renew the leases of `tokens` (name -> token); returns the names that are still ours."""
    return set(
        tx.conn.scalars(
            sa.update(chores)
            .where(
                sa.tuple_(chores.c.name, chores.c.lease_token).in_(list(tokens.items())),
                chores.c.lease_until > tx.real_now,
            )
            .values(lease_until=tx.real_now + lease_for)
            .returning(chores.c.name)
        )
    )


def release(tx: Transaction, name: str, token: str) -> None:
    """Give a chore back; nothing happens when it is no longer ours."""
    tx.conn.execute(
        sa.update(chores)
        .where(chores.c.name == name, chores.c.lease_token == token)
        .values(lease_token=None, lease_until=None)
    )


def finish(tx: Transaction, name: str, token: str, due_at: datetime, trouble: str = "") -> None:
    """It is due again at `due_at`; `trouble` says why it was not done to its end. Raises `LeaseLost`.

    Whoever wanted it at once while it was being done may have come too late for that: it stays due.
    """
    done = {"done_at": tx.now} if not trouble else {}
    kept = tx.conn.scalar(
        sa.update(chores)
        .where(chores.c.name == name, chores.c.lease_token == token, chores.c.lease_until > tx.real_now)
        .values(due_at=_unless_wanted_since(due_at), trouble=trouble[:_TROUBLE_CHARACTERS], **done)
        .returning(chores.c.name)
    )
    if kept is None:
        raise LeaseLost(f"chore {name}")


def _unless_wanted_since(due_at: datetime) -> sa.ColumnElement[datetime]:
    wanted = chores.c.due_at > chores.c.began_at
    return sa.case((wanted, chores.c.due_at), else_=sa.literal(due_at, Moment))


def make_due(tx: Transaction, name: str) -> None:
    """Have it done as soon as somebody can, by whichever replica."""
    tx.conn.execute(sa.update(chores).where(chores.c.name == name).values(due_at=tx.now))
    ring(tx)


def next_due(tx: Transaction, names: Sequence[str]) -> datetime | None:
    """When the next of these chores that nobody is at falls due (business time)."""
    due: datetime | None = tx.conn.scalar(_NEXT_DUE, {"names": list(names), "real_now": tx.real_now})
    return due


def states(tx: Transaction) -> list[ChoreState]:
    """How it stands with every chore, by name."""
    columns = [chores.c[name] for name in ChoreState.__slots__]
    return [ChoreState(*row) for row in tx.conn.execute(sa.select(*columns).order_by(chores.c.name))]
