"""`match`: what a rule applies to, as an admin writes it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, get_args

from babel.numbers import list_currencies

from bot.domain.amounts import read_amount
from bot.domain.catalogue.countries import country
from bot.domain.catalogue.products import products
from bot.domain.policy import Match
from bot.domain.policy_text.notes import Notes
from bot.domain.policy_text.sources import checked_id
from bot.domain.toml_places import Path
from bot.domain.values import Money
from bot.domain.wishes import Wish

__all__ = ["KINDS", "may_be_money", "money_of", "read_match"]

KINDS: tuple[str, ...] = tuple(one.model_fields["kind"].default for one in get_args(get_args(Wish)[0]))
"""Every kind of wish."""
_LISTS = ("kinds", "products", "countries", "requesters", "beneficiaries", "departments")
_AMOUNTS = ("amount_from", "amount_below", "monthly_from", "monthly_below")
_MONEY = re.compile(r"(?P<amount>.+?)\s*(?P<currency>[A-Za-z]{3})")


def read_match(found: Any, path: Path, notes: Notes) -> Match | None:
    """The match of a table; None, and notes, where something of it is wrong."""
    if not isinstance(found, dict):
        notes.add(path, 'is no table; write match = { kinds = ["number"] }')
        return None
    before = len(notes.problems)
    spelt = dict(found)
    for key in _LISTS:
        if key in spelt:
            spelt[key] = _list(spelt[key], (*path, key), notes)
    for key in _AMOUNTS:
        if key in spelt:
            spelt[key] = read_money(spelt[key], (*path, key), notes)
    read = notes.shaped(path, spelt, Match)
    if read:
        _check_limits(read, path, notes)
    return read if len(notes.problems) == before else None


def may_be_money(match: Match) -> bool:
    """Whether a rule can decide on money: on Communications Credits."""
    asked = match.amount_from is not None or match.amount_below is not None
    return asked or not match.kinds or "credits" in match.kinds


def read_money(found: Any, path: Path, notes: Notes) -> Money | None:
    """An amount written as `"500.00 EUR"` or as a table of minor units."""
    if isinstance(found, dict):
        amount = notes.shaped(path, found, Money)
    else:
        amount = money_of(found) if isinstance(found, str) else None
        if amount is None:
            notes.add(path, f'{found!r} is no amount of money; write it as in "500.00 EUR"')
    if amount and amount.currency not in list_currencies():
        notes.add(path, f"{amount.currency} is no currency; use three letters, as in EUR")
    if amount and amount.minor <= 0:
        notes.add(path, "the amount is not above zero; correct it or remove the key")
    return amount


def money_of(text: str) -> Money | None:
    """An amount with its currency, as in `500.00 EUR`; None where it cannot be read."""
    written = _MONEY.fullmatch(text.strip())
    return read_amount(written["amount"], written["currency"].upper()) if written else None


def _list(found: Any, path: Path, notes: Notes) -> Any:
    if not isinstance(found, list):
        notes.add(path, f'is no list; write {path[-1]} = ["..."]')
        return ()
    if not found:
        notes.add(path, "is empty; name at least one, or remove the key where any will do")
    read = _READERS.get(str(path[-1]), _text)
    return tuple(read(one, (*path, index), notes) for index, one in enumerate(found))


def _text(found: Any, path: Path, notes: Notes) -> str:
    if not isinstance(found, str) or not found.strip():
        notes.add(path, f"{found!r} is no text; write a name in quotes")
        return ""
    return found.strip()


def _kind(found: Any, path: Path, notes: Notes) -> str:
    if found not in KINDS:
        notes.add(path, f"unknown kind {found!r}; use {', '.join(sorted(KINDS))}")
    return str(found)


def _country(found: Any, path: Path, notes: Notes) -> str:
    if not isinstance(found, str) or country(found) is None:
        notes.add(path, f"unknown country {found!r}; use two capital letters, as in FR")
    return str(found)


def _product(found: Any, path: Path, notes: Notes) -> str:
    if found not in {one.part_number for one in products().values()}:
        notes.add(
            path,
            f"unknown product {found!r}; use a part number, as `switchboard catalogue show <name>` gives it",
        )
    return str(found)


def _id(found: Any, path: Path, notes: Notes) -> str:
    return checked_id(found, path, notes) or "?"


_READERS: dict[str, Callable[[Any, Path, Notes], str]] = {
    "kinds": _kind,
    "countries": _country,
    "products": _product,
    "requesters": _id,
    "beneficiaries": _id,
}


def _check_limits(match: Match, path: Path, notes: Notes) -> None:
    for name in ("amount", "monthly"):
        low, high = getattr(match, f"{name}_from"), getattr(match, f"{name}_below")
        if low and high and low.currency != high.currency:
            notes.add((*path, f"{name}_below"), f"is in another currency than {name}_from; use one of them")
        elif low and high and low.minor >= high.minor:
            notes.add((*path, f"{name}_below"), f"nothing is {name}_from and {name}_below; raise the second")
    low, high = match.people_from, match.people_below
    if low is not None and high is not None and low >= high:
        notes.add((*path, "people_below"), "nothing is people_from and people_below; raise the second")
    asks_amount = match.amount_from is not None
    if asks_amount and match.kinds and "credits" not in match.kinds:
        notes.add((*path, "amount_from"), 'only credits have an amount; add "credits" to kinds or remove it')
