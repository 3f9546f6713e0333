"""Send each month's report once, when the month is over, to the owners and the voice admins."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.messages import Template
from bot.domain.reports import Report, month_before
from bot.domain.roles import Role
from bot.domain.values import ObjectId
from bot.store import agreements, outbox
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.reports import made
from bot.usecases.roles import people_of

__all__ = ["CHORE", "send_report"]

CHORE = "report.monthly"

_SERVICE = "switchboard"


async def send_report(desk: Desk) -> None:
    """The chore: the report of the last whole month, as it stands now, in the chat of each.

    What is sent is frozen: everybody gets the same figures, whenever they are delivered. May be begun again
    at any point. Raises `TransientUpstream` when it is not known whom to send it to.
    """
    now = await desk.db.read(lambda tx: tx.now)
    owners, admins = await people_of(desk, Role.OWNER), await people_of(desk, Role.VOICE_ADMIN)
    report = await made(desk, month_before(now.date()))
    if await desk.db.transact(_send, report, dict.fromkeys((*owners, *admins))):
        desk.wake()


def _send(tx: Transaction, report: Report, people: Iterable[ObjectId]) -> bool:
    """False when it was sent before."""
    sent = agreements.marked(tx, CHORE)
    if sent is not None and sent >= report.period.until:
        return False
    agreements.mark(tx, CHORE, report.period.until)
    month, to = f"{report.period.month:%Y-%m}", list(people)
    told = report.model_dump_json()
    for person_id in to:
        outbox.enqueue(
            tx, Template.REPORT, person_id, params={"report": told}, dedupe_key=f"report:{month}:{person_id}"
        )
    tx.audit("report.sent", _SERVICE, month=month, told=len(to))
    return True
