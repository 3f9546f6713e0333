"""What is seen of a message as a whole, beside what each of its words means."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.lexicon.concepts import PRODUCTS, Concept
from dialogs.meanings import Fact, Sign
from dialogs.normalise import normalise
from dialogs.prefills import Said, left_over
from dialogs.reading import Hit, Reading
from dialogs.slots import is_place

__all__ = ["signs_of"]


def signs_of(said: Said) -> frozenset[Sign]:
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
        Fact.QUESTION_ALONE: not reading.concepts & _TELLING and not left_over(said),
        Fact.UNKNOWN_WORD: _names_something(said),
        Fact.FOR_SOMEBODY: _for_somebody(said),
        Fact.OWNED: _owned(reading),
        Fact.ODD_VERB: _odd_verb(said),
        Fact.YES_OR_NO: _is_a_question(reading),
    }
    asked = {Concept.ASK} if facts[Fact.YES_OR_NO] else set[Concept]()
    return frozenset[Sign](reading.concepts | asked) | {fact for fact, true in facts.items() if true}


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


def _for_somebody(said: Said) -> bool:
    """Whether the name stands behind a word that says so."""
    first = _name_at(said)
    return first is not None and first > 0 and said.reading.units[first - 1].norm in ("for", "pour")


def _name_at(said: Said) -> int | None:
    name = (said.person or "").split()
    units = enumerate(said.reading.units)
    return next((position for position, unit in units if name and unit.said == name[0]), None)


def _owned(reading: Reading) -> bool:
    """Whether a number is called somebody's; "my own number" is one to come."""
    return any(
        _follows_owner(hit, reading) or _precedes_owner(hit, reading) for hit in reading.of(Concept.NUMBER)
    )


def _follows_owner(hit: Hit, reading: Reading) -> bool:
    """My number, our number, Ana's number, Ana的号码."""
    if hit.first == 0:
        return False
    if reading.means(hit.first - 1, Concept.MINE, Concept.OURS):
        return True
    marked = reading.units[hit.first - 1].norm in ("s", "的")
    return marked and hit.first > 1 and _is_owner(hit.first - 2, reading)


def _precedes_owner(hit: Hit, reading: Reading) -> bool:
    """The number of ..., le numéro d'Ana."""
    if hit.after + 1 >= len(reading.units):
        return False
    joint = reading.units[hit.after].norm
    return joint == "of" or (joint in ("de", "d") and _is_owner(hit.after + 1, reading))


def _is_owner(position: int, reading: Reading) -> bool:
    """Whether the word may be a name: letters that nobody knows and no place is called by."""
    unit = reading.units[position]
    return (
        reading.at[position] is None
        and unit.norm.isalpha()
        and not is_place(reading, position)
        and not unit.han
    )


_ASKS = frozenset({"is", "are", "was", "were", "has", "does", "did", "am", "do"})


def _is_a_question(reading: Reading) -> bool:
    """Whether it is asked how things are: "is Dora ...?", "...吗"; whoever wants something says so."""
    if not reading.units or not reading.concepts.isdisjoint({Concept.WANT, Concept.GIVE}):
        return False
    first, last = reading.units[0].norm, reading.units[-1].norm
    return first in _ASKS or last in ("吗", "么") or normalise(reading.text).startswith("est ce que")


_BEFORE_VERBS = frozenset(
    {
        "to", "please", "you", "svp", "vais", "veux", "voudrais", "souhaite", "pouvez", "peux", "tu", "vous",
        "faut", "faire",
    }
)  # fmt: skip


def _odd_verb(said: Said) -> bool:
    """Whether a word that nobody knows stands where it is said what to do."""
    name = frozenset((said.person or "").split())
    return any(
        hit is None
        and unit.said not in name
        and unit.norm.isalpha()
        and not unit.han
        and _is_told_to(said.reading, position)
        for position, (unit, hit) in enumerate(zip(said.reading.units, said.reading.at, strict=True))
    )


def _is_told_to(reading: Reading, position: int) -> bool:
    """Behind "to" or "please", or first with a thing behind it: "Trade my number"."""
    if position == 0:
        thing = (Concept.MINE, Concept.FILLER, Concept.NUMBER)
        return len(reading.units) > 1 and reading.means(1, *thing)
    before = reading.units[position - 1].norm
    return (
        reading.units[position].said.islower() and before in _BEFORE_VERBS and not is_place(reading, position)
    )


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
