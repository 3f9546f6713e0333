"""What there is to give: seats of products, and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from microsoft_teams.cards.core import CardElement

from bot.domain.stock_views import NumberState, PlaceStock, ProductStock
from bot.words import N_, Words
from cards import wording
from cards.elements import Card, button, card, heading, moment, rows, subtle, text, title
from cards.listing import Choosing, Listing, Option, Row, build
from cards.markdown import plain
from cards.numbers import place_line

__all__ = ["ORDER", "ORDERS", "Page", "products", "stock"]

ORDER = "order"
"""Id of the card's input."""

ORDERS = ("free", "name", "bought")
_ORDERS = {"free": N_("Fewest free first"), "name": N_("By name"), "bought": N_("Most bought first")}

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Page:
    """What a list of products shows of what there is."""

    as_of: datetime
    total: int
    offset: int
    order: str
    """One of `ORDERS`."""


def stock(
    owned: Sequence[ProductStock], places: Sequence[PlaceStock], as_of: datetime, verb: str, words: Words
) -> Card:
    """What matters for calling, and where numbers are; the rest is behind the buttons."""
    summary = words("Stock")
    body: list[CardElement] = [
        title(summary),
        heading(words("Free licences")),
        rows([_seats_line(one, words) for one in owned[:_SHOWN]] or [words("None")]),
        heading(words("Free numbers")),
        rows([_free_line(one, words) for one in places[:_SHOWN]] or [words("None")]),
        subtle(_as_of(as_of, words)),
    ]
    if len(owned) > _SHOWN or len(places) > _SHOWN:
        body.append(text(words("There is more: the lists below show all of it.")))
    actions = [
        button(words("All licences"), verb, {"list": "licences", ORDER: ORDERS[0], "offset": 0}),
        button(words("All numbers"), verb, {"list": "places", "offset": 0}),
    ]
    return card(summary, body, actions)


def _seats_line(one: ProductStock, words: Words) -> str:
    if one.unlimited:
        return words("**{product}**: as many as wanted", product=_name(one, words))
    line = words("**{product}**: {left}", product=_name(one, words), left=_left(one, words))
    return line + _waited(one, words)


def _left(one: ProductStock, words: Words) -> str:
    """Seats can be taken away while they are in use, or promised before they were."""
    if one.free < 0:
        return words.plural("{n} too few", "{n} too few", -one.free)
    return words("{n} free", n=one.free)


def _waited(one: ProductStock, words: Words) -> str:
    if not one.waited_for:
        return ""
    return " · " + words.plural("{n} request waits for one", "{n} requests wait for one", one.waited_for)


def _free_line(one: PlaceStock, words: Words) -> str:
    free = one.count(NumberState.FREE)
    return words("{place}: {n}", place=place_line(one, words), n=free)


def products(shown: Sequence[ProductStock], page: Page, verb: str, words: Words) -> Card:
    """Every product, a page at a time."""
    options = tuple(Option(one, words(_ORDERS[one])) for one in ORDERS)
    listing = Listing(
        heading=words("Licences"),
        rows=[Row(_seats_line(one, words), _how(one, words)) for one in shown],
        total=page.total,
        offset=page.offset,
        choices=(Choosing(ORDER, words("Order"), options, page.order),),
        notes=(_as_of(page.as_of, words),),
        empty=words("Microsoft has no licences for this organisation."),
        again={"list": "licences"},
    )
    return build(listing, verb, words)


def _how(one: ProductStock, words: Words) -> str:
    """What was bought and where it is."""
    parts = [words("{n} bought", n=one.bought), words("{n} assigned", n=one.assigned)]
    if one.promised:
        parts.append(words("{n} promised", n=one.promised))
    if one.grace:
        parts.append(words("{n} of a subscription that has run out", n=one.grace))
    return " · ".join(parts)


def _name(one: ProductStock, words: Words) -> str:
    """What the catalogue does not know is shown by its part number."""
    name = wording.product(one.sku_id, words)
    return plain(one.part_number) if name == plain(one.sku_id) and one.part_number else name


def _as_of(as_of: datetime, words: Words) -> str:
    return words("As Microsoft had it at {when}; asked again after a minute.", when=moment(as_of))
