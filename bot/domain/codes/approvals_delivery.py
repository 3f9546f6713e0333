"""Codes about bringing what is asked to those who decide."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, VOICE, YOU, Code

__all__ = ["APP_DELIVERY"]

APP_DELIVERY: Mapping[str, Code] = {
    "SB-APP-70": Code(
        says=N_("Only voice admins choose channels, and look after messages that could not be delivered."),
        next_step=N_("Nothing was changed. A voice admin can do it for you."),
        who=VOICE,
    ),
    "SB-APP-71": Code(
        says=N_("The channel for approvals can no longer be written to."),
        next_step=N_(
            "Approval goes on in the chats of those who decide. To have a channel again, write "
            "**approvals here** to me in it."
        ),
        who=VOICE,
    ),
    "SB-APP-72": Code(
        says=N_("The channel for admins can no longer be written to."),
        next_step=N_(
            "What needs an admin is sent to each of you again. To have a channel, write "
            "**admin channel here** to me in it."
        ),
        who=VOICE,
    ),
    "SB-APP-73": Code(
        says=N_("This request takes more than a click, so nothing was decided."),
        next_step=N_("Open it, read what stands there, and decide on its own card."),
        who=YOU,
    ),
    "SB-APP-74": Code(
        says=N_("Somebody has looked after this message already."),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
    ),
    "SB-APP-75": Code(
        says=N_("This card is for those who decide on the request, and you are not one of them."),
        next_step=N_("Nothing was changed, and nothing has to be done."),
        who=NOBODY,
    ),
    "SB-APP-76": Code(
        says=N_("Only a channel of a team can be used for this, not a chat."),
        next_step=N_("Add me to a team, then write the same in the channel you want."),
        who=VOICE,
    ),
}
