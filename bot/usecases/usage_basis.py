"""What the last months cost, for who asks for money: from the ledger, where call records are read (R53)."""

from __future__ import annotations

from bot.domain.credits import Charge
from bot.domain.monthly_spend import last_months
from bot.domain.values import Money
from bot.store import credits as ledger
from bot.store.database import Transaction
from bot.usecases.credits_report import known

__all__ = ["usage_basis"]


def usage_basis(tx: Transaction) -> tuple[Money, ...]:
    """Of at most three whole months, the oldest first; empty where that is not known."""
    days = known(tx)
    if days is None:
        return ()
    charges = (one for one in ledger.entries(tx) if isinstance(one, Charge))
    return last_months(charges, days.since, days.until)
