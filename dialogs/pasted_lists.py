"""A message that is a list of people: lines with addresses, and perhaps a first line that says what for."""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.domain.list_check import ListWish
from bot.domain.lists import is_header
from dialogs.intents import Intent, Kind, understand

__all__ = ["Pasted", "meaning_of", "pasted_list"]

_ADDRESS_FIRST = re.compile(r"[\s\"']*[^\s@;,\t]+@[^\s@;,\t]+[\s\"']*([;,\t]|$)")
_FEWEST = 2


@dataclass(frozen=True, slots=True)
class Pasted:
    """The lines, and what everybody on them is to have; None where that could not be read."""

    text: str
    wanted: ListWish | None


def meaning_of(text: str) -> Intent:
    """What a message is, a list of people or anything else."""
    return Intent(Kind.LIST) if pasted_list(text) else understand(text)


def pasted_list(text: str) -> Pasted | None:
    """The list that a message is; None for anything else, such as prose that names addresses."""
    lines = text.splitlines()
    filled = [number for number, line in enumerate(lines) if line.strip()]
    addresses = sum(_ADDRESS_FIRST.match(lines[number]) is not None for number in filled)
    if addresses < _FEWEST or addresses * 2 < len(filled):
        return None
    first = lines[filled[0]]
    if "@" in first:
        return Pasted(text, ListWish())
    wanted = _wanted(first)
    if wanted is None and is_header(first):
        return Pasted(text, ListWish())
    # Left empty, so that lines are counted as the person who pasted them counts them.
    lines[filled[0]] = ""
    return Pasted("\n".join(lines), wanted)


def _wanted(heading: str) -> ListWish | None:
    """What the first line asks for; forms that several people can have are few."""
    intent = understand(heading.rstrip(" :：\u00a0"))
    if intent.kind is Kind.WISH:
        return _of_wish(intent)
    if intent.kind is Kind.CLARIFY and "licence" not in intent.candidates:
        return _likeliest(intent)
    return None


def _of_wish(intent: Intent) -> ListWish | None:
    match intent.wish:
        case "number":
            return ListWish(kind="number")
        case "phone_user":
            return ListWish()
        case "meeting_organiser":
            return ListWish(kind="meeting_organiser")
        case "licence" if intent.prefill.get("product"):
            return ListWish(kind="licence", product=intent.prefill["product"])
        case _:
            return None


def _likeliest(intent: Intent) -> ListWish | None:
    """Above a list of people, "phone numbers" are theirs and not the organisation's."""
    if "phone_user" in intent.candidates:
        return ListWish()
    if {"number", "number_order"} & set(intent.candidates):
        return ListWish(kind="number")
    if "meeting_organiser" in intent.candidates:
        return ListWish(kind="meeting_organiser")
    return None
