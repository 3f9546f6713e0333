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

and name its function in `_AREAS` below. That is all: help, did-you-mean, roles, places and `--dry-run` come
from the entry.

- `desk` is what everything must go through. The function is called twice: for the service, and with a desk
  that rehearses (`bot.usecases.rehearsal`), whose transactions are rolled back. So `--dry-run` shows what
  would really happen, refusals included, and a command does nothing for it but say `writes=True`. Keep no
  state beside the desk.
- A command that changes many things at once gives `sweeping`: its sentence is confirmed on a card first.
- Use cases check roles themselves, too (`bot.usecases.roles.refused`): buttons reach them as well.
- Grammar: see `dialogs.commands.grammar`. No phrase may be read by two commands;
  `tests/unit/test_commands.py` sees to that, and that each usage is understood in each language.
- Scenarios: one row a command in a table for `tests/support/commanding.py`, typed by who may and who may not.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.usecases.desk import Desk
from dialogs.commands.command import Command
from dialogs.commands.policy import policy_commands

__all__ = ["commands_of"]

_AREAS: tuple[Callable[[Desk], tuple[Command[Any], ...]], ...] = (policy_commands,)
"""In the order of the help."""


def commands_of(desk: Desk) -> tuple[Command[Any], ...]:
    """Every command, working with `desk`."""
    return tuple(command for area in _AREAS for command in area(desk))
