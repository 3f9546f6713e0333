"""Which purchase order numbers are on requests."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.requests import RequestState
from bot.store.database import Transaction
from bot.store.tables import requests

__all__ = ["used_elsewhere"]

_CAME_TO_NOTHING = [
    RequestState.REJECTED.value,
    RequestState.WITHDRAWN.value,
    RequestState.EXPIRED.value,
    RequestState.FAILED.value,
]


def used_elsewhere(tx: Transaction, number: str, apart_from: str | None = None) -> dict[str, str]:
    """The latest request that carries this number, by the number in small letters; nothing where none does.

    Requests that came to nothing left their number free.
    """
    if not number:
        return {}
    there = sa.func.lower(requests.c.wish["purchase_order"].as_string())
    found = tx.conn.scalar(
        sa.select(requests.c.id)
        .where(
            requests.c.kind == "credits",
            requests.c.state.not_in(_CAME_TO_NOTHING),
            there == number.lower(),
            requests.c.id != (apart_from or ""),
        )
        .order_by(requests.c.created_at.desc())
        .limit(1)
    )
    return {number.casefold(): found} if found else {}
