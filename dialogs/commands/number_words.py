"""`numbers [country] [city] [free|held|quarantine]`: which numbers are asked for.

The words may stand in any order. Every one of them must be known as part of this: whoever says more, such as
`numbers for my team`, wants something else.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from bot.domain.catalogue.countries import countries
from dialogs.normalise import has_han, normalise
from dialogs.reading import Reading, Unit, read
from dialogs.slots import is_place, place_of, without_places

__all__ = ["NumbersAsked", "NumbersWords"]

_LONGEST = 80

_HEADS = ("numbers", "numeros", "号码")
_STATES = {
    "free": "free available libre libres disponible disponibles 空闲 可用",
    "held": "held promised reserved reserves reserve retenus 保留 已保留",
    "quarantine": "quarantine quarantined resting quarantaine 隔离 冷却 停用",
    "used": "used assigned taken utilises attribues 已用 使用中",
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words.split()}
_FILLERS = frozenset({
    "show", "list", "the", "in", "of", "and", "all",
    "les", "des", "en", "a", "de", "tous", "montre", "affiche", "liste",
    "查看", "显示", "的", "在",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class NumbersAsked:
    """Empty: everywhere, in every state."""

    country: str = ""
    city: str = ""
    state: str = ""


class NumbersWords:
    """Reads the command."""

    heads = _HEADS

    def read(self, text: str) -> NumbersAsked | None:
        """What was said, or None when the text is about something else."""
        said = unicodedata.normalize("NFKC", text).strip()
        if len(said) > _LONGEST or "\n" in said:
            return None
        if not any(head in normalise(said) for head in _HEADS):
            # Nearly everything that is typed: places are not looked for in it.
            return None
        return _in_chinese(said) if has_han(said) else _in_latin(said)


def _in_chinese(said: str) -> NumbersAsked | None:
    """Words run into each other, so what is known is taken out until nothing is left."""
    compact = normalise(said).replace(" ", "")
    rest, heads = re.subn("号码", "", compact, count=1)
    states = [state for word, state in _STATE_OF.items() if has_han(word) and word in rest]
    for word in sorted((*_STATE_OF, *_FILLERS), key=len, reverse=True):
        rest = rest.replace(word, "") if has_han(word) else rest
    if not heads or len(set(states)) > 1 or without_places(rest):
        return None
    return _asked(place_of(read(rest)) if rest else [], "", states[0] if states else "")


def _in_latin(said: str) -> NumbersAsked | None:
    reading = read(said)
    heads = [unit for unit in reading.units if unit.norm in _HEADS]
    states = {_STATE_OF[unit.norm] for unit in reading.units if unit.norm in _STATE_OF}
    if len(heads) != 1 or len(states) > 1:
        return None
    places = place_of(reading)
    left = _left_over(reading, places)
    country = next((unit.said for unit in left if unit.said in countries()), "")
    names = [unit for unit in left if unit.said != country]
    # A town that nobody listed is one only where it is written like a name, beside its country.
    if any(not unit.capital for unit in names) or (names and not (country or places)):
        return None
    city = " ".join(unit.said for unit in names)
    return _asked([(country, ""), *places] if country else places, city, next(iter(states), ""))


def _left_over(reading: Reading, places: list[tuple[str, str]]) -> list[Unit]:
    """What is neither a word of the command nor of the name of a place."""
    named = {word for _, city in places for word in normalise(city).split()}
    known = {*_HEADS, *_STATE_OF, *_FILLERS, *named}
    return [
        unit for at, unit in enumerate(reading.units) if unit.norm not in known and not is_place(reading, at)
    ]


def _asked(places: list[tuple[str, str]], city: str, state: str) -> NumbersAsked | None:
    """One place: a country, a city, or a city beside its country."""
    found = {country for country, _ in places}
    cities = [name for _, name in places if name]
    if len(found) > 1 or len(cities) + bool(city) > 1:
        return None
    return NumbersAsked(next(iter(found), ""), city or next(iter(cities), ""), state)
