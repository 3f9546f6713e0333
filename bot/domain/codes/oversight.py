"""Codes about what the watch over what was done finds."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["WCH"]

WCH: Mapping[str, Code] = {}
