"""What whoever approves must say that he knows: a number is lost (R20), or cannot call for help (R66)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.domain.codes.rows import N_
from bot.domain.plans import Notice

__all__ = ["ACKNOWLEDGED", "to_acknowledge"]

_LOST = N_("I know that {number} will not reach {name} any more")

ACKNOWLEDGED: Mapping[str, str] = {
    "SB-LOC-06": N_("I know that emergency calls are not possible"),
    "SB-LIC-24": _LOST,
    "SB-NUM-19": N_("I know that {number} is given up and leaves the organisation's list"),
    "SB-NUM-20": _LOST,
    "SB-NUM-21": _LOST,
}
"""What stands at the tick, by the code of the notice that it answers; parameters are the notice's own."""


def to_acknowledge(notices: Iterable[Notice]) -> tuple[str, ...]:
    """Codes of the notices that need a tick, each once."""
    return tuple(dict.fromkeys(one.code for one in notices if one.code in ACKNOWLEDGED))
