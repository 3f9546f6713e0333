"""Codes about audio conferencing."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["CONF"]

CONF: Mapping[str, Code] = {}
