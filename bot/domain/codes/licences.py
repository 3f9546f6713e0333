"""Codes about licences."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, BILLING, LICENCES, N_, NOBODY, VOICE, YOU, Code

__all__ = ["LIC"]

LIC: Mapping[str, Code] = {
    "SB-LIC-01": Code(
        says=N_("{name} has {base}, which comes without Teams, and no separate Teams licence is owned."),
        next_step=N_("Buy Microsoft Teams Enterprise, or move {name} to a plan that includes Teams."),
        who=LICENCES,
        rules=("R25",),
    ),
    "SB-LIC-02": Code(
        says=N_("{name} has no plan that a phone can be added to."),
        next_step=N_("Give {name} a plan that includes Teams first, such as Office 365 E3, then ask again."),
        who=LICENCES,
        rules=("R21", "R25"),
    ),
    "SB-LIC-03": Code(
        says=N_(
            "{name} has {product} through a group, with {plan} switched off, "
            "and a group's licence cannot be changed for one person."
        ),
        next_step=N_("Have {plan} switched on for the group, or take {name} out of it."),
        who=LICENCES,
        rules=("R26",),
    ),
    "SB-LIC-04": Code(
        says=N_("No seat of {product} is free right now."),
        next_step=N_("You can still ask: the request waits until a seat is free or more are bought."),
        who=LICENCES,
        rules=("R09",),
    ),
    "SB-LIC-05": Code(
        says=N_("The organisation does not own {product} yet."),
        next_step=N_("You can still ask: the request waits until it is bought."),
        who=LICENCES,
        rules=("R09",),
    ),
    "SB-LIC-06": Code(
        says=N_("What {product} costs is not on the organisation's price list."),
        next_step=N_("Ask for the price if it matters for your decision."),
        who=APPROVER,
        rules=("R81",),
    ),
    "SB-LIC-07": Code(
        says=N_("{name} will have several phone add-ons on top of {base}."),
        next_step=N_("Compare the cost with a plan that has the phone included, such as E5."),
        who=APPROVER,
        rules=("R23",),
    ),
    "SB-LIC-08": Code(
        says=N_("Calling Plans for {country} are special, and the organisation does not own the right one."),
        next_step=N_("Get {product} for {country}: other Calling Plans bring no numbers there."),
        who=LICENCES,
        rules=("R15", "R72"),
    ),
    "SB-LIC-09": Code(
        says=N_("I do not know a product called “{text}”."),
        next_step=N_("Did you mean one of these? {nearest}"),
        who=YOU,
        rules=("R02",),
    ),
    "SB-LIC-10": Code(
        says=N_("{product} has free seats and would do as well, with fewer minutes."),
        next_step=N_("Tell the voice administrators if that is enough: it would not have to wait."),
        who=YOU,
        rules=("R09",),
    ),
    "SB-LIC-11": Code(
        says=N_("Microsoft did not accept the licences, because a plan they build on is missing: {plans}."),
        next_step=N_("Check the licences of {name}, then ask again."),
        who=LICENCES,
        rules=("R05",),
    ),
    "SB-LIC-12": Code(
        says=N_("Microsoft did not accept the licences, because two of them exclude each other: {plans}."),
        next_step=N_("Take one of the two from {name}, or swap them, then ask again."),
        who=LICENCES,
        rules=("R13",),
    ),
    "SB-LIC-13": Code(
        says=N_("{product} can only be used together with Teams Phone, which {name} does not have."),
        next_step=N_("Ask again, so that the plan is made afresh."),
        who=YOU,
        rules=("R05",),
    ),
    "SB-LIC-14": Code(
        says=N_("{name} has {product} already: it comes with {source}."),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
        rules=("R21", "R26"),
    ),
    "SB-LIC-15": Code(
        says=N_(
            "The calls of {name} go over the organisation's own carrier, so {product} would be of no use."
        ),
        next_step=N_("Ask for Teams Phone alone: it is all that takes."),
        who=YOU,
        rules=("R06",),
    ),
    "SB-LIC-16": Code(
        says=N_("Calls to colleagues cost nothing and need no Calling Plan."),
        next_step=N_("Call them in Teams by name. Ask again when outside numbers have to be called."),
        who=NOBODY,
        rules=("R80",),
    ),
    "SB-LIC-17": Code(
        says=N_("{name} has {product} through the group {group}, and cannot give it back alone."),
        next_step=N_("Have {name} taken out of that group, then ask again."),
        who=LICENCES,
        rules=("R19",),
    ),
    "SB-LIC-18": Code(
        says=N_("{name} has a Calling Plan inside {source} already, and a person has only one."),
        next_step=N_("Have {source} replaced if {product} is needed instead."),
        who=LICENCES,
        rules=("R13",),
    ),
    "SB-LIC-19": Code(
        says=N_("{product} takes the place of {replaced}, both in one step."),
        next_step=N_("Check that nothing else of {replaced} is still needed."),
        who=APPROVER,
        rules=("R13", "R19"),
    ),
    "SB-LIC-20": Code(
        says=N_("{product} costs more each month than {replaced}."),
        next_step=N_("Check that the difference is worth it."),
        who=APPROVER,
        rules=("R13",),
    ),
    "SB-LIC-21": Code(
        says=N_("{product} brings no numbers in {country}."),
        next_step=N_("Ask for one of these instead: {alternatives}."),
        who=YOU,
        rules=("R15",),
    ),
    "SB-LIC-22": Code(
        says=N_("Microsoft is phasing {product} out."),
        next_step=N_("Think of the full plan or of the one with 120 minutes instead."),
        who=APPROVER,
        rules=("R15",),
    ),
    "SB-LIC-23": Code(
        says=N_(
            "{name} would lose the number {number}: it goes back to the organisation, and calls to it end."
        ),
        next_step=N_("Say that the number may go, or swap the licence for one that keeps it."),
        who=YOU,
        rules=("R20",),
    ),
    "SB-LIC-24": Code(
        says=N_("{name} loses the number {number}, and calls to it end."),
        next_step=N_("Approve only if that is meant."),
        who=APPROVER,
        rules=("R20",),
    ),
    "SB-LIC-25": Code(
        says=N_("{dependent} builds on {product}, which {name} would not have any more."),
        next_step=N_("Give {dependent} back too, or ask for something that takes the place of {product}."),
        who=YOU,
        rules=("R05", "R19", "R21"),
    ),
    "SB-LIC-26": Code(
        says=N_("{base}, which {name} has, cannot carry {product}."),
        next_step=N_("Move {name} to one of these first: {choices}."),
        who=LICENCES,
        rules=("R21", "R22"),
    ),
    "SB-LIC-27": Code(
        says=N_("{product} comes on top of a domestic Calling Plan, which {name} does not have."),
        next_step=N_("Ask for a domestic Calling Plan first."),
        who=YOU,
        rules=("R13",),
    ),
    "SB-LIC-28": Code(
        says=N_("Subscriptions bought from GoDaddy take no add-ons such as {product}."),
        next_step=N_("Have the subscription moved to Microsoft first; it cannot be extended there."),
        who=BILLING,
        rules=("R27",),
    ),
    "SB-LIC-29": Code(
        says=N_("A reseller sells the organisation its subscriptions."),
        next_step=N_("Order {product} from the reseller, not in the admin centre."),
        who=BILLING,
        rules=("R27",),
    ),
    "SB-LIC-30": Code(
        says=N_("The subscriptions run by the month, and {product} sometimes cannot be added to those."),
        next_step=N_("If Microsoft does not offer it, ask its support."),
        who=BILLING,
        rules=("R28",),
    ),
    "SB-LIC-31": Code(
        says=N_("With suites from a partner membership, {product} is not offered at first."),
        next_step=N_("Buy one seat of the suite: the add-ons appear after that."),
        who=BILLING,
        rules=("R29",),
    ),
    "SB-LIC-32": Code(
        says=N_("{product} is made for call queues and auto attendants, and {name} is a person."),
        next_step=N_("Ask for Teams Phone instead."),
        who=YOU,
        rules=("R74",),
    ),
    "SB-LIC-33": Code(
        says=N_(
            "{name} is a resource account, and calls out only with a pay-as-you-go Calling Plan of its own."
        ),
        next_step=N_("Ask for a pay-as-you-go Calling Plan for {name}. To take calls, none is needed."),
        who=YOU,
        rules=("R76",),
    ),
    "SB-LIC-34": Code(
        says=N_("An organisation can have {count} licences of {product}, and all of them are taken."),
        next_step=N_("Ask for Teams Rooms Pro instead."),
        who=YOU,
        rules=("R77",),
    ),
    "SB-LIC-35": Code(
        says=N_("A room with {product} cannot have a number, so it moves to {better}."),
        next_step=N_("Check that the room is worth the price."),
        who=APPROVER,
        rules=("R77",),
    ),
    "SB-LIC-36": Code(
        says=N_("{product} cannot be had in the cloud that the organisation is in."),
        next_step=N_("Ask the voice administrators what there is instead."),
        who=VOICE,
        rules=("R78",),
    ),
    "SB-LIC-37": Code(
        says=N_(
            "The organisation is in the cloud that 21Vianet runs in China, which has no phone service "
            "of Microsoft."
        ),
        next_step=N_("Ask the voice administrators about a telephone system of another kind."),
        who=VOICE,
        rules=("R37",),
    ),
    "SB-LIC-38": Code(
        says=N_("{product} brings {minutes} minutes a month in {country} (as of {as_of})."),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
        rules=("R14",),
    ),
    "SB-LIC-39": Code(
        says=N_(
            "{product} brings {minutes} domestic or {international} international minutes a month in "
            "{country}, whichever ends first (as of {as_of})."
        ),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
        rules=("R16",),
    ),
    "SB-LIC-40": Code(
        says=N_(
            "People with the same plan in the same country share their minutes: up to {people} people "
            "and {minutes} minutes."
        ),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
        rules=("R17",),
    ),
    "SB-LIC-41": Code(
        says=N_(
            "Communications Credits need conferencing, or Teams Phone with a Calling Plan, and the "
            "organisation owns neither."
        ),
        next_step=N_("Have one of the two bought first."),
        who=LICENCES,
        rules=("R41",),
    ),
    "SB-LIC-42": Code(
        says=N_("With credits alone, {name} cannot call anybody."),
        next_step=N_("Give {name} Teams Phone with a Calling Plan, or conferencing, as well."),
        who=APPROVER,
        rules=("R41", "R54"),
    ),
    "SB-LIC-43": Code(
        says=N_(
            "{name} gets no licence for Communications Credits, so calls beyond the minutes will not go out."
        ),
        next_step=N_("Ask for the credits licence as well: it costs nothing itself."),
        who=YOU,
        rules=("R39", "R42"),
    ),
    "SB-LIC-44": Code(
        says=N_("With {product} no call goes out until the organisation has money for it."),
        next_step=N_("Have Communications Credits funded, or billing after use set up."),
        who=BILLING,
        rules=("R39", "R40"),
    ),
    "SB-LIC-45": Code(
        says=N_("{name} does not have {product}."),
        next_step=N_("Check what {name} has, then ask again."),
        who=YOU,
        rules=("R19",),
    ),
    "SB-LIC-46": Code(
        says=N_("{name} has {product} through the group {group}, and an administrator changes that."),
        next_step=N_("Nothing has to be done: the administrators are asked once this is approved."),
        who=NOBODY,
        rules=("R19",),
    ),
    "SB-LIC-80": Code(
        says=N_("{name} has {product} through a group, and it cannot be taken from one person alone."),
        next_step=N_("Have {name} taken out of the group that gives it, then ask again."),
        who=LICENCES,
    ),
    "SB-LIC-81": Code(
        says=N_("A licence of {name} comes from a group, so Microsoft did not take it back."),
        next_step=N_("Have {name} taken out of the group that gives it, then ask again."),
        who=LICENCES,
    ),
    "SB-LIC-47": Code(
        says=N_("Microsoft does not say whether {product} goes together with {base}."),
        next_step=N_("Look in the admin centre whether it is offered, before you approve."),
        who=APPROVER,
        rules=("R78",),
    ),
    "SB-LIC-48": Code(
        says=N_("{other} has free seats and would do in place of {product}, with fewer minutes."),
        next_step=N_("Ask for it instead if its minutes are enough."),
        who=YOU,
        rules=("R15",),
    ),
    "SB-LIC-49": Code(
        says=N_("{other} has free seats, and brings Teams Phone and a Calling Plan in one licence."),
        next_step=N_("Compare its price with that of the two licences."),
        who=APPROVER,
        rules=("R05", "R23"),
    ),
}
