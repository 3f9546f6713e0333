"""What one person sees: chats put together from the sandbox's events, and cards that changed only for him."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.activities import Place
from bot.sandbox.card_client import ADAPTIVE_CARD, CannotClick

__all__ = ["ChatView"]

Json = dict[str, Any]


@dataclass(slots=True)
class _Seen:
    """A message on the screen."""

    activity: Json
    conversation_id: str
    by_bot: bool


@dataclass(slots=True)
class ChatView:
    """Updates applied, deleted messages gone."""

    _places: dict[str, Place] = field(default_factory=dict)
    _read: dict[str, int] = field(default_factory=dict)
    """By conversation: number of the last event applied."""
    _messages: dict[str, _Seen] = field(default_factory=dict)
    _unheard: list[Json] = field(default_factory=list)

    def watch(self, place: Place, *, after: int) -> None:
        """Follow a conversation from this event on."""
        self._places.setdefault(place.conversation_id, place)
        self._read.setdefault(place.conversation_id, after)

    def place(self, conversation_id: str) -> Place:
        return self._places[conversation_id]

    def place_of(self, activity: Json) -> Place:
        """Where a message is; raises CannotClick when this person has not seen it."""
        seen = self._messages.get(str(activity.get("id")))
        if seen is None:
            raise CannotClick("this message is not in the person's chats")
        return self._places[seen.conversation_id]

    def watched(self) -> tuple[str, ...]:
        return tuple(self._places)

    def read_up_to(self) -> int:
        """Number of the last event known of every watched conversation."""
        return min(self._read.values())

    def apply(self, news: Json, asked: tuple[str, ...]) -> None:
        """Take in what is new in the conversations asked about; what was applied before is skipped."""
        for event in news["events"]:
            if event["seq"] > self._read[event["conversation"]]:
                self._apply(event)
        for conversation in asked:
            self._read[conversation] = max(self._read[conversation], news["last"])

    def _apply(self, event: Json) -> None:
        match event["kind"]:
            case "created" | "updated":
                by_bot = event["author"] == "bot"
                self._messages[event["activity_id"]] = _Seen(event["activity"], event["conversation"], by_bot)
                if by_bot:
                    self._unheard.append(event["activity"])
            case "deleted":
                self._messages.pop(event["activity_id"], None)

    def replace_card(self, activity_id: str, card: Json) -> Json:
        """Show another card in a message, to this person only and until the message is updated."""
        seen = self._messages[activity_id]
        attachment = {"contentType": ADAPTIVE_CARD, "content": card}
        seen.activity = seen.activity | {"attachments": [attachment]}
        return seen.activity

    def take(self, fits: Callable[[Json], bool]) -> Json | None:
        """The oldest message of the bot that was not taken before and fits."""
        found = next((activity for activity in self._unheard if fits(activity)), None)
        if found is not None:
            self._unheard.remove(found)
        return found

    def forget(self) -> None:
        self._unheard.clear()

    def from_bot(self) -> list[Json]:
        return [seen.activity for seen in self._messages.values() if seen.by_bot]

    def all(self) -> list[Json]:
        return [seen.activity for seen in self._messages.values()]
