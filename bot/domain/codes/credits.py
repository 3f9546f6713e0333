"""Codes about Communications Credits."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, BILLING, N_, OPERATOR, YOU, Code

__all__ = ["CRE"]

CRE: Mapping[str, Code] = {
    "SB-CRE-01": Code(
        says=N_("How the organisation pays Microsoft is not known, and it decides whether credits are sold."),
        next_step=N_("Have the type of the billing account set as “billing” in tenant.toml, then ask again."),
        who=OPERATOR,
        rules=("R50",),
    ),
    "SB-CRE-02": Code(
        says=N_("The organisation pays for calls after they were made, so credits are not sold to it."),
        next_step=N_(
            "Nothing has to be bought: have auto-recharge switched off and use billed afterwards. "
            "Credits that are left are used up first."
        ),
        who=BILLING,
        rules=("R50",),
    ),
    "SB-CRE-03": Code(
        says=N_("The organisation has nothing that credits could be used with."),
        next_step=N_("Get Audio Conferencing, or Teams Phone with a Calling Plan, then ask again."),
        who=BILLING,
        rules=("R41",),
    ),
    "SB-CRE-04": Code(
        says=N_("The amounts are in different currencies."),
        next_step=N_("Give all of them in {currency}, the currency the organisation pays in."),
        who=YOU,
        rules=("R45",),
    ),
    "SB-CRE-05": Code(
        says=N_("The amount has to be more than nothing."),
        next_step=N_("Say how much money is needed."),
        who=YOU,
        rules=("R45",),
    ),
    "SB-CRE-06": Code(
        says=N_("Auto-recharge takes two amounts: what is added, and how little is left when it is."),
        next_step=N_("Give both, or neither to leave it off."),
        who=YOU,
        rules=("R45",),
    ),
    "SB-CRE-07": Code(
        says=N_("Auto-recharge with these amounts would not work."),
        next_step=N_("Let it add at least as much as what is left when it does, and both above zero."),
        who=YOU,
        rules=("R45",),
    ),
    "SB-CRE-08": Code(
        says=N_("The numbers of the organisation's enterprise agreements are not known."),
        next_step=N_("Have them listed as “agreements” in tenant.toml, then ask again."),
        who=OPERATOR,
        rules=("R51",),
    ),
    "SB-CRE-09": Code(
        says=N_("The organisation has several enterprise agreements, and none was chosen."),
        next_step=N_("Choose one of these: {agreements}."),
        who=YOU,
        rules=("R51",),
    ),
    "SB-CRE-10": Code(
        says=N_("The organisation has no enterprise agreement {agreement}."),
        next_step=N_("Choose one of these: {agreements}."),
        who=YOU,
        rules=("R51",),
    ),
    "SB-CRE-11": Code(
        says=N_("The organisation orders nothing without a purchase order number."),
        next_step=N_(
            "Get one from purchasing, and write “po”, the request and the number, such as “po SB-4K7Q2 4711”."
        ),
        who=YOU,
        rules=("R51",),
    ),
    "SB-CRE-12": Code(
        says=N_("The purchase order number {order} is not one of the organisation's kind."),
        next_step=N_("Check it for typing errors, or ask purchasing for the right one."),
        who=YOU,
        rules=("R51",),
    ),
    "SB-CRE-21": Code(
        says=N_("Auto-recharge is off: when the money is used up, calls end that no plan pays for."),
        next_step=N_("Have it switched on, or see to it that somebody watches what is left."),
        who=APPROVER,
        rules=("R40", "R45"),
    ),
    "SB-CRE-22": Code(
        says=N_("Each automatic recharge takes money and makes an invoice, without being approved again."),
        next_step=N_("Agree only if that is wanted."),
        who=APPROVER,
        rules=("R48",),
    ),
    "SB-CRE-23": Code(
        says=N_("What was used in the last months is not known, so the amount cannot be checked."),
        next_step=N_("Start small, or look at the report on telephone use in the Teams admin centre first."),
        who=APPROVER,
        rules=("R53",),
    ),
    "SB-CRE-24": Code(
        says=N_("By what was used in the last months, {amount} lasts for one more, with a fifth to spare."),
        next_step=N_("Compare it with the amount that is asked for."),
        who=APPROVER,
        rules=("R53",),
    ),
    "SB-CRE-25": Code(
        says=N_("The agreement's billing address is in another region, and Microsoft may refuse the order."),
        next_step=N_("If it does, open a case with Microsoft."),
        who=BILLING,
        rules=("R52",),
    ),
    "SB-CRE-26": Code(
        says=N_("Credits pay for toll-free numbers, pay-as-you-go, and calls beyond what plans include."),
        next_step=N_("Everybody who is to use them needs the credits licence, also with E5: ask for it."),
        who=YOU,
        rules=("R39", "R42"),
    ),
    "SB-CRE-27": Code(
        says=N_("Money that is not used within 12 months of its purchase is lost; the oldest is used first."),
        next_step=N_("Do not ask for more than a year's use."),
        who=APPROVER,
        rules=("R46", "R47"),
    ),
    "SB-CRE-28": Code(
        says=N_("Microsoft writes to administrators, not to you, when a recharge fails or nothing is left."),
        next_step=N_("Make sure that one of them reads it."),
        who=APPROVER,
        rules=("R49",),
    ),
}
