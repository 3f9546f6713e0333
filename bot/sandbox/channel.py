"""The Teams channel's own voice: events it sends to the bot's endpoint by itself, such as an installation."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

import aiohttp

from bot.sandbox.activities import Json, Persona, installation_update, members_added
from bot.sandbox.identity import Identity

__all__ = ["Channel", "Delivery"]

ANSWER_WITHIN = 15.0
"""Seconds Teams waits for a bot before it sends the same activity again."""
ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt at handing an activity to the bot; `status` 0 when it could not be reached."""

    activity: Json
    attempt: int
    status: int


@dataclass
class Channel:
    """Delivers in the background, at least once, as Teams does."""

    identity: Identity
    endpoint: str | None = None
    """The bot's messaging endpoint; nothing is sent while there is none."""
    pause: float = 1.0
    """Seconds before another attempt at a bot that did not take an event."""
    deliveries: deque[Delivery] = field(default_factory=lambda: deque(maxlen=1000))
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def added(self, who: Persona) -> None:
        """Tell the bot that its personal app was installed for this person."""
        self.send(members_added(who))
        self.send(installation_update(who, "add"))

    def removed(self, who: Persona) -> None:
        self.send(installation_update(who, "remove"))

    def send(self, activity: Json) -> None:
        """Hand an activity over in the background."""
        if self.endpoint is None:
            return
        task = asyncio.get_running_loop().create_task(self._deliver(activity, self.endpoint))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        """Give up whatever is still to be delivered."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _deliver(self, activity: Json, endpoint: str) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            status = await self._attempt(activity, endpoint)
            self.deliveries.append(Delivery(activity, attempt, status))
            if 0 < status < 500:
                return
            await asyncio.sleep(self.pause)

    async def _attempt(self, activity: Json, endpoint: str) -> int:
        token = self.identity.channel_token(activity["serviceUrl"])
        headers = {"Authorization": f"Bearer {token}"}
        timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(endpoint, json=activity, headers=headers) as response,
            ):
                return response.status
        except (aiohttp.ClientError, TimeoutError):
            return 0
