"""Codes about Microsoft's services."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, OPERATOR, VOICE, Code

__all__ = ["UP"]

UP: Mapping[str, Code] = {
    "SB-UP-01": Code(
        says=N_("Microsoft's services are busy or out of reach right now."),
        next_step=N_("Wait: the request goes on as soon as they answer."),
        who=NOBODY,
    ),
    "SB-UP-02": Code(
        says=N_("Microsoft refused the change: {detail}"),
        next_step=N_("Put right what Microsoft names, then ask again."),
        who=VOICE,
    ),
    "SB-UP-03": Code(
        says=N_("Switchboard lacks a permission in Microsoft Graph: {detail}"),
        next_step=N_("Grant the permission, then ask again; “switchboard doctor” lists what is missing."),
        who=OPERATOR,
    ),
    "SB-UP-04": Code(
        says=N_("This was tried {attempts} times without success, so Switchboard has stopped."),
        next_step=N_("Look at the audit log for what Microsoft answered, then ask again."),
        who=OPERATOR,
    ),
    "SB-UP-05": Code(
        says=N_("People cannot be looked up in Microsoft's directory any more: {detail}"),
        next_step=N_(
            "Put it right; “switchboard doctor” says what is wrong. Requests wait until then, and go on by "
            "themselves."
        ),
        who=OPERATOR,
    ),
}
