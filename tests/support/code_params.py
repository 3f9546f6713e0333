"""What a code must be told before it can be shown."""

from __future__ import annotations

from string import Formatter

from bot.domain.codes import CODES

__all__ = ["needed_params"]


def needed_params(code: str) -> set[str]:
    """The parameters in the texts of a code."""
    texts = (CODES[code].says, CODES[code].next_step)
    return {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
