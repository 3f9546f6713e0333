"""A list of people, line by line: who can be asked for, who has it already, and what is wrong (R11, J11)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from microsoft_teams.cards.core import Action, CardElement

from bot.domain.list_check import CheckedLine, LineState, ListCheck
from bot.domain.plans import Refusal
from bot.words import N_, Words
from cards import wording
from cards.codes import explain
from cards.elements import Card, boxed, button, card, facts, heading, subtle, title
from cards.markdown import clean, plain

__all__ = ["MOST_OFFERED", "MOST_SHOWN", "build"]

MOST_SHOWN = 25
"""Lines on the card; more would not fit into a message."""
MOST_OFFERED = 5
"""Buttons for people who are ready."""
_ROOM = 9_000
"""Characters of JSON that the lines may take, of the 14,000 a message has; long names may leave some out."""
_AROUND = 30
"""Characters of JSON around the words of a line."""
_LONGEST_ADDRESS = 60
_LONGEST_NAME = 40

_TITLES = {
    "number": N_("Phone numbers for a list of people"),
    "phone_user": N_("New telephones for a list of people"),
    "meeting_organiser": N_("Dial-in meetings for a list of people"),
    "licence": N_("{product} for a list of people"),
}

_COUNTED: Mapping[LineState, str] = {
    LineState.READY: N_("Ready"),
    LineState.THERE: N_("Have it already"),
    LineState.WAITS: N_("Would wait"),
    LineState.CANNOT: N_("Cannot be asked for"),
}


def build(check: ListCheck, words: Words) -> Card:
    """The answer to a pasted list. Where not all fits, lines that are not ready come first."""
    body: list[CardElement] = [
        title(words(_TITLES[check.wish.kind], product=wording.product(check.wish.product, words))),
        subtle(words("The list was only checked. Nothing was asked for, and nothing was changed.")),
        facts((words(name), str(len(check.of(state)))) for state, name in _COUNTED.items()),
        heading(words("Line by line")),
    ]
    shown = _fitting([(words("Line {n}", n=one.line.line), _told(one, words)) for one in _shown(check)])
    body.append(facts(shown))
    rest = len(check.lines) - len(shown)
    if rest:
        body.append(
            subtle(words.plural("{n} more line is not shown.", "{n} more lines are not shown.", rest))
        )
    ready = check.of(LineState.READY)
    if ready:
        hint = words("A list is not sent as a whole: each button opens the form of one person who is ready.")
        body.append(boxed("emphasis", hint))
    return card(_summary(check, words), body, _buttons(check, ready, words))


def _shown(check: ListCheck) -> Sequence[CheckedLine]:
    if len(check.lines) <= MOST_SHOWN:
        return check.lines
    first = sorted(check.lines, key=lambda one: one.state is LineState.READY)[:MOST_SHOWN]
    return sorted(first, key=lambda one: one.line.line)


def _fitting(lines: list[tuple[str, str]]) -> list[tuple[str, str]]:
    room = _ROOM
    for position, line in enumerate(lines):
        room -= len(json.dumps(line, ensure_ascii=False)) + _AROUND
        if room < 0:
            return lines[:position]
    return lines


def _told(one: CheckedLine, words: Words) -> str:
    """The address, and the verdict in words."""
    address = plain(one.line.upn or one.line.text, _LONGEST_ADDRESS)
    told = words("{address}: {verdict}", address=address, verdict=_verdict(one, words))
    if not one.suggestion:
        return told
    near = plain(one.suggestion, _LONGEST_ADDRESS)
    question = words("Did you mean {address}?", address=near)
    return f"{told} {question}"


def _verdict(one: CheckedLine, words: Words) -> str:
    match one.state:
        case LineState.READY:
            return words("ready.")
        case LineState.THERE:
            return _because(one.because, words) or words("it is all there.")
        case LineState.WAITS:
            why = _because(one.because, words) or words("something is missing.")
            return words("would wait. {reason}", reason=why)
        case LineState.CANNOT:
            return _because(one.because, words)


def _because(refusal: Refusal | None, words: Words) -> str:
    if refusal is None:
        return ""
    return f"{explain(refusal.code, refusal.params, words)[0]} ({refusal.code})"


def _buttons(check: ListCheck, ready: Sequence[CheckedLine], words: Words) -> list[Action]:
    product = {"product": check.wish.product} if check.wish.product else {}
    return [
        button(
            clean(one.person.name, _LONGEST_NAME),
            "wish.start",
            {"kind": check.wish.kind, "beneficiary": one.person.id, **product},
        )
        for one in ready[:MOST_OFFERED]
        if one.person
    ]


def _summary(check: ListCheck, words: Words) -> str:
    ready = len(check.of(LineState.READY))
    return words("List checked: {ready} of {all} ready", ready=ready, all=len(check.lines))
