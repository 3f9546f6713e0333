"""Codes about service numbers, voice applications and rooms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import Code

__all__ = ["SVC"]

SVC: Mapping[str, Code] = {}
