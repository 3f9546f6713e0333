"""What people say was paid in for an order of Communications Credits, beside what was approved (J08).

Nothing here is known from Microsoft: it is evidence, as somebody put it on record.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.amounts import read_amount, with_currency
from bot.domain.credits import Purchase, expires_on
from bot.domain.errors import Bug
from bot.domain.plans import Refusal
from bot.domain.tasks import TaskKind
from bot.domain.values import Money, Value

__all__ = ["PAID_FOR", "Payment", "entry_of_order", "payment_of", "payment_problems"]

PAID_FOR = frozenset({TaskKind.ADD_FUNDS, TaskKind.PARTNER_FUNDS})
"""Tasks that end with money paid in."""


class Payment(Value):
    """One order, and what it leaves of the amount that was approved."""

    order: str
    """Its number, as the seller gave it."""
    amount: Money
    on: date
    differs: str = ""
    """Why it is another amount than the one approved, in the words of whoever paid."""
    approved: Money
    """What the task asked for; of an amount paid in several orders, what was open before this one."""
    before: Money
    """Paid in by earlier orders of the same task."""

    @property
    def purchase(self) -> Purchase:
        return Purchase(id=entry_of_order(self.order), on=self.on, amount=self.amount)

    @property
    def left(self) -> Money:
        """What is still to come: nothing where somebody said why it is another amount."""
        rest = 0 if self.differs else max(self.approved.minor - self.amount.minor, 0)
        return Money(minor=rest, currency=self.amount.currency)

    @property
    def paid(self) -> Money:
        """By all orders of the task."""
        return Money(minor=self.before.minor + self.amount.minor, currency=self.amount.currency)

    @property
    def asked(self) -> Money:
        """What was approved in the beginning."""
        return Money(minor=self.before.minor + self.approved.minor, currency=self.amount.currency)

    @property
    def as_approved(self) -> bool:
        return self.paid.minor == self.asked.minor


_LONGEST_ORDER = 100
"""Characters of a number in small letters, which may be more than were typed."""


def entry_of_order(order: str) -> str:
    """The id of the ledger's entry for an order: the same however its number is typed."""
    return f"order:{''.join(order.replace('#', ' ').split()).casefold()[:_LONGEST_ORDER]}"


def payment_of(params: Mapping[str, str], evidence: Mapping[str, str]) -> Payment:
    """The payment that evidence tells of which `read_evidence` has let pass; `params` are the task's."""
    currency = params["currency"]
    return Payment(
        order=evidence["order"],
        amount=_amount(evidence["amount"], currency),
        on=date.fromisoformat(evidence["bought_on"]),
        differs=evidence.get("differs", ""),
        approved=_amount(params["amount"], currency),
        before=_amount(params.get("paid") or "0", currency),
    )


def _amount(text: str, currency: str) -> Money:
    found = read_amount(text, currency)
    if found is None:
        raise Bug(f"{text!r} was kept as an amount of {currency}")
    return found


def payment_problems(
    params: Mapping[str, str], evidence: Mapping[str, str], today: date
) -> Mapping[str, Refusal]:
    """What cannot be right about it, by field: more than was approved without a word why, or long ago."""
    paid = payment_of(params, evidence)
    problems: dict[str, Refusal] = {}
    if paid.amount.minor > paid.approved.minor and not paid.differs:
        shown = {"amount": with_currency(paid.approved)}
        problems["amount"] = Refusal(code="SB-CRE-46", params=shown)
    if expires_on(paid.on) <= today:
        problems["bought_on"] = Refusal(code="SB-CRE-48")
    return problems
