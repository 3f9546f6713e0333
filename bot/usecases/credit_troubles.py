"""What somebody told of the credits that nobody else can see: a recharge that failed, nothing left (R49).

It is told once, until money comes. Should nobody say that it did, the next day's news is news again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from bot.domain.roles import Role
from bot.store import alerts
from bot.store.database import Transaction
from bot.usecases.alerting import clear_alert
from bot.usecases.desk import Desk
from bot.usecases.roles import people_of

__all__ = ["KEYS", "Trouble", "forget_old", "money_came", "payers"]

Trouble = Literal["failed", "zero"]

KEYS: dict[Trouble, str] = {"failed": "credits.recharge_failed", "zero": "credits.told_zero"}
"""By what alerts are known."""

_OLD = timedelta(days=1)


async def payers(desk: Desk) -> Role:
    """Who is alerted to what concerns money: voice admins where nobody is a billing administrator.

    Raises `TransientUpstream`.
    """
    return Role.BILLING_ADMIN if await people_of(desk, Role.BILLING_ADMIN) else Role.VOICE_ADMIN


def money_came(tx: Transaction) -> None:
    """Money was put on record: whatever is told from now on has happened since."""
    for key in KEYS.values():
        clear_alert(tx, key)


def forget_old(tx: Transaction, what: Trouble) -> None:
    """Microsoft tells of each failure by mail, so whoever passes it on another day tells of another one."""
    if any(tx.now - one.raised_at >= _OLD for one in alerts.standing(tx, KEYS[what])):
        clear_alert(tx, KEYS[what])
