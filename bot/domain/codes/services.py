"""Codes about service numbers, voice applications and rooms."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import BILLING, LICENCES, N_, VOICE, YOU, Code

__all__ = ["SVC"]

SVC: Mapping[str, Code] = {
    "SB-SVC-01": Code(
        says=N_("A toll-free number is for services: a person or a room cannot have one."),
        next_step=N_("Ask for an ordinary number, or for a call queue with a toll-free one."),
        who=YOU,
        rules=("R60",),
    ),
    "SB-SVC-02": Code(
        says=N_("The account to be set up is not the one the request is for."),
        next_step=N_("Name the resource account or the room itself, then ask again."),
        who=YOU,
        rules=("R75",),
    ),
    "SB-SVC-03": Code(
        says=N_("Microsoft has no such service numbers in {country}."),
        next_step=N_("Choose another country or the other tariff, or ask about a number of another carrier."),
        who=VOICE,
        rules=("R62", "R71"),
    ),
    "SB-SVC-04": Code(
        says=N_("Service numbers of {country} are not in the admin centre: they are asked for by form."),
        next_step=N_("Count on some weeks until the number is there."),
        who=VOICE,
        rules=("R62",),
    ),
    "SB-SVC-05": Code(
        says=N_("Toll-free numbers need Communications Credits with money, or payment after use."),
        next_step=N_("Ask for Communications Credits first, then ask again."),
        who=BILLING,
        rules=("R39",),
    ),
    "SB-SVC-06": Code(
        says=N_("A room gets its number on its own account, and none was named."),
        next_step=N_("Name the account of the room, then ask again."),
        who=YOU,
        rules=("R77",),
    ),
    "SB-SVC-07": Code(
        says=N_("{name} is a person's account, and a queue or an attendant needs a resource account."),
        next_step=N_("Name a resource account, or leave the account open to have one created."),
        who=YOU,
        rules=("R74", "R75"),
    ),
    "SB-SVC-08": Code(
        says=N_("{product} is not for resource accounts, so it is swapped for the right licence."),
        next_step=N_("Check that {name} is not used by a person."),
        who=LICENCES,
        rules=("R74",),
    ),
    "SB-SVC-09": Code(
        says=N_("There is no free resource account licence. {allowed} cost nothing; {owned} are there."),
        next_step=N_("Order more of them; they have to be ordered even where they cost nothing."),
        who=LICENCES,
        rules=("R74",),
    ),
    "SB-SVC-10": Code(
        says=N_("{name} has {product}, and only a pay-as-you-go plan lets a resource account call out."),
        next_step=N_("Have {product} swapped for a pay-as-you-go plan, then ask again."),
        who=LICENCES,
        rules=("R76",),
    ),
    "SB-SVC-11": Code(
        says=N_("No service number of {country} is free for this right now."),
        next_step=N_("You can still ask: the request waits until such a number is there."),
        who=VOICE,
        rules=("R60", "R73"),
    ),
    "SB-SVC-12": Code(
        says=N_("{number} is for people, and cannot be used for this as it is."),
        next_step=N_("Leave the number open, or ask to have {number} converted by Microsoft."),
        who=YOU,
        rules=("R60", "R70"),
    ),
    "SB-SVC-13": Code(
        says=N_("{number} is not one of the organisation's free numbers of {country}."),
        next_step=N_("Release it first if somebody has it, or leave the number open."),
        who=VOICE,
        rules=("R70", "R73"),
    ),
    "SB-SVC-14": Code(
        says=N_("Calling out from a resource account is paid by the minute, and nothing pays for it yet."),
        next_step=N_("Ask for Communications Credits first, then ask again."),
        who=BILLING,
        rules=("R39", "R76"),
    ),
    "SB-SVC-15": Code(
        says=N_("{product} is not for sale in {country} as far as Switchboard knows."),
        next_step=N_("Ask the licence administrators which product the account should have."),
        who=LICENCES,
        rules=("R74", "R76", "R77"),
    ),
    "SB-SVC-16": Code(
        says=N_("Only organisations with an office in {country} get service numbers there."),
        next_step=N_("Have proof of the local office ready."),
        who=VOICE,
        rules=("R62",),
    ),
    "SB-SVC-17": Code(
        says=N_("{name} has a person's licences and none of a room."),
        next_step=N_("Ask for a phone number for {name}, as for a person."),
        who=YOU,
        rules=("R77",),
    ),
    "SB-SVC-18": Code(
        says=N_(
            "{number} was asked for and is not free for services right now, so the request waits for it."
        ),
        next_step=N_("Have {number} freed, or withdraw the request and ask for another number."),
        who=VOICE,
        rules=("R60", "R70"),
    ),
}
