"""Contoso's people for the Microsoft 365 Agents Playground, Microsoft's Teams client emulator.

The Playground is a program of its own that a person may start; nothing here needs it. It signs nothing, so
the bot runs without authentication while it is used. It reads `.m365agentsplayground.yml` in the folder it is
started in: one current user and exactly five others.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.demo.stage import Stage
from bot.sandbox.activities import Persona

__all__ = ["Seat", "prepare"]

_FILE = ".m365agentsplayground.yml"
_SEATS = ("dora", "marc")
_COLLEAGUES = ("ana", "ben", "priya", "olivia")
_FIRST_PORT = 56150


@dataclass(frozen=True, slots=True)
class Seat:
    """One person's emulator: where to start it, and how."""

    name: str
    folder: Path
    command: str
    page: str


async def prepare(stage: Stage) -> list[Seat]:
    """Write a configuration for each person who takes part."""
    people = {key: (await stage.people.find(key)).who for key in (*_SEATS, *_COLLEAGUES)}
    return [_seat(stage, key, people, _FIRST_PORT + index) for index, key in enumerate(_SEATS)]


def _seat(stage: Stage, key: str, people: dict[str, Persona], port: int) -> Seat:
    folder = stage.folder / key
    folder.mkdir()
    others = [each for name, each in people.items() if name != key]
    # JSON is YAML too.
    content = json.dumps(
        _config(people[key], others, stage.sandbox.tenant.domain), indent=2, ensure_ascii=False
    )
    (folder / _FILE).write_text(content, encoding="utf-8")
    command = (
        f"cd {folder} && APPLICATION_INSIGHTS_NO_STATSBEAT=1 npx @microsoft/m365agentsplayground start "
        f"-e {stage.endpoint} -c msteams -p {port} --disable-telemetry"
    )
    return Seat(people[key].name, folder, command, f"http://localhost:{port}")


def _config(current: Persona, others: Sequence[Persona], domain: str) -> dict[str, Any]:
    return {
        "version": "0.1.1",
        "tenantId": current.tenant_id,
        "bot": {"id": current.bot_id, "name": current.bot_name},
        "currentUser": _user(current),
        "users": [_user(each) for each in others],
        "personalChat": {"id": f"personal-{current.user_id}"},
        "groupChat": {"id": f"group-{current.user_id}", "name": "Phone desk"},
        "team": {
            "id": "team-contoso",
            "name": domain,
            "aadGroupId": current.tenant_id,
            "channels": [{"id": "channel-general", "name": "General"}],
        },
    }


def _user(who: Persona) -> dict[str, str]:
    given, _, surname = who.name.partition(" ")
    return {
        "id": f"29:{who.user_id}",
        "name": who.name,
        "userPrincipleName": who.upn,
        "aadObjectId": who.user_id,
        "givenName": given,
        "surname": surname or given,
        "email": who.upn,
    }
