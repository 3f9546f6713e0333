"""Whether Communications Credits have money, as far as the ledger knows better than the tenant's file."""

from __future__ import annotations

import sqlalchemy as sa

from bot.domain.credits import balances
from bot.domain.tenant import TenantFacts
from bot.store import credits as ledger
from bot.store.credit_tables import credit_entries
from bot.store.database import Transaction

__all__ = ["as_the_ledger_has_it"]


def as_the_ledger_has_it(tx: Transaction, facts: TenantFacts) -> TenantFacts:
    """The facts, with credits funded where money is left on the ledger (R32, R39).

    The other way round nothing is concluded: an organisation may have money that nobody entered.
    """
    if facts.credits_funded or facts.post_usage:
        return facts
    if not tx.conn.scalar(sa.select(sa.exists().select_from(credit_entries))):
        return facts
    money = balances(ledger.entries(tx), tx.now.date())
    return facts.model_copy(update={"credits_funded": any(one.left.minor > 0 for one in money)})
