"""Codes about waiting for Teams."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import LICENCES, N_, NOBODY, VOICE, Code

__all__ = ["PRP"]

PRP: Mapping[str, Code] = {
    "SB-PRP-01": Code(
        says=N_("The licences are there, and Teams is getting ready for them."),
        next_step=N_("Wait: this usually takes minutes to hours, and up to 24 hours."),
        who=NOBODY,
        rules=("R07",),
    ),
    "SB-PRP-02": Code(
        says=N_("24 hours after the licences, Teams still does not let {name} have a number."),
        next_step=N_(
            "Check the dial pad, the licence's service plans and the on-premises line of {name}, "
            "and open a support case with Microsoft. Switchboard keeps watching."
        ),
        who=VOICE,
        rules=("R07",),
    ),
    "SB-PRP-03": Code(
        says=N_("The account of {name} is new to Teams, and it can take some hours until it is known there."),
        next_step=N_("Nothing has to be done: the number follows as soon as Teams knows {name}."),
        who=NOBODY,
        rules=("R08",),
    ),
    "SB-PRP-04": Code(
        says=N_("7 days after the licences, Teams still does not let {name} have a number."),
        next_step=N_("Settle it with Microsoft's support, then ask again. The licences stay."),
        who=VOICE,
        rules=("R07",),
    ),
    "SB-PRP-05": Code(
        says=N_("The licences are changed, and Microsoft is putting that into force."),
        next_step=N_("Wait: this usually takes minutes to hours, and up to 24 hours."),
        who=NOBODY,
        rules=("R07",),
    ),
    "SB-PRP-06": Code(
        says=N_("24 hours after the licences of {name} were changed, this is still not in force: {plans}."),
        next_step=N_(
            "Check the service plans of {name} in the admin centre, and open a support case with Microsoft. "
            "Switchboard keeps watching."
        ),
        who=LICENCES,
        rules=("R07",),
    ),
    "SB-PRP-07": Code(
        says=N_("7 days after the licences of {name} were changed, this is still not in force: {plans}."),
        next_step=N_("Settle it with Microsoft's support, then ask again."),
        who=LICENCES,
        rules=("R07",),
    ),
}
