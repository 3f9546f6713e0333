"""Codes about pausing the desk, keeping numbers back, and looking things up."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, VOICE, YOU, Code

__all__ = ["ADM_DESK"]

ADM_DESK: Mapping[str, Code] = {
    "SB-ADM-30": Code(
        says=N_("{name} has paused the desk: “{reason}”."),
        next_step=N_(
            "The request is kept, and approving goes on. It is carried out by itself once work is resumed."
        ),
        who=NOBODY,
    ),
    "SB-ADM-31": Code(
        says=N_("{name} has paused the desk: “{reason}”."),
        next_step=N_(
            "Nothing more is carried out; asking and approving go on, and people are told. Write **resume** "
            "when work may go on."
        ),
        who=VOICE,
    ),
    "SB-ADM-32": Code(
        says=N_("{name} has resumed work: requests are carried out again."),
        next_step=N_("Nothing has to be done. What stood still meanwhile goes on now."),
        who=NOBODY,
    ),
    "SB-ADM-33": Code(
        says=N_("The desk is paused already, by {name}: “{reason}”."),
        next_step=N_("Nothing was changed. Write **resume** when work may go on."),
        who=YOU,
    ),
    "SB-ADM-34": Code(
        says=N_("The desk is not paused."),
        next_step=N_("Nothing was changed: requests are being carried out."),
        who=NOBODY,
    ),
    "SB-ADM-35": Code(
        says=N_("People read why nothing is carried out, so a pause needs a reason."),
        next_step=N_("Nothing was changed. Write it after the word, as in **pause carrier maintenance**."),
        who=YOU,
    ),
    "SB-ADM-36": Code(
        says=N_("The desk has been paused for more than a day, by {name}: “{reason}”."),
        next_step=N_("Requests stand still meanwhile. Write **resume** when work may go on."),
        who=VOICE,
    ),
    "SB-ADM-40": Code(
        says=N_("{number} is not a telephone number in international form."),
        next_step=N_("Write it with + and the country's code, as in **+33 1 70 18 99 42**."),
        who=YOU,
    ),
    "SB-ADM-41": Code(
        says=N_("{number} is not one of the organisation's numbers."),
        next_step=N_("Nothing was changed. Write **numbers** to see those there are."),
        who=YOU,
    ),
    "SB-ADM-42": Code(
        says=N_("{number} is in use, so that it cannot be kept back."),
        next_step=N_("Write **who has** with the number to see whose it is."),
        who=YOU,
    ),
    "SB-ADM-43": Code(
        says=N_("{number} is promised to request {request}, so that it cannot be kept back."),
        next_step=N_("It is free again when the request ends without it."),
        who=YOU,
    ),
    "SB-ADM-44": Code(
        says=N_("A number is kept back for 1 to {most} days, and somebody has to say why."),
        next_step=N_(
            "Nothing was changed. Write, for example, **hold +33 1 70 18 99 42 for 14 days because it is "
            "on the new leaflet**."
        ),
        who=YOU,
    ),
    "SB-ADM-45": Code(
        says=N_("{number} is neither kept back nor at rest."),
        next_step=N_(
            "Nothing was changed. To take a number away from somebody, ask for that: **give back the number "
            "of** and the name."
        ),
        who=YOU,
    ),
    "SB-ADM-46": Code(
        says=N_("{number} is kept back already, by {name}: “{reason}”."),
        next_step=N_("Nothing was changed. Write **release** with the number first to set it anew."),
        who=YOU,
    ),
}
