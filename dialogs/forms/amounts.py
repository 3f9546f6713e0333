"""Amounts of money as people type them: `1 200,50`, `1,200.50`, `1200`. Unsure rather than wrong."""

from __future__ import annotations

import re
from decimal import Decimal

from babel import Locale
from babel.numbers import get_currency_precision, get_decimal_symbol

from bot.domain.values import Money
from bot.words import Words

__all__ = ["is_amount", "money", "read_amount", "read_amounts", "shown_amount"]

_BLANKS = re.compile(r"[\s'\u2019\u00a0\u202f]+")
_SHAPE = re.compile(r"[0-9]{1,12}(?:\.[0-9]{1,4})?")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[.,][0-9]{3})+")
_DIVIDED = re.compile(r"\s*[;\n]\s*|,\s+")
_MOST_DIGITS = 12


def read_amount(text: str, currency: str, words: Words) -> str | None:
    """The amount as `1200.50`; None where it could mean two things, or is none at all."""
    precision = get_currency_precision(currency)
    symbol = get_decimal_symbol(Locale.parse(words.locale))
    plain = _plain(_BLANKS.sub("", text), symbol, precision)
    if plain is None or len(plain) > _MOST_DIGITS:
        return None
    return plain if is_amount(plain, currency) else None


def _plain(said: str, symbol: str, precision: int) -> str | None:
    """Digits with at most one point. The last of two different separators divides the fraction."""
    used = [char for char in said if char in ".,"]
    if not used:
        return said
    if len(set(used)) == 2:
        return _with_fraction(said, used[-1])
    if len(used) > 1:
        return re.sub("[.,]", "", said) if _GROUPED.fullmatch(said) else None
    behind = len(said.partition(used[0])[2])
    if behind != 3:
        return said.replace(used[0], ".")
    if used[0] != symbol:
        return said.replace(used[0], "") if _GROUPED.fullmatch(said) else None
    return said.replace(used[0], ".") if precision == 3 else None


def _with_fraction(said: str, last: str) -> str | None:
    whole, _, fraction = said.rpartition(last)
    if last in whole or not _GROUPED.fullmatch(whole):
        return None
    return re.sub("[.,]", "", whole) + "." + fraction


def is_amount(plain: str, currency: str) -> bool:
    """Whether this is an amount that was read, and not what somebody typed that could not be."""
    _, _, fraction = plain.partition(".")
    return _SHAPE.fullmatch(plain) is not None and len(fraction) <= get_currency_precision(currency)


def read_amounts(text: str, currency: str, words: Words) -> str | None:
    """Several amounts as `80 100 120`; None unless each can be read."""
    parts = [part for part in _DIVIDED.split(text.strip()) if part]
    if len(parts) == 1 and " " in parts[0]:
        parts = parts[0].split()
    amounts = [read_amount(part, currency, words) for part in parts]
    return " ".join(one for one in amounts if one) if all(amounts) else None


def shown_amount(plain: str, words: Words) -> str:
    """An amount that was read, with the decimal sign of the reader."""
    return plain.replace(".", get_decimal_symbol(Locale.parse(words.locale)))


def money(plain: str, currency: str) -> Money:
    """An amount that was read, as money. Raises `decimal.InvalidOperation` for anything else."""
    return Money(minor=int(Decimal(plain).scaleb(get_currency_precision(currency))), currency=currency)
