"""Looking into the sandbox's Teams, and shaping it, over HTTP: everything under `/sandbox` about chats."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from bot.sandbox.connector.chats import Closed, Conversation, ConversationKind, Message
from bot.sandbox.connector.journal import Event
from bot.sandbox.installations import Block, Installations
from bot.sandbox.roster import Account
from bot.sandbox.teams import Teams

__all__ = ["TEAMS", "register_teams"]

TEAMS = web.AppKey("teams", Teams)
LONGEST_WAIT = 60.0
"""Seconds a long poll may last."""
INSTALLING = {
    (True, True): Installations.install,
    (True, False): Installations.preinstall,
    (False, True): Installations.uninstall,
    (False, False): Installations.forget,
}
"""By whether the app shall be there and whether the bot is told."""


def register_teams(app: web.Application, teams: Teams) -> None:
    """Add the routes. `app` must be served at the root of its host."""
    app[TEAMS] = teams
    add = app.router.add_route
    add("GET", "/sandbox/conversations", _conversations)
    add("GET", "/sandbox/conversations/{conversation}/activities", _activities)
    add("POST", "/sandbox/conversations/{conversation}/activities", _utter)
    add("PUT", "/sandbox/conversations/{conversation}/closed", _set_closed)
    add("GET", "/sandbox/activities", _events)
    add("GET", "/sandbox/teams", _teams)
    add("GET", "/sandbox/teams/people/{person}", _person)
    add("PUT", "/sandbox/teams/people/{person}/installation", _set_installation)
    add("PUT", "/sandbox/teams/people/{person}/block", _set_block)
    add("PUT", "/sandbox/bot", _set_bot)
    add("GET", "/sandbox/deliveries", _deliveries)


def _missing(what: str) -> web.HTTPNotFound:
    return web.HTTPNotFound(text=f'{{"error": "no such {what}"}}', content_type="application/json")


def _conversation_of(request: web.Request) -> Conversation:
    found = request.app[TEAMS].chats.find(request.match_info["conversation"])
    if found is None:
        raise _missing("conversation")
    return found


def _account_of(request: web.Request) -> Account:
    found = request.app[TEAMS].find_person(request.match_info["person"])
    if found is None:
        raise _missing("person")
    return found


async def _conversations(request: web.Request) -> web.Response:
    chats = request.app[TEAMS].chats
    return web.json_response({"conversations": [_summary(chat) for chat in chats.all()]})


def _summary(chat: Conversation) -> dict[str, Any]:
    return {
        "id": chat.id,
        "kind": chat.kind,
        "name": chat.name,
        "user_id": chat.user_id,
        "messages": sum(message.deleted_at is None for message in chat.messages.values()),
    }


async def _activities(request: web.Request) -> web.Response:
    """With `after`, the events since then, waiting up to `wait` seconds; without, every message's history."""
    chat = _conversation_of(request)
    if "after" in request.query:
        return web.json_response(await _news(request, [chat.id]))
    return web.json_response({"activities": [_history(message) for message in chat.messages.values()]})


async def _events(request: web.Request) -> web.Response:
    """The same for several chats at once: `conversation` may be given many times."""
    return web.json_response(await _news(request, request.query.getall("conversation", [])))


async def _news(request: web.Request, conversations: list[str]) -> dict[str, Any]:
    journal = request.app[TEAMS].chats.journal
    after, wait = int(request.query.get("after", "0")), float(request.query.get("wait", "0"))
    events = await journal.wait(after, frozenset(conversations), min(wait, LONGEST_WAIT))
    return {"events": [event.as_json() for event in events], "last": journal.last}


def _history(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "author": message.author,
        "deleted_at": message.deleted_at,
        "versions": [_version(event) for event in message.versions],
    }


def _version(event: Event) -> dict[str, Any]:
    return {"seq": event.seq, "at": event.at, "activity": event.activity}


async def _utter(request: web.Request) -> web.Response:
    """Take an activity of a person into a chat: the answer says which id and thread it got."""
    teams = request.app[TEAMS]
    message = teams.utter(_conversation_of(request), (await request.json())["activity"])
    event = message.versions[0]
    return web.json_response({"id": message.id, "conversation": event.conversation_id, "seq": event.seq})


async def _set_closed(request: web.Request) -> web.Response:
    """`{how: deleted | removed | null}`: close a channel to the bot, or open it again."""
    chat, how = _conversation_of(request), (await request.json()).get("how")
    chat.closed = None if how is None else Closed(how)
    return web.json_response(_summary(chat))


async def _teams(request: web.Request) -> web.Response:
    """The shared chats as places, by name, and where activities come from."""
    teams = request.app[TEAMS]
    shared = {chat.name: chat for chat in teams.chats.all() if _is_shared(chat)}
    places = {name: _place(teams, chat) for name, chat in shared.items()}
    return web.json_response({"service_url": teams.service_url, "places": places})


def _is_shared(chat: Conversation) -> bool:
    return chat.kind is not ConversationKind.PERSONAL and ";messageid=" not in chat.id


def _place(teams: Teams, chat: Conversation) -> dict[str, Any]:
    place = teams.place(chat)
    return {
        "conversation_id": place.conversation_id,
        "kind": place.kind,
        "channel_id": place.channel_id,
        "team_id": place.team_id,
    }


async def _person(request: web.Request) -> web.Response:
    return web.json_response(_described(request.app[TEAMS], _account_of(request)))


def _described(teams: Teams, account: Account) -> dict[str, Any]:
    return {
        "persona": teams.persona(account).as_json(),
        "installed": teams.installations.is_installed(account.user_id),
        "blocked": teams.installations.blocked(account.user_id),
    }


async def _set_installation(request: web.Request) -> web.Response:
    """`{installed, notify}`: install or remove the app; `notify` false leaves it to the caller to tell."""
    teams, account, wish = request.app[TEAMS], _account_of(request), await request.json()
    act = INSTALLING[bool(wish["installed"]), bool(wish.get("notify", True))]
    act(teams.installations, account.user_id)
    return web.json_response(_described(teams, account))


async def _set_block(request: web.Request) -> web.Response:
    """`{how: ConversationBlockedByUser | MessageWritesBlocked | BotDisabledByAdmin | null}`."""
    teams, account, how = request.app[TEAMS], _account_of(request), (await request.json()).get("how")
    if how is None:
        teams.installations.unblock(account.user_id)
    else:
        teams.installations.block(account.user_id, Block(how))
    return web.json_response(_described(teams, account))


async def _set_bot(request: web.Request) -> web.Response:
    """`{endpoint}`: where the bot's registration says its messages go."""
    channel = request.app[TEAMS].channel
    channel.endpoint = (await request.json())["endpoint"]
    return web.json_response({"endpoint": channel.endpoint})


async def _deliveries(request: web.Request) -> web.Response:
    """What the channel sent by itself: activity type, person, attempt, and the bot's status."""
    deliveries = [
        {
            "type": one.activity["type"],
            "person": one.activity["from"]["name"],
            "attempt": one.attempt,
            "status": one.status,
        }
        for one in request.app[TEAMS].channel.deliveries
    ]
    return web.json_response({"deliveries": deliveries})
