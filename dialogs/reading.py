"""What was typed, word by word, and what each word means to a phone desk. One way for every language.

Chinese is read character by character, everything else word by word; the longest known phrase wins. A word
nobody knows is taken for a known one only where it is an obvious misspelling, and never where it looks
like a name.
"""

# ruff: noqa: SIM905 - tables of words, filled like paragraphs

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rapidfuzz import process
from rapidfuzz.distance import OSA

from dialogs.lexicon.chinese import CHINESE
from dialogs.lexicon.concepts import PRODUCTS, Concept
from dialogs.lexicon.english import ENGLISH
from dialogs.lexicon.french import FRENCH
from dialogs.normalise import has_han, normalise

__all__ = ["Hit", "Reading", "Unit", "read"]

_UNIT = re.compile(
    r"(?P<mail>[\w.+#\-]+@[\w\-]+(?:\.[\w\-]+)+)|(?P<han>[\u3400-\u9fff])"
    r"|(?P<word>[^\W_\u3400-\u9fff]+)"
)
_BREAK = re.compile(r"[,.;:!?()\n，。；：！？、]")
_TABLES: Mapping[str, Mapping[Concept, str]] = {"en": ENGLISH, "fr": FRENCH, "zh": CHINESE}
_SHORTEST_TYPO = 5
_TWO_SLIPS = 8
"""From this length on two slips are forgiven, else one."""
_WORTH_CORRECTING = PRODUCTS | {
    Concept.NUMBER, Concept.NUMBERS, Concept.PHONE, Concept.LICENCE, Concept.PLAN, Concept.WANT,
    Concept.CREDIT, Concept.PLACE, Concept.CHANGE, Concept.RELEASE, Concept.TOP_UP,
}  # fmt: skip
"""Words whose misspellings are understood; of the others each is too near to some other word."""
_REAL_WORDS = frozenset(
    """chance chances charge charged member members older border wanted wonder planet plane plants counter
    leaning learning loving living moved money monkey honey report sport reports support portal portion forest
    present invited limit parking marking crediter edited editor edition weather whether leather sauter
    letter better matter latter later water winter printer center centre enter rentre centrale salles sales
    lines liens lights lessons meeting eating mating heating shop shops stop stops still skill spill spell
    broker broken token taken spoken preset roman person persons reason season bridge fridge pride prise
    surprise orange arrange strange change orders ladder leader reader listing lasting listen license silence
    science absence presence essence""".split()
)
"""Words as they should be, however near they are to one of ours."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A word, an address, or a Chinese character."""

    said: str
    norm: str
    start: int
    end: int
    broken_off: bool
    """Punctuation stands before it."""

    @property
    def capital(self) -> bool:
        return self.said[:1].isupper()

    @property
    def mail(self) -> bool:
        return "@" in self.said

    @property
    def han(self) -> bool:
        return has_han(self.said)


