"""Check the whole audit log: every night, and whenever who keeps it asks for it.

It takes half a minute at a million entries, so nobody stands in front of it: who asks is written to when it
is done, also when the service was restarted meanwhile.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.audit.tree import LogBroken
from bot.audit.verify import Broken, Elsewhere, Verified, verify
from bot.domain.errors import Misconfigured
from bot.domain.messages import Template
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import KEEPS_THE_AUDIT, Role
from bot.store import audit_asked, chores, outbox
from bot.store.database import Database, Transaction
from bot.usecases.alerting import alert, all_clear
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = ["CHORE", "ask_for_check", "check"]

CHORE = "audit.verify"

_SERVICE = "switchboard"
_HEAR = (Role.AUDITOR, Role.OWNER)
_NOT_KEPT, _UNREADABLE, _CHANGED = "SB-AUD-01", "SB-AUD-02", "SB-AUD-03"
_WHOLE, _WHOLE_UNSIGNED = "SB-AUD-05", "SB-AUD-06"


@dataclass(frozen=True, slots=True)
class _Result:
    """What came of it, as it is told."""

    code: str
    params: Mapping[str, str]

    @property
    def whole(self) -> bool:
        return self.code in (_WHOLE, _WHOLE_UNSIGNED)


class _Stopped(Exception):
    """Nobody waits for it any more: the service ends, or somebody else is at it."""


async def ask_for_check(desk: Desk, actor: Actor) -> Refusal | None:
    """Have it checked as soon as possible; `actor` hears what comes of it. Raises `TransientUpstream`."""
    refusal = await refused(desk, actor, KEEPS_THE_AUDIT, "audit.verify")
    if refusal is None:
        await desk.db.transact(_ask, actor.id)
        desk.wake()
    return refusal


def _ask(tx: Transaction, actor_id: str) -> None:
    audit_asked.ask(tx, actor_id)
    chores.make_due(tx, CHORE)
    tx.audit("audit.verify_asked", actor_id)


async def check(desk: Desk) -> None:
    """Verify the log against every checkpoint there is, and tell who asked; auditors and owners, once, where
    it is broken. May be begun again at any point. Raises `TransientUpstream`."""
    stop = threading.Event()
    try:
        # In a thread of its own: those that answer people must not stand behind it.
        result = await asyncio.to_thread(_checked, desk.db, desk.elsewhere, stop)
    finally:
        stop.set()
    for role in _HEAR:
        key = f"{CHORE}:{role.value}"
        if result.whole:
            await all_clear(desk, key)
        else:
            await alert(desk, role, key, result.code, result.params)
    if await desk.db.transact(_tell, result):
        desk.wake()


def _checked(db: Database, elsewhere: Callable[[], Elsewhere], stop: threading.Event) -> _Result:
    def go_on(_count: int) -> None:
        if stop.is_set():
            raise _Stopped

    try:
        found = verify(db, go_on, elsewhere())
    except LogBroken as problem:
        return _Result(_NOT_KEPT, {"what": str(problem)})
    except Misconfigured as problem:
        return _Result(_UNREADABLE, {"what": str(problem)})
    if isinstance(found, Broken):
        return _Result(_CHANGED, {"entry": str(found.seq), "what": found.what})
    return _whole(found)


def _whole(found: Verified) -> _Result:
    said = {"count": str(found.count), "head": found.head_hash, "erased": str(found.erased)}
    if not found.checkpoints:
        return _Result(_WHOLE_UNSIGNED, said)
    signed = {"checkpoints": found.checkpoints, "covered": found.covered, "kept": found.kept}
    return _Result(_WHOLE, said | {name: str(number) for name, number in signed.items()})


def _tell(tx: Transaction, result: _Result) -> bool:
    waiting = audit_asked.waiting(tx)
    for person_id in waiting:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            person_id,
            params={"code": result.code, **result.params},
            dedupe_key=f"{CHORE}:{tx.now.isoformat()}:{person_id}",
        )
    audit_asked.answered(tx, waiting)
    tx.audit("audit.verified", _SERVICE, code=result.code, params=dict(result.params), told=waiting)
    return bool(waiting)
