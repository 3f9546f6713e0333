"""What a typed command is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from bot.domain.roles import Role
from bot.teams.turn import Turn
from bot.usecases.roles import NOT_YOURS
from bot.words import Words

__all__ = ["ADMINS", "ANYWHERE", "CHANNELS", "EVERYBODY", "OWN_CHAT", "Command", "Place", "Reader"]

Read = TypeVar("Read")
Read_co = TypeVar("Read_co", covariant=True)


class Place(StrEnum):
    """Where a command is typed."""

    CHAT = "chat"
    """The chat of one person with the bot."""
    ADMINS = "admins"
    """The channel that was made the admins': whoever reads there is meant to know."""
    CHANNEL = "channel"
    """Any other channel: what is said there, everybody sees."""
    GROUP = "group"
    """A chat of several people."""


EVERYBODY = frozenset({Role.EMPLOYEE})
OWN_CHAT = frozenset({Place.CHAT})
ADMINS = frozenset({Place.CHAT, Place.ADMINS})
"""For commands whose answers admins may read together."""
CHANNELS = frozenset({Place.ADMINS, Place.CHANNEL})
"""For what is said about the channel itself."""
ANYWHERE = frozenset(Place)
"""For what is harmless for everybody to read."""


class Reader(Protocol[Read_co]):
    """What finds a command in a text; a `Grammar` is one."""

    @property
    def heads(self) -> tuple[str, ...]:
        """The words it begins with, normalised: what a misspelt command is compared with."""
        ...

    def read(self, text: str) -> Read_co | None:
        """What was said, or None when the text is about something else. Pure."""
        ...


@dataclass(frozen=True, slots=True)
class Command(Generic[Read]):
    """One command: how it is typed, who may, where, and what it does."""

    name: str
    """English and stable; the audit log and tests know it by this."""
    grammar: Reader[Read]
    usage: str
    """A msgid (`N_`): an example that can be typed as it stands, in each language, as `claim TK-4K7Q2`."""
    summary: str
    """A msgid (`N_`): what it does, in the third person, as "takes on something to be done by hand"."""
    run: Callable[[Turn, Words, Read], Awaitable[None]]
    """Does it and answers. Its use case checks again who may: a command is not the only way to it."""
    roles: frozenset[Role] = EVERYBODY
    """Any of these may; to all others it is refused, and the refusal audited. Help shows it only to these."""
    refusal: str = NOT_YOURS
    """The code for all others, where there is one that says more."""
    places: frozenset[Place] = OWN_CHAT
    """Where it is answered; elsewhere it says where."""
    writes: bool = False
    """It changes something, so it takes `--dry-run`."""
    sweeping: Callable[[Turn, Words, Read], Awaitable[str]] | None = None
    """For what changes many things at once: one sentence that says how many, to be confirmed on a card before
    anything is done; "" where it would change no more than one."""
