"""Codes about pausing the desk, keeping numbers back, and looking things up."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, Code

__all__ = ["ADM_DESK"]

ADM_DESK: Mapping[str, Code] = {
    "SB-ADM-30": Code(
        says=N_("{name} has paused the desk: {reason}"),
        next_step=N_(
            "The request is kept, and approving goes on. It is carried out by itself once work is resumed."
        ),
        who=NOBODY,
    ),
}
