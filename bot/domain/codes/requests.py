"""Codes about the life of a request."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, LICENCES, N_, YOU, Code

__all__ = ["REQ"]

REQ: Mapping[str, Code] = {
    "SB-REQ-02": Code(
        says=N_("A request for the same thing is open already: {request}."),
        next_step=N_("Wait for it, or withdraw it and ask again."),
        who=YOU,
    ),
    "SB-REQ-03": Code(
        says=N_("This request has ended already."),
        next_step=N_("Make a new request if you still need it."),
        who=YOU,
    ),
    "SB-REQ-04": Code(
        says=N_("A change for this request is on its way right now."),
        next_step=N_("Try again in a minute."),
        who=YOU,
    ),
    "SB-REQ-05": Code(
        says=N_("The request was withdrawn after licences had been given, and they stay for now."),
        next_step=N_("Keep the licences, or take them back in the admin centre."),
        who=LICENCES,
    ),
    "SB-REQ-06": Code(
        says=N_("Things have changed since this was approved: the calls of {name} now go another way."),
        next_step=N_("Ask again, so that the plan is made afresh."),
        who=YOU,
        rules=("R06",),
    ),
    "SB-REQ-07": Code(
        says=N_("The licences were given, but the number could not be assigned."),
        next_step=N_("Keep the licences and ask for the number again, or have the licences taken back."),
        who=APPROVER,
    ),
}
