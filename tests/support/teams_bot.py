"""The Teams boundary behind a real HTTP endpoint, answering with a conversation that tests can steer."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp.test_utils import TestServer

from bot.store.database import Database
from bot.teams.app import create_app
from bot.teams.boundary import TeamsBoundary
from bot.teams.config import TeamsConfig
from bot.teams.turn import CardAction, CardAnswer, Turn
from tests.support.teams_channel import TENANT, Channel


class BotTokens:
    """The bot's own tokens, as the connector expects them."""

    async def token(self, scope: str) -> str:
        return f"token-for-{scope}"


async def _echo(turn: Turn) -> None:
    await turn.say(f"you said: {turn.text}")


@dataclass
class Listener:
    """A conversation that keeps what it was told."""

    reply: Callable[[Turn], Awaitable[None]] = _echo
    answer: CardAnswer = field(default_factory=lambda: CardAnswer(message="done"))
    turns: list[Turn] = field(default_factory=list)
    actions: list[CardAction] = field(default_factory=list)
    installs: list[Turn] = field(default_factory=list)

    @property
    def called(self) -> bool:
        return bool(self.turns or self.actions or self.installs)

    async def on_message(self, turn: Turn) -> None:
        self.turns.append(turn)
        await self.reply(turn)

    async def on_card_action(self, turn: Turn, action: CardAction) -> CardAnswer:
        self.actions.append(action)
        return self.answer

    async def on_installed(self, turn: Turn) -> None:
        self.installs.append(turn)


@dataclass
class Reply:
    """What the endpoint answered."""

    status: int
    text: str

    @property
    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class RunningBot:
    """A bot that can be posted to."""

    channel: Channel
    boundary: TeamsBoundary
    http: aiohttp.ClientSession
    url: str

    async def post(self, activity: Any, *, token: str | None = "") -> Reply:
        """Post an activity; with a good token unless told otherwise (None: no header at all)."""
        headers = {"Content-Type": "application/json"}
        if token is not None:
            headers["Authorization"] = f"Bearer {token or self.channel.token()}"
        return await self.raw(json.dumps(activity).encode(), headers)

    async def raw(self, body: Any, headers: dict[str, str]) -> Reply:
        skipped = [] if "Content-Type" in headers else ["Content-Type"]
        async with self.http.post(self.url, data=body, headers=headers, skip_auto_headers=skipped) as answer:
            return Reply(answer.status, await answer.text())


async def _ready() -> list[str]:
    return []


@asynccontextmanager
async def running_bot(
    channel: Channel, listener: Listener, db: Database, config: TeamsConfig | None = None
) -> AsyncIterator[RunningBot]:
    boundary = TeamsBoundary(config or channel.config(), TENANT, db, BotTokens())
    server = TestServer(create_app(boundary.adapter, boundary.handler(listener), _ready))
    await boundary.start()
    await server.start_server()
    async with aiohttp.ClientSession() as http:
        yield RunningBot(channel, boundary, http, str(server.make_url("/api/messages")))
    await server.close()
    await boundary.stop()
