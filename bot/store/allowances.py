"""What counts against a limit of the policy: money asked for lately, and approvals nobody was asked about."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.domain.requests import RequestState
from bot.domain.wishes import CreditsWish
from bot.store.database import Transaction
from bot.store.holds import one_at_a_time
from bot.store.tables import requests

__all__ = ["TOGETHER", "approved_this_month", "asked_lately", "one_after_the_other"]

TOGETHER = timedelta(days=30)
"""Money asked for within this time counts together (J08)."""

_CAME_TO_NOTHING = [
    RequestState.REJECTED.value,
    RequestState.WITHDRAWN.value,
    RequestState.EXPIRED.value,
    RequestState.FAILED.value,
]


def one_after_the_other(tx: Transaction, person_id: str) -> None:
    """Nobody else counts for the same person until we commit, so that a limit holds however they race."""
    one_at_a_time(tx, f"allowance:{person_id}")


def asked_lately(tx: Transaction, requester_id: str, currency: str, apart_from: str | None = None) -> int:
    """Minor units of a currency somebody asked for in the last 30 days, in requests that may still be paid.

    `apart_from` is a request that is not counted, since it is the one being looked at.
    """
    rows = tx.conn.execute(
        sa.select(requests.c.id, requests.c.wish).where(
            requests.c.requester_id == requester_id,
            requests.c.kind == "credits",
            requests.c.created_at > tx.now - TOGETHER,
            requests.c.state.not_in(_CAME_TO_NOTHING),
        )
    )
    wishes = [CreditsWish.model_validate(row.wish).at_stake for row in rows if row.id != apart_from]
    return sum(amount.minor for amount in wishes if amount.currency == currency)


def approved_this_month(tx: Transaction, beneficiary_id: str, rule: str) -> int:
    """Requests a rule approved for somebody by itself since the month began (UTC) that came to something."""
    found = tx.conn.scalar(
        sa.select(sa.func.count())
        .select_from(requests)
        .where(
            requests.c.beneficiary_id == beneficiary_id,
            requests.c.auto_approved,
            requests.c.rule == rule,
            requests.c.state.not_in(_CAME_TO_NOTHING),
            requests.c.created_at >= _month_of(tx.now),
        )
    )
    return found or 0


def _month_of(now: datetime) -> datetime:
    return now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
