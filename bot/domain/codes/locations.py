"""Codes about usage location and emergency location."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, HR, IDENTITY, N_, NOBODY, VOICE, YOU, Code

__all__ = ["LOC"]

LOC: Mapping[str, Code] = {
    "SB-LOC-01": Code(
        says=N_("The directory does not say which country {name} works in."),
        next_step=N_("Have the usage location set, then ask again. Switchboard never guesses it."),
        who=HR,
        rules=("R18",),
    ),
    "SB-LOC-02": Code(
        says=N_("A number in {country} needs an emergency location: where an ambulance would be sent."),
        next_step=N_("Choose the place where {name} works."),
        who=YOU,
        rules=("R66",),
    ),
    "SB-LOC-03": Code(
        says=N_("A number in {country} needs an emergency location, and none is known there."),
        next_step=N_("You can still ask: the request waits until an emergency address has been created."),
        who=VOICE,
        rules=("R66",),
    ),
    "SB-LOC-04": Code(
        says=N_("The emergency location you chose is not one of those known in {country}."),
        next_step=N_("Choose a place from the list."),
        who=YOU,
        rules=("R66",),
    ),
    "SB-LOC-05": Code(
        says=N_("The free numbers of {country} carry no emergency address, so they cannot be given out yet."),
        next_step=N_("You can still ask: the request waits until the numbers have an address."),
        who=VOICE,
        rules=("R66",),
    ),
    "SB-LOC-06": Code(
        says=N_("Emergency calls are not possible from a Teams number in {country}."),
        next_step=N_("Make sure that {name} knows another way to call for help."),
        who=APPROVER,
        rules=("R66",),
    ),
    "SB-LOC-07": Code(
        says=N_(
            "{name} has no registered country yet. The directory says {location_country}, and you ask "
            "for {country}."
        ),
        next_step=N_("Ask for {location_country}, or have the directory corrected and then ask again."),
        who=HR,
        rules=("R18", "R68"),
    ),
    "SB-LOC-08": Code(
        says=N_("An address that passes Microsoft's check can still be wrong."),
        next_step=N_("Compare it with the address where {name} really works."),
        who=APPROVER,
        rules=("R64",),
    ),
    "SB-LOC-09": Code(
        says=N_("In “{address}” the street is a number, which address checks often misread."),
        next_step=N_("Have the street written as “{street}”."),
        who=VOICE,
        rules=("R65",),
    ),
    "SB-LOC-10": Code(
        says=N_("The number {number} belongs to an operator, and only the operator changes its address."),
        next_step=N_("Ask the operator to change the emergency address of {number}."),
        who=VOICE,
        rules=("R66",),
    ),
    "SB-LOC-11": Code(
        says=N_("Microsoft keeps no emergency address for {number}: the organisation's own carrier does."),
        next_step=N_("Have the address changed with the carrier that routes emergency calls."),
        who=VOICE,
        rules=("R66",),
    ),
    "SB-LOC-12": Code(
        says=N_("{number} has that emergency location already."),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
        rules=("R66",),
    ),
    "SB-LOC-13": Code(
        says=N_("With a number of {country} nobody can call for help: emergency calls are not possible."),
        next_step=N_("Say that you know this, and ask again."),
        who=YOU,
        rules=("R66",),
    ),
    "SB-LOC-14": Code(
        says=N_("{detail} of {name} belong to another country than {country}."),
        next_step=N_("Say that {name} moves to {country}: that brings a number there first."),
        who=YOU,
        rules=("R18", "R68"),
    ),
    "SB-LOC-40": Code(
        says=N_("Microsoft could not change the emergency location of {number}: {detail}"),
        next_step=N_("Look at the number in the Teams admin centre, then ask again."),
        who=VOICE,
        rules=("R66",),
    ),
    "SB-LOC-41": Code(
        says=N_("The task for the emergency address of {name} has ended without a location."),
        next_step=N_("Have an emergency address created and made known to Switchboard, then ask again."),
        who=VOICE,
        rules=("R66",),
    ),
    "SB-LOC-42": Code(
        says=N_("Switchboard may not write in which country {name} works, which has been confirmed."),
        next_step=N_(
            "Set the usage location of {name} to {country} in the Entra admin centre: the request goes on by "
            "itself."
        ),
        who=IDENTITY,
        rules=("R18",),
    ),
}
