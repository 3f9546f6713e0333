"""Codes about licences."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, LICENCES, N_, YOU, Code

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
}
