"""What auditors and owners type and click: entries of the audit log, and whether it is whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.domain.audit_views import AboutKind, AuditSearch, AuditWhich
from bot.domain.dialling import as_e164
from bot.domain.plans import Refusal
from bot.domain.roles import KEEPS_THE_AUDIT
from bot.teams.turn import Card, CardAction, CardAnswer, Turn
from bot.usecases import audit_checking, audit_reading, people
from bot.usecases.desk import Desk
from bot.usecases.roles import refused
from bot.words import Words
from cards import audit_log, choice
from cards.codes import in_one_line
from cards.listing import OFFSET, PAGE
from dialogs.commands.grammar import Said
from dialogs.inputs import text_in, whole_number_in

__all__ = ["SHOW", "AuditFlow"]

SHOW = "audit.show"
"""The verb of every button that asks for entries."""


class AuditFlow:
    """The audit log in chat."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def about(self, turn: Turn, words: Words, said: Said) -> None:
        """The entries about what was named."""
        await turn.typing()
        search = await self._meant(turn, words, said)
        if search is None:
            return
        found = await self._found(turn, words, search)
        if isinstance(found, Refusal):
            await turn.say(in_one_line(found, words))
        else:
            await turn.send_card(found, found["fallbackText"])

    async def on_show(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """Another page, or the same entries in another way."""
        search = _search(action.data)
        if search is None:
            return CardAnswer(error=in_one_line(Refusal(code="SB-WHO-01"), words))
        found = await self._found(turn, words, search)
        if isinstance(found, Refusal):
            return CardAnswer(error=in_one_line(found, words))
        return CardAnswer(card=found)

    async def verify(self, turn: Turn, words: Words, _said: Said) -> None:
        """Have all of it checked; whether it is as it was written is told when that is known."""
        refusal = await audit_checking.ask_for_check(self._desk, turn.actor)
        await turn.say(in_one_line(refusal or Refusal(code="SB-AUD-04"), words))

    async def _meant(self, turn: Turn, words: Words, said: Said) -> AuditSearch | None:
        """What the entries are to be about; None once it was said why that is not known."""
        if said["request"]:
            return AuditSearch(kind=AboutKind.REQUEST, key=said["request"])
        if said["number"]:
            number = as_e164(said["number"])
            if number is not None:
                return AuditSearch(kind=AboutKind.NUMBER, key=number)
            unreadable = Refusal(code="SB-ADM-40", params={"number": said["number"][:40]})
            await turn.say(in_one_line(unreadable, words))
            return None
        return await self._person(turn, words, said["person"])

    async def _person(self, turn: Turn, words: Words, text: str) -> AuditSearch | None:
        refusal = await refused(self._desk, turn.actor, KEEPS_THE_AUDIT, "audit.read")
        found = () if refusal else await people.meant(self._desk, turn.actor, text, turn.mentioned)
        if len(found) > 1:
            card = choice.who_of(found, SHOW, {"kind": AboutKind.PERSON.value}, words)
            await turn.send_card(card, card["fallbackText"])
            return None
        if not found:
            await turn.say(in_one_line(refusal or Refusal(code="SB-WHO-01"), words))
            return None
        return AuditSearch(kind=AboutKind.PERSON, key=found[0].id)

    async def _found(self, turn: Turn, words: Words, search: AuditSearch) -> Card | Refusal:
        found = await audit_reading.look(self._desk, turn.actor, search, limit=PAGE)
        return found if isinstance(found, Refusal) else audit_log.page(found, SHOW, words)


def _search(asked: Mapping[str, Any]) -> AuditSearch | None:
    """What a button carried; None where it makes no sense."""
    kind, which = text_in(asked, "kind", 16), text_in(asked, audit_log.WHICH, 16)
    # A namesake who was chosen is `person`.
    key = text_in(asked, "key", 64) or text_in(asked, "person", 64)
    if kind not in set(AboutKind) or not key:
        return None
    return AuditSearch(
        kind=AboutKind(kind),
        key=key,
        which=AuditWhich(which) if which in set(AuditWhich) else AuditWhich.ALL,
        newest_first=text_in(asked, audit_log.ORDER, 16) == "newest",
        offset=whole_number_in(asked, OFFSET) or 0,
    )
