"""What comes after the story: talk to the bot in the terminal, or in a Teams client emulator."""

from __future__ import annotations

import asyncio
import sys
import threading

from bot.demo.emulator import prepare
from bot.demo.narrator import Narrator
from bot.demo.scenes import Cast
from bot.demo.seat import Seat
from bot.demo.stage import Stage

__all__ = ["explain_emulator", "talk"]


async def talk(stage: Stage, cast: Cast | None, tell: Narrator, stopped: asyncio.Event) -> None:
    """Keep everything running until Ctrl-C; on a terminal, what is typed is said to the bot."""
    tell.scene("It goes on running; Ctrl-C stops it")
    tell.aside(f"Look into the tenant: {stage.sandbox.url}/sandbox/state/people or /sandbox/requests")
    tell.aside("In a Teams client emulator: stop this, then `switchboard demo --emulator`.")
    if cast is None or not sys.stdin.isatty():
        await stopped.wait()
    else:
        await _converse(Seat(stage, tell, cast.dora), stopped)
    tell.aside("\nStopped.")


async def _converse(seat: Seat, stopped: asyncio.Event) -> None:
    seat.explain()
    lines = _typed_lines()
    while not stopped.is_set():
        seat.prompt()
        stop = asyncio.create_task(stopped.wait())
        line = asyncio.create_task(lines.get())
        await asyncio.wait({stop, line}, return_when=asyncio.FIRST_COMPLETED)
        stop.cancel()
        if not line.done() or (typed := line.result()) is None:
            line.cancel()
            return
        await seat.take(typed)


def _typed_lines() -> asyncio.Queue[str | None]:
    """Lines of standard input, None at its end. Read in a thread that ends with the process: a read of a
    terminal cannot be cancelled."""
    loop, lines = asyncio.get_running_loop(), asyncio.Queue[str | None]()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, None)

    threading.Thread(target=read, name="typed-lines", daemon=True).start()
    return lines


async def explain_emulator(stage: Stage, tell: Narrator) -> None:
    """How to sit down as two people of Contoso at Microsoft's emulator."""
    seats = await prepare(stage)
    tell.scene("Switchboard for a Teams client emulator")
    tell.aside(f"The bot at {stage.endpoint} takes messages without a token, from this machine only.")
    tell.aside("The tenant is simulated, and ten minutes of it pass in a second.")
    tell.aside("The Microsoft 365 Agents Playground is Microsoft's; it needs Node.js, and its licence is for")
    tell.aside("evaluation. Start one for each person, each in a terminal of its own, and open both pages")
    tell.aside("before you ask for a number: that is how Switchboard learns where to reach them.")
    for seat in seats:
        tell.console.print(f"\n{seat.name}, then at {seat.page}:", markup=False)
        tell.console.print(seat.command, markup=False, soft_wrap=True)
    tell.console.print("\nThen write, as the first of them: I need a phone number", markup=False)
    tell.aside("Ctrl-C stops it.")
