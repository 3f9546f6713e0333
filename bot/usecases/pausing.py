"""Pause and resume: whether anything is carried out, on every replica and across restarts.

Asking, approving and reading go on meanwhile; those concerned are told (`store.pauses`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.messages import Template
from bot.domain.pause import Pause
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.store import outbox, pauses, queue
from bot.store.database import Transaction
from bot.usecases.admins import tell_admins
from bot.usecases.alerting import alert, all_clear, clear_alert
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal
from bot.usecases.roles import people_of, refused

__all__ = ["CHORE", "MAY_PAUSE", "Paused", "Resumed", "pause", "resume", "watch"]

CHORE = "pause.watch"

MAY_PAUSE = frozenset({Role.VOICE_ADMIN, Role.OWNER})

_LONGEST_REASON = 300
_LONG = timedelta(days=1)
"""After this a pause may have been forgotten."""
_ALERT = "desk.paused"


@dataclass(frozen=True, slots=True)
class Paused:
    """Nothing is begun any more."""

    pause: Pause
    under_way: tuple[str, ...]
    """Requests of which a change was on its way: it is followed to its end."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """Requests are carried out again."""

    pause: Pause
    woken: int
    """Requests that stood still and go on now."""


@dataclass(frozen=True, slots=True)
class _Audience:
    """Who hears of it besides whoever did it."""

    admins: Sequence[str]
    owners: Sequence[str]


async def pause(desk: Desk, actor: Actor, reason: str) -> Paused | Refusal:
    """Carry nothing more out until somebody resumes; `reason` is for everybody to read.

    Raises `TransientUpstream` when the directory cannot say who may.
    """
    refusal = await refused(desk, actor, MAY_PAUSE, "pause")
    if refusal is not None:
        return refusal
    said = " ".join(reason.split())[:_LONGEST_REASON]
    if not any(char.isalnum() for char in said):
        return Refusal(code="SB-ADM-35")
    return await desk.db.transact(_pause, actor, said, await _others(desk, actor))


def _pause(tx: Transaction, actor: Actor, reason: str, others: _Audience) -> Paused | Refusal:
    lasting, begun = pauses.begin(tx, actor, reason)
    if not begun:
        params = {"name": lasting.name, "reason": lasting.reason}
        record_refusal(tx, "pause.refused", actor.id, code="SB-ADM-33")
        return Refusal(code="SB-ADM-33", params=params)
    tx.audit("desk.paused", actor.id, reason=reason)
    params = {"name": actor.name, "reason": reason}
    _tell(tx, others, "SB-ADM-31", f"pause:{lasting.key}", params)
    return Paused(lasting, queue.with_open_writes(tx))


async def resume(desk: Desk, actor: Actor) -> Resumed | Refusal:
    """Carry out again; what stood still goes on at once. Raises as `pause`."""
    refusal = await refused(desk, actor, MAY_PAUSE, "resume")
    if refusal is not None:
        return refusal
    done = await desk.db.transact(_resume, actor, await _others(desk, actor))
    desk.wake()
    return done


def _resume(tx: Transaction, actor: Actor, others: _Audience) -> Resumed | Refusal:
    ended = pauses.end(tx)
    if ended is None:
        return Refusal(code="SB-ADM-34")
    clear_alert(tx, _ALERT)
    woken = queue.wake_paused(tx)
    tx.audit("desk.resumed", actor.id, paused_by=ended.by, since=ended.key, woken=woken)
    _tell(tx, others, "SB-ADM-32", f"resume:{ended.key}", {"name": actor.name})
    return Resumed(ended, woken)


async def watch(desk: Desk) -> None:
    """Tell the voice admins, once, of a pause that has lasted long. Raises `TransientUpstream`."""
    pause, now = await desk.db.read(lambda tx: (pauses.current(tx), tx.now))
    if pause is None or now - pause.since < _LONG:
        await all_clear(desk, _ALERT)
        return
    params = {"name": pause.name, "reason": pause.reason}
    await alert(desk, Role.VOICE_ADMIN, _ALERT, "SB-ADM-36", params)


async def _others(desk: Desk, actor: Actor) -> _Audience:
    admins = [one for one in await people_of(desk, Role.VOICE_ADMIN) if one != actor.id]
    owners = await people_of(desk, Role.OWNER)
    return _Audience(admins, [one for one in owners if one != actor.id and one not in admins])


def _tell(tx: Transaction, others: _Audience, code: str, about: str, params: dict[str, str]) -> None:
    tell_admins(tx, others.admins, code, about=about, params=params)
    for owner_id in others.owners:
        outbox.enqueue(
            tx,
            Template.NOTICE,
            owner_id,
            params={"code": code, **params},
            dedupe_key=f"{about}:owner:{owner_id}",
        )
