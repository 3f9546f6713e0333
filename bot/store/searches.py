"""Requests of everybody, by where they stand, whom they are about and what they are for."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.domain.delegations import SCOPES
from bot.domain.found_requests import FoundRequest, Order, Search
from bot.store.database import Transaction
from bot.store.tables import requests

__all__ = ["count", "page"]

_SHOWN = [requests.c[name] for name in FoundRequest.model_fields]

_ORDERS = {
    Order.NEWEST: (requests.c.created_at.desc(), requests.c.id.desc()),
    Order.OLDEST: (requests.c.created_at, requests.c.id),
    Order.CHANGED: (requests.c.updated_at.desc(), requests.c.id.desc()),
}


def page(tx: Transaction, search: Search, limit: int) -> tuple[FoundRequest, ...]:
    """Those that come after `search.offset`."""
    query = sa.select(*_SHOWN).where(*_conditions(search)).order_by(*_ORDERS[search.order])
    rows = tx.conn.execute(query.limit(limit).offset(search.offset))
    return tuple(FoundRequest.model_validate(row._mapping) for row in rows)


def count(tx: Transaction, search: Search) -> int:
    """How many there are on all pages."""
    query = sa.select(sa.func.count()).select_from(requests).where(*_conditions(search))
    return int(tx.conn.scalar(query) or 0)


def _conditions(search: Search) -> list[sa.ColumnElement[bool]]:
    found: list[Any] = []
    if search.which.states:
        found.append(requests.c.state.in_(sorted(state.value for state in search.which.states)))
    if search.scope:
        found.append(requests.c.kind.in_(SCOPES[search.scope]))
    if search.concerns is not None:
        person = search.concerns
        found.append(sa.or_(requests.c.requester_id == person, requests.c.beneficiary_id == person))
    return found
