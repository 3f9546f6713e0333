"""What the doctor found, and how it is printed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from rich.console import Console
from rich.text import Text

from bot.domain.errors import SwitchboardError

__all__ = ["Finding", "Level", "fail", "isolated", "ok", "show", "warn"]

_PATIENCE = 30.0
"""Seconds after which a check is given up."""


class Level(StrEnum):
    OK = "OK"
    WARN = "WARN"
    """It works, but somebody should look."""
    FAIL = "FAIL"
    """It does not work until somebody acts."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; `to_do` is what to do about it."""

    level: Level
    subject: str
    says: str
    to_do: str = ""


def ok(subject: str, says: str) -> Finding:
    return Finding(Level.OK, subject, says)


def warn(subject: str, says: str, to_do: str = "") -> Finding:
    return Finding(Level.WARN, subject, says, to_do)


def fail(subject: str, says: str, to_do: str = "") -> Finding:
    return Finding(Level.FAIL, subject, says, to_do)


async def isolated(subject: str, check: Callable[[], Awaitable[list[Finding]]]) -> list[Finding]:
    """What `check` finds; when it breaks, that is the finding, and the other checks go on."""
    try:
        async with asyncio.timeout(_PATIENCE):
            return await check()
    except SwitchboardError as error:
        return [fail(subject, str(error))]
    except TimeoutError:
        return [fail(subject, f"no answer within {_PATIENCE:g} seconds")]
    except Exception as error:  # noqa: BLE001  whatever is broken is what is being looked for
        return [fail(subject, f"{type(error).__name__}: {str(error).partition(chr(10))[0]}")]


_STYLES = {Level.OK: "green", Level.WARN: "yellow", Level.FAIL: "bold red"}


def show(out: Console, finding: Finding) -> None:
    """One finding on its own line, what to do about it on the next."""
    line = Text(f"{finding.level.value:<5}", style=_STYLES[finding.level])
    line.append(f"{finding.subject}: {finding.says}", style="default")
    out.print(line, soft_wrap=True)
    if finding.to_do:
        out.print(Text(f"      -> {finding.to_do}"), soft_wrap=True)
