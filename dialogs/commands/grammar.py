"""The one grammar of typed commands: phrases with slots, in every language at once.

A phrase is what somebody types, normalised as `dialogs.normalise` does it (small letters, no accents):

    Grammar("claim {task}", "take {task}", "prendre {task}", "认领 {task}")
    Grammar("requests [{state}] [for {person}]", state={"open": ("open", "ouvertes", "未完成")})

`{slot}` is something to fill in, `[...]` may be left out, of `(a|b)` one is said, a `?` at the end may be
typed. Slots:

    request   SB-4K7Q2          task    TK-4K7Q2           number  +33 1 70 36 20 00
    person    a name, address or mention, as typed         text    everything up to the end, lines included
    word      one word          count   a whole number     month   2026-11      day   2026-11-21
    amount    12.50, 1 000 EUR, € 40               aside   the same, where a comma or a colon stands before it

`{to:person}` is a slot called `to` that is filled in as a person. A slot that is named as a keyword is a
choice among its words and yields the key. Case, accents, width, punctuation between words and a leading
"please" never matter. Only whole messages are commands: what says more means something else.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache

from bot.domain.request_ids import parse_request_id, parse_task_id
from dialogs.days import fold
from dialogs.normalise import has_han, normalise

__all__ = ["LONGEST", "Grammar", "Said"]

LONGEST = 800
"""Characters read: a word or two, an id, and a reason."""

_ID = r"[\s\-\u2010-\u2015_.]*[0-9a-z]{5})(?![0-9a-z])"
_SLOTS = {
    "request": r"#?(?P<0>sb" + _ID,
    "task": r"#?(?P<0>tk" + _ID,
    "number": r"(?P<0>\+?\(?\d[\d ().\-/\u2010-\u2015]{3,24}\d)",
    "person": r"[@\"'“]?(?P<0>[^\W_][^\n,;:]{0,99}?)[\"'”]?",
    "text": r"(?P<0>.{1,800})",
    "word": r"(?P<0>[^\W_]+)",
    "count": r"(?P<0>\d{1,6})",
    "month": r"(?P<0>\d{4}-\d\d)",
    "day": r"(?P<0>\d{4}-\d\d-\d\d)",
    "aside": r"(?:(?<=[,;:])|(?<=[,;:] ))(?P<0>.{1,800})",
    "amount": r"(?P<0>(?:[a-z]{3}|[€$£])? ?-?\d[\d .,']{0,15} ?(?:[a-z]{3}|[€$£])?)",
}
_BEGIN = {"request": ("sb", "#"), "task": ("tk", "#"), "number": ("+", "(", *"0123456789")}
_SELF_DELIMITING = frozenset({"request", "task", "number"})

_GAP = r"(?:[^\w+@#(\"'“€$£\-]|-(?!\d))"
"""Between the words of a phrase and what is filled in."""
_BETWEEN = r"[^\w+]{1,3}"
_POLITE = re.compile(r"(?:(?:please|pls|svp|s'il (?:te|vous) plait)\W+|请 ?)")
_END = r"[\s.!,。！，]*"
_TRADITIONAL = str.maketrans(
    "號碼電話請個給為幫單說這麼樣嗎進開訂撤銷許證會議點數",
    "号码电话请个给为帮单说这么样吗进开订撤销许证会议点数",
)

_TOKEN = re.compile(
    r"\{(?P<slot>[^}]+)\}|\((?P<one_of>[^)]+)\)|(?P<open>\[)|(?P<close>\])|(?P<literal>[^{}\[\]()]+)"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What was filled in, by slot; "" for what was left out."""

    slots: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, slot: str) -> str:
        return self.slots.get(slot, "")

    def __contains__(self, slot: str) -> bool:
        return bool(self.slots.get(slot))


@dataclass(frozen=True, slots=True)
class _Phrase:
    pattern: re.Pattern[str]
    kinds: Mapping[str, str]
    """What each slot is filled in with."""


