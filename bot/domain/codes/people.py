"""Codes about the person somebody asks for."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import IDENTITY, N_, VOICE, YOU, Code

__all__ = ["WHO"]

WHO: Mapping[str, Code] = {
    "SB-WHO-01": Code(
        says=N_("I cannot find that person in the directory."),
        next_step=N_("Check the spelling, or pick the person from the list."),
        who=YOU,
        rules=("R01",),
    ),
    "SB-WHO-02": Code(
        says=N_("You can ask for yourself and for the people who report to you."),
        next_step=N_("Ask the person, or the person's manager, to send the request."),
        who=YOU,
    ),
    "SB-WHO-03": Code(
        says=N_("{name} is a guest here, and a guest account cannot have a licence or a number."),
        next_step=N_("Ask for an account of your own organisation for {name} first."),
        who=IDENTITY,
        rules=("R01",),
    ),
    "SB-WHO-04": Code(
        says=N_("The account of {name} is switched off."),
        next_step=N_("Have the account switched on, then ask again."),
        who=IDENTITY,
        rules=("R01",),
    ),
    "SB-WHO-05": Code(
        says=N_("{name} is a resource account, made for a call queue or an auto attendant, not a person."),
        next_step=N_("Ask the voice administrators: such an account takes a service number."),
        who=VOICE,
        rules=("R01", "R60", "R74"),
    ),
    "SB-WHO-06": Code(
        says=N_("{name} still has a phone line on the old on-premises system."),
        next_step=N_("Have the old line cleared and synchronised, then ask again."),
        who=VOICE,
        rules=("R67",),
    ),
    "SB-WHO-07": Code(
        says=N_("This is for the whole organisation, and not everybody can ask for it."),
        next_step=N_("Ask your manager, or a voice administrator, to send the request."),
        who=YOU,
    ),
    "SB-WHO-08": Code(
        says=N_("Nobody can tell me this about oneself."),
        next_step=N_("Your manager, or a voice administrator, can send the request."),
        who=YOU,
    ),
    "SB-WHO-09": Code(
        says=N_("This is no address: “{text}”."),
        next_step=N_("Write one address a line, as people sign in with it."),
        who=YOU,
        rules=("R11",),
    ),
    "SB-WHO-10": Code(
        says=N_("The same address is on line {line} already."),
        next_step=N_("Nothing has to be done: it is looked at once."),
        who=YOU,
        rules=("R11",),
    ),
    "SB-WHO-11": Code(
        says=N_("That is more than I can look at in one message: the most is {most} lines."),
        next_step=N_("Send the list in parts of {most} lines or fewer."),
        who=YOU,
        rules=("R11",),
    ),
}
