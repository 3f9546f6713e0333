"""What comes after the story."""

from __future__ import annotations

import asyncio

from bot.demo.narrator import Narrator
from bot.demo.stage import Stage

__all__ = ["explain_emulator", "talk"]


async def talk(stage: Stage, tell: Narrator, stopped: asyncio.Event) -> None:
    tell.aside("Still running. Ctrl-C stops it.")
    await stopped.wait()


def explain_emulator(stage: Stage, tell: Narrator) -> None:
    tell.aside(stage.endpoint)
