"""Pasted lists of people in the chat: checked, shown, and nothing else (R11, J11)."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from bot.domain.plans import Refusal
from bot.teams.turn import Turn
from bot.usecases.desk import Desk
from bot.usecases.lists import check_list
from bot.words import Words
from cards import list_check
from cards.codes import explain
from dialogs.intents import Intent
from dialogs.pasted_lists import pasted_list

__all__ = ["ListsFlow"]

T = TypeVar("T")

_TYPING_SECONDS = 4.0
"""Teams shows that somebody is typing for a few seconds."""


class ListsFlow:
    """The answer to `Kind.LIST`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def on_list(self, turn: Turn, words: Words, _intent: Intent) -> None:
        pasted = pasted_list(turn.text)
        if pasted is None or pasted.wanted is None:
            await turn.say(_what_for(words))
            return
        checked = await _while_typing(turn, check_list(self._desk, turn.actor, pasted.text, pasted.wanted))
        if isinstance(checked, Refusal):
            await turn.say("\n\n".join(explain(checked.code, checked.params, words)))
            return
        card = list_check.build(checked, words)
        await turn.send_card(card, card["fallbackText"])


def _what_for(words: Words) -> str:
    return words(
        "This looks like a list of people, but I cannot read what they are to have, so I have done nothing. "
        "Begin with a line such as **phone numbers for:** or **Teams Phone for:**, or leave it out for "
        "new telephones."
    )


async def _while_typing(turn: Turn, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; the person sees meanwhile that something is going on."""
    task = asyncio.create_task(work)
    try:
        while not task.done():
            await turn.typing()
            await asyncio.wait({task}, timeout=_TYPING_SECONDS)
        return await task
    finally:
        task.cancel()
