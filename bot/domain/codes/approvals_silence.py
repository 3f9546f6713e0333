"""Codes about what time does to requests that wait for approval."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, OPERATOR, YOU, Code

__all__ = ["APP_SILENCE"]

APP_SILENCE: Mapping[str, Code] = {
    "SB-APP-40": Code(
        says=N_("Nobody decided in time, so the request has expired. What was held for it was given back."),
        next_step=N_("Talk to those who were asked ({names}), then ask for it again."),
        who=YOU,
    ),
    "SB-APP-41": Code(
        says=N_("Nobody has decided in time, so {names} can decide now as well."),
        next_step=N_("Nothing has to be done: they have been asked."),
        who=NOBODY,
    ),
    "SB-APP-42": Code(
        says=N_("Nobody has decided in time, so {names} were asked instead."),
        next_step=N_("Nothing has to be done: they have been asked."),
        who=NOBODY,
    ),
    "SB-APP-43": Code(
        says=N_("You did not decide on {request} in time, so {names} were asked instead of you."),
        next_step=N_(
            "Nothing has to be done. Somebody can stand in for you: write **delegate to** and a name."
        ),
        who=NOBODY,
    ),
    "SB-APP-44": Code(
        says=N_("Nobody objected in time, and the approval policy takes that for consent."),
        next_step=N_("Nothing has to be done: the request goes on."),
        who=NOBODY,
    ),
    "SB-APP-45": Code(
        says=N_("Nobody has decided on {request} in time, and there is nobody else who could be asked."),
        next_step=N_("Talk to {names}, who were asked, or have the approval policy name somebody else."),
        who=OPERATOR,
    ),
    "SB-APP-46": Code(
        says=N_("Those who decide were reminded a short while ago. You can remind them again from {until}."),
        next_step=N_("Wait until then, or talk to them: {names}."),
        who=YOU,
    ),
    "SB-APP-47": Code(
        says=N_("There is nobody to remind: this request does not wait for approval."),
        next_step=N_("Look at it to see how it stands; nothing was sent."),
        who=YOU,
    ),
    "SB-APP-48": Code(
        says=N_("{name} has asked you something about {request} and waits for your answer: “{question}”."),
        next_step=N_("Answer on the card of the request; write **show {request}** to see it."),
        who=YOU,
    ),
    "SB-APP-49": Code(
        says=N_("Did not answer in time."),
        next_step=N_("Nothing has to be done: somebody else was asked."),
        who=NOBODY,
    ),
}
