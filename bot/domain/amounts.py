"""Amounts of money as plain text, for forms, tasks and records: `800.00`, with a point and nothing else.

Cards show money through `bot.words`; this is for values that are kept as text and read again.
"""

from __future__ import annotations

import re
from decimal import Decimal

from babel.numbers import get_currency_precision

from bot.domain.values import Money

__all__ = ["amount_of", "money_text", "read_amount", "with_currency"]

_GROUPING = dict.fromkeys(map(ord, " \u00a0\u2009\u202f'\u2019"))
"""Blanks, also those that keep figures together, and apostrophes."""
_KEPT = re.compile(r"(?P<amount>-?[0-9]+(?:\.[0-9]+)?) (?P<currency>[A-Z]{3})")
_AMOUNT = re.compile(r"(?P<whole>[0-9]{1,12})(?:[.,](?P<part>[0-9]{1,4}))?")


def money_text(amount: Money) -> str:
    """The amount in whole units of its currency, such as `800.00` for 80,000 cents."""
    places = get_currency_precision(amount.currency)
    return f"{Decimal(amount.minor).scaleb(-places):.{places}f}"


def with_currency(amount: Money) -> str:
    """The amount as it is kept in parameters of codes: `800.00 EUR`; `amount_of` reads it again."""
    return f"{money_text(amount)} {amount.currency}"


def amount_of(text: str) -> Money | None:
    """The amount that `with_currency` wrote; None for anything else."""
    found = _KEPT.fullmatch(text)
    if found is None:
        return None
    places = get_currency_precision(found["currency"])
    return Money(minor=int(Decimal(found["amount"]).scaleb(places)), currency=found["currency"])


def read_amount(text: str, currency: str) -> Money | None:
    """The amount somebody typed; None where it can be read in two ways, or in none.

    Blanks and apostrophes between thousands are understood. A comma or a point is taken for the decimal
    sign, and must not be followed by more digits than the currency has: `1,200` is refused rather than
    read as one euro twenty or as twelve hundred.
    """
    found = _AMOUNT.fullmatch(text.strip().translate(_GROUPING))
    if found is None:
        return None
    places = get_currency_precision(currency)
    part = found["part"] or ""
    if len(part) > places:
        return None
    return Money(minor=int(found["whole"] + part.ljust(places, "0")), currency=currency)
