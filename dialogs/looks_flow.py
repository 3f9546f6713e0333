"""What admins look up: requests, stock, numbers. Typed, and turned over page by page on cards.

A button carries what the list shows; whoever clicks is looked up again by the use case, as whoever types.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from bot.domain.catalogue.products import product
from bot.domain.delegations import SCOPES
from bot.domain.explaining import Inventory
from bot.domain.found_requests import Order, Search, Which
from bot.domain.plans import Refusal
from bot.domain.stock_views import NumberState, ProductStock, StockedNumber
from bot.teams.turn import Card, CardAction, CardAnswer, Scope, Turn
from bot.usecases import explain
from bot.usecases import search as searching
from bot.usecases import stock as stocks
from bot.usecases.desk import Desk
from bot.usecases.roles import refused
from bot.words import Words
from cards import found_requests, holdings, numbers, stock, wording
from cards.codes import in_one_line
from cards.listing import OFFSET, PAGE
from dialogs.inputs import person_id_in, text_in, whole_number_in

__all__ = ["LIST", "LooksFlow"]

LIST = "list.show"
"""The verb of every button that asks for a list, or for another page of one."""

_STATES: Mapping[str, frozenset[NumberState]] = {
    "free": frozenset({NumberState.FREE}),
    "held": frozenset({NumberState.PROMISED, NumberState.KEPT_BACK}),
    "quarantine": frozenset({NumberState.AT_REST}),
    "used": frozenset({NumberState.IN_USE}),
}

_ORDERS: Mapping[str, Callable[[ProductStock], Any]] = {
    "free": lambda one: (one.unlimited, one.free, one.part_number),
    "name": lambda one: one.part_number.casefold(),
    "bought": lambda one: (one.unlimited, -one.bought, one.part_number),
}

_ASKS_GRAPH = frozenset({"licences", "places", "numbers", "holdings"})
"""What may take a moment."""

Asked = Mapping[str, Any]
"""What a button carried, or what was typed in the same terms. Untrusted."""


class LooksFlow:
    """Lists of the desk."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lists: Mapping[str, Callable[[Turn, Words, Asked], Awaitable[Card | Refusal]]] = {
            "requests": self._requests,
            "licences": self._licences,
            "places": self._places,
            "numbers": self._numbers,
            "holdings": self._holdings,
        }

    async def send(self, turn: Turn, words: Words, asked: Asked) -> None:
        """The list that was typed for."""
        if asked["list"] in _ASKS_GRAPH:
            await turn.typing()
        await _say(turn, words, await self._card(turn, words, asked))

    async def on_list(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Another page, or the same list looked at in another way."""
        found = await self._card(turn, words, action.data)
        if isinstance(found, Refusal):
            return CardAnswer(error=in_one_line(found, words))
        return CardAnswer(card=found)

    async def send_stock(self, turn: Turn, words: Words) -> None:
        """What there is to give, in one look."""
        await turn.typing()
        found = await stocks.stock(self._desk, turn.actor)
        if isinstance(found, Refusal):
            await _say(turn, words, found)
            return
        matters = [one for one in found.products.products if _matters(one)]
        owned = sorted(matters, key=_ORDERS["free"])
        as_of = min(found.products.as_of, found.numbers.as_of)
        await _say(turn, words, stock.stock(owned, found.numbers.places, as_of, LIST, words))

    async def _card(self, turn: Turn, words: Words, asked: Asked) -> Card | Refusal:
        make = self._lists.get(text_in(asked, "list", 32), self._requests)
        return await make(turn, words, asked)

    async def _requests(self, turn: Turn, words: Words, asked: Asked) -> Card | Refusal:
        if turn.scope is not Scope.PERSONAL:
            refusal = await refused(self._desk, turn.actor, searching.SEES_ALL, "requests")
            if refusal is not None:
                return refusal
        search = _search(asked)
        found = await searching.find(self._desk, turn.actor, search, limit=PAGE)
        if isinstance(found, Refusal):
            return found
        again = {"list": "requests"} | ({"person": search.concerns} if search.concerns else {})
        opens = "requests.show" if turn.scope is Scope.PERSONAL else ""
        return found_requests.found(found, LIST, opens, again, words)

    async def _licences(self, turn: Turn, words: Words, asked: Asked) -> Card | Refusal:
        found = await stocks.products(self._desk, turn.actor)
        if isinstance(found, Refusal):
            return found
        order = _one_of(asked, stock.ORDER, stock.ORDERS) or stock.ORDERS[0]
        owned = sorted(found.products, key=_ORDERS[order])
        offset = _offset(asked, len(owned))
        page = owned[offset : offset + PAGE]
        return stock.products(page, stock.Page(found.as_of, len(owned), offset, order), LIST, words)

    async def _places(self, turn: Turn, words: Words, asked: Asked) -> Card | Refusal:
        found = await stocks.numbers(self._desk, turn.actor)
        if isinstance(found, Refusal):
            return found
        offset = _offset(asked, len(found.places))
        page = numbers.Page(found.as_of, len(found.places), offset)
        return numbers.places(found.places[offset : offset + PAGE], page, LIST, words)

    async def _numbers(self, turn: Turn, words: Words, asked: Asked) -> Card | Refusal:
        found = await stocks.numbers(self._desk, turn.actor)
        if isinstance(found, Refusal):
            return found
        country, city = text_in(asked, "country", 2), text_in(asked, "city", 80)
        state = _one_of(asked, numbers.STATE, _STATES)
        meant = [one for one in found.numbers if _is_meant(one, country, city, state)]
        offset = _offset(asked, len(meant))
        where = wording.place(country, city or None, words) if country else city
        page = numbers.Page(found.as_of, len(meant), offset, state, where)
        again = {"list": "numbers", "country": country, "city": city}
        return numbers.rows(meant[offset : offset + PAGE], page, LIST, again, words)

    async def _holdings(self, turn: Turn, words: Words, asked: Asked) -> Card | Refusal:
        person_id = person_id_in(asked, "person") or turn.actor.id
        found = await explain.what_has(self._desk, turn.actor, person_id)
        return holdings.build(found, words) if isinstance(found, Inventory) else found


async def _say(turn: Turn, words: Words, answer: Card | Refusal) -> None:
    if isinstance(answer, Refusal):
        await turn.say(in_one_line(answer, words))
    else:
        await turn.send_card(answer, answer["fallbackText"])


def _search(asked: Asked) -> Search:
    """Whatever is not known is as if it had not been said."""
    which = _one_of(asked, found_requests.WHICH, [one.value for one in Which])
    order = _one_of(asked, found_requests.ORDER, [one.value for one in Order])
    return Search(
        which=Which(which or Which.OPEN),
        scope=_one_of(asked, found_requests.SCOPE, SCOPES),
        concerns=person_id_in(asked, "person") or None,
        order=Order(order or Order.NEWEST),
        offset=whole_number_in(asked, OFFSET) or 0,
    )


def _one_of(asked: Asked, name: str, known: Sequence[str] | Mapping[str, Any]) -> str:
    said = text_in(asked, name, 32)
    return said if said in known else ""


def _offset(asked: Asked, total: int) -> int:
    """Within what there is: it may have become less since the card was made."""
    wanted = whole_number_in(asked, OFFSET) or 0
    return min(wanted, max(0, (total - 1) // PAGE * PAGE))


def _matters(one: ProductStock) -> bool:
    """What the desk hands out, as far as the organisation has any of it, or somebody waits for it."""
    known = product(one.sku_id)
    return known is not None and bool(known.use) and (one.bought > 0 or one.waited_for > 0)


def _is_meant(one: StockedNumber, country: str, city: str, state: str) -> bool:
    """`city` in whatever letters."""
    if country and one.number.country != country:
        return False
    if city and (one.number.city or "").casefold() != city.casefold():
        return False
    return not state or one.state in _STATES[state]
