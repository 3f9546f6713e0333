"""Codes about numbers."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import HR, N_, VOICE, YOU, Code

__all__ = ["NUM"]

NUM: Mapping[str, Code] = {
    "SB-NUM-01": Code(
        says=N_("{name} has a number already: {number}."),
        next_step=N_("Nothing has to be done. To change the number, ask the voice administrators."),
        who=VOICE,
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
}
