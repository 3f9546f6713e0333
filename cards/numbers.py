"""The tenant's numbers: by place, one by one, and whose one of them is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from microsoft_teams.cards.core import CardElement

from bot.domain.kept_back import KeptBack
from bot.domain.numbers import NumberType
from bot.domain.people import Person
from bot.domain.stock_views import NumberState, PlaceStock, StockedNumber, Why
from bot.words import N_, Words
from cards import wording
from cards.elements import Card, button, card, facts, moment, title
from cards.listing import Choosing, Listing, Option, Row, build
from cards.markdown import plain

__all__ = ["STATE", "Page", "kept_back_line", "owner", "place_line", "places", "rows", "state_name"]

STATE = "state"
"""Id of the card's input."""

EVERY = "every"

_TYPES = {
    NumberType.CALLING_PLAN: N_("Calling Plan"),
    NumberType.DIRECT_ROUTING: N_("Direct Routing"),
    NumberType.OPERATOR_CONNECT: N_("Operator Connect"),
    NumberType.UNKNOWN: N_("of a kind not known here"),
}
_STATES = {
    NumberState.FREE: N_("free"),
    NumberState.PROMISED: N_("promised"),
    NumberState.KEPT_BACK: N_("kept back"),
    NumberState.AT_REST: N_("at rest"),
    NumberState.IN_USE: N_("in use"),
}
_FILTERS = (
    Option(EVERY, N_("All")),
    Option("free", N_("Free")),
    Option("held", N_("Promised or kept back")),
    Option("quarantine", N_("At rest")),
    Option("used", N_("In use")),
)


@dataclass(frozen=True, slots=True)
class Page:
    """What a list of numbers shows of what there is."""

    as_of: datetime
    total: int
    offset: int
    state: str = ""
    """One of the card's choices; empty: all."""
    where: str = ""
    """The place that was asked for, as the reader calls it; empty: everywhere."""


def state_name(state: NumberState, words: Words) -> str:
    """Whether a number can be given, in a word or two."""
    return words(_STATES[state])


def places(stock: Sequence[PlaceStock], page: Page, verb: str, words: Words) -> Card:
    """Numbers by place. The buttons lead to the numbers themselves."""
    listing = Listing(
        heading=words("Numbers by place"),
        rows=[_place_row(one, verb, words) for one in stock],
        total=page.total,
        offset=page.offset,
        notes=(_as_of(page, words),),
        empty=words("Microsoft has no numbers for this organisation."),
        again={"list": "places"},
    )
    return build(listing, verb, words)


def _place_row(one: PlaceStock, verb: str, words: Words) -> Row:
    where = {"list": "numbers", "country": one.country, "city": one.city, STATE: EVERY, "offset": 0}
    show = button(words("Show"), verb, where)
    name = wording.place(one.country, one.city, words)
    show.tooltip = words("Show the numbers of {place}", place=name)
    return Row(place_line(one, words), _counts(one, words), show)


def place_line(one: PlaceStock, words: Words) -> str:
    """Where, which kind, and what for."""
    use = words("for people") if one.for_people else words("for queues, attendants and bridges")
    place = wording.place(one.country, one.city or None, words)
    return words("**{place}** · {type} · {use}", place=place, type=words(_TYPES[one.number_type]), use=use)


def _counts(one: PlaceStock, words: Words) -> str:
    found = [
        words("{n} {state}", n=one.count(state), state=words(name))
        for state, name in _STATES.items()
        if one.count(state) or state is NumberState.FREE
    ]
    return " · ".join(found)


def rows(
    numbers: Sequence[StockedNumber], page: Page, verb: str, again: dict[str, str], words: Words
) -> Card:
    """Numbers one by one."""
    heading = words("Numbers of {place}", place=page.where) if page.where else words("Numbers")
    options = tuple(Option(one.value, words(one.label)) for one in _FILTERS)
    listing = Listing(
        heading=heading,
        rows=[Row(_number_line(one, words), _why_line(one.why, words)) for one in numbers],
        total=page.total,
        offset=page.offset,
        choices=(Choosing(STATE, words("Which"), options, page.state or EVERY),),
        notes=(_as_of(page, words),),
        empty=words("There are none."),
        again=again,
    )
    return build(listing, verb, words)


def _number_line(one: StockedNumber, words: Words) -> str:
    number = one.number
    place = wording.place(number.country, number.city, words)
    shown = wording.number(number.telephone_number)
    return words("**{number}** · {place} · {type}", number=shown, place=place,
                 type=words(_TYPES[number.number_type]))  # fmt: skip


def _why_line(why: Why, words: Words) -> str:
    """What becomes of a number, until when and why, as far as that is known."""
    parts = [words(_STATES[why.state])]
    if why.request_id:
        parts = [words("promised to {id}", id=why.request_id)]
    if why.until:
        parts.append(words("until {when}", when=moment(why.until)))
    if why.said:
        parts.append(plain(why.said, 160))
    return " · ".join(parts)


def _as_of(page: Page, words: Words) -> str:
    return words("As Microsoft had it at {when}; asked again after a minute.", when=moment(page.as_of))


def owner(one: StockedNumber, holder: Person | None, words: Words) -> Card:
    """The answer to `who has`."""
    number = one.number
    heading = wording.number(number.telephone_number)
    pairs = [(words("Holder"), _holder(one, holder, words)), (words("State"), _why_line(one.why, words))]
    if holder is not None and holder.department:
        pairs.append((words("Department"), plain(holder.department, 80)))
    pairs.append((words("Kind"), words(_TYPES[number.number_type])))
    pairs.append((words("Place"), wording.place(number.country, number.city, words)))
    body: list[CardElement] = [title(heading), facts(pairs)]
    return card(heading, body)


def _holder(one: StockedNumber, holder: Person | None, words: Words) -> str:
    if holder is not None:
        return wording.person(holder.ref, words)
    if one.number.target_id is None:
        return words("nobody")
    # Bridges and applications are not people, and people leave.
    return words("{id}, whom the directory does not know", id=plain(one.number.target_id, 64))


def kept_back_line(kept: KeptBack, words: Words) -> str:
    """What somebody hears who keeps a number back."""
    return words(
        "{number} is kept back until {when}: nobody is offered it. Write **release {e164}** to offer it "
        "sooner.",
        number=wording.number(kept.telephone_number),
        when=moment(kept.until),
        e164=kept.telephone_number,
    )
