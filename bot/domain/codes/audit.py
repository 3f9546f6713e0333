"""Codes about the audit log and its proofs."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["AUD"]

AUD: Mapping[str, Code] = {}
