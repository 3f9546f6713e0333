"""Codes about tasks for people."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["TSK"]

TSK: Mapping[str, Code] = {}
