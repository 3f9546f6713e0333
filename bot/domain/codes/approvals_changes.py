"""Codes about changing the approval policy, and about confirming risky decisions."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, OPERATOR, VOICE, YOU, Code

__all__ = ["APP_CHANGES"]

APP_CHANGES: Mapping[str, Code] = {
    "SB-APP-20": Code(
        says=N_("Only voice admins see the approval policy and decide on changes of it."),
        next_step=N_("Nothing was changed. A voice admin can tell you which rules apply."),
        who=VOICE,
    ),
    "SB-APP-21": Code(
        says=N_("This change of the policy is no longer waiting for anybody."),
        next_step=N_("What you clicked changed nothing. Write **policy** to see what is in force."),
        who=YOU,
    ),
    "SB-APP-22": Code(
        says=N_("You have agreed to this change already."),
        next_step=N_("Nothing has to be done: your agreement stands until others have agreed as well."),
        who=NOBODY,
    ),
    "SB-APP-23": Code(
        says=N_("{name} agreed, but is no longer a voice admin, so that it does not count."),
        next_step=N_("Another voice admin has to agree instead."),
        who=VOICE,
    ),
    "SB-APP-24": Code(
        says=N_("{need} voice admins have to agree, but only {count} could be asked."),
        next_step=N_(
            "Add voice admins to their group in Entra; they find the change with **policy**. Until then the "
            "policy stays as it is."
        ),
        who=OPERATOR,
    ),
    "SB-APP-25": Code(
        says=N_("This is not the code that was sent to you."),
        next_step=N_("Look into your chat with me for the newest code, and type its six digits."),
        who=YOU,
    ),
    "SB-APP-26": Code(
        says=N_("There is no code that could confirm this: codes are good for ten minutes, and once."),
        next_step=N_("Nothing was decided. Approve again to be sent a new code."),
        who=YOU,
    ),
    "SB-APP-27": Code(
        says=N_("The code was typed wrong too often, so that it is good for nothing any more."),
        next_step=N_("Nothing was decided. Approve again to be sent a new code."),
        who=YOU,
    ),
    "SB-APP-28": Code(
        says=N_("You have been sent too many codes for this request within an hour."),
        next_step=N_("Nothing was decided. Try again in an hour, or leave it to another approver."),
        who=YOU,
    ),
}
