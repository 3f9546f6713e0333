"""Every policy that was ever in force or proposed, with its text, and what admins said about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.people import PersonRef
from bot.domain.policy_diff import change_needs, policy_diff
from bot.domain.policy_views import PolicyState, PolicyView, PolicyVote
from bot.store.approval_tables import policies, policy_votes
from bot.store.database import Transaction
from bot.store.upsert import upsert

__all__ = [
    "PolicyRecord",
    "active",
    "active_version",
    "by_version",
    "lock",
    "move",
    "note_asked",
    "proposed",
    "put_active",
    "put_proposed",
    "revision_of",
    "text_of",
    "touch",
    "view_of",
    "void_votes",
    "vote",
    "votes_of",
]

_LOCK = 0x53425F504F4C
"""Of PostgreSQL's advisory locks; SQLite lets one writer in anyway."""


@dataclass(frozen=True, slots=True)
class PolicyRecord:
    """A policy as it was written, and where it stands."""

    version: str
    text: str
    state: PolicyState
    revision: int
    proposal: int
    before: str
    asked: list[str]
    proposed_at: datetime
    activated_at: datetime | None
    ended_at: datetime | None


def lock(tx: Transaction) -> None:
    """One change at a time, whichever replica makes it. Take it first."""
    if tx.conn.dialect.name == "postgresql":
        tx.conn.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))


def by_version(tx: Transaction, version: str) -> PolicyRecord | None:
    return _one(tx, policies.c.version == version)


def active(tx: Transaction) -> PolicyRecord | None:
    """What is in force; None before the service has ever started."""
    return _one(tx, policies.c.state == PolicyState.ACTIVE.value)


def proposed(tx: Transaction) -> PolicyRecord | None:
    """What waits for agreement, if anything."""
    return _one(tx, policies.c.state == PolicyState.PROPOSED.value)


def _one(tx: Transaction, which: sa.ColumnElement[bool]) -> PolicyRecord | None:
    row = tx.conn.execute(sa.select(policies).where(which)).one_or_none()
    return None if row is None else PolicyRecord(**{**row._mapping, "state": PolicyState(row.state)})


_ACTIVE_VERSION = sa.select(policies.c.version).where(policies.c.state == PolicyState.ACTIVE.value)


def active_version(tx: Transaction) -> str | None:
    """Which policy is in force: all that a replica has to look at before it routes a request."""
    version: str | None = tx.conn.scalar(_ACTIVE_VERSION)
    return version


def revision_of(tx: Transaction, version: str) -> int | None:
    """What the newest card of a policy shows; None for one that is not on record."""
    revision: int | None = tx.conn.scalar(sa.select(policies.c.revision).where(policies.c.version == version))
    return revision


def text_of(tx: Transaction, version: str) -> str:
    """The text of a policy that is on record."""
    text: str = tx.conn.execute(sa.select(policies.c.text).where(policies.c.version == version)).scalar_one()
    return text


def put_active(tx: Transaction, version: str, text: str, before: str) -> None:
    """Put a policy in force; whatever was in force must have been retired."""
    _put(
        tx,
        version,
        text,
        {"state": PolicyState.ACTIVE.value, "before": before, "activated_at": tx.now, "ended_at": None},
        proposals=0,
    )


def put_proposed(tx: Transaction, version: str, text: str, before: str) -> None:
    """Keep a policy as the one that waits for agreement, with nobody's vote yet."""
    _put(
        tx,
        version,
        text,
        {
            "state": PolicyState.PROPOSED.value,
            "before": before,
            "asked": [],
            "proposed_at": tx.now,
            "activated_at": None,
            "ended_at": None,
        },
        proposals=1,
    )


def _put(tx: Transaction, version: str, text: str, values: dict[str, Any], proposals: int) -> None:
    new = {"asked": [], "proposed_at": tx.now, "revision": 1, "proposal": proposals, **values}
    again = {
        **values,
        "revision": policies.c.revision + 1,
        "proposal": policies.c.proposal + proposals,
    }
    tx.conn.execute(
        upsert(tx, policies)
        .values(version=version, text=text, **new)
        .on_conflict_do_update(index_elements=["version"], set_=again)
    )


def move(tx: Transaction, version: str, state: PolicyState) -> int:
    """It is no longer in force, or no longer proposed; returns its new revision."""
    return _update(tx, version, state=state.value, ended_at=tx.now)


def touch(tx: Transaction, version: str) -> int:
    """Its cards show something else now; returns its new revision."""
    return _update(tx, version)


def note_asked(tx: Transaction, version: str, people: Iterable[str]) -> int:
    """Remember who was asked to agree; returns its new revision."""
    return _update(tx, version, asked=sorted(people))


def _update(tx: Transaction, version: str, **values: Any) -> int:
    revision: int = tx.conn.execute(
        sa.update(policies)
        .where(policies.c.version == version)
        .values(revision=policies.c.revision + 1, **values)
        .returning(policies.c.revision)
    ).scalar_one()
    return revision


def vote(tx: Transaction, record: PolicyRecord, admin: PersonRef, *, agrees: bool) -> None:
    """Keep what an admin says about this proposal, in place of what he said before."""
    said = {"admin": admin.model_dump(mode="json"), "agrees": agrees, "void": "", "voted_at": tx.now}
    tx.conn.execute(
        upsert(tx, policy_votes)
        .values(version=record.version, proposal=record.proposal, admin_id=admin.id, **said)
        .on_conflict_do_update(index_elements=["version", "proposal", "admin_id"], set_=said)
    )


def votes_of(tx: Transaction, record: PolicyRecord) -> tuple[PolicyVote, ...]:
    """What was said about this proposal, the first first."""
    rows = tx.conn.execute(
        sa.select(policy_votes)
        .where(*_votes(record))
        .order_by(policy_votes.c.voted_at, policy_votes.c.admin_id)
    )
    return tuple(
        PolicyVote(
            admin=PersonRef.model_validate(row.admin), agrees=row.agrees, void=row.void, at=row.voted_at
        )
        for row in rows
    )


def void_votes(tx: Transaction, record: PolicyRecord, admin_ids: Iterable[str], why: str) -> None:
    """These no longer count; `why` is a code for people to read."""
    tx.conn.execute(
        sa.update(policy_votes)
        .where(*_votes(record), policy_votes.c.admin_id.in_(list(admin_ids)))
        .values(void=why)
    )


def _votes(record: PolicyRecord) -> tuple[sa.ColumnElement[bool], sa.ColumnElement[bool]]:
    return policy_votes.c.version == record.version, policy_votes.c.proposal == record.proposal


def view_of(tx: Transaction, version: str) -> PolicyView | None:
    """A proposal as its cards show it, whoever asks; callers authorise."""
    record = by_version(tx, version)
    before = by_version(tx, record.before) if record else None
    if record is None or before is None:
        return None
    return PolicyView(
        version=record.version,
        revision=record.revision,
        proposal=record.proposal,
        state=record.state,
        before=record.before,
        diff=policy_diff(before.text, record.text),
        need=change_needs(before.text),
        asked=len(record.asked),
        votes=votes_of(tx, record),
        proposed_at=record.proposed_at,
        activated_at=record.activated_at,
        ended_at=record.ended_at,
    )
