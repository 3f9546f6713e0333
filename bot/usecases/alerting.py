"""Alert the right people, to each thing once, until all is clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from bot.domain.messages import Template
from bot.domain.roles import Role
from bot.store import alerts, outbox
from bot.store.database import Transaction
from bot.usecases.admins import admins_hear, tell_admins
from bot.usecases.desk import Desk
from bot.usecases.roles import people_of

__all__ = ["alert", "all_clear", "clear_alert", "raise_alert"]

log = structlog.get_logger(__name__)

_SERVICE = "switchboard"


async def alert(desk: Desk, role: Role, key: str, code: str, params: Mapping[str, str] | None = None) -> bool:
    """Tell everybody of a role what needs them; False when they were told before and all is not clear.

    Where nobody has the role it is not raised but logged, so that it is told once somebody has. `key` names
    the thing itself, `code` what is said of it. Raises `TransientUpstream`.
    """
    people = await people_of(desk, role)
    told = await desk.db.transact(_raise, role, people, key, code, dict(params or {}))
    if told:
        desk.wake()
    return told


async def all_clear(desk: Desk, key: str) -> bool:
    """It is well again: should it come back, people are alerted anew. False when there was no alert."""
    return await desk.db.transact(clear_alert, key)


def raise_alert(
    tx: Transaction, recipients: Sequence[str], key: str, code: str, params: Mapping[str, str]
) -> bool:
    """`alert` within a transaction, to these people, each in his own chat."""
    if not recipients:
        return _unheard(key, code)
    if not _record(tx, key, code, params, len(recipients)):
        return False
    for recipient_id in recipients:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            recipient_id,
            params={"code": code, **params},
            dedupe_key=f"{_about(tx, key)}:{recipient_id}",
        )
    return True


def clear_alert(tx: Transaction, key: str) -> bool:
    """`all_clear` within a transaction."""
    if not alerts.clear(tx, key):
        return False
    tx.audit("alert.cleared", _SERVICE, alert=key)
    return True


def _raise(
    tx: Transaction, role: Role, people: Sequence[str], key: str, code: str, params: Mapping[str, str]
) -> bool:
    if role is not Role.VOICE_ADMIN:
        return raise_alert(tx, people, key, code, params)
    if not admins_hear(tx, people):
        return _unheard(key, code)
    if not _record(tx, key, code, params, len(people)):
        return False
    tell_admins(tx, people, code, about=_about(tx, key), params=params)
    return True


def _unheard(key: str, code: str) -> bool:
    log.error("alert.unheard", alert=key, code=code)
    return False


def _record(tx: Transaction, key: str, code: str, params: Mapping[str, str], told: int) -> bool:
    if not alerts.raise_once(tx, key, code, params):
        return False
    tx.audit("alert.raised", _SERVICE, alert=key, code=code, params=dict(params), told=told)
    return True


def _about(tx: Transaction, key: str) -> str:
    # The same thing may come back after all was clear, and is news then.
    return f"alert:{key}:{tx.now.isoformat()}"
