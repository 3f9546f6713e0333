"""What somebody asks for in words: a wish's form, what somebody has, why something is so, or a choice.

Everything here that is about a person finds the person first; every kind of question is one entry of
`AskedFlow.answers`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from bot.domain.explaining import Inventory
from bot.domain.people import Person
from bot.domain.plans import Refusal
from bot.domain.wishes import FOR_THE_ORGANISATION
from bot.teams.turn import CardAction, CardAnswer, Turn
from bot.usecases import explain as explaining
from bot.usecases import people
from bot.usecases.desk import Desk
from bot.words import Words
from cards import choice, holdings, why
from cards.codes import explain
from cards.markdown import plain
from dialogs.inputs import person_id_in, text_in
from dialogs.intents import Intent, Kind, understand
from dialogs.wish_flow import WishFlow

__all__ = ["AskedFlow"]

About = Callable[[Turn, Words, Intent, str], Awaitable[None]]
"""Answers about one person, by object id."""

_MOST_SAID = 400
_MOST_KIND = 32


class AskedFlow:
    """Wishes, questions about people, and the choice between several meanings."""

    def __init__(self, desk: Desk, wishes: WishFlow) -> None:
        self._desk = desk
        self._wishes = wishes
        self._about: Mapping[Kind, About] = {
            Kind.WISH: self._wish,
            Kind.HOLDINGS: self._holdings,
            Kind.WHY: self._why,
        }
        self.answers: Mapping[Kind, Callable[[Turn, Words, Intent], Awaitable[None]]] = {
            **dict.fromkeys(self._about, self._find),
            Kind.CLARIFY: self._clarify,
            Kind.PIN: self._pin,
            Kind.INTERNAL: self._internal,
        }
        """By what was asked: the whole answer."""

    async def on_meant(self, turn: Turn, words: Words, action: CardAction) -> CardAnswer:
        """A button of a choice: the text is read again as what, or for whom, was chosen."""
        said = text_in(action.data, "said", _MOST_SAID)
        try:
            intent = understand(said, text_in(action.data, "as", _MOST_KIND))
        except ValueError:
            return CardAnswer(
                error=words("This button is not known here. Write **help** to see what I can do.")
            )
        person_id = person_id_in(action.data, "person")
        if person_id:
            await self._about[intent.kind](turn, words, intent, person_id)
        else:
            await self._find(turn, words, intent, said)
        return CardAnswer(message=words("The answer is below."))

    async def _find(self, turn: Turn, words: Words, intent: Intent, said: str | None = None) -> None:
        """Answer about the person named: oneself where nobody is, a choice where several could be."""
        await turn.typing()
        about = self._about[intent.kind]
        if intent.person is None or intent.wish in FOR_THE_ORGANISATION:
            await about(turn, words, intent, turn.actor.id)
            return
        found = await people.find_people(self._desk, turn.actor, intent.person)
        if len(found) == 1:
            await about(turn, words, intent, found[0].id)
        elif found:
            await self._choose(turn, words, intent, found, turn.text if said is None else said)
        else:
            await self._nobody(turn, words, intent)

    async def _choose(
        self, turn: Turn, words: Words, intent: Intent, found: Sequence[Person], said: str
    ) -> None:
        data = {"said": said[:_MOST_SAID], "as": intent.wish or intent.kind.value}
        card = choice.who_of(found, "asked.meant", data, words)
        await turn.send_card(card, card["fallbackText"])

    async def _nobody(self, turn: Turn, words: Words, intent: Intent) -> None:
        """A form asks for the person itself; a question can only be asked again."""
        if intent.kind is not Kind.WISH:
            await _say(turn, words, Refusal(code="SB-WHO-01"))
            return
        name = plain(intent.person or "", 60)
        remark = words("I could not find “{name}”. Please choose the person on the form.", name=name)
        kind = intent.wish or ""
        await self._wishes.start(turn, words, kind, turn.actor.id, intent.prefill, remark)

    async def _wish(self, turn: Turn, words: Words, intent: Intent, person_id: str) -> None:
        await self._wishes.start(turn, words, intent.wish or "", person_id, intent.prefill)

    async def _holdings(self, turn: Turn, words: Words, _intent: Intent, person_id: str) -> None:
        found = await explaining.what_has(self._desk, turn.actor, person_id)
        if isinstance(found, Inventory):
            card = holdings.build(found, words)
            await turn.send_card(card, card["fallbackText"])
        else:
            await _say(turn, words, found)

    async def _why(self, turn: Turn, words: Words, intent: Intent, person_id: str) -> None:
        asked = intent.prefill.get("product", "")
        if not asked:
            await turn.say(
                words("Which product do you mean? Write, for example, **why Teams Phone for Dora**.")
            )
            return
        told = await explaining.why(self._desk, turn.actor, person_id, asked)
        if isinstance(told, Refusal):
            await _say(turn, words, told)
            return
        card = why.build(told, words)
        await turn.send_card(card, card["fallbackText"])

    async def _clarify(self, turn: Turn, words: Words, intent: Intent) -> None:
        said = turn.text[:_MOST_SAID]
        card = choice.what_of(intent.candidates, "asked.meant", {"said": said}, words)
        await turn.send_card(card, card["fallbackText"])

    async def _pin(self, turn: Turn, words: Words, _intent: Intent) -> None:
        await _say(turn, words, Refusal(code="SB-CONF-14"))

    async def _internal(self, turn: Turn, words: Words, _intent: Intent) -> None:
        await _say(turn, words, Refusal(code="SB-LIC-16"))


async def _say(turn: Turn, words: Words, refusal: Refusal) -> None:
    await turn.say("\n\n".join(explain(refusal.code, refusal.params, words)))
