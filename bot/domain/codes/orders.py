"""Codes about ordering and porting numbers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["ORD"]

ORD: Mapping[str, Code] = {}
