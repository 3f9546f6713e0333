"""Codes about reports."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["REP"]

REP: Mapping[str, Code] = {}
