"""Refusals, holds and failures by code: what happened, what to do next, who can do it (R79)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from bot.domain.acknowledgements import ACKNOWLEDGED
from bot.domain.amounts import amount_of
from bot.domain.codes import CODES, COUNTRY_PARAMS, DAY_PARAMS, MONEY_PARAMS, PRODUCT_PARAMS
from bot.domain.codes.rows import NOBODY
from bot.domain.plans import Notice, NoticeLevel, Refusal
from bot.words import Words
from cards.markdown import plain

__all__ = ["acknowledged_line", "explain", "in_one_line", "needs_nobody", "notice_line"]

_DETAIL = 300
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def explain(code: str, params: Mapping[str, str], words: Words) -> tuple[str, ...]:
    """What happened; the next step; who can take it and the code to quote. Markdown, a line each."""
    entry = CODES.get(code)
    if entry is None:
        # Stored by a newer version, or a row that an older one had: the code is still worth quoting.
        return (words("Something happened that I have no words for. Code: {code}", code=plain(code)),)
    shown = _shown(params, words)
    return (
        words(entry.says, **shown),
        words("What to do next: {step}", step=words(entry.next_step, **shown)),
        words("Who can do it: {who} · {code}", who=words(entry.who), code=code),
    )


def needs_nobody(code: str) -> bool:
    """Whether nothing is left to do: it is there already, or not needed."""
    entry = CODES.get(code)
    return entry is not None and entry.who == NOBODY


def in_one_line(refusal: Refusal, words: Words) -> str:
    """A refusal where there is only room for a line: a message, a toast."""
    return " ".join(explain(refusal.code, refusal.params, words))


def notice_line(notice: Notice, words: Words) -> str:
    """A notice as one line; a warning says in words that it is one."""
    entry = CODES.get(notice.code)
    if entry is None:
        return explain(notice.code, notice.params, words)[0]
    shown = _shown(notice.params, words)
    line = f"{words(entry.says, **shown)} {words(entry.next_step, **shown)}"
    return words("Warning: {text}", text=line) if notice.level is NoticeLevel.WARN else line


def acknowledged_line(notice: Notice, words: Words) -> str:
    """What somebody says who ticks that he has understood a notice; the notice itself, in an older version's
    words, where there are none for it."""
    said = ACKNOWLEDGED.get(notice.code)
    return words(said, **_shown(notice.params, words)) if said else notice_line(notice, words)


def _shown(params: Mapping[str, str], words: Words) -> dict[str, str]:
    """Parameters hold names and Graph's own words: shown, never obeyed as Markdown."""
    return {name: _value(name, value, words) for name, value in params.items()}


def _value(name: str, value: str, words: Words) -> str:
    if name in COUNTRY_PARAMS:
        return words.country(value)
    if name in MONEY_PARAMS and (money := amount_of(value)):
        return words.money(money.minor, money.currency)
    if name in DAY_PARAMS and _DAY.fullmatch(value):
        return words.day(date.fromisoformat(value))
    return plain(_products(value, words) if name in PRODUCT_PARAMS else value, _DETAIL)


def _products(names: str, words: Words) -> str:
    """Some products have a name of their own in other languages."""
    if "{" in names:
        # Not from our tables, where a brace would stand for a parameter.
        return names
    return ", ".join(words(name) for name in names.split(", "))
