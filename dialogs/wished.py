"""From the meanings of words to the one wish that was said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from bot.domain.wishes import Wish
from dialogs.lexicon.concepts import Concept
from dialogs.meanings import ABSORBS, ASIDE, MEANINGS, NO_WISH, Fact, Meaning, Sign
from dialogs.prefills import Said, prefill, take_apart
from dialogs.signs import signs_of

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
    signs = signs_of(said)
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
