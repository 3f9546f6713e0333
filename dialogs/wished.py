"""From the meanings of words to the one wish that was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from bot.domain.wishes import Wish
from dialogs.lexicon.concepts import PRODUCTS, Concept
from dialogs.meanings import ABSORBS, ASIDE, MEANINGS, NO_WISH, Fact, Meaning, Sign
from dialogs.prefills import Said, left_over, prefill, take_apart
from dialogs.reading import Reading

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


def wished(text: str) -> Understood:
    """What a message is read as."""
    said = take_apart(text)
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
    return _as(meant, take_apart(text), bare=False)


def _as(kind: str, said: Said, *, bare: bool) -> Understood:
    return Understood(kind=kind, person=said.person, prefill=prefill(kind, said), bare=bare)


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


def _signs(said: Said) -> frozenset[Sign]:
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
        Fact.QUESTION_ALONE: not reading.concepts & _TELLING,
        Fact.UNKNOWN_WORD: _names_something(said),
    }
    return frozenset[Sign](reading.concepts) | {fact for fact, true in facts.items() if true}


_PALE = frozenset(
    {
        Concept.FILLER, Concept.TO, Concept.FROM, Concept.AND, Concept.MINE, Concept.WHY, Concept.NOT,
        Concept.ASK, Concept.HAVE, Concept.WANT, Concept.GIVE, Concept.SHOW, Concept.ONLY, Concept.HOW,
    }
)  # fmt: skip
"""Words that a thing is talked about with."""
_TELLING = frozenset(Concept) - _PALE - {Concept.OURS, Concept.PHONE}


_THING = frozenset(PRODUCTS) | {
    Concept.NUMBER, Concept.NUMBERS, Concept.PHONE, Concept.LICENCE, Concept.PLAN, Concept.QUEUE,
    Concept.ATTENDANT, Concept.ROOM, Concept.HOTLINE, Concept.DESK, Concept.TOLL_FREE, Concept.DIAL_IN,
    Concept.CREDIT, Concept.PLACE,
}  # fmt: skip
"""What can be asked for by its name alone."""
_UNSAID = frozenset(
    {
        Concept.FILLER, Concept.TO, Concept.FROM, Concept.AND, Concept.OURS, Concept.ABROAD, Concept.AT_HOME,
        Concept.PER_MINUTE,
    }
)  # fmt: skip


def _bare(said: Said) -> bool:
    """Whether nothing but a thing, and for whom, was said: "a phone number for Ana"."""
    name = frozenset((said.person or "").split())
    return all(
        bool(hit.concepts & (_THING | _UNSAID)) if hit else unit.said in name
        for unit, hit in zip(said.reading.units, said.reading.at, strict=True)
    )


def _names_a_phone_number(reading: Reading) -> bool:
    """More than the word "number" or "line" alone, which may be any."""
    units = sum(hit.after - hit.first for hit in reading.of(Concept.NUMBER, Concept.PHONE))
    return units > (1 if "zh" not in reading.languages else 2)


def _lacks(reading: Reading) -> bool:
    """Has none, and says what for: "I don't have a number yet and need to call customers"."""
    return {Concept.NOT, Concept.HAVE} <= reading.concepts and not reading.concepts.isdisjoint(
        {Concept.WANT, Concept.CALL_OUT}
    )


def _names_something(said: Said) -> bool:
    """Whether a word is left that may be a product's: beside a name, or written like a part number."""
    left = left_over(said)
    return bool(left) and (said.person is not None or any(_is_a_code(word) for word in left.split()))


def _is_a_code(word: str) -> bool:
    return len(word) > 2 and (word.isupper() or any(char.isdecimal() for char in word)) and word.isascii()


def _from_to(said: Said) -> bool:
    """From one product to another."""
    if len(said.products) < 2:
        return False
    first, second = (hit for hit, _ in said.products[:2])
    before = any(hit.after <= second.first for hit in said.reading.of(Concept.FROM))
    between = any(
        first.after <= hit.first < second.first for hit in said.reading.of(Concept.TO, Concept.CHANGE)
    )
    return before and between
