"""Codes about the life of a request."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, HR, LICENCES, N_, NOBODY, VOICE, YOU, Code

__all__ = ["REQ"]

REQ: Mapping[str, Code] = {
    "SB-REQ-02": Code(
        says=N_("A request for the same thing is open already: {request}."),
        next_step=N_("Wait for it, or withdraw it and ask again."),
        who=YOU,
    ),
    "SB-REQ-03": Code(
        says=N_("This request has ended already."),
        next_step=N_("Make a new request if you still need it."),
        who=YOU,
    ),
    "SB-REQ-04": Code(
        says=N_("A change for this request is on its way right now."),
        next_step=N_("Try again in a minute."),
        who=YOU,
    ),
    "SB-REQ-05": Code(
        says=N_("The request was withdrawn after licences had been given, and they stay for now."),
        next_step=N_("Keep the licences, or take them back in the admin centre."),
        who=LICENCES,
    ),
    "SB-REQ-06": Code(
        says=N_("Things have changed since this was approved: the calls of {name} now go another way."),
        next_step=N_("Ask again, so that the plan is made afresh."),
        who=YOU,
        rules=("R06",),
    ),
    "SB-REQ-07": Code(
        says=N_("The licences were given, but the number could not be assigned."),
        next_step=N_("Keep the licences and ask for the number again, or have the licences taken back."),
        who=APPROVER,
    ),
    "SB-REQ-40": Code(
        says=N_("Nothing happens before {moment}."),
        next_step=N_("Wait, or withdraw the request."),
        who=NOBODY,
    ),
    "SB-REQ-41": Code(
        says=N_(
            "A number has been given or taken back for this request, so it cannot be withdrawn any more."
        ),
        next_step=N_("Let it end, then ask for what you need now."),
        who=YOU,
    ),
    "SB-REQ-42": Code(
        says=N_("The licences that were taken back stay taken back: {products}."),
        next_step=N_("Ask for them again if they are still needed."),
        who=APPROVER,
        rules=("R20",),
    ),
    "SB-REQ-43": Code(
        says=N_("{number} has been given back and stays so."),
        next_step=N_("Ask for a new number if one is still needed."),
        who=APPROVER,
        rules=("R20",),
    ),
    "SB-REQ-44": Code(
        says=N_("The registered country is {country} now and stays so."),
        next_step=N_("Have it corrected if that is not where the person works."),
        who=HR,
        rules=("R18",),
    ),
    "SB-REQ-45": Code(
        says=N_("The emergency location of {number} was changed and stays so: {place}."),
        next_step=N_("Ask for another location if the person does not work there."),
        who=YOU,
        rules=("R66",),
    ),
    "SB-REQ-46": Code(
        says=N_("What people have done for this request by hand stays done."),
        next_step=N_("Look at the tasks of the request, and undo by hand what is not wanted any more."),
        who=VOICE,
    ),
    "SB-REQ-47": Code(
        says=N_("The licences that were given stay: {products}."),
        next_step=N_("Keep them, or ask to have them taken back."),
        who=APPROVER,
    ),
    "SB-REQ-48": Code(
        says=N_("The licences are changed already, and only the number is still being looked after."),
        next_step=N_("Let it end, then ask for what you need now."),
        who=YOU,
        rules=("R19",),
    ),
    "SB-REQ-49": Code(
        says=N_("A request stays for the person and the kind of thing that it was made for."),
        next_step=N_("Withdraw it, then ask for what you need instead."),
        who=YOU,
    ),
    "SB-REQ-50": Code(
        says=N_("There is no request open for this any more."),
        next_step=N_("Ask again if you still need it."),
        who=YOU,
    ),
    "SB-REQ-51": Code(
        says=N_("You will hear how {request} ends in any case."),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
    ),
    "SB-REQ-52": Code(
        says=N_(
            "{number} has gone to somebody else, and you wanted no other. Free in the same place: {numbers}."
        ),
        next_step=N_("Choose one of them on the card in your chat, or withdraw the request."),
        who=YOU,
    ),
    "SB-REQ-53": Code(
        says=N_("{number} is not free any more, or not for you."),
        next_step=N_("Choose another one. The card shows what is free now."),
        who=YOU,
    ),
    "SB-REQ-54": Code(
        says=N_("This request does not wait for your choice of a number."),
        next_step=N_("Nothing was changed. Look at the card of the request to see where it stands."),
        who=YOU,
    ),
    "SB-REQ-55": Code(
        says=N_(
            "Whoever approved the request is asked whether these licences stay: {products}. If nobody "
            "answers before {moment}, they stay."
        ),
        next_step=N_("Keep them, or have them taken back."),
        who=APPROVER,
    ),
    "SB-REQ-56": Code(
        says=N_("{name} has decided that these licences stay: {products}."),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
    ),
    "SB-REQ-57": Code(
        says=N_("{name} has these licences taken back: {products}. That is request {request}."),
        next_step=N_("Nothing has to be done. Everybody concerned hears when it is done."),
        who=NOBODY,
    ),
    "SB-REQ-58": Code(
        says=N_("Whether these licences stay has been answered, or the time to answer is over."),
        next_step=N_("Ask to have the licences given back if they are not needed."),
        who=YOU,
    ),
    "SB-REQ-59": Code(
        says=N_(
            "None of these licences can be taken back: {name} does not have them any more, or has them from "
            "a group."
        ),
        next_step=N_("Have the group changed if the licences are not needed."),
        who=LICENCES,
    ),
    "SB-REQ-60": Code(
        says=N_("This takes back licences by decision of an approver, so it cannot be withdrawn."),
        next_step=N_("Ask for the licences anew if they are needed."),
        who=YOU,
    ),
    "SB-REQ-61": Code(
        says=N_("{request} is on its way, and counts on these licences."),
        next_step=N_("Wait until it has ended, then decide. Until then nothing is changed."),
        who=YOU,
    ),
    "SB-REQ-62": Code(
        says=N_("A change for this request is on its way right now. The request stops right after it."),
        next_step=N_("Nothing has to be done. You hear how it ended."),
        who=NOBODY,
    ),
}
