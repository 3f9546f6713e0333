"""From an admitted activity to the conversation, and the conversation's answer back to Teams."""

from __future__ import annotations

import json
from typing import Any

from botbuilder.core import TurnContext

from bot.domain.people import Actor
from bot.execution.ports import Gone
from bot.store import cards as card_copies
from bot.store.database import Database
from bot.teams.background import Background
from bot.teams.connector import Connector
from bot.teams.dedupe import Answer
from bot.teams.inbound import Inbound, text_at
from bot.teams.invokes import CARD_ACTION, MalformedAction, card_action, error_reply, reply_for, unhandled
from bot.teams.locales import locale_of
from bot.teams.mentions import people_mentioned, spoken_text
from bot.teams.outcomes import NotDelivered, Sent
from bot.teams.outgoing import card_message, reply_to
from bot.teams.references import AddressBook
from bot.teams.state import DialogStates
from bot.teams.turn import Card, CardAction, CardAnswer, Conversation, Scope
from bot.teams.turns import TeamsTurn

__all__ = [
    "INBOUND",
    "TeamsHandler",
    "is_installation",
    "is_removal",
    "json_answer",
    "submitted_action",
]

INBOUND = "switchboard.inbound"
"""Where a turn context keeps the activity it was built from."""


class TeamsHandler:
    """The bot, as the adapter sees it."""

    def __init__(
        self,
        conversation: Conversation,
        connector: Connector,
        book: AddressBook,
        states: DialogStates,
        background: Background,
        db: Database,
    ) -> None:
        self._conversation = conversation
        self._connector = connector
        self._book = book
        self._states = states
        self._background = background
        self._db = db

    async def on_turn(self, context: TurnContext) -> Answer:
        """Answer one activity. Dialog state is saved when it went well and dropped when it did not."""
        inbound: Inbound = context.turn_state[INBOUND]
        try:
            answer = await self._answer(context, inbound)
        except Exception:
            await self._states.forget(context)
            raise
        await self._states.save(context)
        return answer

    async def _answer(self, context: TurnContext, inbound: Inbound) -> Answer:
        if is_removal(inbound):
            await self._book.unreachable(inbound.person_id)
            return Answer()
        locale = self.locale(inbound)
        await self._book.heard(inbound, locale)
        actor = Actor(id=inbound.person_id, name=inbound.sender_name, locale=locale)
        turn = TeamsTurn.of(inbound, actor, "", context, self._connector)
        if inbound.kind == "invoke":
            return await self._on_invoke(turn, inbound)
        if inbound.kind == "message":
            await self._on_message(turn, inbound)
        else:
            await self._conversation.on_installed(turn)
        return Answer()

    def locale(self, inbound: Inbound) -> str:
        """The language to answer in."""
        return locale_of(inbound.raw, self._book.locale_of(inbound.person_id))

    async def _on_message(self, turn: TeamsTurn, inbound: Inbound) -> None:
        action = submitted_action(inbound)
        if action is None:
            turn.text = spoken_text(inbound.raw)
            turn.mentioned = people_mentioned(inbound.raw)
            await self._conversation.on_message(turn)
            return
        answer = await self._conversation.on_card_action(turn, action)
        await self._show(turn, answer, action.activity_id)

    async def _show(self, turn: TeamsTurn, answer: CardAnswer, carrier: str | None) -> None:
        """Bring the answer to a submitted card into the chat: a submit itself has no reply."""
        if answer.error is not None:
            await turn.say(answer.error)
        elif answer.card is not None:
            await self._replace(turn, answer.card, carrier)
        elif answer.message:
            await turn.say(answer.message)

    async def _replace(self, turn: TeamsTurn, card: Card, carrier: str | None) -> None:
        if carrier is not None:
            try:
                await turn.update_card(carrier, card)
            except NotDelivered as failure:
                if not isinstance(failure.outcome, Gone):
                    raise
            else:
                return
        await turn.send_card(card, _summary(card))

    async def _on_invoke(self, turn: TeamsTurn, inbound: Inbound) -> Answer:
        if inbound.name != CARD_ACTION:
            return json_answer(unhandled(inbound.name))
        try:
            action = card_action(inbound)
        except MalformedAction:
            return json_answer(error_reply(400, "BadRequest", "The card's action cannot be read."))
        answer = await self._conversation.on_card_action(turn, action)
        self._keep(turn, inbound, action, answer)
        return json_answer(reply_for(answer))

    def _keep(self, turn: TeamsTurn, inbound: Inbound, action: CardAction, answer: CardAnswer) -> None:
        """Make the card of a reply last: by itself only the clicker sees it, until it is reloaded."""
        carrier = action.activity_id
        if answer.error is not None or answer.card is None or carrier is None or action.automatic:
            return
        if carrier not in turn.updated:
            self._background.spawn(self._persist(inbound, carrier, answer.card), "persist-card")

    async def _persist(self, inbound: Inbound, activity_id: str, card: Card) -> None:
        """A card that follows its request is the outbox's: two who update it could end with the older one."""
        if await self._db.read(card_copies.is_followed, inbound.conversation_id, activity_id):
            return
        message = reply_to(inbound, card_message(card))
        outcome = await self._connector.update(
            inbound.service_url, inbound.conversation_id, activity_id, message
        )
        if not isinstance(outcome, Sent | Gone):
            raise NotDelivered(outcome)


def json_answer(reply: dict[str, Any]) -> Answer:
    return Answer(200, json.dumps(reply, ensure_ascii=False, separators=(",", ":"), allow_nan=False))


def _summary(card: Card) -> str:
    fallback = card.get("fallbackText")
    return fallback if isinstance(fallback, str) else ""


def submitted_action(inbound: Inbound) -> CardAction | None:
    """The click behind a message that an Action.Submit (or messageBack) sent; None for something typed."""
    value = _object(inbound.value)
    if value is None:
        return None
    verb = text_at(value, "verb")
    if not verb and text_at(inbound.raw, "text"):
        return None
    data = {key: item for key, item in value.items() if key not in ("verb", "msteams")}
    return CardAction(verb=verb, data=data, activity_id=inbound.reply_to_id)


def _object(value: Any) -> dict[str, Any] | None:
    """Some clients send the data of a messageBack as JSON text."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict) else None


def is_removal(inbound: Inbound) -> bool:
    """The person took the app out of the personal chat.

    Taking it out of a team says nothing about that chat, and `remove-upgrade` is half of a new version.
    """
    if inbound.kind != "installationUpdate" or inbound.scope is not Scope.PERSONAL:
        return False
    return text_at(inbound.raw, "action") == "remove"


def is_installation(inbound: Inbound) -> bool:
    """The app has just been added to a personal chat; Teams says so in either or both of two ways."""
    if inbound.scope is not Scope.PERSONAL:
        return False
    if inbound.kind == "installationUpdate":
        return text_at(inbound.raw, "action") == "add"
    return inbound.kind == "conversationUpdate" and _bot_added(inbound)


def _bot_added(inbound: Inbound) -> bool:
    added = inbound.raw.get("membersAdded")
    members = added if isinstance(added, list) else []
    return any(isinstance(member, dict) and member.get("id") == inbound.bot_id for member in members)
