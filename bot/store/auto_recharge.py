"""What auto-recharge was last ordered to do. Whether it still does, only the admin centre knows."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.requests import RequestState
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish
from bot.store.database import Transaction
from bot.store.tables import requests

__all__ = ["last_ordered"]


def last_ordered(tx: Transaction) -> tuple[Money, Money] | None:
    """What is added, and when as little as the second is left; None: never on, or off again."""
    rows = tx.conn.execute(
        sa.select(requests.c.wish)
        .where(requests.c.kind == "credits", requests.c.state == RequestState.DONE.value)
        .order_by(requests.c.updated_at.desc())
    )
    wishes = (CreditsWish.model_validate(row.wish) for row in rows)
    last = next((wish for wish in wishes if wish.recharge or wish.purpose == "recharge_off"), None)
    if last is None or last.purpose == "recharge_off" or not (last.recharge and last.trigger):
        return None
    return last.recharge, last.trigger
