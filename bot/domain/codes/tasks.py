"""Codes about tasks for people."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, YOU, Code

__all__ = ["TSK"]

TSK: Mapping[str, Code] = {
    "SB-TSK-21": Code(
        says=N_("Something is missing here."),
        next_step=N_("Fill it in, then send again: without it the task cannot be closed."),
        who=YOU,
    ),
    "SB-TSK-22": Code(
        says=N_("This does not look like what is asked for."),
        next_step=N_("Check it for typing errors, on one line, then send again."),
        who=YOU,
    ),
    "SB-TSK-23": Code(
        says=N_("This is not an amount in {currency} above zero."),
        next_step=N_("Write digits and at most one comma or point, such as 1200.50, then send again."),
        who=YOU,
    ),
    "SB-TSK-24": Code(
        says=N_("This is not a day, or one that is still to come."),
        next_step=N_("Write year, month and day, such as 2026-03-15, then send again."),
        who=YOU,
    ),
    "SB-TSK-25": Code(
        says=N_("This is not a whole number above zero."),
        next_step=N_("Write digits alone, then send again."),
        who=YOU,
    ),
    "SB-TSK-26": Code(
        says=N_("This has to be done before the task can be closed."),
        next_step=N_("Do it, or have it done, then say yes."),
        who=YOU,
        rules=("R64",),
    ),
    "SB-TSK-27": Code(
        says=N_("The request is for somebody who works in {country}."),
        next_step=N_("If the person works elsewhere, say that you cannot do the task."),
        who=YOU,
        rules=("R18",),
    ),
}
