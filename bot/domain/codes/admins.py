"""Codes about roles and the commands of admins."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, VOICE, Code

__all__ = ["ADM"]

ADM: Mapping[str, Code] = {
    "SB-ADM-01": Code(
        says=N_("This is not for your role."),
        next_step=N_("Nothing was done. Write **help** to see what you can do, or ask a voice admin."),
        who=VOICE,
    ),
}
