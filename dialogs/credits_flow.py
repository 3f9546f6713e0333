"""The credits: how they stand, and what billing administrators enter. By click or by text."""

from __future__ import annotations

from datetime import date

from bot.domain.credits_stand import PERIODS, Book, Shown
from bot.domain.plans import Refusal
from bot.domain.spenders import Dimension
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import credits_entries, credits_export, credits_report
from bot.usecases.desk import Desk
from bot.words import Words
from cards import credit_entries
from cards import credits as credits_card
from cards.codes import in_one_line
from cards.elements import Card
from cards.listing import OFFSET, PAGE
from dialogs.commands.grammar import Said
from dialogs.inputs import text_in, whole_number_in
from dialogs.table_message import as_message

__all__ = ["CreditsFlow", "day_of"]

_MOST_OFFSET = 100_000
_LONGEST = 12


class CreditsFlow:
    """Each look is checked by its use case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, turn: Turn, words: Words, said: Said) -> None:
        """How they stand."""
        shown = Shown(
            currency=said["currency"].upper(),
            days=int(said["period"] or PERIODS[1]),
            by=Dimension(said["by"] or Dimension.COUNTRY),
        )
        await self.send(turn, words, shown)

    async def send(self, turn: Turn, words: Words, shown: Shown, remark: str = "") -> None:
        """The card, with what became of what was asked for."""
        view = await credits_report.report(self._desk, turn.actor, shown)
        if isinstance(view, Refusal):
            await turn.say(in_one_line(view, words))
            return
        card = credits_card.build(view, words, remark=remark)
        await turn.send_card(card, card["fallbackText"])

    async def on_show(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        view = await credits_report.report(self._desk, turn.actor, _shown(action))
        if isinstance(view, Refusal):
            return CardAnswer(error=in_one_line(view, words))
        return CardAnswer(card=credits_card.build(view, words))

    async def entries(self, turn: Turn, words: Words, _said: Said) -> None:
        """What was entered."""
        found = await self._entries(turn, words, 0)
        if isinstance(found, Refusal):
            await turn.say(in_one_line(found, words))
            return
        await turn.send_card(found, found["fallbackText"])

    async def on_entries(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        offset = min(whole_number_in(action.data, OFFSET) or 0, _MOST_OFFSET)
        found = await self._entries(turn, words, offset)
        if isinstance(found, Refusal):
            return CardAnswer(error=in_one_line(found, words))
        return CardAnswer(card=found)

    async def export(self, turn: Turn, words: Words, said: Said) -> None:
        """A month as a table, in a message: for files a bot would need more permissions."""
        month = day_of(f"{said['month']}-01") if said["month"] else None
        if isinstance(month, Refusal):
            await turn.say(in_one_line(month, words))
            return
        usage = await credits_export.usage_of_month(self._desk, turn.actor, month)
        if isinstance(usage, Refusal):
            await turn.say(in_one_line(usage, words))
            return
        # The dearest calls come first.
        lines = list(credits_export.csv_lines(usage, words))
        elsewhere = words(
            "**switchboard credits export** on the server writes every day of any time to a file."
        )
        await turn.say(as_message(lines, elsewhere, words))

    async def _entries(self, turn: Turn, words: Words, offset: int) -> Card | Refusal:
        book = await credits_entries.book(self._desk, turn.actor, offset, PAGE)
        return credit_entries.build(book, words) if isinstance(book, Book) else book


def day_of(typed: str) -> date | Refusal:
    """What looks like a day, or why it is none."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return Refusal(code="SB-CRE-71", params={"typed": typed})


def _shown(action: CardAction) -> Shown:
    """Untrusted: what is not offered is not asked for."""
    days = whole_number_in(action.data, credits_card.DAYS)
    by = text_in(action.data, credits_card.BY, _LONGEST)
    return Shown(
        currency=text_in(action.data, credits_card.CURRENCY, 3),
        days=days if days in PERIODS else PERIODS[1],
        by=Dimension(by) if by in set(Dimension) else Dimension.COUNTRY,
    )
