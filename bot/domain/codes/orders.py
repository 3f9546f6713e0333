"""Codes about ordering and porting numbers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import LICENCES, N_, VOICE, YOU, Code

__all__ = ["ORD"]

ORD: Mapping[str, Code] = {
    "SB-ORD-01": Code(
        says=N_("Not a single number was asked for."),
        next_step=N_("Say how many numbers you need."),
        who=YOU,
        rules=("R56",),
    ),
    "SB-ORD-02": Code(
        says=N_("The admin centre hides everything about phones, because no licence for it is owned."),
        next_step=N_("Get Teams Phone, Audio Conferencing or a suite with them first."),
        who=LICENCES,
        rules=("R30",),
    ),
    "SB-ORD-03": Code(
        says=N_("Microsoft has no numbers of {country} for people."),
        next_step=N_("Ask about numbers of another carrier."),
        who=VOICE,
        rules=("R55", "R71"),
    ),
    "SB-ORD-04": Code(
        says=N_("Microsoft gives out numbers only once somebody has a Calling Plan."),
        next_step=N_("Give a Calling Plan to at least one person first."),
        who=LICENCES,
        rules=("R10",),
    ),
    "SB-ORD-05": Code(
        says=N_("Microsoft gives out {allowed} such numbers for your licences, and {left} of them are left."),
        next_step=N_("Ask for {left} or fewer, or have Microsoft's service centre raise the limit."),
        who=VOICE,
        rules=("R57",),
    ),
    "SB-ORD-06": Code(
        says=N_("Numbers are ordered by city, and none was named."),
        next_step=N_("Name the city or the area code."),
        who=YOU,
        rules=("R56",),
    ),
    "SB-ORD-07": Code(
        says=N_("New numbers of {country} take {least} to {most} weeks."),
        next_step=N_("Do not promise them for an earlier date."),
        who=VOICE,
        rules=("R55",),
    ),
    "SB-ORD-08": Code(
        says=N_("Microsoft asks who will use numbers of {country} before it gives any out."),
        next_step=N_("Have the form on the users of the numbers filled in."),
        who=VOICE,
        rules=("R55",),
    ),
    "SB-ORD-09": Code(
        says=N_("The admin centre keeps numbers that were picked for {minutes} minutes, then lets them go."),
        next_step=N_("Pick and order in one go."),
        who=VOICE,
        rules=("R58",),
    ),
    "SB-ORD-10": Code(
        says=N_("No number to bring along was named."),
        next_step=N_("List the numbers, one a line, each with its country code."),
        who=YOU,
        rules=("R59",),
    ),
    "SB-ORD-11": Code(
        says=N_("Some numbers are not of {country}: {numbers}."),
        next_step=N_("Ask for each country by itself, and check these numbers."),
        who=YOU,
        rules=("R59",),
    ),
    "SB-ORD-12": Code(
        says=N_("Numbers brought along to {country} cannot be used for conferencing."),
        next_step=N_("Order new numbers for conferencing instead."),
        who=YOU,
        rules=("R59",),
    ),
    "SB-ORD-13": Code(
        says=N_("Toll and toll-free numbers are two orders: {toll} and {toll_free} numbers."),
        next_step=N_("Have a letter of authorisation of the right kind ready for each."),
        who=VOICE,
        rules=("R61",),
    ),
    "SB-ORD-14": Code(
        says=N_("Microsoft needs a signed letter of authorisation, and does not guarantee a date."),
        next_step=N_("Keep the old contract until the numbers work here."),
        who=VOICE,
        rules=("R59",),
    ),
    "SB-ORD-15": Code(
        says=N_("To bring numbers along to {country}, the old operator's last bill must be shown."),
        next_step=N_("Have the bill ready."),
        who=VOICE,
        rules=("R59",),
    ),
    "SB-ORD-16": Code(
        says=N_("Bringing numbers along to {country} takes {least} to {most} weeks."),
        next_step=N_("Do not promise them for an earlier date."),
        who=VOICE,
        rules=("R59",),
    ),
    "SB-ORD-17": Code(
        says=N_("Nothing is known about how to order numbers of {country}."),
        next_step=N_("Ask Microsoft's service centre how numbers of {country} are got."),
        who=VOICE,
        rules=("R55",),
    ),
    "SB-ORD-18": Code(
        says=N_("Numbers of {country} need a proof of address."),
        next_step=N_("Have the proof ready."),
        who=VOICE,
        rules=("R55",),
    ),
}
