"""Finding the product somebody means: by id, part number, or any name it has or had."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from functools import cache

from rapidfuzz import fuzz, process

from bot.domain.catalogue.products import Product, products
from bot.domain.plans import Refusal

__all__ = ["find_product", "normalised"]

_NEAREST = 3
_WORTH_NAMING = 55.0
"""Below this likeness (0-100) a name is no suggestion."""

_ONLY_IF_OWNED = frozenset({"MCOPSTNPP"})
"""Legacy products that a name means only where the organisation still has them (R03)."""


def find_product(text: str, owned: Collection[str] = ()) -> Product | Refusal:
    """The one product `text` means (R02), or a refusal that names the nearest.

    `owned` are the skuIds the organisation has: they decide when a name is shared, or is an old one (R03).
    Names that differ in wording but not in product are one product (R04).
    """
    wanted = normalised(text)
    candidates = _exact().get(wanted) or _by_words(wanted)
    found = _decide(candidates, owned)
    return found or Refusal(code="SB-LIC-09", params={"text": text.strip(), "nearest": _nearest(wanted)})


def normalised(text: str) -> str:
    """Text as it is compared: no accents, no case, no double blanks; wide forms made narrow."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(plain.split())


def _decide(candidates: tuple[Product, ...], owned: Collection[str]) -> Product | None:
    usable = [one for one in candidates if one.part_number not in _ONLY_IF_OWNED or one.sku_id in owned]
    held = [one for one in usable if one.sku_id in owned]
    chosen = held or usable
    return chosen[0] if len(chosen) == 1 else None


def _by_words(wanted: str) -> tuple[Product, ...]:
    """Products with a name that contains every word typed."""
    typed = wanted.split()
    found = {
        one.sku_id: one
        for name, named in _exact().items()
        if typed and _says_all(name.replace("(", " ").split(), typed)
        for one in named
    }
    return tuple(found.values())


def _says_all(name: list[str], typed: list[str]) -> bool:
    """Whether each word typed is a word of the name or begins one; "with" does not begin "without"."""
    return all(any(_begins(part, word) for part in name) for word in typed)


def _begins(part: str, word: str) -> bool:
    return part == word or (part.startswith(word) and part != "without")


def _nearest(wanted: str) -> str:
    hits = process.extract(
        wanted, list(_exact()), scorer=fuzz.ratio, limit=_NEAREST * 4, score_cutoff=_WORTH_NAMING
    )
    found = dict.fromkeys(f"{one.name} ({one.part_number})" for name, _, _ in hits for one in _exact()[name])
    return ", ".join(list(found)[:_NEAREST]) or "-"


@cache
def _exact() -> dict[str, tuple[Product, ...]]:
    """Everything a product is called, as it is compared."""
    named: dict[str, dict[str, Product]] = {}
    for one in products().values():
        for name in (one.sku_id, one.part_number, one.name, *one.aliases):
            named.setdefault(normalised(name), {})[one.sku_id] = one
    return {name: tuple(found.values()) for name, found in named.items()}
