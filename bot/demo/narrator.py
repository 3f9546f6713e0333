"""Prints the story: who says what, cards as cards, checks as they are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from rich import box
from rich.console import Console, RenderableType
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel
from rich.rule import Rule
from rich.text import Text

from bot.demo.card_view import render_card
from bot.demo.checks import Check
from bot.demo.markup import marked
from bot.sandbox.people import Reply, card_of

__all__ = ["BOT", "Narrator", "demo_console"]

BOT = "Switchboard"
_WIDTH = 96
_COLOURS = ("cyan", "magenta", "yellow", "blue")


def demo_console() -> Console:
    """Standard output; as wide as the terminal but no wider than reads well, and of one width in a file."""
    console = Console(highlight=False)
    if not console.is_terminal or console.width > _WIDTH:
        console.width = _WIDTH
    return console


class Narrator:
    """Everything the demo prints goes through here."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._colours: dict[str, str] = {}
        # Corners drawn with letters survive every log viewer.
        self._box = box.ROUNDED if console.is_terminal else box.ASCII

    def scene(self, title: str) -> None:
        self.console.print()
        self.console.print(
            Rule(Text(title, style="bold"), style="dim", characters=self._line(), align="left")
        )

    def aside(self, text: str) -> None:
        """What nobody says, but a reader has to know."""
        self.console.print(Text(text, style="dim"))

    def says(self, who: str, text: str) -> None:
        self.console.print()
        self.console.print(self._name(who), marked(text), sep=": ")

    def does(self, who: str, what: str) -> None:
        self.console.print()
        self.console.print(self._name(who), Text(what, style="italic"))

    def hears(self, who: str, activity: Mapping[str, Any], values: Mapping[str, str] | None = None) -> None:
        """A message of the bot as it stands in `who`'s chat."""
        card = card_of(dict(activity))
        if card is not None:
            self.shows(who, render_card(card, values))
        elif activity.get("text"):
            self.shows(who, marked(str(activity["text"])))

    def answered(self, who: str, reply: Reply) -> None:
        """The immediate answer to a click."""
        if reply.card is not None:
            self.shows(who, render_card(reply.card))
        elif reply.error or reply.message:
            self.shows(who, marked(str((reply.error or {}).get("message") or reply.message)))
        else:
            self.shows(who, Text(f"HTTP {reply.status}"))

    def shows(self, who: str, what: RenderableType) -> None:
        title = Text(f"{BOT} to {who}", style="bold green")
        panel = Panel(
            what, title=title, title_align="left", box=self._box, border_style="green", padding=(0, 1)
        )
        self.console.print(Padding(panel, (1, 0, 0, 4)))

    def checked(self, check: Check) -> None:
        if check.held:
            self.console.print(f"  [bold green]ok[/]    {escape(check.what)}")
            return
        self.console.print(f"  [bold red]FAILED[/] {escape(check.what)}")
        self.console.print(f"         expected: {escape(check.expected)}")
        self.console.print(f"         seen:     {escape(check.seen)}")

    def last_line(self, verdict: str, style: str) -> None:
        """Exactly `verdict`, whatever the width."""
        self.console.print(Text(verdict, style=style), soft_wrap=True)

    @contextmanager
    def waiting(self, what: str) -> Iterator[None]:
        """A spinner on a terminal, one line elsewhere."""
        if self.console.is_terminal:
            with self.console.status(Text(what, style="dim")):
                yield
            return
        self.aside(f"... {what}")
        yield

    def _name(self, who: str) -> Text:
        colour = self._colours.setdefault(who, _COLOURS[len(self._colours) % len(_COLOURS)])
        return Text(who, style=f"bold {colour}")

    def _line(self) -> str:
        return "─" if self.console.is_terminal else "-"
