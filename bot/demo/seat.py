"""Sitting at one person's Teams client, in the terminal: type to say it, `/click` a button."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field

from bot.demo.narrator import Narrator
from bot.demo.scenes import Cast
from bot.sandbox.people import CannotClick, NotHeard, PersonClient

__all__ = ["Seat"]

_LISTEN = 0.7
"""Real seconds to wait for something more after each line."""
_USAGE = (
    "What you type is said to Switchboard. And:",
    "  /click Review city=Paris reason='Customer calls'   press a button of the last card, inputs filled in",
    "  /look                                              see what has arrived since",
    "  /as marc                                           become marc (or dora, ben)",
    "  /help                                              this",
)


@dataclass
class Seat:
    """Whoever is at the keyboard."""

    cast: Cast
    tell: Narrator
    who: PersonClient = field(init=False)

    def __post_init__(self) -> None:
        self.who = self.cast.dora

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
            self._become(rest.strip())
        elif command == "/click":
            await self._click(rest)
        elif command.startswith("/") and command != "/look":
            self.explain()
        elif line and command != "/look":
            reply = await self.who.says(line)
            if not reply.ok:
                self.tell.answered(self.who.who.name, reply)

    def _become(self, key: str) -> None:
        everybody = {"dora": self.cast.dora, "marc": self.cast.marc, "ben": self.cast.ben}
        if key not in everybody:
            raise ValueError(f"nobody called {key!r} is here; there are {', '.join(everybody)}")
        self.who = everybody[key]

    async def _click(self, rest: str) -> None:
        button, *inputs = shlex.split(rest)
        given = dict(one.partition("=")[::2] for one in inputs)
        self.tell.answered(self.who.who.name, await self.who.clicks(self.who.last_card(), button, given))

    async def _listen(self) -> None:
        """Show what has arrived, and what still arrives within a moment."""
        while True:
            try:
                news = await self.who.hears(lambda activity: True, timeout=_LISTEN)
            except NotHeard:
                return
            self.tell.hears(self.who.who.name, news)
