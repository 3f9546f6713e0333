"""What is promised: everything that Graph shows as free and that is not to be offered."""

from __future__ import annotations

from bot.domain.tenant import TenantFacts, TenantView
from bot.store import holds, withheld
from bot.store.database import Transaction
from bot.store.funded import as_the_ledger_has_it

__all__ = ["promises"]


def promises(tx: Transaction, facts: TenantFacts, *, except_request: str | None = None) -> TenantView:
    """A tenant without its stock: what others than `except_request` hold, and what nobody is offered."""
    return TenantView(
        skus=(),
        facts=as_the_ledger_has_it(tx, facts),
        reserved_seats=holds.active_seats(tx, except_request=except_request),
        held_numbers=holds.active_numbers(tx, except_request=except_request),
        resting=withheld.not_offered(tx),
    )
