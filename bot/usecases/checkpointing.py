"""An hourly checkpoint of the audit log, and whoever must hear that there is none."""

from __future__ import annotations

import asyncio

from bot.audit.making import SecondPlace, make_checkpoint
from bot.audit.notes import PrivateKey
from bot.audit.tree import LogBroken
from bot.domain.errors import Misconfigured
from bot.domain.roles import Role
from bot.usecases.alerting import alert, all_clear
from bot.usecases.desk import Desk

__all__ = ["CHORE", "checkpoint"]

CHORE = "audit.checkpoint"

_BROKEN = "SB-AUD-01"
_NOT_MADE = "SB-AUD-02"
_HEAR = (Role.AUDITOR, Role.OWNER)


async def checkpoint(desk: Desk, key: PrivateKey, place: SecondPlace) -> None:
    """Make the next checkpoint.

    Raises `LogBroken` and `Misconfigured` once auditors and owners know; then it is tried again later.
    """
    try:
        await asyncio.to_thread(make_checkpoint, desk.db, key, place)
    except LogBroken as problem:
        await _tell(desk, _BROKEN, problem)
        raise
    except Misconfigured as problem:
        await _tell(desk, _NOT_MADE, problem)
        raise
    for code in (_BROKEN, _NOT_MADE):
        for role in _HEAR:
            await all_clear(desk, _about(code, role))


async def _tell(desk: Desk, code: str, problem: Exception) -> None:
    for role in _HEAR:
        await alert(desk, role, _about(code, role), code, {"what": str(problem)})


def _about(code: str, role: Role) -> str:
    return f"{CHORE}:{code}:{role.value}"
