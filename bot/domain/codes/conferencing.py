"""Codes about audio conferencing."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, BILLING, N_, NOBODY, VOICE, YOU, Code

__all__ = ["CONF"]

CONF: Mapping[str, Code] = {
    "SB-CONF-01": Code(
        says=N_(
            "Only people who schedule or lead meetings need conferencing. Whoever joins by phone "
            "needs nothing."
        ),
        next_step=N_("Just dial the number in the invitation. Ask again when you lead meetings yourself."),
        who=NOBODY,
        rules=("R31",),
    ),
    "SB-CONF-02": Code(
        says=N_(
            "Nobody has said whether {name} schedules or leads meetings, and only then is a licence needed."
        ),
        next_step=N_("Ask {name} before you approve."),
        who=APPROVER,
        rules=("R31",),
    ),
    "SB-CONF-03": Code(
        says=N_("Conferencing by pay-per-minute needs money on Communications Credits, and there is none."),
        next_step=N_("Have Communications Credits set up first, then ask again."),
        who=BILLING,
        rules=("R32",),
    ),
    "SB-CONF-04": Code(
        says=N_("Conferencing by pay-per-minute is sold to organisations with volume licensing only."),
        next_step=N_("Ask for the conferencing subscription instead."),
        who=YOU,
        rules=("R32",),
    ),
    "SB-CONF-05": Code(
        says=N_("{name} uses {provider} for conferences, and this licence would put Microsoft in its place."),
        next_step=N_("Say that the change is meant, then send the request again."),
        who=YOU,
        rules=("R33",),
    ),
    "SB-CONF-06": Code(
        says=N_(
            "Microsoft takes the place of {provider} for the conferences of {name}. It can be changed back."
        ),
        next_step=N_("Check that {name} agrees."),
        who=APPROVER,
        rules=("R33",),
    ),
    "SB-CONF-07": Code(
        says=N_("Microsoft sells no conferencing for people in {country}."),
        next_step=N_("Ask the voice administrators about another provider."),
        who=VOICE,
        rules=("R21", "R35"),
    ),
    "SB-CONF-08": Code(
        says=N_("In {country} conferencing is sold by the minute only."),
        next_step=N_("Ask for conferencing by pay-per-minute."),
        who=YOU,
        rules=("R35",),
    ),
    "SB-CONF-09": Code(
        says=N_("Conferencing is for people outside {country} only."),
        next_step=N_("Ask the voice administrators about another provider there."),
        who=VOICE,
        rules=("R35", "R37"),
    ),
    "SB-CONF-10": Code(
        says=N_("In {country} conferencing is sold by a partner, not by Microsoft."),
        next_step=N_("Ask the voice administrators to order it from the partner."),
        who=VOICE,
        rules=("R35",),
    ),
    "SB-CONF-11": Code(
        says=N_(
            "Meetings share {minutes} minutes a month for calling out to zone A. Anything else takes credits."
        ),
        next_step=N_("Nothing has to be done."),
        who=NOBODY,
        rules=("R38",),
    ),
    "SB-CONF-12": Code(
        says=N_(
            "Invitation text, numbers in invitations, languages and the length of PINs can be set up "
            "afterwards."
        ),
        next_step=N_("Look at the conference bridge in the Teams admin centre, if any of that matters."),
        who=VOICE,
        rules=("R36",),
    ),
    "SB-CONF-13": Code(
        says=N_("{base}, which {name} has, comes without conferencing; {better} has it inside."),
        next_step=N_("Compare the price of the add-on with that of the switch."),
        who=APPROVER,
        rules=("R21",),
    ),
    "SB-CONF-14": Code(
        says=N_("PINs and conference ids belong to the conferencing bridge, and no licence changes them."),
        next_step=N_("Ask for the PIN to be reset in the Teams admin centre; the id is in your invitations."),
        who=VOICE,
        rules=("R82",),
    ),
}
