"""Which language somebody reads, from what the client tells."""

from __future__ import annotations

import re
from typing import Any

from bot.teams.inbound import text_at

__all__ = ["DEFAULT", "locale_of"]

DEFAULT = "en-US"
_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8}){0,3}")


def locale_of(raw: dict[str, Any], known: str | None = None) -> str:
    """BCP 47: the activity's own locale, its clientInfo entity, what was `known` before, or en-US."""
    for candidate in (text_at(raw, "locale"), _client_locale(raw.get("entities")), known or ""):
        if len(candidate) <= 16 and _TAG.fullmatch(candidate):
            return candidate.replace("_", "-")
    return DEFAULT


def _client_locale(entities: Any) -> str:
    for entity in entities if isinstance(entities, list) else []:
        if isinstance(entity, dict) and text_at(entity, "type").lower() == "clientinfo":
            return text_at(entity, "locale")
    return ""
