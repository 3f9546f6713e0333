"""Codes about roles and the commands of admins."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, VOICE, YOU, Code

__all__ = ["ADM"]

ADM: Mapping[str, Code] = {
    "SB-ADM-01": Code(
        says=N_("This is not for your role."),
        next_step=N_("Nothing was done. Write **help** to see what you can do, or ask a voice admin."),
        who=VOICE,
    ),
    "SB-ADM-02": Code(
        says=N_("Only commands can be tried with --dry-run, and I read none here, so I have done nothing."),
        next_step=N_("Write **help** to see the commands, or the same without --dry-run."),
        who=YOU,
    ),
    "SB-ADM-03": Code(
        says=N_("What this would show is not for everybody's eyes, so I have done nothing."),
        next_step=N_("Please write this to me in a chat of our own."),
        who=YOU,
    ),
    "SB-ADM-04": Code(
        says=N_("What this would change is not what you were shown any more, so I have done nothing yet."),
        next_step=N_("Look at what it would change now, and confirm that."),
        who=YOU,
    ),
    "SB-ADM-05": Code(
        says=N_("{request} has ended, and only whoever asked for it can ask again."),
        next_step=N_(
            "Nothing was done. Whoever asked can write **retry {request}**, or fill in the form anew."
        ),
        who=YOU,
    ),
    "SB-ADM-06": Code(
        says=N_("{request} goes on by itself, and only voice admins can have it looked at sooner."),
        next_step=N_("Write **why {request}** to see what it waits for; a voice admin can write retry."),
        who=VOICE,
    ),
    "SB-ADM-07": Code(
        says=N_("There is nothing to retry: {request} is done, or is being worked on this moment."),
        next_step=N_("Write **why {request}** to see how it stands."),
        who=NOBODY,
    ),
    "SB-ADM-08": Code(
        says=N_("{request} waits for approval, so there is nothing to retry yet."),
        next_step=N_("Write **remind {request}** to have those who decide reminded."),
        who=YOU,
    ),
    "SB-ADM-09": Code(
        says=N_("I know no option {option} here, so I have done nothing."),
        next_step=N_(
            "There is one, **--dry-run**, and it stands at the end. Write it so, or the same without."
        ),
        who=YOU,
    ),
}
