"""Short answers: yes, no, submit, change, skip, one of a list. Typos only where harmless."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from rapidfuzz import fuzz, process

from dialogs import phrases
from dialogs.normalise import normalise

__all__ = ["ReviewWord", "choose", "is_any", "review_word"]

_CLOSE = 82
"""How alike (0-100) a typed name must be to count as the one choice that is meant."""
_CLEARLY = 8
"""How far the best match must be ahead of the second."""


class ReviewWord(StrEnum):
    SUBMIT = "submit"
    CHANGE = "change"
    CANCEL = "cancel"
    NO = "no"


def review_word(text: str) -> ReviewWord | None:
    """The answer to a review; a bare `no` says only that it is not to be sent as it stands."""
    said = normalise(text)
    if said in phrases.SUBMIT or said in phrases.YES:
        return ReviewWord.SUBMIT
    if said in phrases.CHANGE:
        return ReviewWord.CHANGE
    if said in phrases.CANCEL:
        return ReviewWord.CANCEL
    return ReviewWord.NO if said in phrases.NO else None


def is_any(text: str) -> bool:
    """Whether the person has no preference and wants to go on."""
    said = normalise(text)
    return said in phrases.SKIP or said in phrases.NO


def choose(text: str, choices: Mapping[str, Sequence[str]]) -> str | None:
    """The key whose position or one of whose names was typed; None unless there is exactly one."""
    said = normalise(text)
    if said.isdecimal():
        position = int(said) - 1
        return list(choices)[position] if 0 <= position < len(choices) else None
    names = {
        (key, index): normalise(name) for key, all_ in choices.items() for index, name in enumerate(all_)
    }
    exact = {key for (key, _), name in names.items() if name == said}
    if exact:
        return exact.pop() if len(exact) == 1 else None
    return _nearest(said, names)


def _nearest(said: str, names: Mapping[tuple[str, int], str]) -> str | None:
    best: dict[str, float] = {}
    for _, score, (key, _at) in process.extract(said, names, scorer=fuzz.ratio, limit=None):
        best[key] = max(best.get(key, 0.0), score)
    ranked = sorted(best.items(), key=lambda item: -item[1])
    if not ranked or ranked[0][1] < _CLOSE:
        return None
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < _CLEARLY:
        return None
    return ranked[0][0]
