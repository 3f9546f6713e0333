"""Codes about reports."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, YOU, Code

__all__ = ["REP"]

REP: Mapping[str, Code] = {
    "SB-REP-01": Code(
        says=N_("There is no report of {typed}: it is no month that has begun, or one of long ago."),
        next_step=N_("Write a month with its year, such as **report 2026-10**."),
        who=YOU,
    ),
    "SB-REP-02": Code(
        says=N_("Who decides how much is not shown where several people read."),
        next_step=N_("Write **report** in your own chat with me, and ask there."),
        who=YOU,
    ),
}
