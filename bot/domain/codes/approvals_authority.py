"""Codes about who may decide, and about decisions that do not hold any more."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, N_, NOBODY, OPERATOR, YOU, Code

__all__ = ["APP_AUTHORITY"]

APP_AUTHORITY: Mapping[str, Code] = {
    "SB-APP-30": Code(
        says=N_("{name} cannot decide any more: the account is switched off, gone, or a guest's."),
        next_step=N_("Nothing has to be done: those who decide instead have been asked."),
        who=NOBODY,
    ),
    "SB-APP-31": Code(
        says=N_("{name} cannot decide any more: the role that it takes is somebody else's now."),
        next_step=N_("Nothing has to be done: those who decide instead have been asked."),
        who=NOBODY,
    ),
    "SB-APP-32": Code(
        says=N_(
            "The approval of {name} for {request} does not count: the role that it takes was not there any "
            "more when it was to be carried out."
        ),
        next_step=N_("Nothing was carried out. Those who decide now have been asked."),
        who=APPROVER,
    ),
    "SB-APP-33": Code(
        says=N_(
            "Your approval of {request} does not count: when it was to be carried out, you did not have the "
            "role any more."
        ),
        next_step=N_("Nothing has to be done: those who decide now have been asked."),
        who=NOBODY,
    ),
    "SB-APP-34": Code(
        says=N_("{request} waits for your decision: the approval of {name} does not count any more."),
        next_step=N_("Look at its card, and approve or reject it there."),
        who=YOU,
    ),
    "SB-APP-35": Code(
        says=N_("The approval of {name} for {request} does not count any more; enough others have agreed."),
        next_step=N_("Nothing has to be done: it is carried out."),
        who=NOBODY,
    ),
    "SB-APP-36": Code(
        says=N_("What was waited for is there now, but {request} was approved more than {days} days ago."),
        next_step=N_("Whoever approved it is asked again. It keeps its place in line."),
        who=APPROVER,
        rules=("R09",),
    ),
    "SB-APP-37": Code(
        says=N_("This was approved more than {days} days ago, and what it waited for is there only now."),
        next_step=N_("Approve it once more if it is still wanted, or reject it."),
        who=APPROVER,
    ),
    "SB-APP-38": Code(
        says=N_("Nobody is left who may decide on {request}, and nobody stands in."),
        next_step=N_(
            "Have the approval policy name somebody else, or ask for it anew; it expires by itself."
        ),
        who=OPERATOR,
    ),
    "SB-APP-39": Code(
        says=N_("The request was not approved again, and what was done before stays."),
        next_step=N_("Keep what is there, or ask to have it taken back."),
        who=APPROVER,
    ),
}
