"""Codes about the ledger of Communications Credits: reading call records, and what admins enter."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import BILLING, N_, OPERATOR, YOU, Code

__all__ = ["CRE_LEDGER"]

CRE_LEDGER: Mapping[str, Code] = {
    "SB-CRE-30": Code(
        says=N_("Switchboard may not read call records, so it does not know what credits are spent on."),
        next_step=N_("Grant it CallRecord-PstnCalls.Read.All in Entra; what was missed is read afterwards."),
        who=OPERATOR,
    ),
    "SB-CRE-31": Code(
        says=N_("{day} has not come yet."),
        next_step=N_("Give the day on which you looked, today at the latest."),
        who=YOU,
    ),
    "SB-CRE-32": Code(
        says=N_("Money bought on {day} would be lost by now, or was not bought yet."),
        next_step=N_("Give the day of the oldest purchase that money is left of: it lasts 12 months."),
        who=YOU,
        rules=("R46",),
    ),
    "SB-CRE-33": Code(
        says=N_("The ledger in {currency} has begun already."),
        next_step=N_("Enter what you see now as seen: the ledger goes on from it and shows the difference."),
        who=BILLING,
    ),
    "SB-CRE-34": Code(
        says=N_("The ledger has no entry {entry}."),
        next_step=N_("Copy the entry's name from the list of entries."),
        who=YOU,
    ),
    "SB-CRE-35": Code(
        says=N_("The entry {entry} is in {currency}."),
        next_step=N_("Give the right amount in {currency}."),
        who=YOU,
    ),
    "SB-CRE-36": Code(
        says=N_("A correction has to say why."),
        next_step=N_("Add a few words for whoever reads the ledger later."),
        who=YOU,
    ),
    "SB-CRE-37": Code(
        says=N_("The entry {entry} says {amount} already."),
        next_step=N_("Nothing has to be corrected."),
        who=YOU,
    ),
    "SB-CRE-38": Code(
        says=N_("{entry} is recorded already, with another day or amount."),
        next_step=N_("If that is wrong, correct the entry; if it is another order, give its own number."),
        who=YOU,
    ),
    "SB-CRE-39": Code(
        says=N_("An amount below nothing cannot be entered."),
        next_step=N_("Give what was left, bought or right; it may be nothing."),
        who=YOU,
    ),
}