class Grammar:
    """Every way to type one command."""

    def __init__(self, *phrases: str, **choices: Mapping[str, tuple[str, ...]]) -> None:
        """Raises `ValueError` for a phrase that is not well-formed."""
        self.phrases = phrases
        self._meant = {
            slot: {normalise(word): key for key, words in keys.items() for word in words}
            for slot, keys in choices.items()
        }
        self._read = tuple(self._compiled(phrase) for phrase in phrases)
        self._starts = tuple({start for phrase in phrases for start in self._starts_of(phrase)})

    @property
    def heads(self) -> tuple[str, ...]:
        """The words each phrase begins with: what a misspelt command is compared with."""
        found = (head for phrase in self.phrases for head in _heads(phrase))
        return tuple(dict.fromkeys(head for head in found if head))

    def read(self, text: str) -> Said | None:
        """What was said, or None when the text is about something else."""
        said, folded = _prepared(text)
        start = polite.end() if (polite := _POLITE.match(folded)) else 0
        if not folded.startswith(self._starts, start):
            return None
        for phrase in self._read:
            found = phrase.pattern.fullmatch(folded, start)
            slots = self._filled(phrase, found, said) if found else None
            if slots is not None and (len(text) <= LONGEST or "text" in phrase.kinds.values()):
                return Said(slots)
        return None

    def _filled(self, phrase: _Phrase, found: re.Match[str], said: str) -> dict[str, str] | None:
        """Every slot in its canonical form; None where one cannot be what it looks like."""
        slots: dict[str, str] = {}
        for name, kind in phrase.kinds.items():
            if found[name] is None:
                continue
            typed = said[slice(*found.span(name))].strip()
            value = self._meant[name][normalise(typed)] if kind == "choice" else _canonical(kind, typed)
            if value is None:
                return None
            slots[name] = value
        return slots

    def _compiled(self, phrase: str) -> _Phrase:
        kinds: dict[str, str] = {}
        tokens = _TOKEN.finditer(phrase.removesuffix("?"))
        asks = r" ?[?？]?" if phrase.endswith("?") else ""
        pattern = self._sequence(tokens, kinds, _Before.NOTHING)
        return _Phrase(re.compile(pattern + asks + _END, re.DOTALL), kinds)

    def _starts_of(self, phrase: str) -> set[str]:
        """What a text begins with that may be this phrase: nearly all texts are told apart by that."""
        starts: set[str] = set()
        depth, settled = 0, 0
        for token in _TOKEN.finditer(phrase):
            if token["open"]:
                depth += 1
            elif token["close"]:
                settled = 0 if depth == settled else settled
                depth -= 1
            elif (token["literal"] is None or token["literal"].strip()) and not 0 < settled <= depth:
                starts |= self._first_words(token)
                if depth == 0:
                    return starts
                settled = depth
        return {""}

    def _first_words(self, token: re.Match[str]) -> set[str]:
        name, _, kind = (token["slot"] or "").partition(":")
        if name in self._meant:
            return {word.split()[0] for word in self._meant[name]}
        if token["slot"]:
            return set(_BEGIN.get(kind or name, ("",)))
        said = token["one_of"].split("|") if token["one_of"] else [token["literal"]]
        return {normalise(one).split()[0] for one in said}

    def _sequence(self, tokens: Iterator[re.Match[str]], kinds: dict[str, str], before: _Before) -> str:
        """The pattern of what follows, up to the end or the closing bracket."""
        parts: list[str] = []
        for token in tokens:
            if token["close"]:
                break
            if token["open"]:
                inside = self._sequence(tokens, kinds, before)
                parts.append(f"(?:{inside}{_GAP}{{0,5}})?" if before is _Before.NOTHING else f"(?:{inside})?")
            elif token["slot"] or token["one_of"] or token["literal"].strip():
                piece = self._slot(token["slot"], kinds) if token["slot"] else _words(token)
                parts += [_gap(before, piece), piece.pattern]
                before = piece.ends
        return "".join(parts)

    def _slot(self, slot: str, kinds: dict[str, str]) -> _Piece:
        name, _, kind = slot.partition(":")
        kinds[name] = "choice" if name in self._meant else kind or name
        if name in self._meant:
            return _Piece(f"(?P<{name}>{_one_of(self._meant[name]).pattern})")
        if kinds[name] not in _SLOTS:
            raise ValueError(f"no such slot: {slot}")
        alone = _Before.ANYTHING if kinds[name] in _SELF_DELIMITING else _Before.WORD
        return _Piece(_SLOTS[kinds[name]].replace("<0>", f"<{name}>"), alone, alone)


class _Before(Enum):
    """What stands before a piece: after a word there must be a blank, after Chinese or an id there may be."""

    NOTHING = auto()
    WORD = auto()
    ANYTHING = auto()


@dataclass(frozen=True, slots=True)
class _Piece:
    pattern: str
    begins: _Before = _Before.WORD
    ends: _Before = _Before.WORD


def _heads(phrase: str) -> Iterator[str]:
    """What stands before the first slot, with what may be left out left out."""
    said = re.sub(r"\[[^\]]*\]", " ", phrase).split("{", maxsplit=1)[0]
    choice = re.search(r"\(([^)]+)\)", said)
    for one in choice[1].split("|") if choice else [""]:
        yield normalise(said.replace(choice[0], one) if choice else said)


def _words(token: re.Match[str]) -> _Piece:
    return _one_of(token["one_of"].split("|")) if token["one_of"] else _literal(token["literal"])


def _one_of(texts: Iterable[str]) -> _Piece:
    """Any of several; the longest that is there is meant."""
    pieces = [_literal(text) for text in sorted(texts, key=len, reverse=True)]
    return _Piece(f"(?:{'|'.join(one.pattern for one in pieces)})", pieces[0].begins, pieces[0].ends)


def _literal(text: str) -> _Piece:
    """Words as they stand, whatever is between them and wherever their accents are."""
    words = normalise(text).split()
    pattern = _BETWEEN.join(map(re.escape, words))
    begins, ends = (
        _Before.ANYTHING if has_han(char) else _Before.WORD for char in (words[0][0], words[-1][-1])
    )
    # "done" does not begin "doner", but 完成 begins 完成了.
    return _Piece(pattern if ends is _Before.ANYTHING else pattern + r"(?![a-z])", begins, ends)


def _gap(before: _Before, piece: _Piece) -> str:
    if before is _Before.NOTHING:
        return ""
    return _GAP + ("{1,5}" if before is piece.begins is _Before.WORD else "{0,5}")


@lru_cache(maxsize=64)
def _prepared(text: str) -> tuple[str, str]:
    """As typed, with single blanks, lines being lines; and the same folded, letter by letter.

    One message is read by every command.
    """
    said = unicodedata.normalize("NFKC", text[:LONGEST]).strip()
    said = re.sub(r"\s*\n\s*", "\n", re.sub(r"[^\S\n]+", " ", said))
    return said, fold(said).translate(_TRADITIONAL)


def _canonical(kind: str, typed: str) -> str | None:
    match kind:
        case "request":
            return parse_request_id(typed)
        case "task":
            return parse_task_id(typed)
        case "person":
            return typed.strip(" @\"'“”,;:")
        case "text" | "aside":
            return typed.strip(' \n"“”')
        case _:
            return typed
