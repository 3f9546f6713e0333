"""Whether what somebody has can carry what is wished: looked up in the table of add-ons (R21, R22, R25)."""

from __future__ import annotations

from bot.domain.catalogue.addons import AddOn, decision
from bot.domain.catalogue.products import Use, product, products
from bot.domain.people import Holdings
from bot.domain.plans import Notice, NoticeLevel, Refusal
from bot.domain.tenant import Era

__all__ = ["base_notices", "base_refusal"]

_BEST_FIRST = ("included", "add", "verify", "upgrade", "third_party", "not_possible", "manual")
"""Whoever has two suites can do what the better of them can."""


def base_refusal(use: Use, wished: str, holdings: Holdings, era: Era) -> Refusal | None:
    """Why the person's suite cannot carry it, and what to move to; None where it can, or nobody knows."""
    found = _decided(use, holdings, era)
    if found is None or found[1].decision in ("included", "add", "verify"):
        return None
    base, row = found
    name = holdings.person.name
    params = {"name": name, "base": base, "product": wished, "choices": _choices(row)}
    return Refusal(code="SB-LIC-26", params=params)


def base_notices(use: Use, wished: str, holdings: Holdings, era: Era) -> tuple[Notice, ...]:
    """Where nobody has written down that it goes together, people look what Microsoft offers them."""
    found = _decided(use, holdings, era)
    if found is None or found[1].decision != "verify":
        return ()
    params = {"base": found[0], "product": wished}
    return (Notice(code="SB-LIC-47", level=NoticeLevel.WARN, params=params),)


def _choices(row: AddOn) -> str:
    """Products to move to, the recommended first."""
    names = (
        next((one.name for one in products().values() if one.family == family and one.sale == "sold"), family)
        for family in row.upgrade_to
    )
    return ", ".join(names) or "-"


def _decided(use: Use, holdings: Holdings, era: Era) -> tuple[str, AddOn] | None:
    """The best decision for any base the person has, with the name of that base."""
    found = []
    for held in holdings.licences:
        known = product(held.sku_id) if held.in_force else None
        if known is None or not known.family:
            continue
        row = decision(era, known.family, use)
        if row is not None and row.base:
            found.append((known.name, row))
    return min(found, key=lambda one: _BEST_FIRST.index(one[1].decision), default=None)
