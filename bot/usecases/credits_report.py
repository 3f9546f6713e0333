"""The report on the credits: how they stand, and who spends them. Reads the ledger; asks nothing of Graph."""

from __future__ import annotations

from datetime import timedelta

from bot.domain.credits import Correction
from bot.domain.credits_stand import CreditsView, Known, Shown, Stand, known_days, stand_of
from bot.domain.people import Actor
from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.domain.spenders import Dimension, Share, shares
from bot.store import auto_recharge, credit_readings, credit_sums
from bot.store import credits as ledger
from bot.store.database import Transaction
from bot.usecases.desk import Desk
from bot.usecases.roles import refused

__all__ = ["MAY_READ", "currencies", "known", "record_reading", "report", "view_of"]

MAY_READ = frozenset({Role.VOICE_ADMIN, Role.BILLING_ADMIN, Role.OWNER})
"""Who spends how much is not everybody's to know."""


async def report(desk: Desk, actor: Actor, shown: Shown) -> CreditsView | Refusal:
    """What the card shows, or why the actor may not see it. Raises `TransientUpstream`.

    Looking at what people spent is recorded: it is about them.
    """
    refusal = await refused(desk, actor, MAY_READ, "credits.report")
    if refusal is not None:
        return refusal
    if shown.by is Dimension.PERSON:
        await desk.db.transact(record_reading, actor, f"the last {shown.days} days")
    return await desk.db.read(view_of, shown)


def record_reading(tx: Transaction, actor: Actor, what: str) -> None:
    """Somebody reads what each person spent."""
    tx.audit("spending.read", actor.id, what=what)


async def currencies(desk: Desk) -> tuple[str, ...]:
    """Those that anything is on record in."""
    entries = await desk.db.read(ledger.entries)
    found = {one.amount.currency for one in entries if not isinstance(one, Correction)}
    return tuple(sorted(found))


def view_of(tx: Transaction, shown: Shown) -> CreditsView:
    """The same, within a transaction and whoever asks."""
    today, days = tx.now.date(), known(tx)
    stands = {one.currency: one for one in stand_of(ledger.entries(tx), today, days, shown.days)}
    stand = stands.get(shown.currency) or next(iter(stands.values()), None)
    return CreditsView(
        today=today,
        shown=shown,
        currencies=tuple(stands),
        stand=stand,
        shares=_shares(tx, stand, days, shown) if stand and days else (),
        recharge=auto_recharge.last_ordered(tx),
        read_until=ledger.read_until(tx),
    )


def known(tx: Transaction) -> Known | None:
    """The days whose calls have been read from beginning to end."""
    span = credit_readings.known(tx)
    return known_days(*span) if span else None


def _shares(tx: Transaction, stand: Stand, days: Known, shown: Shown) -> tuple[Share, ...]:
    since = days.until - timedelta(days=shown.days - 1)
    return shares(credit_sums.spent_by(tx, since, days.until, shown.by), stand.currency)
