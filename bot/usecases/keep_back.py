"""Keep a free number back for some days, or offer it again before its time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.dialling import as_e164
from bot.domain.kept_back import MOST_DAYS, KeptBack
from bot.domain.numbers import AssignmentStatus
from bot.domain.people import Actor, PersonRef
from bot.domain.plans import Refusal, WaitReason
from bot.domain.roles import Role
from bot.domain.values import E164
from bot.store import holds, queue, resting, withheld
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.refusals import record_refusal
from bot.usecases.roles import refused

__all__ = ["DAYS", "MAY_KEEP_BACK", "LetGo", "keep_back", "let_go"]

MAY_KEEP_BACK = frozenset({Role.VOICE_ADMIN})

DAYS = 30
"""How long a number is kept back when nobody says for how long."""

_LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class LetGo:
    """A number that may be given to anybody again."""

    telephone_number: E164
    kept: KeptBack | None
    """How it was kept back; None: it was at rest."""
    rested_until: datetime | None
    """Until when it would have rested; None: it was not at rest."""


async def keep_back(desk: Desk, actor: Actor, typed: str, days: int, reason: str) -> KeptBack | Refusal:
    """Offer a number to nobody for `days`. Refused for one that is in use, or promised to a request.

    Raises `TransientUpstream` when Graph cannot be asked.
    """
    refusal = await refused(desk, actor, MAY_KEEP_BACK, "number.keep")
    if refusal is not None:
        return refusal
    said = " ".join(reason.split())[:_LONGEST_REASON]
    if not 1 <= days <= MOST_DAYS or not any(char.isalnum() for char in said):
        return Refusal(code="SB-ADM-44", params={"most": str(MOST_DAYS)})
    number = await _free_number(desk, typed)
    if isinstance(number, Refusal):
        await desk.db.transact(_record, actor, "number.keep", number)
        return number
    by = PersonRef(id=actor.id, name=actor.name, upn="")
    return await desk.db.transact(_keep, by, number, timedelta(days=days), said)


async def _free_number(desk: Desk, typed: str) -> E164 | Refusal:
    number = as_e164(typed)
    if number is None:
        return Refusal(code="SB-ADM-40", params={"number": typed[:40]})
    found = await desk.graph.number(number)
    if found is None:
        return Refusal(code="SB-ADM-41", params={"number": number})
    if found.assignment_status is not AssignmentStatus.UNASSIGNED:
        return Refusal(code="SB-ADM-42", params={"number": number})
    return number


def _keep(tx: Transaction, by: PersonRef, number: E164, lasts: timedelta, reason: str) -> KeptBack | Refusal:
    # Whoever takes a number for a request from now on sees that it is kept back.
    queue.line_lock(tx)
    refusal = _obstacle(tx, number)
    if refusal is not None:
        record_refusal(tx, "number.keep.refused", by.id, code=refusal.code, number=number)
        return refusal
    kept = KeptBack(telephone_number=number, until=tx.now + lasts, reason=reason, by=by, since=tx.now)
    withheld.keep(tx, kept)
    tx.audit("number.kept_back", by.id, number=number, until=kept.until.isoformat(), reason=reason)
    return kept


def _obstacle(tx: Transaction, number: E164) -> Refusal | None:
    kept = withheld.of_number(tx, number)
    if kept is not None:
        params = {"number": number, "name": kept.by.name, "reason": kept.reason}
        return Refusal(code="SB-ADM-46", params=params)
    holder = holds.holders(tx).get(number)
    return Refusal(code="SB-ADM-43", params={"number": number, "request": holder}) if holder else None


async def let_go(desk: Desk, actor: Actor, typed: str) -> LetGo | Refusal:
    """Offer a number again that is kept back or at rest; whoever waits for one looks at once."""
    refusal = await refused(desk, actor, MAY_KEEP_BACK, "number.let_go")
    if refusal is not None:
        return refusal
    number = as_e164(typed)
    if number is None:
        return Refusal(code="SB-ADM-40", params={"number": typed[:40]})
    done = await desk.db.transact(_let_go, actor, number)
    desk.wake()
    return done


def _let_go(tx: Transaction, actor: Actor, number: E164) -> LetGo | Refusal:
    queue.line_lock(tx)
    kept = withheld.of_number(tx, number)
    rests = next((one for one in resting.active(tx) if one.telephone_number == number), None)
    if kept is None and rests is None:
        refusal = Refusal(code="SB-ADM-45", params={"number": number})
        _record(tx, actor, "number.let_go", refusal)
        return refusal
    withheld.let_go(tx, number)
    if kept is None:
        resting.remove(tx, number)
    rests_on = rests is not None and kept is not None
    tx.audit("number.let_go", actor.id, number=number, kept_back=kept is not None, rests_on=rests_on)
    queue.wake_waiting(tx, WaitReason.NUMBER)
    return LetGo(number, kept, rests.until if rests else None)


def _record(tx: Transaction, actor: Actor, attempt: str, refusal: Refusal) -> None:
    record_refusal(tx, f"{attempt}.refused", actor.id, code=refusal.code, **refusal.params)
