"""Why numbers that Graph has as free are not offered."""

from __future__ import annotations

from bot.domain.stock_views import NumberState, Why
from bot.domain.values import E164
from bot.store import holds, resting, withheld
from bot.store.database import Transaction

__all__ = ["reasons"]


def reasons(tx: Transaction) -> dict[E164, Why]:
    """By number. A promise comes first, then what an admin keeps back, then what rests."""
    found = {
        one.telephone_number: Why(state=NumberState.AT_REST, until=one.until, said=one.tag)
        for one in resting.active(tx)
    }
    for kept in withheld.active(tx):
        found[kept.telephone_number] = Why(
            state=NumberState.KEPT_BACK, until=kept.until, said=f"{kept.by.name}: {kept.reason}"
        )
    for number, request_id in holds.holders(tx).items():
        found[number] = Why(state=NumberState.PROMISED, request_id=request_id)
    return found
