"""What the Teams side of the sandbox needs to know of the tenant's people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

__all__ = ["Account", "Roster"]


@dataclass(frozen=True, slots=True)
class Account:
    """A person of the directory as Teams shows him."""

    user_id: str
    """Directory object id."""
    name: str
    upn: str
    given_name: str = ""
    surname: str = ""
    mail: str = ""
    locale: str = "en-US"


class Roster(Protocol):
    """Looks people up. The Graph side of the sandbox owns them."""

    def account(self, key: str) -> Account | None:
        """By object id or user principal name."""
        ...

    def accounts(self) -> Sequence[Account]:
        """Everybody, in a stable order."""
        ...
