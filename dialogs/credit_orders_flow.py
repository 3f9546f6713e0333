"""What administrators tell about orders and recharges of Communications Credits, typed."""

from __future__ import annotations

from bot.domain.plans import Refusal
from bot.teams.turn import Turn
from bot.usecases import credit_events, credits_for_all
from bot.usecases.credit_troubles import Trouble
from bot.usecases.credits_report import currencies
from bot.usecases.desk import Desk
from bot.usecases.order_cancelled import order_cancelled
from bot.words import Words
from cards.codes import in_one_line
from cards.markdown import plain
from dialogs.commands.grammar import Said
from dialogs.typed_money import typed_money

__all__ = ["CreditOrdersFlow"]

_MOST_SHOWN = 20


class CreditOrdersFlow:
    """One method a command."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def failed(self, turn: Turn, words: Words, _said: Said) -> None:
        """A recharge did not go through."""
        await self._trouble(turn, words, "failed")

    async def used_up(self, turn: Turn, words: Words, _said: Said) -> None:
        """There is nothing left."""
        await self._trouble(turn, words, "zero")

    async def _trouble(self, turn: Turn, words: Words, what: Trouble) -> None:
        told = await credit_events.trouble(self._desk, turn.actor, what)
        if isinstance(told, Refusal):
            await turn.say(in_one_line(told, words))
        elif told:
            await turn.say(words("The billing administrators have been alerted."))
        else:
            await turn.say(words("The billing administrators have been alerted to it before."))

    async def how_many(self, _turn: Turn, words: Words, _said: Said) -> str:
        """Of how many people it is about, before anything is asked for."""
        people = await credits_for_all.callers_without(self._desk)
        if len(people) < 2:
            return ""
        return words.plural(
            "The credits licence is asked for, for {n} person who calls and is without.",
            "The credits licence is asked for, for {n} people who call and are without, each in a request of "
            "their own.",
            min(len(people), credits_for_all.MOST),
        )

    async def for_all(self, turn: Turn, words: Words, _said: Said) -> None:
        """Everybody who calls gets the licence, as far as the policy agrees."""
        asked = await credits_for_all.ask_for_all(self._desk, turn.actor)
        if isinstance(asked, Refusal):
            await turn.say(in_one_line(asked, words))
            return
        lines = [words.plural("{n} request was made.", "{n} requests were made.", len(asked.requests))]
        if asked.requests:
            shown = [plain(f"{one.id} ({one.beneficiary.name})") for one in asked.requests[:_MOST_SHOWN]]
            lines.append(words.listing(shown))
        lines += [
            words("{name}: {why}", name=plain(person.name), why=in_one_line(why, words))
            for person, why in asked.refused[:_MOST_SHOWN]
        ]
        if asked.left:
            more = words.plural(
                "{n} person is left: write it again.", "{n} people are left: write it again.", asked.left
            )
            lines.append(more)
        await turn.say("\n\n".join(lines))

    async def recharged(self, turn: Turn, words: Words, said: Said) -> None:
        """Money came by itself."""
        amount = typed_money(said["amount"], await currencies(self._desk), words)
        if amount is None:
            await turn.say(words("Which currency? Write it like this: **recharge ok 200 EUR INV-4711**."))
            return
        bought = await credit_events.recharged(self._desk, turn.actor, amount, said["order"])
        if isinstance(bought, Refusal):
            await turn.say(in_one_line(bought, words))
            return
        shown = words.money(amount.minor, amount.currency)
        await turn.say(words("On the ledger: {amount}, {order}.", amount=shown, order=plain(said["order"])))

    async def cancelled(self, turn: Turn, words: Words, said: Said) -> None:
        """An order did not come true."""
        gone = await order_cancelled(self._desk, turn.actor, said["order"], said["why"])
        if isinstance(gone, Refusal):
            await turn.say(in_one_line(gone, words))
            return
        shown = words.money(gone.minor, gone.currency)
        await turn.say(
            words(
                "{amount} of the order {order} do not count any more. Whoever asked for it is told.",
                amount=shown,
                order=plain(said["order"]),
            )
        )
