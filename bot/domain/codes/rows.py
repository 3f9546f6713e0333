"""What a row of the code tables is, and who can act on one."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "APPROVER",
    "BILLING",
    "HR",
    "IDENTITY",
    "LICENCES",
    "NOBODY",
    "N_",
    "OPERATOR",
    "VOICE",
    "YOU",
    "Code",
]


def N_(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table."""

    says: str
    next_step: str
    who: str
    rules: tuple[str, ...] = ()


YOU = N_("You")
HR = N_("HR or a user administrator")
LICENCES = N_("A licence administrator")
VOICE = N_("A voice administrator")
BILLING = N_("A billing administrator")
IDENTITY = N_("A user administrator")
APPROVER = N_("Whoever decides on the request")
OPERATOR = N_("Whoever runs Switchboard")
NOBODY = N_("Nobody: Switchboard carries on by itself")
