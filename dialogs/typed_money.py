"""An amount with its currency, as admins type it: `214.30 EUR`, `€214.30`, `1 214,30 eur`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from babel.numbers import list_currencies

from bot.domain.values import Money
from bot.words import Words
from dialogs.forms.amounts import money, read_amount

__all__ = ["typed_money"]

_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_NAME = "[a-z]{3}|[€$£]"
_TYPED = re.compile(
    rf"(?P<before>{_NAME})?\s*(?P<figure>\d[\d .,'\u2019\u00a0\u202f]*?)\s*(?P<after>{_NAME})?", re.IGNORECASE
)


def typed_money(typed: str, known: Sequence[str], words: Words) -> Money | None:
    """The amount; None where it may mean two things or nothing.

    Without a currency it is the one of `known`, where that is only one.
    """
    found = _TYPED.fullmatch(typed.strip())
    if found is None or (found["before"] and found["after"]):
        return None
    currency = _currency(found["before"] or found["after"] or "", known)
    plain = read_amount(found["figure"], currency, words) if currency else None
    return money(plain, currency) if plain else None


def _currency(named: str, known: Sequence[str]) -> str:
    if not named:
        return known[0] if len(known) == 1 else ""
    code = _SIGNS.get(named, named.upper())
    return code if code in list_currencies() else ""
