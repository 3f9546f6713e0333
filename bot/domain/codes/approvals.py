"""Codes about approval."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, OPERATOR, YOU, Code

__all__ = ["APP"]

APP: Mapping[str, Code] = {
    "SB-APP-01": Code(
        says=N_("Nobody may decide on this request (rule “{rule}”)."),
        next_step=N_("Have the approval policy name somebody who neither asks for it nor benefits from it."),
        who=OPERATOR,
    ),
    "SB-APP-02": Code(
        says=N_("You are not, or no longer, somebody who decides on this request."),
        next_step=N_("Nothing was changed, and nothing has to be done."),
        who=NOBODY,
    ),
    "SB-APP-03": Code(
        says=N_("This request has changed in the meantime; here is how it stands now."),
        next_step=N_("Look at it again. What you clicked changed nothing."),
        who=YOU,
    ),
    "SB-APP-04": Code(
        says=N_("You have decided on this request already."),
        next_step=N_("Nothing has to be done: your decision stands."),
        who=NOBODY,
    ),
    "SB-APP-05": Code(
        says=N_("A rejection needs a reason."),
        next_step=N_("Write a few words on why, then reject again."),
        who=YOU,
    ),
    "SB-APP-06": Code(
        says=N_("A message to somebody who decides on {request} could not be delivered."),
        next_step=N_("Nothing has to be done: those who stand in have been asked too."),
        who=NOBODY,
    ),
    "SB-APP-07": Code(
        says=N_("Nobody who decides on {request} can be reached in Teams, and nobody stands in."),
        next_step=N_("Help the approver install Switchboard, or change who decides in the approval policy."),
        who=OPERATOR,
    ),
    "SB-APP-08": Code(
        says=N_("This can be approved only by somebody who says that he knows what it means."),
        next_step=N_("Tick what stands above the buttons, then approve again. Nothing has been decided yet."),
        who=YOU,
        rules=("R20", "R66"),
    ),
    "SB-APP-09": Code(
        says=N_("Here an approval needs a few words on why."),
        next_step=N_("Write them, then approve again. Nothing has been decided yet."),
        who=YOU,
    ),
}
