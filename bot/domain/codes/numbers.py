"""Codes about numbers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, HR, LICENCES, N_, VOICE, YOU, Code

__all__ = ["NUM"]

NUM: Mapping[str, Code] = {
    "SB-NUM-01": Code(
        says=N_("{name} has a number already: {number}."),
        next_step=N_("Nothing has to be done. To have another number, ask to change it."),
        who=YOU,
    ),
    "SB-NUM-02": Code(
        says=N_("I know nothing about phone service in a country with the code {country}."),
        next_step=N_("Check the country, or ask the voice administrators whether Teams Phone exists there."),
        who=VOICE,
        rules=("R71",),
    ),
    "SB-NUM-03": Code(
        says=N_("Microsoft has no Calling Plan in {country}."),
        next_step=N_("Ask the voice administrators about a number of the organisation's own carrier."),
        who=VOICE,
        rules=("R71",),
    ),
    "SB-NUM-04": Code(
        says=N_(
            "{name} is registered in {location_country}, and a number of {country} cannot be given there."
        ),
        next_step=N_(
            "Ask for a number of {location_country}, or have the registered country corrected first."
        ),
        who=HR,
        rules=("R18", "R68"),
    ),
    "SB-NUM-05": Code(
        says=N_("No number of {country} is free right now."),
        next_step=N_(
            "You can still ask: the request waits until numbers are ordered in the Teams admin centre, "
            "or by Microsoft's form for what is not listed there."
        ),
        who=VOICE,
        rules=("R55",),
    ),
    "SB-NUM-06": Code(
        says=N_("No number of {country} is free right now, and Microsoft takes orders for it by form only."),
        next_step=N_("You can still ask: the request waits until numbers are ordered with that form."),
        who=VOICE,
        rules=("R55",),
    ),
    "SB-NUM-07": Code(
        says=N_("No number of {country} is free right now, and a partner of Microsoft provides them."),
        next_step=N_("You can still ask: the request waits until numbers are ordered from the partner."),
        who=VOICE,
        rules=("R55",),
    ),
    "SB-NUM-08": Code(
        says=N_("No number of {country} is free right now, and how to order one is not documented."),
        next_step=N_("You can still ask: the request waits until numbers of {country} are there."),
        who=VOICE,
        rules=("R55",),
    ),
    "SB-NUM-09": Code(
        says=N_("No number of the organisation's own carrier is free in {country} right now."),
        next_step=N_("You can still ask: the request waits until numbers are added to the carrier's range."),
        who=VOICE,
        rules=("R06",),
    ),
    "SB-NUM-10": Code(
        says=N_("No number of {city} is free right now. There are numbers in: {cities}."),
        next_step=N_("Choose another city, or ask and wait for a number of {city}."),
        who=YOU,
    ),
    "SB-NUM-11": Code(
        says=N_("No free number ends with {ending}, so the plan has another one."),
        next_step=N_("If that will not do, choose a different ending."),
        who=YOU,
    ),
    "SB-NUM-12": Code(
        says=N_("No free number ends with {ending}. These are free: {numbers}."),
        next_step=N_("Choose a different ending, or ask and wait."),
        who=YOU,
    ),
    "SB-NUM-13": Code(
        says=N_("What is known about phone service in {country} is not certain (as of {as_of})."),
        next_step=N_("Check that the service still exists there before you approve."),
        who=VOICE,
        rules=("R71",),
    ),
    "SB-NUM-14": Code(
        says=N_("The number {number} was taken by somebody else in the meantime."),
        next_step=N_("Ask again and choose another number."),
        who=YOU,
    ),
    "SB-NUM-15": Code(
        says=N_("Microsoft could not assign the number {number}: {detail}"),
        next_step=N_("Look at the number in the Teams admin centre, then ask again."),
        who=VOICE,
    ),
    "SB-NUM-16": Code(
        says=N_("{name} has no mailbox, so there will be no voicemail."),
        next_step=N_("Have a mailbox given to {name} if voicemail matters."),
        who=LICENCES,
        rules=("R24",),
    ),
    "SB-NUM-17": Code(
        says=N_("{name} has no number."),
        next_step=N_("Ask for a new number, or check whether you meant somebody else."),
        who=YOU,
    ),
    "SB-NUM-18": Code(
        says=N_("{name} will lose {number}: people who call it will not be connected any more."),
        next_step=N_("Say that this is meant, and tell everybody who knows the number."),
        who=YOU,
        rules=("R20",),
    ),
    "SB-NUM-19": Code(
        says=N_(
            "{number} is given up, and leaves the organisation's list of numbers because it is one of its "
            "own carrier's."
        ),
        next_step=N_("Note the number with the carrier if somebody is to have it later."),
        who=VOICE,
        rules=("R20",),
    ),
    "SB-NUM-20": Code(
        says=N_("{number} is given up, rests for {days} days and can then be given to somebody else."),
        next_step=N_("Approve only if {name} can do without {number}."),
        who=APPROVER,
        rules=("R20",),
    ),
    "SB-NUM-21": Code(
        says=N_("{number} is given up and kept for the successor for {days} days."),
        next_step=N_("Ask for the number for the successor in that time."),
        who=YOU,
        rules=("R20",),
    ),
    "SB-NUM-22": Code(
        says=N_("{name} has {number}, which is of a kind that Switchboard cannot release."),
        next_step=N_("Have it released in the Teams admin centre."),
        who=VOICE,
        rules=("R20",),
    ),
    "SB-NUM-23": Code(
        says=N_("{name} has neither a number nor a phone licence to give back."),
        next_step=N_("Nothing has to be done. Check whether you meant somebody else."),
        who=YOU,
    ),
    "SB-NUM-24": Code(
        says=N_("{name} is registered in {country} already."),
        next_step=N_("Ask for another number instead, if that is what you need."),
        who=YOU,
        rules=("R18",),
    ),
    "SB-NUM-25": Code(
        says=N_(
            "Microsoft has no Calling Plan in {country}, so {number} has no successor there from Microsoft."
        ),
        next_step=N_(
            "Have a number of another carrier arranged in {country}, or ask to release {number} instead."
        ),
        who=VOICE,
        rules=("R18", "R71"),
    ),
    "SB-NUM-26": Code(
        says=N_("{name} has {products} from groups, and only leaving the groups takes them away."),
        next_step=N_("Whoever looks after the groups takes {name} out; there is a task for each."),
        who=LICENCES,
    ),
    "SB-NUM-27": Code(
        says=N_("The minutes and the price zone of the calls change with the country: {country}."),
        next_step=N_("Check the cost of the calls before you approve."),
        who=APPROVER,
        rules=("R17", "R18"),
    ),
    "SB-NUM-28": Code(
        says=N_("Calls to {number} are not connected any more as soon as the change is made."),
        next_step=N_("Tell everybody who knows the old number."),
        who=YOU,
        rules=("R20",),
    ),
    "SB-NUM-29": Code(
        says=N_("{name} will lose {products}."),
        next_step=N_("Say that this is meant."),
        who=YOU,
        rules=("R20",),
    ),
    "SB-NUM-30": Code(
        says=N_("{name} has another number by now than when this was asked for."),
        next_step=N_("Ask again, so that the plan is made afresh."),
        who=YOU,
        rules=("R20",),
    ),
    "SB-NUM-40": Code(
        says=N_("Microsoft could not take {number} back: {detail}"),
        next_step=N_("Look at the number in the Teams admin centre, then ask again."),
        who=VOICE,
        rules=("R20",),
    ),
    "SB-NUM-41": Code(
        says=N_("{name} lost {number} when the licences were changed, and Switchboard is giving it back."),
        next_step=N_("Check that {name} can be called at {number} again."),
        who=VOICE,
        rules=("R19",),
    ),
    "SB-NUM-42": Code(
        says=N_(
            "{name} lost {number} when the licences were changed, and it could not be given back: {detail}"
        ),
        next_step=N_("Give {number} back to {name} in the Teams admin centre."),
        who=VOICE,
        rules=("R19",),
    ),
    "SB-NUM-43": Code(
        says=N_("{name} lost {number} when the licences were changed, and somebody else has it now."),
        next_step=N_("Settle who keeps {number}; for the other, ask for another number."),
        who=VOICE,
        rules=("R19",),
    ),
    "SB-NUM-44": Code(
        says=N_("{number} is not a number of {name} any more."),
        next_step=N_("Check which number {name} has now, then ask again."),
        who=VOICE,
    ),
}
