"""Who is asked, as an admin writes it: `"manager"`, `{ group = "<id>" }`, `{ people = ["<id>"] }`."""

from __future__ import annotations

import re
from typing import Any

from bot.domain.policy import (
    ApproverSource,
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    NamedApprovers,
    VoiceAdmins,
)
from bot.domain.policy_text.notes import Notes
from bot.domain.toml_places import Path

__all__ = ["checked_id", "read_source", "source_text"]

_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_BY_ROLE: dict[str, ApproverSource] = {
    "manager": ManagerApprover(),
    "managers_manager": ManagersManager(),
    "voice_admins": VoiceAdmins(),
    "cost_centre_owner": CostCentreOwner(),
}
_KNOWN = ", ".join(f'"{name}"' for name in _BY_ROLE)
_WRITE = f'write {_KNOWN}, {{ group = "<id>" }} or {{ people = ["<id>"] }}'


def read_source(found: Any, path: Path, notes: Notes) -> ApproverSource | None:
    """The source, in its short spelling or as a table with `kind`; None, and a note, for anything else."""
    if isinstance(found, str):
        if found.strip().lower() not in _BY_ROLE:
            notes.add(path, f"{found!r} is nobody who can be asked; {_WRITE}")
        return _BY_ROLE.get(found.strip().lower())
    match found:
        case {"group": group_id, **rest} if not rest:
            return _group(group_id, (*path, "group"), notes)
        case {"people": ids, **rest} if not rest:
            return _people(ids, (*path, "people"), notes)
        case {"kind": "group", "id": group_id, **rest} if not rest:
            return _group(group_id, (*path, "id"), notes)
        case {"kind": "people", "ids": ids, **rest} if not rest:
            return _people(ids, (*path, "ids"), notes)
        case {"kind": str(kind), **rest} if not rest and kind in _BY_ROLE:
            return _BY_ROLE[kind]
    shown = f"kind = {found['kind']!r}" if isinstance(found, dict) and "kind" in found else "this"
    notes.add(path, f"{shown} names nobody who can be asked; {_WRITE}")
    return None


def _group(found: Any, path: Path, notes: Notes) -> GroupApprovers | None:
    group_id = checked_id(found, path, notes)
    return GroupApprovers(id=group_id) if group_id else None


def _people(found: Any, path: Path, notes: Notes) -> NamedApprovers | None:
    if not isinstance(found, list) or not found:
        notes.add(path, "is empty, which means nobody; name at least one person")
        return None
    ids = [checked_id(one, (*path, index), notes) for index, one in enumerate(found)]
    for index, one in enumerate(ids):
        if one and one in ids[:index]:
            notes.add((*path, index), f"{one} is there twice; name everybody once")
    return NamedApprovers(ids=tuple(one for one in ids if one)) if all(ids) else None


def checked_id(found: Any, path: Path, notes: Notes) -> str | None:
    """An object id in small letters, as Graph spells it; None, and a note, for anything else."""
    text = found.strip().lower() if isinstance(found, str) else ""
    if _GUID.fullmatch(text):
        return text
    notes.add(path, f"{found!r} is not an object id; copy it from the Entra admin centre")
    return None


def source_text(source: ApproverSource) -> str:
    """The source in words, for admins."""
    match source:
        case ManagerApprover():
            return "the manager"
        case ManagersManager():
            return "the manager's manager"
        case VoiceAdmins():
            return "the voice admins"
        case CostCentreOwner():
            return "the owner of the cost centre"
        case GroupApprovers(id=group_id):
            return f"group {group_id}"
        case NamedApprovers(ids=ids):
            return f"{len(ids)} {'person' if len(ids) == 1 else 'people'} by name"
