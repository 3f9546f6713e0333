"""Codes about Communications Credits."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["CRE"]

CRE: Mapping[str, Code] = {}
