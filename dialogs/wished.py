"""From the meanings of words to the one wish that was said, with what it already says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import get_args

from bot.domain.wishes import Wish
from dialogs.lexicon.concepts import Concept
from dialogs.meanings import ABSORBS, ASIDE, MEANINGS, NO_WISH, Fact, Meaning, Sign
from dialogs.persons import person_in
from dialogs.reading import Hit, Reading, read
from dialogs.slots import amount_of, ending_of, named_products, place_of, quantity_of

__all__ = ["WISHES", "Understood", "as_meant", "wished"]

WISHES = frozenset(one.model_fields["kind"].default for one in get_args(get_args(Wish)[0]))
"""Every kind of wish."""

_MOST_CANDIDATES = 4
_OFFERED = frozenset({*WISHES, "holdings"})
"""What can be offered where several could be meant."""
_ANSWERABLE = _OFFERED | {"why"}


@dataclass(frozen=True, slots=True)
class Understood:
    """`kind`: the one thing that was said; else `candidates`, if there is anything to offer."""

    kind: str | None = None
    person: str | None = None
    prefill: Mapping[str, str] = field(default_factory=dict)
    candidates: tuple[str, ...] = ()
    bare: bool = False
    """Nothing was said but a thing and for whom."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A message with everything that was found in it."""

    reading: Reading
    person: str | None
    products: list[tuple[Hit, str]]
    places: list[tuple[str, str]]
    amount: tuple[str, str] | None
    quantity: int | None
    ending: str


def wished(text: str) -> Understood:
    """What a message is read as."""
    said = _taken_apart(text)
    signs = _signs(said)
    kinds = _kinds(signs)
    if not NO_WISH.isdisjoint(signs) and kinds.isdisjoint({"leaver", "why"}):
        return Understood()
    if len(kinds) == 1:
        return _as(kinds.pop(), said, bare=Fact.BARE in signs)
    offered = tuple(kind for kind in sorted(kinds) if kind in _OFFERED) if kinds else _aside(signs)
    return Understood(person=said.person, candidates=offered[:_MOST_CANDIDATES])


def as_meant(text: str, meant: str) -> Understood:
    """The same message, by somebody who has said which of several things it is.

    Raises `ValueError` when `meant` is nothing that can be said.
    """
    if meant not in _ANSWERABLE:
        raise ValueError(meant)
    return _as(meant, _taken_apart(text), bare=False)


def _taken_apart(text: str) -> _Said:
    reading = read(text)
    return _Said(
        reading=reading,
        person=person_in(reading),
        products=named_products(reading),
        places=place_of(reading),
        amount=amount_of(text),
        quantity=quantity_of(reading),
        ending=ending_of(reading),
    )


def _as(kind: str, said: _Said, *, bare: bool) -> Understood:
    fill = _PREFILLS.get(kind)
    return Understood(kind=kind, person=said.person, prefill=fill(said) if fill else {}, bare=bare)


def _kinds(signs: frozenset[Sign]) -> set[str]:
    """What can be read, less what something else says as well."""
    negated = Concept.NOT in signs
    read_as = [one for one in MEANINGS if _fits(one, signs) and (one.also_negated or not negated)]
    found = {one.kind for one in read_as}
    absorbed = frozenset[str]().union(*(one.absorbs | ABSORBS[one.kind] for one in read_as))
    return found - absorbed or found


def _fits(meaning: Meaning, signs: frozenset[Sign]) -> bool:
    return signs.isdisjoint(meaning.without) and all(not signs.isdisjoint(need) for need in meaning.needs)


def _aside(signs: frozenset[Sign]) -> tuple[str, ...]:
    return next((offered for words, offered in ASIDE if not signs.isdisjoint(words)), ())


