"""Codes about tasks for people."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, BILLING, HR, N_, VOICE, YOU, Code

__all__ = ["TSK"]

TSK: Mapping[str, Code] = {
    "SB-TSK-01": Code(
        says=N_("The next step is done by hand, and the voice administrators have been asked to do it."),
        next_step=N_("Do the task; the request goes on by itself as soon as it is done."),
        who=VOICE,
        rules=("R79",),
    ),
    "SB-TSK-02": Code(
        says=N_("The next step is done by hand, and the billing administrators have been asked to do it."),
        next_step=N_("Do the task; the request goes on by itself as soon as it is done."),
        who=BILLING,
        rules=("R79",),
    ),
    "SB-TSK-03": Code(
        says=N_("{name} has taken this task on already."),
        next_step=N_("Leave it to {name}, or press Done if you have done it yourself."),
        who=YOU,
    ),
    "SB-TSK-04": Code(
        says=N_("This task has ended already, and nothing was changed."),
        next_step=N_("Nothing has to be done."),
        who=YOU,
    ),
    "SB-TSK-05": Code(
        says=N_("The task is still open: something on the form is missing or wrong."),
        next_step=N_("Correct it, then press Done again."),
        who=YOU,
    ),
    "SB-TSK-06": Code(
        says=N_("The task stays open, because it is not said why it cannot be done."),
        next_step=N_("Write the reason, then press Cannot be done again: whoever waits will read it."),
        who=YOU,
    ),
    "SB-TSK-07": Code(
        says=N_("Tasks are for those who are asked to do them, and you are not in their group."),
        next_step=N_("Ask to be added to the group if tasks are yours to do."),
        who=VOICE,
    ),
    "SB-TSK-08": Code(
        says=N_("A step that is done by hand cannot be done: {detail}"),
        next_step=N_("Settle that first, then ask again; {name} answered."),
        who=YOU,
        rules=("R79",),
    ),
    "SB-TSK-09": Code(
        says=N_("For {days} days there has been no stock for this request, and it still waits."),
        next_step=N_("Wait on, or withdraw it and ask for something else: another product, country or city."),
        who=APPROVER,
        rules=("R09",),
    ),
    "SB-TSK-10": Code(
        says=N_("The country of {name} is now {location_country}, and this request is for {country}."),
        next_step=N_("Ask again for {location_country}, or have the country corrected and then ask again."),
        who=HR,
        rules=("R18", "R68"),
    ),
    "SB-TSK-11": Code(
        says=N_("Nobody confirmed that {name} works in {country}: {detail}"),
        next_step=N_(
            "Ask again for the country in which {name} works, or have the directory corrected and then ask "
            "again."
        ),
        who=HR,
        rules=("R18", "R68"),
    ),
    "SB-TSK-12": Code(
        says=N_("What this request waits for cannot be bought or ordered now: {detail}"),
        next_step=N_("Wait on, or withdraw it and ask for something else: another product, country or city."),
        who=YOU,
        rules=("R09",),
    ),
    "SB-TSK-13": Code(
        says=N_("{name} took this task on after your card was made, and nothing was changed."),
        next_step=N_("Look at the card again; press the button once more if you mean it."),
        who=YOU,
    ),
    "SB-TSK-21": Code(
        says=N_("Something is missing here."),
        next_step=N_("Fill it in, then send again: without it the task cannot be closed."),
        who=YOU,
    ),
    "SB-TSK-22": Code(
        says=N_("This does not look like what is asked for."),
        next_step=N_("Check it for typing errors, on one line, then send again."),
        who=YOU,
    ),
    "SB-TSK-23": Code(
        says=N_("This is not an amount in {currency} above zero."),
        next_step=N_("Write digits and at most one comma or point, such as 1200.50, then send again."),
        who=YOU,
    ),
    "SB-TSK-24": Code(
        says=N_("This is not a day, or one that is still to come."),
        next_step=N_("Write year, month and day, such as 2026-03-15, then send again."),
        who=YOU,
    ),
    "SB-TSK-25": Code(
        says=N_("This is not a whole number above zero."),
        next_step=N_("Write digits alone, then send again."),
        who=YOU,
    ),
    "SB-TSK-26": Code(
        says=N_("This has to be done before the task can be closed."),
        next_step=N_("Do it, or have it done, then say yes."),
        who=YOU,
        rules=("R64",),
    ),
    "SB-TSK-27": Code(
        says=N_("The request is for somebody who works in {country}."),
        next_step=N_("If the person works elsewhere, say that you cannot do the task."),
        who=YOU,
        rules=("R18",),
    ),
}
