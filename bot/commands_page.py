"""Writes `docs/commands.md`: every typed command, who may, and where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from bot.domain.roles import Role
from bot.usecases.desk import Desk
from dialogs.commands.command import ANYWHERE, EVERYBODY, Command, Place
from dialogs.commands.registry import areas_of

__all__ = ["commands_page"]

_HEAD = """# Commands

What people type to Switchboard, in English, French or Chinese. In Teams, `help` shows the same, and of it
only what the reader may run where he asks. What is nearly a command is offered, never done by itself.
Wishes, such as "I need a phone number for Dora", are said in one's own words and are not listed here.

**Trying first.** `--dry-run` behind a command shows what it would do and say, refusals included, and leaves
nothing behind but entries in the audit log: that it was tried, who was looked at, what was refused. It does
everything that the command does, inside database transactions that are rolled back; Microsoft Graph is only
read. What is typed like an option and is none, such as `--dryrn`, stops a command that changes something,
and so does a question mark at its end.

**Confirming.** A command that changes many things at once says on a card what it would change, and waits
for a click. When that has changed meanwhile, it asks again.

**Roles** come from Entra groups: voice admins (`SWITCHBOARD_ADMIN_GROUP`), billing admins
(`SWITCHBOARD_BILLING_GROUP`; without one, the voice admins), auditors (`SWITCHBOARD_AUDITOR_GROUP`) and
owners (`SWITCHBOARD_OWNER_GROUP`). An empty group means nobody. Approvers are those whom the policy asks or
has asked. Somebody who runs the desk as an admin or owns it is no auditor, whatever his groups. What the
directory says is remembered for a minute; before anybody is refused, it is asked again. Every refused
command is on the audit log as `command.refused`.

**Channels.** With a mention of the bot, commands work in the channel that was made the admins' (`admin
channel here`) where the table says so; in other channels only what is harmless for everybody to read.
Everything else is answered in the chat of one's own.

This page is made from `dialogs/commands` by `python -m bot.reference`.
"""

_ROLES: Mapping[Role, str] = {
    Role.EMPLOYEE: "everybody",
    Role.APPROVER: "approvers",
    Role.VOICE_ADMIN: "voice admins",
    Role.BILLING_ADMIN: "billing admins",
    Role.AUDITOR: "auditors",
    Role.OWNER: "owners",
}
_PLACES: Mapping[Place, str] = {
    Place.CHAT: "own chat",
    Place.ADMINS: "admins' channel",
    Place.CHANNEL: "channels",
    Place.GROUP: "group chats",
}
_COLUMNS = ("Command", "What it does", "Who", "Where", "Changes something", "Also said")
_MOST_WORDS = 8


def commands_page() -> str:
    """The page, from the registry."""
    return "\n".join([_HEAD, *_tables()])


def _tables() -> Iterator[str]:
    # What a command is called takes no desk.
    for area in areas_of(cast("Desk", None)):
        yield f"## {area.title}\n"
        yield f"| {' | '.join(_COLUMNS)} |"
        yield f"|{'---|' * len(_COLUMNS)}"
        for command in area.commands:
            yield f"| {' | '.join(_cells(command))} |"
        yield ""


def _cells(command: Command[Any]) -> Iterator[str]:
    yield f"`{command.usage}`"
    yield command.summary
    yield _ROLES[Role.EMPLOYEE] if command.roles >= EVERYBODY else _named(_ROLES, command.roles)
    yield "anywhere" if command.places == ANYWHERE else _named(_PLACES, command.places)
    yield _changes(command)
    others = [head for head in command.grammar.heads if not command.usage.startswith(head)]
    yield ", ".join(others[:_MOST_WORDS])


def _named(names: Mapping[Any, str], chosen: frozenset[Any]) -> str:
    return ", ".join(name for key, name in names.items() if key in chosen)


def _changes(command: Command[Any]) -> str:
    if command.sweeping is not None:
        return "yes, confirmed where it is many things"
    return "yes" if command.writes else "no"