def _signs(said: _Said) -> frozenset[Sign]:
    """The concepts of the words, and what follows from several of them together."""
    reading = said.reading
    facts: Mapping[Fact, bool] = {
        Fact.SEVERAL: (said.quantity or 0) > 1,
        Fact.MONEY: said.amount is not None,
        Fact.PLACE: bool(said.places),
        Fact.PERSON: said.person is not None,
        Fact.TWO_PRODUCTS: len({use or hit.first for hit, use in said.products}) > 1,
        Fact.FROM_TO: _from_to(said),
        Fact.BARE: _bare(said),
        Fact.FULL_BARE: _bare(said) and _names_a_phone_number(reading),
        Fact.LACKS: _lacks(reading),
        Fact.QUESTION_ALONE: not reading.concepts & _THINGS,
        Fact.UNKNOWN_WORD: _names_something(reading),
    }
    return frozenset[Sign](reading.concepts) | {fact for fact, true in facts.items() if true}


_PALE = frozenset(
    {
        Concept.FILLER, Concept.TO, Concept.FROM, Concept.AND, Concept.MINE, Concept.WHY, Concept.NOT,
        Concept.ASK, Concept.HAVE, Concept.WANT, Concept.GIVE, Concept.SHOW, Concept.ONLY, Concept.HOW,
    }
)  # fmt: skip
"""Words that a thing is talked about with."""
_THINGS = frozenset(Concept) - _PALE - {Concept.OURS, Concept.PHONE}


def _bare(said: _Said) -> bool:
    """Whether nothing but a thing, and for whom, was said: "a phone number for Ana"."""
    reading = said.reading
    name = frozenset((said.person or "").split())
    loud = {
        Concept.MINE, Concept.WHY, Concept.NOT, Concept.ASK, Concept.HAVE, Concept.SHOW, Concept.ONLY,
        Concept.WANT, Concept.GIVE, Concept.HOW, Concept.ORDER,
    }  # fmt: skip
    known = all(reading.hit_at(position) or unit.said in name for position, unit in enumerate(reading.units))
    return known and reading.concepts.isdisjoint(loud)


def _names_a_phone_number(reading: Reading) -> bool:
    """More than the word "number" or "line" alone, which may be any."""
    units = sum(hit.after - hit.first for hit in reading.of(Concept.NUMBER, Concept.PHONE))
    return units > (1 if "zh" not in reading.languages else 2)


def _lacks(reading: Reading) -> bool:
    """Has none, and says what for: "I don't have a number yet and need to call customers"."""
    return {Concept.NOT, Concept.HAVE} <= reading.concepts and not reading.concepts.isdisjoint(
        {Concept.WANT, Concept.CALL_OUT}
    )


def _names_something(reading: Reading) -> bool:
    return any(
        reading.hit_at(position) is None and any(char.isalpha() for char in unit.norm)
        for position, unit in enumerate(reading.units)
    )


def _from_to(said: _Said) -> bool:
    """From one product to another."""
    if len(said.products) < 2:
        return False
    first, second = (hit for hit, _ in said.products[:2])
    before = any(hit.after <= second.first for hit in said.reading.of(Concept.FROM))
    between = any(
        first.after <= hit.first < second.first for hit in said.reading.of(Concept.TO, Concept.CHANGE)
    )
    return before and between


def _number(said: _Said) -> dict[str, str]:
    found = _place(said)
    return {**found, "ending": said.ending} if said.ending else found


def _place(said: _Said) -> dict[str, str]:
    """The last place named is where somebody wants to be; the country alone where only that was said."""
    if not said.places:
        return {}
    country, city = said.places[-1]
    return {"country": country, "city": city} if city else {"country": country}


def _licence(said: _Said) -> dict[str, str]:
    named = {use for _, use in said.products if use}
    return {"product": named.pop()} if len(named) == 1 else {}


def _phone_user(said: _Said) -> dict[str, str]:
    plans = {use for _, use in said.products if use in _PLANS}
    plan = {"calling_plan": plans.pop()} if len(plans) == 1 else {}
    return {**_number(said), **plan}


_PLANS = frozenset({"domestic", "domestic_120", "domestic_240", "international", "payg"})


