"""Codes about people who stand in for others: delegations, and requests that are handed over."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, YOU, Code

__all__ = ["APP_STANDING_IN"]

APP_STANDING_IN: Mapping[str, Code] = {
    "SB-APP-50": Code(
        says=N_("Nobody can delegate to himself."),
        next_step=N_("Choose the colleague who is to decide in your place."),
        who=YOU,
    ),
    "SB-APP-51": Code(
        says=N_("{name} cannot stand in for you."),
        next_step=N_("Choose a colleague of your organisation whose account is in use; guests cannot."),
        who=YOU,
    ),
    "SB-APP-52": Code(
        says=N_("These days are over already, or in the wrong order."),
        next_step=N_("Give a last day that is today or later, and not before the first day."),
        who=YOU,
    ),
    "SB-APP-53": Code(
        says=N_("This delegation is too long: it may last {days} days at most."),
        next_step=N_("Choose an earlier last day. For longer, have the approval policy name somebody else."),
        who=YOU,
    ),
    "SB-APP-54": Code(
        says=N_("For some of that time you have delegated the same to {name} already."),
        next_step=N_("Stop that delegation first, or choose other days. Nothing was changed."),
        who=YOU,
    ),
    "SB-APP-55": Code(
        says=N_("There is no such delegation, or it is over."),
        next_step=N_("Nothing has to be done. Write **delegations** to see those there are."),
        who=NOBODY,
    ),
    "SB-APP-56": Code(
        says=N_("The approval policy does not let this request be handed to somebody else."),
        next_step=N_("Decide yourself, or write **delegate** to have somebody stand in while you are away."),
        who=YOU,
    ),
    "SB-APP-57": Code(
        says=N_("This request cannot be handed to {name}."),
        next_step=N_(
            "Choose a colleague whose account is in use, who neither asked for it nor benefits from it, and "
            "who is not asked already. Nothing was changed."
        ),
        who=YOU,
    ),
    "SB-APP-58": Code(
        says=N_("Only somebody who was asked himself, or a voice admin, can hand this request over."),
        next_step=N_("Nothing was changed. Whoever asked you to stand in for him can hand it over."),
        who=NOBODY,
    ),
    "SB-APP-59": Code(
        says=N_("It is not clear which colleague is meant."),
        next_step=N_("Choose the colleague on the card, or write the address the colleague signs in with."),
        who=YOU,
    ),
}
