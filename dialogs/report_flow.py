"""Reports, by click or by text."""

from __future__ import annotations

from datetime import date

from bot.domain.plans import Refusal
from bot.domain.reports import LoadOrder, in_order
from bot.teams.turn import CardAction, CardAnswer, Scope, Turn
from bot.usecases import reports
from bot.usecases.desk import Desk
from bot.words import Words
from cards import report, report_table
from cards.codes import in_one_line
from cards.elements import Card
from cards.listing import OFFSET, PAGE
from dialogs.commands.grammar import Said
from dialogs.inputs import text_in, whole_number_in
from dialogs.table_message import as_message

__all__ = ["ReportFlow"]

_LONGEST = 12


class ReportFlow:
    """Each look is checked by its use case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def show(self, turn: Turn, words: Words, said: Said) -> None:
        """A month, or the one that is running."""
        await turn.typing()
        found = await self._report(turn, words, said["month"])
        if isinstance(found, Refusal):
            await turn.say(in_one_line(found, words))
            return
        await turn.send_card(found, found["fallbackText"])

    async def on_show(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        return _answer(await self._report(turn, words, text_in(action.data, report.MONTH, _LONGEST)), words)

    async def _report(self, turn: Turn, words: Words, typed: str) -> Card | Refusal:
        month = _month(typed)
        if isinstance(month, Refusal):
            return month
        found = await reports.report(self._desk, turn.actor, month)
        return found if isinstance(found, Refusal) else report.build(found, words)

    async def on_approvers(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Who decides how much is told in one's own chat only."""
        if turn.scope is not Scope.PERSONAL:
            return _answer(Refusal(code="SB-REP-02"), words)
        return _answer(await self._approvers(turn, words, action), words)

    async def _approvers(self, turn: Turn, words: Words, action: CardAction) -> Card | Refusal:
        month = _month(text_in(action.data, report.MONTH, _LONGEST))
        if isinstance(month, Refusal):
            return month
        found = await reports.named(self._desk, turn.actor, month)
        if isinstance(found, Refusal):
            return found
        order = _order(action)
        offset = _offset(action, len(found.approvers))
        shown = in_order(found.approvers, order)[offset : offset + PAGE]
        return report.approvers(found, shown, report.Page(offset, order, len(found.approvers)), words)

    async def export(self, turn: Turn, words: Words, said: Said) -> None:
        """A month as a table, in a message."""
        await turn.typing()
        month = _month(said["month"])
        if isinstance(month, Refusal):
            await turn.say(in_one_line(month, words))
            return
        found = await reports.exported(self._desk, turn.actor, month)
        if isinstance(found, Refusal):
            await turn.say(in_one_line(found, words))
            return
        elsewhere = words("**switchboard report export** on the server writes any months to a file.")
        await turn.say(as_message(list(report_table.lines([found], words)), elsewhere, words))


def _answer(found: Card | Refusal, words: Words) -> CardAnswer:
    if isinstance(found, Refusal):
        return CardAnswer(error=in_one_line(found, words))
    return CardAnswer(card=found)


def _month(typed: str) -> date | Refusal | None:
    """None: the one that is running."""
    return reports.is_month(typed) if typed else None


def _order(action: CardAction) -> LoadOrder:
    """Untrusted: what is not offered is not asked for."""
    said = text_in(action.data, report.ORDER, _LONGEST)
    return LoadOrder(said) if said in set(LoadOrder) else LoadOrder.DECIDED


def _offset(action: CardAction, total: int) -> int:
    """Within what there is."""
    wanted = whole_number_in(action.data, OFFSET) or 0
    return min(wanted, max(0, (total - 1) // PAGE * PAGE))
