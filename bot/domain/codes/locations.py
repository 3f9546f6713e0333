"""Codes about usage location and emergency location."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, HR, N_, VOICE, YOU, Code

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
        next_step=N_("Have an emergency address created and made known to Switchboard, then ask again."),
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
}
