"""The face of one activity towards a conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from botbuilder.core import TurnContext

from bot.domain.people import Actor
from bot.teams.connector import Connector
from bot.teams.inbound import Inbound, text_at
from bot.teams.outcomes import NotDelivered, Outcome, Sent
from bot.teams.outgoing import card_message, reply_to, text_message, typing_indicator
from bot.teams.turn import Card, Scope

__all__ = ["TeamsTurn", "delivered"]


@dataclass(slots=True)
class TeamsTurn:
    """Implements `turn.Turn`. Sending raises `NotDelivered` when Teams would not take it."""

    actor: Actor
    scope: Scope
    text: str
    conversation_id: str
    service_url: str
    context: TurnContext
    _inbound: Inbound
    _connector: Connector
    mentioned: tuple[str, ...] = ()
    updated: set[str] = field(default_factory=set)
    """Cards this turn has replaced itself."""

    @classmethod
    def of(
        cls, inbound: Inbound, actor: Actor, text: str, context: TurnContext, connector: Connector
    ) -> TeamsTurn:
        return cls(
            actor,
            inbound.scope,
            text,
            inbound.conversation_id,
            inbound.service_url,
            context,
            inbound,
            connector,
        )

    @property
    def time_zone(self) -> str:
        return text_at(self._inbound.raw, "localTimezone")

    async def say(self, text: str) -> str:
        return await self._send(text_message(text))

    async def send_card(self, card: Card, summary: str) -> str:
        return await self._send(card_message(card, summary))

    async def update_card(self, activity_id: str, card: Card) -> None:
        message = reply_to(self._inbound, card_message(card))
        delivered(await self._connector.update(self.service_url, self.conversation_id, activity_id, message))
        self.updated.add(activity_id)

    async def typing(self) -> None:
        """A lost indicator is nobody's problem, so its outcome is not looked at."""
        message = reply_to(self._inbound, typing_indicator())
        await self._connector.send(self.service_url, self.conversation_id, message)

    async def _send(self, message: dict[str, Any]) -> str:
        addressed = reply_to(self._inbound, message)
        activity_id = delivered(await self._connector.send(self.service_url, self.conversation_id, addressed))
        self.context.responded = True
        return activity_id


def delivered(outcome: Outcome) -> str:
    """The id Teams gave the activity; raises NotDelivered."""
    if isinstance(outcome, Sent):
        return outcome.activity_id
    raise NotDelivered(outcome)
