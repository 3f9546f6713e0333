"""People at their Teams clients: they type, click and read, over HTTP only.

A person speaks to the bot's real endpoint with signed channel tokens, and reads what the bot sent from the
sandbox's inspection routes. What a client would not let a person do raises CannotClick.

    async with People(sandbox_url, bot_endpoint) as people:
        ana = await people.find("ana")
        await ana.installs()
        await ana.says("I need a phone number")
        form = await ana.hears("Which country")
        reply = await ana.clicks(form, "wish.review", {"city": "Paris"})
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import quote

import aiohttp

from bot.sandbox.activities import (
    Json,
    Persona,
    Place,
    card_invoke,
    installation_update,
    members_added,
    message,
    submitted,
)
from bot.sandbox.card_client import (
    CannotClick,
    card_of,
    collect,
    execute,
    find_action,
    submit_value,
    text_of,
)
from bot.sandbox.channel_tokens import Defect
from bot.sandbox.chat_view import ChatView
from bot.sandbox.installations import Block
from bot.sandbox.wire import Reply, Wire

__all__ = ["CannotClick", "Defect", "NotHeard", "People", "PersonClient", "Reply", "card_of", "text_of"]

Heard = str | Callable[[Json], bool]
"""A fragment of the visible text, in any case, or a test on the activity."""
SCOPES = {"channel": "channel", "groupChat": "groupChat", "group": "groupChat"}


class NotHeard(AssertionError):
    """What was waited for did not arrive in time; says what did."""


class People:
    """One bot, one sandbox, one HTTP session; finds the people.

    `bot_endpoint` may be changed while running, as when a bot comes back on another port.
    """

    def __init__(self, sandbox_url: str, bot_endpoint: str) -> None:
        self.sandbox_url = sandbox_url.rstrip("/")
        self.bot_endpoint = bot_endpoint
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self._wire = Wire(self._session, self.sandbox_url, lambda: self.bot_endpoint)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._session is not None:
            await self._session.close()

    async def find(self, who: str) -> PersonClient:
        """By object id, address, or the part of the address before the @ ("ana")."""
        found = await self._wire.sandbox("GET", f"/sandbox/teams/people/{who}")
        teams = await self._wire.sandbox("GET", "/sandbox/teams")
        places = {name: Place(**place) for name, place in teams["places"].items()}
        return PersonClient(self._wire, Persona(**found["persona"]), places)


class PersonClient:
    """One person's Teams client, as it looks to this person."""

    def __init__(self, wire: Wire, who: Persona, shared: Mapping[str, Place]) -> None:
        self.who = who
        self._wire = wire
        self._shared = dict(shared)
        self._view = ChatView()
        self._view.watch(Place(who.personal_chat), after=0)
        self._last: Json | None = None

    @property
    def chat(self) -> list[Json]:
        """The bot's messages as this person sees them now, oldest first."""
        return self._view.from_bot()

    @property
    def transcript(self) -> list[Json]:
        """Everything in the chats, the person's own messages included."""
        return self._view.all()

    def cards(self) -> list[Json]:
        """The bot's messages that carry a card."""
        return [activity for activity in self.chat if card_of(activity) is not None]

    def last_card(self) -> Json:
        """The newest message with a card; raises NotHeard when there is none."""
        cards = self.cards()
        if not cards:
            raise NotHeard(f"{self.who.name} has seen no card")
        return cards[-1]

    async def installs(self) -> Reply:
        """Add the app in the personal chat; the reply is the bot's answer to `installationUpdate`."""
        await self._set_installed(True)
        await self._send(members_added(self.who))
        return await self._send(installation_update(self.who, "add"))

    async def uninstalls(self) -> Reply:
        await self._set_installed(False)
        return await self._send(installation_update(self.who, "remove"))

    async def blocks(self, how: Block | None = Block.BY_USER) -> None:
        """Block the bot, in one of the ways there are; None lifts it."""
        path = f"/sandbox/teams/people/{self.who.user_id}/block"
        await self._wire.sandbox("PUT", path, {"how": how})

    async def says(
        self, text: str, *, locale: str | None = None, scope: str = "personal", where: str | None = None
    ) -> Reply:
        """Type a message. `where` names a channel or group chat, or the id of a thread to go on in."""
        return await self._send(await self.writes(text, locale=locale, scope=scope, where=where))

    async def writes(
        self, text: str, *, locale: str | None = None, scope: str = "personal", where: str | None = None
    ) -> Json:
        """The activity of a message in the chat, complete with its id, but not yet handed to the bot."""
        place = self._place(scope, where)
        activity = message(self.who, place, text, locale=locale)
        path = f"/sandbox/conversations/{_quoted(place.conversation_id)}/activities"
        taken = await self._wire.sandbox("POST", path, {"activity": activity})
        here = Place(taken["conversation"], place.kind, place.channel_id, place.team_id)
        self._view.watch(here, after=taken["seq"] - 1)
        return activity | {"id": taken["id"], "conversation": here.as_json(self.who.tenant_id)}

    async def clicks(
        self,
        activity: Json,
        action: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        as_submit: bool = False,
    ) -> Reply:
        """Click the button with this verb, title or id on the card of `activity`, inputs filled in.

        An Action.Execute makes an invoke; an Action.Submit, or the fallback of an Execute with `as_submit`,
        makes a message. Raises CannotClick for what the client would not allow.
        """
        return await self._send(self.click(activity, action, inputs, as_submit=as_submit))

    def click(
        self,
        activity: Json,
        action: str,
        inputs: Mapping[str, Any] | None = None,
        *,
        as_submit: bool = False,
    ) -> Json:
        """The activity a click would send, without sending it."""
        card = _card_on(activity)
        button = find_action(card, action)
        values = collect(card, button, inputs or {})
        place = self._view.place_of(activity)
        if as_submit or button.get("type") == "Action.Submit":
            value, text = submit_value(button, values)
            return submitted(self.who, place, activity["id"], value, text=text)
        return card_invoke(self.who, place, activity["id"], execute(button, values), "manual")

    async def opens(self, activity: Json) -> Reply | None:
        """Bring a message into view: the client refreshes its card if it is told to, else nothing happens."""
        refresh = _card_on(activity).get("refresh") or {}
        if self.who.mri not in refresh.get("userIds", (self.who.mri,)) or "action" not in refresh:
            return None
        place = self._view.place_of(activity)
        action = execute(refresh["action"], {})
        return await self._send(card_invoke(self.who, place, activity["id"], action, "automatic"))

    async def resend_last(self) -> Reply:
        """Hand the last activity to the bot once more under the same id, as Teams does after 15 seconds."""
        if self._last is None:
            raise CannotClick(f"{self.who.name} has sent nothing yet")
        return await self._send(self._last)

    async def delivers(self, activity: Json) -> Reply:
        """Hand an activity made by `writes` or `click` to the bot, with a good token."""
        return await self._send(activity)

    async def raw(
        self,
        body: Json | bytes,
        *,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send anything to the bot's endpoint, with this token or none: for adversaries."""
        return await self._wire.to_bot(body, token, headers or {})

    async def token(
        self, *defects: Defect, service_url: str | None = None, audience: str | None = None
    ) -> str:
        """A channel token made now, with these defects."""
        return await self._wire.new_token(service_url or self.who.service_url, audience, defects)

    async def hears(self, what: Heard, timeout: float = 10.0) -> Json:  # noqa: ASYNC109 - real time of a poll
        """Wait until the bot has sent or updated such a message, each counted once; returns its activity.

        Raises NotHeard after `timeout` seconds.
        """
        fits = what if callable(what) else _says(what)
        ends = time.monotonic() + timeout
        while (found := self._view.take(fits)) is None:
            left = ends - time.monotonic()
            if left <= 0:
                raise NotHeard(self._not_heard(what))
            await self._sync(left)
        return found

    async def looks(self) -> list[Json]:
        """Look at the chats again; returns `chat`."""
        await self._sync(0)
        return self.chat

    async def reads(self, where: str) -> list[Json]:
        """Look into a channel: every post there is on this person's screen from now on; returns `chat`."""
        channel = self._shared[where]
        found = await self._wire.sandbox("GET", "/sandbox/conversations")
        for chat in found["conversations"]:
            if chat["id"].startswith(f"{channel.conversation_id};"):
                thread = Place(chat["id"], channel.kind, channel.channel_id, channel.team_id)
                self._view.watch(thread, after=0)
        return await self.looks()

    def forgets(self) -> None:
        """Let `hears` find only what arrives after what was seen so far."""
        self._view.forget()

    def _not_heard(self, what: Heard) -> str:
        sought = repr(what) if isinstance(what, str) else "what was expected"
        seen = "\n---\n".join(text_of(activity) for activity in self.chat[-3:]) or "nothing"
        return f"{self.who.name} did not hear {sought}; last seen:\n{seen}"

    def _place(self, scope: str, where: str | None) -> Place:
        if where is not None:
            return self._shared.get(where) or self._view.place(where)
        if scope == "personal":
            return Place(self.who.personal_chat)
        return next(place for place in self._shared.values() if place.kind == SCOPES[scope])

    async def _set_installed(self, installed: bool) -> None:
        path = f"/sandbox/teams/people/{self.who.user_id}/installation"
        await self._wire.sandbox("PUT", path, {"installed": installed, "notify": False})

    async def _send(self, activity: Json) -> Reply:
        """Hand an activity to the bot as the channel would, and see what the person sees then."""
        self._last = activity
        token = await self._wire.token(self.who.service_url)
        reply = await self._wire.to_bot(activity, token, _channel_headers(activity))
        await self._sync(0)
        if reply.card is not None:
            reply.activity = self._view.replace_card(activity["replyToId"], reply.card)
        return reply

    async def _sync(self, wait: float) -> None:
        asked = self._view.watched()
        query = [("conversation", one) for one in asked]
        query += [("after", str(self._view.read_up_to())), ("wait", f"{wait:.3f}")]
        self._view.apply(await self._wire.sandbox("GET", "/sandbox/activities", query=query), asked)


def _channel_headers(activity: Json) -> dict[str, str]:
    return {
        "User-Agent": "Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)",
        "x-ms-conversation-id": activity["conversation"]["id"],
        "x-ms-tenant-id": activity["channelData"]["tenant"]["id"],
    }


def _quoted(conversation_id: str) -> str:
    return quote(conversation_id, safe="")


def _card_on(activity: Json) -> Json:
    card = card_of(activity)
    if card is None:
        raise CannotClick("the message carries no card")
    return card


def _says(fragment: str) -> Callable[[Json], bool]:
    wanted = fragment.casefold()
    return lambda activity: wanted in text_of(activity).casefold()
