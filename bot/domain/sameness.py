"""When two wishes are for the same thing, so that the second is shown the first (V5, J09)."""

from __future__ import annotations

from hashlib import sha256

from bot.domain.wishes import (
    CreditsWish,
    LicenceWish,
    NumberOrderWish,
    NumberPortWish,
    ServiceNumberWish,
    SwapWish,
    Wish,
)

__all__ = ["same_thing"]

_GETS_A_NUMBER = frozenset({"number", "phone_user", "number_change", "mover"})
_GIVES_IT_UP = frozenset({"number_release", "leaver"})


def same_thing(wish: Wish) -> str:
    """A key that wishes for the same thing share, whoever asks: target, action and kind of thing.

    Different ways to a number of one's own are one thing; of licences, orders and services there may be
    several that differ.
    """
    if wish.kind in _GETS_A_NUMBER:
        return f"number:{wish.beneficiary_id}"
    if wish.kind in _GIVES_IT_UP:
        return f"no-number:{wish.beneficiary_id}"
    what = _particulars(wish)
    return f"{wish.kind}:{wish.beneficiary_id}{f':{_short(what)}' if what else ''}"


def _particulars(wish: Wish) -> tuple[object, ...]:
    match wish:
        case LicenceWish():
            return (wish.product.casefold(),)
        case SwapWish():
            return (wish.give_up.casefold(), wish.get.casefold())
        case ServiceNumberWish():
            return (wish.purpose, wish.country, wish.tariff, wish.name.casefold(), wish.account_id)
        case NumberOrderWish():
            return (wish.country, (wish.city or "").casefold(), wish.usage, wish.tariff)
        case NumberPortWish():
            return tuple(sorted(wish.numbers))
        case CreditsWish():
            return (wish.amount.currency,) if wish.buys else (wish.amount.currency, "recharge")
        case _:
            return ()


def _short(what: tuple[object, ...]) -> str:
    """Short enough for a column, whatever was typed."""
    return sha256(repr(what).encode()).hexdigest()[:24]
