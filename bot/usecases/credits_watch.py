"""Watch over the credits: billing administrators are alerted to each thing once, until it is well again.

What there is to say follows from the ledger and the call records alone, so it is worked out afresh each time:
what is not found any more is cleared, and may be told again should it come back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta

from bot.domain.amounts import with_currency
from bot.domain.credits import Expiry
from bot.domain.credits_stand import Known, Stand, stand_of, trigger_of
from bot.domain.plans import Refusal
from bot.domain.spenders import RECENT_DAYS, USUAL_WEEKS, Dimension, Jump, Spent, jumps
from bot.domain.values import Money
from bot.store import alerts, auto_recharge, credit_sums
from bot.store import credits as ledger
from bot.store.database import Transaction
from bot.usecases.alerting import clear_alert, raise_alert
from bot.usecases.credit_troubles import payers
from bot.usecases.credits_report import known
from bot.usecases.desk import Desk
from bot.usecases.roles import people_of

__all__ = ["CHORE", "tell", "watch_credits"]

CHORE = "credits.watch"

_KEYS = f"{CHORE}:"
"""What the keys of these alerts begin with."""

_LONGEST_ID = 100
"""Of a lot within a key, which has room for 160 characters."""


async def watch_credits(desk: Desk) -> None:
    """The nightly chore. Raises `TransientUpstream` when it is not known whom to tell."""
    people = await people_of(desk, await payers(desk))
    if await desk.db.transact(tell, people):
        desk.wake()


def tell(tx: Transaction, people: Sequence[str]) -> bool:
    """The same within a transaction, to these people; whether anybody hears of anything."""
    found = dict(_found(tx))
    for standing in alerts.standing(tx, _KEYS):
        if standing.key not in found:
            clear_alert(tx, standing.key)
    told = [raise_alert(tx, people, key, one.code, one.params) for key, one in found.items()]
    return any(told)


def _found(tx: Transaction) -> Iterator[tuple[str, Refusal]]:
    """All that somebody should look at now, by the key of its alert."""
    days, recharge = known(tx), auto_recharge.last_ordered(tx)
    for stand in stand_of(ledger.entries(tx), tx.now.date(), days):
        for about, said in (*_of_balance(stand, recharge), *_of_expiries(stand)):
            yield f"{_KEYS}{about}:{stand.currency}", said
        for jump in _jumps(tx, stand.currency, days) if days else ():
            yield f"{_KEYS}unusual:{jump.by}:{jump.key}:{stand.currency}", _unusual(jump)


def _of_balance(stand: Stand, recharge: tuple[Money, Money] | None) -> Iterator[tuple[str, Refusal]]:
    """Too little, nothing, or money that is not on record; never that none is left where some must be."""
    left, currency = stand.balance.left, {"currency": stand.currency}
    trigger = trigger_of(stand, recharge)
    if stand.bought and stand.balance.uncovered.minor:
        spent = {"spent": with_currency(stand.balance.uncovered)}
        yield "unrecorded", Refusal(code="SB-CRE-62", params=spent | currency)
    elif stand.bought and not left.minor:
        yield "zero", Refusal(code="SB-CRE-60", params=currency)
    if trigger and 0 < left.minor <= trigger.minor:
        yield "low", _low(stand, trigger, recharge)


def _low(stand: Stand, trigger: Money, recharge: tuple[Money, Money] | None) -> Refusal:
    shown = {"left": with_currency(stand.balance.left), "trigger": with_currency(trigger)}
    if recharge and recharge[1] == trigger:
        return Refusal(code="SB-CRE-67", params=shown | {"amount": with_currency(recharge[0])})
    # A trigger of our own is worked out from the same days as the outlook.
    lasts = stand.outlook.gone_on.isoformat() if stand.outlook else ""
    return Refusal(code="SB-CRE-61", params=shown | {"day": lasts})


def _of_expiries(stand: Stand) -> Iterator[tuple[str, Refusal]]:
    """60, 30 and 7 days before: each of them is told once (R46)."""
    wasted = {one.lot_id: one.amount for one in stand.outlook.forfeits} if stand.outlook else {}
    for one in stand.expiring:
        yield f"expiry:{one.lot_id[:_LONGEST_ID]}:{one.days}", _expiry(one, _wasted(one, stand, wasted))


def _wasted(one: Expiry, stand: Stand, wasted: Mapping[str, Money]) -> Money | None:
    """Without a forecast nothing is known to be used in time."""
    return wasted.get(one.lot_id) if stand.outlook else one.left


def _expiry(one: Expiry, wasted: Money | None) -> Refusal:
    shown = {"left": with_currency(one.left), "day": one.on.isoformat(), "days": str(one.days)}
    if wasted is None:
        return Refusal(code="SB-CRE-63", params=shown)
    return Refusal(code="SB-CRE-64", params=shown | {"amount": with_currency(wasted)})


def _jumps(tx: Transaction, currency: str, days: Known) -> Iterator[Jump]:
    for by in (Dimension.COUNTRY, Dimension.PERSON):
        yield from jumps(by, list(_weeks(tx, by, days)), currency)


def _weeks(tx: Transaction, by: Dimension, days: Known) -> Iterator[Sequence[Spent]]:
    """What was spent in each whole week known, the last one first."""
    weeks = min(((days.until - days.since).days + 1) // RECENT_DAYS, USUAL_WEEKS + 1)
    for ago in range(weeks):
        until = days.until - timedelta(days=RECENT_DAYS * ago)
        yield credit_sums.spent_by(tx, until - timedelta(days=RECENT_DAYS - 1), until, by)


def _unusual(jump: Jump) -> Refusal:
    shown = {"spent": with_currency(jump.spent), "usual": with_currency(jump.usual)}
    if jump.by is Dimension.COUNTRY:
        return Refusal(code="SB-CRE-65", params=shown | {"country": jump.key})
    return Refusal(code="SB-CRE-66", params=shown | {"name": jump.name or jump.key})
