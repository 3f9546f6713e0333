"""What somebody wants, from what he typed. Deterministic; unsure rather than wrong.

Commands about requests need their plain word. Wishes are read loosely, by what every word means, because
they only open a form: where more than one can be meant, the person is asked which.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

from rapidfuzz import fuzz, process

from bot.domain.request_ids import parse_request_id
from dialogs import phrases
from dialogs.normalise import has_han, normalise, tokens
from dialogs.wished import WISHES, Understood, as_meant, wished

__all__ = ["Intent", "Kind", "understand"]


class Kind(StrEnum):
    WISH = "wish"
    """Something that a form is filled in for; `Intent.wish` says what."""
    CLARIFY = "clarify"
    """One of `Intent.candidates`: the person is asked."""
    HOLDINGS = "holdings"
    WHY = "why"
    PIN = "pin"
    """PINs and conference ids, which are the bridge's and not a licence's (R82)."""
    INTERNAL = "internal"
    """Calls to colleagues only (R80)."""
    LIST = "list"
    """Several people at once: lines with addresses (R11); see `pasted_lists`."""
    REQUESTS = "requests"
    SHOW = "show"
    WITHDRAW = "withdraw"
    DECIDE = "decide"
    HELP = "help"
    GREETING = "greeting"
    CANCEL = "cancel"
    TEXT = "text"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Intent:
    kind: Kind
    request_id: str | None = None
    person: str | None = None
    """Whom it is for or about, as typed; None for oneself."""
    wish: str | None = None
    """The `kind` of a wish of `bot.domain.wishes`."""
    prefill: Mapping[str, str] = field(default_factory=dict)
    """What is said already, by the fields of the wish's form; for `WHY` the `product` asked about."""
    bare: bool = False
    """Only a thing was named, without a word of wishing: it may as well be the answer to a question."""
    candidates: tuple[str, ...] = ()
    """Wish kinds, and the values of kinds of intent, that could be meant."""


_UTTERANCES = {
    Kind.GREETING: phrases.GREETINGS,
    Kind.HELP: phrases.HELP,
    Kind.REQUESTS: phrases.REQUESTS,
    Kind.CANCEL: phrases.CANCEL,
    Kind.TEXT: phrases.TEXT,
}

_REQUEST_ID = re.compile(r"\bsb[\s\-\u2010-\u2015]*([0-9a-z]{5})(?![0-9a-z])", re.IGNORECASE)
_TYPO = 83
"""How alike (0-100) a word must be to a known one to count as its misspelling."""
_LONGEST = 400
"""Characters read; a wish is said sooner than that."""


def understand(text: str, meant: str | None = None) -> Intent:
    """The one thing the text clearly asks for; `CLARIFY` or `UNSURE` where it does not.

    `meant` is what the person has chosen of `candidates`: the rest of the text is still read. Raises
    `ValueError` for what is no candidate.
    """
    text = unicodedata.normalize("NFKC", text[:_LONGEST])
    if meant is not None:
        return _as_intent(as_meant(text, meant))
    found = _REQUEST_ID.search(text)
    request_id = parse_request_id(found[0]) if found else None
    if found and request_id:
        return _about_request(text.replace(found[0], " "), request_id)
    typed = normalise(text)
    said = _without(phrases.POLITE, typed)
    if not said:
        return Intent(Kind.UNSURE if text.strip() and not typed else Kind.HELP)
    return (
        _utterance(typed)
        or _utterance(said)
        or _withdraw_something(said)
        or _as_intent(wished(_without_greeting(text)))
    )


def _as_intent(one: Understood) -> Intent:
    """What the wording is read as, in the terms of the conversation."""
    if one.kind in WISHES:
        return Intent(Kind.WISH, person=one.person, wish=one.kind, prefill=one.prefill, bare=one.bare)
    if one.kind is not None:
        return Intent(Kind(one.kind), person=one.person, prefill=one.prefill)
    if one.candidates:
        return Intent(Kind.CLARIFY, person=one.person, candidates=one.candidates)
    return Intent(Kind.UNSURE)


def _without(words: frozenset[str], said: str) -> str:
    return " ".join(word for word in said.split() if word not in words)


_GREETED = re.compile(
    rf"^\W*(?:{'|'.join(sorted(map(re.escape, phrases.GREETINGS), key=len, reverse=True))})(?!\w)\W*",
    re.IGNORECASE,
)
_GREETED_HAN = re.compile(r"^\W*(?:你好|您好|嗨|早上好|下午好|晚上好)\W*")


def _without_greeting(text: str) -> str:
    """`hello, I need ...` is about what follows."""
    return _GREETED_HAN.sub("", _GREETED.sub("", text, count=1), count=1)


def _utterance(said: str) -> Intent | None:
    for kind, known in _UTTERANCES.items():
        if said in known:
            return Intent(kind)
    if len(said) < 6 or has_han(said):
        return None
    for kind in (Kind.REQUESTS, Kind.HELP):
        if process.extractOne(said, _UTTERANCES[kind], scorer=fuzz.ratio, score_cutoff=88):
            return Intent(kind)
    return None


def _about_request(rest: str, request_id: str) -> Intent:
    words = [word for word in tokens(rest) if word not in phrases.POLITE | phrases.SELF_TALK]
    alone = len(words) == 1 and "?" not in rest  # "Withdraw it?" shows it, with the button that does.
    if alone and (words[0] in phrases.HAN_WITHDRAW or _corrected(words[0]) in phrases.WITHDRAW):
        return Intent(Kind.WITHDRAW, request_id)
    if words and _corrected(words[0]) in phrases.DECIDE:
        return Intent(Kind.DECIDE, request_id)
    return Intent(Kind.SHOW, request_id)


def _withdraw_something(said: str) -> Intent | None:
    """`withdraw my request`: the wish is clear, the request is not."""
    words = [word for word in said.split() if word not in phrases.SELF_TALK]
    if len(words) == 1 and _corrected(words[0]) in phrases.WITHDRAW:
        return Intent(Kind.WITHDRAW)
    return Intent(Kind.WITHDRAW) if said in phrases.HAN_WITHDRAW_SOMETHING else None


@cache
def _vocabulary() -> tuple[str, ...]:
    """Words long enough for a misspelling to be recognisable."""
    known: Iterable[str] = phrases.WITHDRAW | phrases.DECIDE
    return tuple(sorted(word for word in known if len(word) >= 5))


def _corrected(word: str) -> str:
    """The known word that was meant, or the word itself."""
    vocabulary = _vocabulary()
    if len(word) < 5 or word in vocabulary:
        return word
    near = process.extractOne(word, vocabulary, scorer=fuzz.ratio, score_cutoff=_TYPO)
    return str(near[0]) if near else word
