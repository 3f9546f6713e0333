"""Pause and resume, and numbers that are kept back."""

from __future__ import annotations

from bot.domain.plans import Refusal
from bot.teams.turn import Turn
from bot.usecases import keep_back, pausing, status
from bot.usecases.desk import Desk
from bot.words import Words
from cards import numbers, wording
from cards.codes import in_one_line
from cards.elements import moment
from cards.markdown import plain
from dialogs.commands.grammar import Said

__all__ = ["SwitchesFlow"]


class SwitchesFlow:
    """One method a command, and one that says what it would come to."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def pause(self, turn: Turn, words: Words, said: Said) -> None:
        """Carry nothing more out."""
        done = await pausing.pause(self._desk, turn.actor, said["text"])
        if isinstance(done, Refusal):
            await turn.say(in_one_line(done, words))
            return
        lines = [
            words("Paused: nothing more is carried out until somebody writes **resume**."),
            words("Asking and approving go on, and whoever waits for something reads why it stands still."),
        ]
        if done.under_way:
            ids = words.listing([plain(one) for one in done.under_way[:10]])
            lines.append(words("Changes that were on their way are finished: {ids}.", ids=ids))
        await turn.say("\n\n".join(lines))

    async def would_pause(self, turn: Turn, words: Words, said: Said) -> str:
        """What a pause would stop; empty where it would be refused anyway."""
        found = await status.status(self._desk, turn.actor)
        if isinstance(found, Refusal) or found.pause is not None or not said["text"]:
            return ""
        running = sum(n for state, n in found.open.items() if state.value != "submitted")
        return words.plural(
            "Nothing more is carried out for anybody: {n} approved request stops before its next change.",
            "Nothing more is carried out for anybody: {n} approved requests stop before their next change.",
            running,
        )

    async def resume(self, turn: Turn, words: Words, _said: Said) -> None:
        """Carry out again."""
        done = await pausing.resume(self._desk, turn.actor)
        if isinstance(done, Refusal):
            await turn.say(in_one_line(done, words))
            return
        since = moment(done.pause.since)
        gone_on = words.plural("{n} request goes on.", "{n} requests go on.", done.woken)
        await turn.say(words("Resumed after a pause since {when}.", when=since) + " " + gone_on)

    async def keep_back(self, turn: Turn, words: Words, said: Said) -> None:
        """Offer a number to nobody for some days."""
        days = int(said["count"]) if said["count"] else keep_back.DAYS
        kept = await keep_back.keep_back(self._desk, turn.actor, said["number"], days, said["text"])
        if isinstance(kept, Refusal):
            await turn.say(in_one_line(kept, words))
            return
        await turn.say(numbers.kept_back_line(kept, words))

    async def let_go(self, turn: Turn, words: Words, said: Said) -> None:
        """Offer a number again."""
        done = await keep_back.let_go(self._desk, turn.actor, said["number"])
        if isinstance(done, Refusal):
            await turn.say(in_one_line(done, words))
            return
        shown = wording.number(done.telephone_number)
        if done.kept is not None and done.rested_until is not None:
            until = moment(done.rested_until)
            await turn.say(
                words("{number} is kept back no more; it rests until {when}.", number=shown, when=until)
            )
            return
        await turn.say(words("{number} may be given to anybody again.", number=shown))
