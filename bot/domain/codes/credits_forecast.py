"""Codes about what becomes of Communications Credits: what billing administrators are alerted to."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import BILLING, N_, YOU, Code

__all__ = ["CRE_FORECAST"]

CRE_FORECAST: Mapping[str, Code] = {
    "SB-CRE-60": Code(
        says=N_("By the call records nothing is left of the Communications Credits in {currency}."),
        next_step=N_(
            "Look at the balance in the admin centre and write it as in “credits seen 0 {currency}”; write "
            "“top up credits” to have money added. Until then calls that no plan pays for do not go through."
        ),
        who=BILLING,
        rules=("R40", "R49"),
    ),
    "SB-CRE-61": Code(
        says=N_("{left} of Communications Credits are left, which last until {day}."),
        next_step=N_("Write “top up credits” now: below {trigger} an order may come too late."),
        who=BILLING,
        rules=("R45", "R53"),
    ),
    "SB-CRE-62": Code(
        says=N_("Calls for {spent} were paid with Communications Credits that are not on record."),
        next_step=N_(
            "Look at the balance and the orders in the admin centre, and write the balance as in “credits "
            "seen 250 {currency}”."
        ),
        who=BILLING,
        rules=("R49",),
    ),
    "SB-CRE-63": Code(
        says=N_("{left} of Communications Credits expire on {day}, in {days} days or less."),
        next_step=N_("By the forecast they are used before then. Do not buy more than is needed until then."),
        who=BILLING,
        rules=("R46",),
    ),
    "SB-CRE-64": Code(
        says=N_(
            "{left} of Communications Credits expire on {day}, in {days} days or less, and about {amount} of "
            "that will not be used by then."
        ),
        next_step=N_("Buy nothing until then, and have auto-recharge switched off if it is on."),
        who=BILLING,
        rules=("R46",),
    ),
    "SB-CRE-65": Code(
        says=N_("Calls to {country} cost {spent} within the last 7 days; {usual} is usual."),
        next_step=N_(
            "Write “credits by person” to see who spends most, and ask. Calls nobody made may be fraud: have "
            "the country blocked."
        ),
        who=BILLING,
    ),
    "SB-CRE-66": Code(
        says=N_("The calls of {name} cost {spent} within the last 7 days; {usual} is usual."),
        next_step=N_("Ask {name}. Calls nobody made may be fraud: have the account looked at."),
        who=BILLING,
    ),
    "SB-CRE-67": Code(
        says=N_(
            "Auto-recharge was to add {amount} when {trigger} are left. By the call records {left} are left, "
            "and no recharge is on record."
        ),
        next_step=N_(
            "Look in the admin centre whether it was charged. Write “recharge ok” with the amount and the "
            "invoice, or “recharge failed”."
        ),
        who=BILLING,
        rules=("R45", "R49"),
    ),
    "SB-CRE-70": Code(
        says=N_("The amount “{typed}” cannot be read, or its currency is missing."),
        next_step=N_("Write it with digits and its currency, as in 214.30 EUR."),
        who=YOU,
    ),
    "SB-CRE-71": Code(
        says=N_("There is no day “{typed}”."),
        next_step=N_("Write it as in 2026-03-15."),
        who=YOU,
    ),
    "SB-CRE-72": Code(
        says=N_("A correction needs the name of the entry, the right amount, and why."),
        next_step=N_("Write it as in “credits correct order:4711 750 EUR paid in part”."),
        who=YOU,
    ),
    "SB-CRE-73": Code(
        says=N_("How the Communications Credits stand is for administrators to see."),
        next_step=N_("Write “top up credits” to ask for money, or “my requests” to see what you asked for."),
        who=YOU,
    ),
}
