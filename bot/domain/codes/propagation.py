"""Codes about waiting for Teams."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, VOICE, Code

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
}
