"""Codes about orders of Communications Credits: purchase orders, evidence, and what becomes of an order."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import APPROVER, BILLING, N_, YOU, Code

__all__ = ["CRE_ORDERS"]

CRE_ORDERS: Mapping[str, Code] = {
    "SB-CRE-40": Code(
        says=N_("The purchase order number {order} is on request {request} already."),
        next_step=N_("Make sure that it is meant for both, and that nothing is ordered twice."),
        who=APPROVER,
        rules=("R51",),
    ),
    "SB-CRE-41": Code(
        says=N_("The purchase order number is to follow."),
        next_step=N_("It may be approved without it: nothing is ordered before the number is there."),
        who=APPROVER,
        rules=("R51",),
    ),
    "SB-CRE-42": Code(
        says=N_("Nothing is ordered before the purchase order number is there."),
        next_step=N_("Write “po {request}” and the number, at the latest on {day}."),
        who=N_("Whoever asked"),
        rules=("R51",),
    ),
    "SB-CRE-43": Code(
        says=N_("The purchase order number of {request} has not come within {days} working days."),
        next_step=N_("Ask {name} for it; without it nothing is ordered."),
        who=BILLING,
        rules=("R51",),
    ),
    "SB-CRE-44": Code(
        says=N_("Without its purchase order number the request is incomplete and cannot be approved."),
        next_step=N_("Wait until {name} has written it, or reject the request."),
        who=APPROVER,
        rules=("R51",),
    ),
    "SB-CRE-45": Code(
        says=N_("Request {request} does not wait for a purchase order number."),
        next_step=N_("Write “show {request}” to see how it stands."),
        who=YOU,
        rules=("R51",),
    ),
    "SB-CRE-46": Code(
        says=N_("This is more than the {amount} that were approved."),
        next_step=N_("Check the amount. If so much was paid in, say why below."),
        who=BILLING,
        rules=("R44",),
    ),
    "SB-CRE-47": Code(
        says=N_("The order {order} is on record already."),
        next_step=N_("Check the number for typing errors: every order counts once."),
        who=BILLING,
        rules=("R44",),
    ),
    "SB-CRE-48": Code(
        says=N_("Money that was paid in on that day would be lost by now."),
        next_step=N_("Check the day, above all the year."),
        who=BILLING,
        rules=("R46",),
    ),
    "SB-CRE-49": Code(
        says=N_("{paid} of the {amount} have been paid in so far."),
        next_step=N_("The rest is still on the task of the billing administrators."),
        who=BILLING,
        rules=("R44",),
    ),
    "SB-CRE-50": Code(
        says=N_("{paid} were paid in, and {amount} had been approved: {detail}."),
        next_step=N_("Ask anew if more is needed."),
        who=YOU,
        rules=("R44",),
    ),
    "SB-CRE-51": Code(
        says=N_("The order {order} of {amount} was cancelled: {detail}."),
        next_step=N_("Its money does not count any more. Ask anew if it is still needed."),
        who=YOU,
        rules=("R44",),
    ),
    "SB-CRE-52": Code(
        says=N_("There is no order {order} on record, or it was cancelled before."),
        next_step=N_("Check the number: it is the one that was recorded with the purchase."),
        who=BILLING,
        rules=("R44",),
    ),
    "SB-CRE-53": Code(
        says=N_("An automatic recharge of Communications Credits has failed."),
        next_step=N_(
            "Check the means of payment, such as an expired card, and add funds before the money runs out. "
            "Without it these cannot call or be called: {who}."
        ),
        who=BILLING,
        rules=("R40", "R49"),
    ),
    "SB-CRE-54": Code(
        says=N_("Communications Credits are used up."),
        next_step=N_("Add funds now. Until then these cannot call or be called: {who}."),
        who=BILLING,
        rules=("R40", "R49"),
    ),
    "SB-CRE-55": Code(
        says=N_("The purchase order number of {request} is there now: {order}."),
        next_step=N_("The request can be approved: its card is up to date."),
        who=APPROVER,
        rules=("R51",),
    ),
    "SB-CRE-56": Code(
        says=N_("Others were faster, again and again, so that this could not be asked for."),
        next_step=N_("Say it again: whoever has been asked for is left out."),
        who=YOU,
        rules=("R42",),
    ),
    "SB-CRE-57": Code(
        says=N_("Request {request} is incomplete: its purchase order number is missing."),
        next_step=N_("Write “po {request}” and the number. Nobody can approve it before that."),
        who=YOU,
        rules=("R51",),
    ),
    "SB-CRE-58": Code(
        says=N_("A billing administrator is placing the order already."),
        next_step=N_("Ask the billing administrators to say on their task that it cannot be done."),
        who=BILLING,
        rules=("R44",),
    ),
}
