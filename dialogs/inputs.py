"""Card data is untrusted: whatever a client sends becomes a value of the right type, or is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from bot.domain.errors import UnknownRequest, UnknownTask
from bot.domain.request_ids import parse_request_id, parse_task_id

__all__ = ["as_text", "person_id_in", "request_id_in", "task_id_in", "text_in", "whole_number_in"]

_LARGEST = 10**12
_OBJECT_ID = re.compile(r"[0-9A-Za-z-]{8,64}")


def as_text(value: object, limit: int) -> str:
    """Clients are expected to send strings; numbers and switches are understood, the rest is nothing."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)[:limit] if abs(value) <= _LARGEST else ""
    if not isinstance(value, str):
        return ""
    # No database or JSON encoder takes lone surrogates or NUL, and no person types them.
    encodable = value[: limit * 4].encode("utf-8", "ignore").decode("utf-8").replace("\x00", "")
    return unicodedata.normalize("NFKC", encodable).strip()[:limit]


def text_in(data: Mapping[str, Any], name: str, limit: int) -> str:
    return as_text(data.get(name), limit)


def whole_number_in(data: Mapping[str, Any], name: str) -> int | None:
    """A non-negative whole number; JSON may carry it as `3`, `3.0` or `"3"`."""
    value = data.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = as_text(value, 12)
    return int(text) if text.isascii() and text.isdecimal() else None


def person_id_in(data: Mapping[str, Any], name: str) -> str:
    """The object id a people picker sent, or ""; of several, the first: one is asked for."""
    first = text_in(data, name, 400).partition(",")[0].strip()
    return first.lower() if _OBJECT_ID.fullmatch(first) else ""


def request_id_in(data: Mapping[str, Any]) -> str:
    """Raises `UnknownRequest` when there is nothing that looks like a request's id."""
    found = parse_request_id(text_in(data, "request", 32))
    if found is None:
        raise UnknownRequest("no request id")
    return found


def task_id_in(data: Mapping[str, Any]) -> str:
    """Raises `UnknownTask` when there is nothing that looks like a task's id."""
    found = parse_task_id(text_in(data, "task", 32))
    if found is None:
        raise UnknownTask("no task id")
    return found
