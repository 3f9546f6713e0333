"""Which purchase order numbers are on requests."""

from __future__ import annotations

import re

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


_MEANS_NOTHING = re.compile(r"[\s#._/-]+")


def used_elsewhere(tx: Transaction, number: str, apart_from: str | None = None) -> dict[str, str]:
    """The latest request that carries this number, by the number in small letters; nothing where none does.

    It is the same number however it is typed: blanks, marks between its parts and capitals mean nothing.
    Requests that came to nothing left their number free.
    """
    if not number:
        return {}
    carried = requests.c.wish["purchase_order"].as_string()
    rows = tx.conn.execute(
        sa.select(requests.c.id, carried)
        .where(
            requests.c.kind == "credits",
            requests.c.state.not_in(_CAME_TO_NOTHING),
            carried != "",
            requests.c.id != (apart_from or ""),
        )
        .order_by(requests.c.created_at.desc())
    )
    found = next((request_id for request_id, other in rows if _core(other) == _core(number)), None)
    return {number.casefold(): found} if found else {}


def _core(number: str) -> str:
    return _MEANS_NOTHING.sub("", number).casefold()
