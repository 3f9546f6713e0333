"""What is known of the log besides the database, where somebody who checks it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.audit.keys import load_private
from bot.audit.making import place_at
from bot.audit.verify import Elsewhere

__all__ = ["evidence"]


def evidence(key: Path | None, checkpoints: str) -> Callable[[], Elsewhere]:
    """Reads the second place of these settings, and whose signatures are ours, each time it is asked.

    What it returns raises `LogBroken` and `Misconfigured` where that cannot be read.
    """

    def read() -> Elsewhere:
        trusted = [load_private(key).public] if key is not None else []
        return Elsewhere(place_at(checkpoints).kept(), trusted)

    return read
