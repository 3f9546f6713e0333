"""What billing administrators enter into the ledger of credits, typed; the report follows each entry."""

from __future__ import annotations

import re
from datetime import date

from bot.domain.credits import Check
from bot.domain.credits_stand import Shown
from bot.domain.plans import Refusal
from bot.domain.values import Money
from bot.teams.turn import Turn
from bot.usecases import credits_book
from bot.usecases.credits_report import currencies
from bot.usecases.desk import Desk
from bot.words import N_, Words
from cards.codes import in_one_line
from cards.markdown import plain
from dialogs.commands.grammar import Said
from dialogs.credits_flow import CreditsFlow, day_of
from dialogs.typed_money import typed_money

__all__ = ["CreditsBookFlow"]

_ENTRY = re.compile(
    r"(?P<entry>\S+)\s+(?P<amount>(?:[a-z]{3}|[€$£¥])?\s?\d[\d .,']*(?:[a-z]{3}\b|[€$£¥])?)"
    r"(?:[\s,:;]+(?P<why>.+))?",
    re.DOTALL | re.IGNORECASE,
)
"""The name of an entry, what it should say, and why."""


class CreditsBookFlow:
    """One method a command; who may is checked by the use case."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._report = CreditsFlow(desk)

    async def seen(self, turn: Turn, words: Words, said: Said) -> None:
        """What the admin centre shows."""
        left, day = await self._amount(said["amount"], words), _day(said["day"])
        if isinstance(left, Refusal) or isinstance(day, Refusal):
            await self._refuse(turn, words, left, day)
            return
        check = await credits_book.seen(self._desk, turn.actor, left, day)
        await self._compared(turn, words, check)

    async def opening(self, turn: Turn, words: Words, said: Said) -> None:
        """The ledger begins with what is left, and with the day on which that was bought."""
        left, bought_on = await self._amount(said["amount"], words), _day(said["day"])
        if isinstance(left, Refusal) or isinstance(bought_on, Refusal):
            await self._refuse(turn, words, left, bought_on)
            return
        check = await credits_book.open_book(self._desk, turn.actor, left, bought_on=bought_on)
        await self._compared(turn, words, check)

    async def bought(self, turn: Turn, words: Words, said: Said) -> None:
        """Money was paid in without a request, or before there was this desk."""
        amount, day = await self._amount(said["amount"], words), _day(said["day"])
        if isinstance(amount, Refusal) or isinstance(day, Refusal) or day is None:
            await self._refuse(turn, words, amount, day)
            return
        entry = await credits_book.bought(self._desk, turn.actor, said["order"], amount, day)
        if isinstance(entry, Refusal):
            await self._refuse(turn, words, entry)
            return
        noted = words(
            "On the ledger: {amount}, {order}.", amount=_shown(amount, words), order=plain(entry.id)
        )
        await self._report.send(turn, words, Shown(currency=amount.currency), noted)

    async def correct(self, turn: Turn, words: Words, said: Said) -> None:
        """An entry was wrong."""
        found = _ENTRY.fullmatch(said["what"].strip())
        amount = await self._amount(found["amount"], words) if found else Refusal(code="SB-CRE-72")
        if found is None or isinstance(amount, Refusal):
            await self._refuse(turn, words, amount)
            return
        why = found["why"] or ""
        entry = await credits_book.correct(self._desk, turn.actor, found["entry"], amount, why)
        if isinstance(entry, Refusal):
            await self._refuse(turn, words, entry)
            return
        noted = words(
            "Corrected: {entry} says {amount} now.", entry=plain(entry.of), amount=_shown(amount, words)
        )
        await self._report.send(turn, words, Shown(currency=amount.currency), noted)

    async def _compared(self, turn: Turn, words: Words, check: Check | Refusal) -> None:
        if isinstance(check, Refusal):
            await self._refuse(turn, words, check)
            return
        await self._report.send(turn, words, Shown(currency=check.seen.currency), _told(check, words))

    async def _refuse(self, turn: Turn, words: Words, *found: object) -> None:
        refusal = next(one for one in found if isinstance(one, Refusal))
        await turn.say(in_one_line(refusal, words))

    async def _amount(self, typed: str, words: Words) -> Money | Refusal:
        """Without a currency it is the ledger's, where that has only one."""
        amount = typed_money(typed, await currencies(self._desk), words)
        return amount or Refusal(code="SB-CRE-70", params={"typed": typed[:40]})


def _day(typed: str) -> date | Refusal | None:
    return day_of(typed) if typed else None


def _told(check: Check, words: Words) -> str:
    """What was noted, beside what the ledger had expected."""
    shown = {"seen": _shown(check.seen, words), "expected": _shown(check.expected, words)}
    if not check.difference.minor:
        return words("Noted: {seen} are left, as expected.", **shown)
    off = Money(minor=abs(check.difference.minor), currency=check.seen.currency)
    said = (
        N_("Noted: {seen} are left, {off} more than the {expected} expected by the records.")
        if check.difference.minor > 0
        else N_("Noted: {seen} are left, {off} less than the {expected} expected by the records.")
    )
    return words(said, off=_shown(off, words), **shown)


def _shown(amount: Money, words: Words) -> str:
    return words.money(amount.minor, amount.currency)