@dataclass(frozen=True, slots=True)
class Hit:
    """A known phrase: the units from `first` up to but not including `after`."""

    concepts: frozenset[Concept]
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A message taken apart."""

    text: str
    units: tuple[Unit, ...]
    hits: tuple[Hit, ...]
    concepts: frozenset[Concept]
    languages: tuple[str, ...]

    at: tuple[Hit | None, ...]
    """For every unit the phrase it belongs to."""

    def hit_at(self, position: int) -> Hit | None:
        return self.at[position]

    def of(self, *concepts: Concept) -> list[Hit]:
        """The phrases with any of these meanings, in the order they were typed."""
        wanted = frozenset(concepts)
        return [hit for hit in self.hits if hit.concepts & wanted]

    def means(self, position: int, *concepts: Concept) -> bool:
        hit = self.hit_at(position)
        return hit is not None and not hit.concepts.isdisjoint(concepts)

    def said(self, first: int, after: int) -> str:
        """As typed."""
        return self.text[self.units[first].start : self.units[after - 1].end]


def read(text: str) -> Reading:
    """Take a message apart; `text` is NFKC."""
    units = _units(text)
    languages = _languages(units)
    lexicon = _lexicon(languages)
    shouted = text.isupper()
    norms = [
        _meant(unit, position, shouted=shouted, languages=languages) for position, unit in enumerate(units)
    ]
    hits: list[Hit] = []
    at: list[Hit | None] = []
    position = 0
    while position < len(norms):
        length, concepts = _longest(norms, position, lexicon)
        hit = Hit(concepts, position, position + length) if concepts else None
        hits += [hit] if hit else []
        at += [hit] * length
        position += length
    found = frozenset[Concept]().union(*(hit.concepts for hit in hits))
    return Reading(text, units, tuple(hits), found, languages, tuple(at))


def _units(text: str) -> tuple[Unit, ...]:
    found: list[Unit] = []
    end = 0
    for match in _UNIT.finditer(text):
        gap = text[end : match.start()]
        norm = match[0].casefold() if match["mail"] else normalise(match[0])
        if norm:
            found.append(Unit(match[0], norm, match.start(), match.end(), bool(_BREAK.search(gap))))
        end = match.end()
    return tuple(found)


def _languages(units: tuple[Unit, ...]) -> tuple[str, ...]:
    """Which tables to read with; both European ones while neither has more words that are its own."""
    if any(unit.han for unit in units):
        return ("zh", "en")
    english_words, french_words = _vocabulary(("en",)), _vocabulary(("fr",))
    english = sum(unit.norm in english_words and unit.norm not in french_words for unit in units)
    french = sum(unit.norm in french_words and unit.norm not in english_words for unit in units)
    if english == french:
        return ("en", "fr")
    return ("en",) if english > french else ("fr",)


_Lexicon = Mapping[str, tuple[tuple[tuple[str, ...], frozenset[Concept]], ...]]
"""By first unit: the phrases that begin with it, the longest first."""


@cache
def _lexicon(languages: tuple[str, ...]) -> _Lexicon:
    phrases: dict[tuple[str, ...], set[Concept]] = defaultdict(set)
    for language in languages:
        for concept, listed in _TABLES[language].items():
            for phrase in listed.split("|"):
                phrases[tuple(unit.norm for unit in _units(normalise(phrase)))].add(concept)
    by_first: dict[str, list[tuple[tuple[str, ...], frozenset[Concept]]]] = defaultdict(list)
    for units, concepts in phrases.items():
        if units:
            by_first[units[0]].append((units, frozenset(concepts)))
    return {first: tuple(sorted(found, key=lambda one: -len(one[0]))) for first, found in by_first.items()}


def _longest(norms: list[str], position: int, lexicon: _Lexicon) -> tuple[int, frozenset[Concept]]:
    for units, concepts in lexicon.get(norms[position], ()):
        if tuple(norms[position : position + len(units)]) == units:
            return len(units), concepts
    return 1, frozenset()


@cache
def _vocabulary(languages: tuple[str, ...]) -> frozenset[str]:
    """Every single word of every phrase."""
    return frozenset(
        word for phrases in _lexicon(languages).values() for units, _ in phrases for word in units
    )


@cache
def _correctable(languages: tuple[str, ...]) -> tuple[str, ...]:
    """Words worth recognising when they are misspelt."""
    return tuple(
        sorted(
            word
            for phrases in _lexicon(languages).values()
            for units, concepts in phrases
            if concepts & _WORTH_CORRECTING
            for word in units
            if len(word) >= _SHORTEST_TYPO and word.isascii() and word.isalpha()
        )
    )


def _meant(unit: Unit, position: int, *, shouted: bool, languages: tuple[str, ...]) -> str:
    """The unit as it is looked up: itself, or the word it is an obvious misspelling of."""
    named = unit.capital and position > 0 and not shouted
    plain = unit.norm.isascii() and unit.norm.isalpha() and len(unit.norm) >= _SHORTEST_TYPO
    if named or not plain or unit.norm in _REAL_WORDS or unit.norm in _vocabulary(languages):
        return unit.norm
    return _corrected(unit.norm, languages)


@cache
def _initials(languages: tuple[str, ...]) -> Mapping[str, tuple[str, ...]]:
    by_first: dict[str, dict[str, None]] = defaultdict(dict)
    for word in _correctable(languages):
        by_first[word[0]][word] = None
    return {first: tuple(words) for first, words in by_first.items()}


def _corrected(word: str, languages: tuple[str, ...]) -> str:
    slips = 2 if len(word) >= _TWO_SLIPS else 1
    known = _initials(languages).get(word[0], ())
    near = process.extractOne(word, known, scorer=OSA.distance, score_cutoff=slips)
    return str(near[0]) if near else word
