"""Codes about what is done on an approver's card: questions, parts of a plan, changes of the requester."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, N_, NOBODY, YOU, Code

__all__ = ["APP_CARD"]

APP_CARD: Mapping[str, Code] = {
    "SB-APP-60": Code(
        says=N_("Nothing was sent: the text is empty, or longer than 500 characters."),
        next_step=N_("Write it in at most 500 characters, then send it again."),
        who=YOU,
    ),
    "SB-APP-61": Code(
        says=N_("There are 20 remarks on this request already, and it takes no more."),
        next_step=N_("Write to each other directly, then decide with the buttons."),
        who=YOU,
    ),
    "SB-APP-62": Code(
        says=N_("{name} has answered your question: “{detail}”"),
        next_step=N_("Decide on the card, which shows the answer too."),
        who=YOU,
    ),
    "SB-APP-63": Code(
        says=N_("What you took off cannot be left out, or not any more."),
        next_step=N_("Look at it again. Nothing has been decided yet."),
        who=YOU,
    ),
    "SB-APP-64": Code(
        says=N_("{product} cannot be left out alone: {dependent} builds on it."),
        next_step=N_("Leave out {dependent} as well, or keep both. Nothing has been decided yet."),
        who=YOU,
        rules=("R05",),
    ),
    "SB-APP-65": Code(
        says=N_("Nothing would be left of this request."),
        next_step=N_("Reject it, and say why."),
        who=YOU,
    ),
    "SB-APP-66": Code(
        says=N_("{product} cannot be left out alone: the phone number builds on it."),
        next_step=N_("Leave out the phone number as well, or keep both. Nothing has been decided yet."),
        who=YOU,
        rules=("R05", "R10"),
    ),
    "SB-APP-67": Code(
        says=N_("{name} has approved {request} without {parts}."),
        next_step=N_("Nothing has to be done. Ask again, saying why, if you need what was left out."),
        who=NOBODY,
    ),
    "SB-APP-68": Code(
        says=N_("{request} has been decided, or has begun, so that it cannot be changed any more."),
        next_step=N_("Look at how it stands now. Make a new request if you need something else."),
        who=YOU,
    ),
    "SB-APP-69": Code(
        says=N_("What was asked for was changed, so it has to be approved anew."),
        next_step=N_("Look at what changed, then decide again."),
        who=APPROVER,
    ),
}
