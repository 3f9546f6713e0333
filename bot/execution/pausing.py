"""While carrying out is paused nothing is begun; what has begun is followed to its end, and reading goes on.

The switch is read in the transaction that would record the intent to write (`store.pauses`), so a pause
holds from the moment it is on record, on every replica and after every restart. A request that stands still
because of it is woken when it ends; it is looked at once a day in any case.
"""

from __future__ import annotations

from datetime import timedelta

from bot.domain.pause import Pause
from bot.domain.plans import WaitReason
from bot.domain.requests import Outcome, Request
from bot.execution import journal, reconfirm
from bot.execution.journey import Journey, Place, Stored
from bot.execution.readings import Act, Blocked, Parked, Proposal, Refused
from bot.store import outbox, pauses, queue, requests
from bot.store.database import Transaction

__all__ = ["held_back", "propose"]

_NEXT_LOOK = timedelta(days=1)

_SAYS_MORE = frozenset(
    {WaitReason.LICENCES, WaitReason.NUMBER, WaitReason.ADDRESS, WaitReason.MANUAL, WaitReason.OWNER}
)
"""Whoever stands in line keeps the place, and whoever waits for people says for whom: that holds anyway."""


def propose(
    tx: Transaction, place: Place, proposal: Proposal, approval_days: int, patience: timedelta
) -> tuple[Stored, Act | Blocked | Parked | Refused]:
    """`reconfirm.propose`, unless carrying out is paused: then nothing is written, or asked of people.

    `patience` is how soon a request looks again that waits for something else anyway.
    """
    pause = pauses.held(tx)
    if pause is None:
        return reconfirm.propose(tx, place, proposal, approval_days)
    pauses.tell(tx, place.request)
    if place.request.waiting in _SAYS_MORE:
        return journal.stay(tx, place, place.record, patience), Parked()
    stands = Blocked(WaitReason.PAUSED, _NEXT_LOOK, (pause.notice,))
    return journal.wait(tx, place, stands), Parked()


async def held_back(journey: Journey) -> bool:
    """Whether an approved request is not even begun for now: it stays approved, and says so.

    Once work goes on, everybody who approved it is looked up as if it had been approved just then.
    """
    if await journey.bench.db.read(pauses.current) is None:
        return False
    stayed = await journey.bench.db.transact(_hold_back, journey.request, journey.lease.token)
    journey.request = stayed or journey.request
    return stayed is not None


def _hold_back(tx: Transaction, request: Request, token: str) -> Request | None:
    pause = pauses.held(tx)
    if pause is None:
        return None
    pauses.tell(tx, request)
    if _shows_it(request, pause):
        queue.park(tx, request.id, request.version, token, tx.now + _NEXT_LOOK)
        return request
    saved = requests.save(tx, _standing(request, pause, tx), lease_token=token)
    tx.audit("request.held_back", journal.SWITCHBOARD, saved.id, codes=[pause.notice.code])
    outbox.refresh_copies(tx, saved.id, saved.version)
    return saved


def _standing(request: Request, pause: Pause, tx: Transaction) -> Request:
    number = request.outcome.telephone_number if request.outcome else None
    outcome = Outcome(notices=(pause.notice,), telephone_number=number)
    return request.model_copy(update={"outcome": outcome, "due_at": tx.now + _NEXT_LOOK})


def _shows_it(request: Request, pause: Pause) -> bool:
    return request.outcome is not None and pause.notice in request.outcome.notices
