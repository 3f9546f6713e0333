"""Sitting at one person's Teams client, in the terminal: type to say it, `/click` a button."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

import aiohttp

from bot.demo.narrator import Narrator
from bot.demo.stage import Stage
from bot.sandbox.people import CannotClick, NotHeard, PersonClient, card_of

__all__ = ["Seat"]

_LISTEN = 0.7
"""Real seconds to wait for something more after each line."""
_USAGE = (
    "What you type is said to Switchboard. And:",
    "  /click Review city=Paris reason='For clients'   press a button of the last card",
    "  /look                                          see what has arrived since",
    "  /as marc                                       become somebody else of Contoso",
    "  /help                                          this",
)


@dataclass
class Seat:
    """Whoever is at the keyboard."""

    stage: Stage
    tell: Narrator
    who: PersonClient
    _known: dict[str, PersonClient] = field(default_factory=dict)
    _answered: object = None
    """The card a click was answered with; the chat is given the same one."""

    def explain(self) -> None:
        for line in _USAGE:
            self.tell.aside(line)

    def prompt(self) -> None:
        self.tell.console.print(f"\n{self.who.who.name}> ", end="", style="bold", markup=False)

    async def take(self, line: str) -> None:
        """Do what a typed line says, and show what comes of it; a wrong line is explained, never fatal."""
        try:
            await self._do(line.strip())
        except (CannotClick, NotHeard, ValueError) as problem:
            self.tell.aside(str(problem))
        await self._listen()

    async def _do(self, line: str) -> None:
        command, _, rest = line.partition(" ")
        if command == "/as":
            self.who = await self._person(rest.strip())
        elif command == "/click":
            await self._click(rest)
        elif command.startswith("/") and command != "/look":
            self.explain()
        elif line and command != "/look":
            reply = await self.who.says(line)
            if not reply.ok:
                self.tell.answered(self.who.who.name, reply)

    async def _person(self, key: str) -> PersonClient:
        if key not in self._known:
            try:
                self._known[key] = await self.stage.person(key)
            except aiohttp.ClientResponseError:
                raise ValueError(f"nobody at Contoso is called {key!r}; try marc, ben or olivia") from None
        return self._known[key]

    async def _click(self, rest: str) -> None:
        button, *inputs = shlex.split(rest)
        given = dict(one.partition("=")[::2] for one in inputs)
        reply = await self.who.clicks(self.who.last_card(), button, given)
        self._answered = reply.card
        self.tell.answered(self.who.who.name, reply)

    async def _listen(self) -> None:
        """Show what has arrived, and what still arrives within a moment."""
        while True:
            try:
                news = await self.who.hears(lambda activity: True, timeout=_LISTEN)
            except NotHeard:
                return
            if card_of(news) is None or card_of(news) != self._answered:
                self.tell.hears(self.who.who.name, news)
