"""What somebody wants, from what he typed. Deterministic; unsure rather than wrong.

Only wishes that open a form or show something are recognised loosely. Anything that changes a request
needs its plain word and the request's id.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from rapidfuzz import fuzz, process

from bot.domain.request_ids import parse_request_id, parse_task_id
from dialogs import phrases
from dialogs.normalise import has_han, normalise, tokens

__all__ = ["Intent", "Kind", "understand"]


class Kind(StrEnum):
    NUMBER = "number"
    REQUESTS = "requests"
    SHOW = "show"
    WITHDRAW = "withdraw"
    TASKS = "tasks"
    TASK = "task"
    DECIDE = "decide"
    HELP = "help"
    GREETING = "greeting"
    CANCEL = "cancel"
    TEXT = "text"
    NOT_OFFERED = "not_offered"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Intent:
    kind: Kind
    request_id: str | None = None
    person: str | None = None
    """Whom a number is for, as typed; None for oneself."""
    task_id: str | None = None
    task_word: str = "show"
    """What is to be done with the task: `show`, `claim`, `done` or `cannot`."""
    said: str = ""
    """What follows a task's id: why it cannot be done."""
    topic: str | None = None
    """Key of `phrases.OTHER_TOPICS` for a wish that is not offered."""


_TASK_LISTS = frozenset({"tasks", "my tasks", "open tasks"})

_UTTERANCES = {
    Kind.GREETING: phrases.GREETINGS,
    Kind.HELP: phrases.HELP,
    Kind.REQUESTS: phrases.REQUESTS,
    Kind.TASKS: _TASK_LISTS,
    Kind.CANCEL: phrases.CANCEL,
    Kind.TEXT: phrases.TEXT,
}

_REQUEST_ID = re.compile(r"\bsb[\s\-\u2010-\u2015]*([0-9a-z]{5})(?![0-9a-z])", re.IGNORECASE)
_TASK = re.compile(
    r"(?:(show|claim|done|cannot)\s+)?#?(tk[\s\-\u2010-\u2015]*[0-9a-z]{5})(?![0-9a-z])[\s:,.]*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_TYPO = 83
"""How alike (0-100) a word must be to a known one to count as its misspelling."""
_LONGEST = 400
"""Characters read; a wish is said sooner than that."""


def understand(text: str) -> Intent:
    """The one thing the text clearly asks for, or `UNSURE`."""
    text = unicodedata.normalize("NFKC", text[:_LONGEST])
    task = _TASK.fullmatch(text.strip())
    task_id = parse_task_id(task[2]) if task else None
    if task and task_id:
        return Intent(Kind.TASK, task_id=task_id, task_word=(task[1] or "show").lower(), said=task[3].strip())
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
        or _wish(text, _without_greeting(said))
    )


def _without(words: frozenset[str], said: str) -> str:
    return " ".join(word for word in said.split() if word not in words)


def _without_greeting(said: str) -> str:
    """`hello, I need ...` is about what follows."""
    for greeting in sorted(phrases.GREETINGS, key=len, reverse=True):
        if said.startswith(greeting) and (has_han(greeting) or said.startswith(greeting + " ")):
            return said.removeprefix(greeting).strip()
    return said


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
    if len(words) == 1 and (words[0] in phrases.HAN_WITHDRAW or _corrected(words[0]) in phrases.WITHDRAW):
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


def _wish(text: str, said: str) -> Intent:
    topic = _topic(said)
    wants_number = _han_number(said) if has_han(said) else _latin_number(said)
    # A number brings the licences it takes, so a licence named beside it changes nothing.
    if wants_number and topic in (None, "licence"):
        return Intent(Kind.NUMBER, person=_person(text))
    return Intent(Kind.NOT_OFFERED, topic=topic) if topic else Intent(Kind.UNSURE)


def _topic(said: str) -> str | None:
    padded = f" {said} "
    for topic, names in phrases.OTHER_TOPICS.items():
        if any((name in said) if has_han(name) else (f" {name} " in padded) for name in names):
            return topic
    return None


def _han_number(said: str) -> bool:
    compact = said.replace(" ", "")
    if any(word in compact for word in phrases.HAN_BLOCK):
        return False
    named = any(word in compact for word in phrases.HAN_NUMBER)
    return named and (compact in phrases.HAN_NUMBER or any(word in compact for word in phrases.HAN_WANT))


def _latin_number(said: str) -> bool:
    words = {_corrected(word) for word in said.split()}
    if words & phrases.NUMBER_BLOCK or not words & phrases.NUMBER_NOUNS:
        return False
    bare = words <= phrases.NUMBER_NOUNS | phrases.PHONE_WORDS | phrases.BARE_FILLERS
    paired = any(first in words and second in words for first, second in phrases.WANT_PAIRS)
    return bare or paired or bool(words & phrases.WANT)


@cache
def _vocabulary() -> tuple[str, ...]:
    """Words long enough for a misspelling to be recognisable."""
    known: Iterable[str] = (
        phrases.WANT | phrases.NUMBER_NOUNS | phrases.PHONE_WORDS | phrases.NUMBER_BLOCK
        | phrases.WITHDRAW | phrases.DECIDE
    )  # fmt: skip
    return tuple(sorted(word for word in known if len(word) >= 5))


def _corrected(word: str) -> str:
    """The known word that was meant, or the word itself."""
    vocabulary = _vocabulary()
    if len(word) < 5 or word in vocabulary:
        return word
    near = process.extractOne(word, vocabulary, scorer=fuzz.ratio, score_cutoff=_TYPO)
    return str(near[0]) if near else word


_FOR_LATIN = re.compile(r"\b(?:for|pour)\s+(?P<who>(?:[^,;.!?]|\.(?=\w))+)", re.IGNORECASE)
_FOR_HAN = re.compile(
    r"(?:给|為|为|帮|幫|替)(?P<who>.+?)(?:申请|申請|开通|办理|分配|要|办|弄|找|一个|一個|个)"
)


def _person(text: str) -> str | None:
    """Who follows "for", as typed."""
    found = (_FOR_HAN if has_han(text) else _FOR_LATIN).search(text)
    if not found:
        return None
    who = _before_reason(found["who"].strip())
    said = normalise(who)
    if not said or said in phrases.ME or said.split()[0] in phrases.NOT_PEOPLE:
        return None
    return who[:80]


def _before_reason(who: str) -> str:
    words = who.split()
    for position, word in enumerate(words):
        if normalise(word) in phrases.REASON_STARTS or normalise(word) in phrases.POLITE:
            return " ".join(words[:position])
    return who
