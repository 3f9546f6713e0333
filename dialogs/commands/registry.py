"""Every typed command, in one list: what is not here is no command, and help shows no other.

To add one, write a module `dialogs/commands/<area>.py`:

    __all__ = ["stock_commands"]

    _STOCK = Grammar("stock [{product:text}]", "stocks [{product:text}]", "库存[{product:text}]")

    def stock_commands(desk: Desk) -> tuple[Command[Any], ...]:
        flow = StockFlow(desk)
        return (
            Command(
                name="stock",
                grammar=_STOCK,
                usage=N_("stock"),
                summary=N_("shows how many licences and numbers are left"),
                run=flow.on_text,                  # async (turn, words, said: Said) -> None
                roles=frozenset({Role.VOICE_ADMIN}),
                places=ADMINS,
            ),
        )

and name its function in `_AREAS` below, under a heading. That is all: help, did-you-mean, roles, places and
`--dry-run` come from the entry.

- `desk` is what everything must go through. The function is called twice: for the service, and with a desk
  that rehearses (`bot.usecases.rehearsal`), whose transactions are rolled back. So `--dry-run` shows what
  would really happen, refusals included, and a command does nothing for it but say `writes=True`. Keep no
  state beside the desk.
- A command that changes many things at once gives `sweeping`: its sentence is confirmed on a card first; ""
  where it would change no more than one thing, or be refused anyway.
- Use cases check roles themselves, too (`bot.usecases.roles.refused`): buttons reach them as well.
- Buttons on cards that are shown in the admins' channel work there where their verbs begin as named in
  `dialogs.conversation._AMONG_ADMINS`.
- Grammar: see `dialogs.commands.grammar`. No phrase may be read by two commands, and each usage is understood
  in each language; `tests/unit/test_commands.py` sees to that. Show your phrases in a table as it does.
- `tests/scenario/test_commands.py` types every entry of this registry as somebody who may and somebody who
  may not, in each place, with `--dry-run`, and holds that nothing lasts. What it does for real is yours to
  show; `tests/support/commanded.py` has what that takes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from bot.usecases.desk import Desk
from bot.words import N_
from dialogs.commands.audit import audit_commands
from dialogs.commands.command import Command
from dialogs.commands.credits import credit_commands
from dialogs.commands.decisions import decision_commands, delegation_commands
from dialogs.commands.delivery import delivery_commands
from dialogs.commands.looking import looking_commands
from dialogs.commands.orders import order_commands
from dialogs.commands.policy import policy_commands
from dialogs.commands.reports import report_commands
from dialogs.commands.requests import request_commands
from dialogs.commands.switching import switching_commands
from dialogs.commands.tasks import task_commands
from dialogs.commands.watch import watch_commands

__all__ = ["Area", "areas_of"]

_AREAS: tuple[tuple[str, Callable[[Desk], tuple[Command[Any], ...]]], ...] = (
    (N_("Your requests"), request_commands),
    (N_("Decisions"), decision_commands),
    (N_("While you are away"), delegation_commands),
    (N_("Work by hand"), task_commands),
    (N_("Look up"), looking_commands),
    (N_("Reports"), report_commands),
    (N_("Stop and go"), switching_commands),
    (N_("The approval policy"), policy_commands),
    (N_("Channels and delivery"), delivery_commands),
    (N_("The watch"), watch_commands),
    (N_("The audit log"), audit_commands),
    (N_("Communications Credits"), credit_commands),
    (N_("Orders of Communications Credits"), order_commands),
)
"""Commands that belong together, under their heading (a msgid), in the order of the help."""


@dataclass(frozen=True, slots=True)
class Area:
    """Commands that belong together."""

    title: str
    commands: tuple[Command[Any], ...]


def areas_of(desk: Desk) -> tuple[Area, ...]:
    """Every command, working with `desk`."""
    return tuple(Area(title, commands(desk)) for title, commands in _AREAS)