def _meeting(said: _Said) -> dict[str, str]:
    per_minute = any(use == "conferencing_ppm" for _, use in said.products)
    return {"pay_per_minute": "true"} if per_minute or Concept.PER_MINUTE in said.reading.concepts else {}


def _swap(said: _Said) -> dict[str, str]:
    """What goes and what comes; the order says which, and "instead of" turns it round."""
    uses = [use for _, use in said.products]
    if len(uses) == 2:
        given_up, got = reversed(uses) if said.reading.of(Concept.INSTEAD) else uses
        return {name: use for name, use in (("give_up", given_up), ("get", got)) if use}
    if len(uses) != 1 or not uses[0]:
        return {}
    return {"get" if _is_aim(said, said.products[0][0]) else "give_up": uses[0]}


def _is_aim(said: _Said, product: Hit) -> bool:
    """Whether the one product named is where it goes: "upgrade me to E5"."""
    heard = said.reading.of(Concept.TO, Concept.CHANGE)
    first = said.reading.units[product.first]
    if first.han or "zh" in said.reading.languages:
        return any(hit.after == product.first for hit in heard) and not _gone(said.reading)
    filler = {Concept.FILLER, Concept.MINE}
    before = product.first - 1
    while before >= 0 and said.reading.means(before, *filler) and not said.reading.means(before, Concept.TO):
        before -= 1
    return before >= 0 and said.reading.means(before, Concept.TO) and not _gone(said.reading)


def _gone(reading: Reading) -> bool:
    return not reading.concepts.isdisjoint({Concept.RELEASE, Concept.REMOVE, Concept.SPARE})


def _service(said: _Said) -> dict[str, str]:
    concepts = said.reading.concepts
    purposes = {purpose for concept, purpose in _PURPOSES.items() if concept in concepts}
    purpose = {"purpose": purposes.pop()} if len(purposes) == 1 else {}
    tariff = {"tariff": "toll_free"} if Concept.TOLL_FREE in concepts else {}
    return {**_place(said), **purpose, **tariff}


_PURPOSES = {
    Concept.QUEUE: "queue",
    Concept.ATTENDANT: "attendant",
    Concept.BRIDGE: "bridge",
    Concept.ROOM: "room",
}


def _order(said: _Said) -> dict[str, str]:
    return {**_place(said), **({"quantity": str(said.quantity)} if said.quantity else {})}


def _port(said: _Said) -> dict[str, str]:
    operators = said.reading.of(Concept.OPERATOR)
    names = [said.reading.said(hit.first, hit.after) for hit in operators]
    proper = [name for name in names if name[:1].isupper()]
    return {**_place(said), **({"operator": proper[0]} if proper else {})}


def _credits(said: _Said) -> dict[str, str]:
    return {"amount": said.amount[0], "currency": said.amount[1]} if said.amount else {}


def _why(said: _Said) -> dict[str, str]:
    """What is asked about: a product as the catalogue calls it, the number itself, or the words left over."""
    named = [(hit, use) for hit, use in said.products]
    if named:
        hit, use = named[0]
        return {"product": use or said.reading.said(hit.first, hit.after)}
    if said.reading.concepts & {Concept.NUMBER, Concept.NUMBERS}:
        return {"product": "number"}
    left = _left_over(said)
    return {"product": left} if left else {}


def _left_over(said: _Said) -> str:
    """The words that are neither known nor the person's name."""
    name = {word.casefold() for word in (said.person or "").split()}
    reading = said.reading
    return " ".join(
        unit.said
        for position, unit in enumerate(reading.units)
        if reading.hit_at(position) is None and unit.said.casefold() not in name
    )


_PREFILLS: Mapping[str, Callable[[_Said], dict[str, str]]] = {
    "number": _number,
    "number_change": _number,
    "licence": _licence,
    "phone_user": _phone_user,
    "meeting_organiser": _meeting,
    "swap": _swap,
    "mover": _place,
    "service_number": _service,
    "number_order": _order,
    "number_port": _port,
    "credits": _credits,
    "why": _why,
}
