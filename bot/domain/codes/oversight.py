"""Codes about what the watch over what was done finds."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.codes.rows import N_, NOBODY, OPERATOR, VOICE, YOU, Code

__all__ = ["WCH"]

WCH: Mapping[str, Code] = {
    "SB-WCH-01": Code(
        says=N_("Somebody has looked after this already, or it is as it was agreed again."),
        next_step=N_("Look at the list as it is now."),
        who=YOU,
    ),
    "SB-WCH-02": Code(
        says=N_("No request can put this right."),
        next_step=N_("Put it right in the admin centre, or accept it as it is."),
        who=VOICE,
    ),
    "SB-WCH-03": Code(
        says=N_("This is about what you have yourself, {name}."),
        next_step=N_("Another voice administrator can look after it."),
        who=VOICE,
    ),
    "SB-WCH-04": Code(
        says=N_("{product} of {name} comes first: the phone number builds on it."),
        next_step=N_("Have {product} put right, then come back to the number once {name} has it."),
        who=YOU,
        rules=("R05", "R10"),
    ),
    "SB-WCH-05": Code(
        says=N_("Everything that was approved and done is compared with what Microsoft shows now."),
        next_step=N_("Voice administrators are told if something new is found."),
        who=NOBODY,
    ),
    "SB-WCH-06": Code(
        says=N_(
            "Of {people} people who were given something, Microsoft shows {gone} not at all, or not their "
            "numbers. That is rather a failure there than what happened to them, so nothing is told of them "
            "yet."
        ),
        next_step=N_(
            "See with `switchboard doctor` whether tenant and permissions are still right. What is the same "
            "a day later is told."
        ),
        who=OPERATOR,
    ),
    "SB-WCH-10": Code(
        says=N_("The client secret that Switchboard signs in with ends on {day}."),
        next_step=N_(
            "Make one in Entra, set it as MicrosoftAppPassword, and restart the service before then."
        ),
        who=OPERATOR,
    ),
    "SB-WCH-11": Code(
        says=N_("The certificate that Switchboard signs in with ends on {day}."),
        next_step=N_("Add a new one in Entra, put it into the file, and restart the service before then."),
        who=OPERATOR,
    ),
    "SB-WCH-20": Code(
        says=N_("New messages that could not be delivered: {count}."),
        next_step=N_("Write **undelivered** to see them, and to send them again."),
        who=VOICE,
    ),
    "SB-WCH-21": Code(
        says=N_("Requests that are due and that nobody carries out: {requests}."),
        next_step=N_("See whether the service runs and reaches its database, then look at the requests."),
        who=OPERATOR,
    ),
    "SB-WCH-22": Code(
        says=N_(
            "Requests that have waited for more than {days} days without anything happening: {requests}."
        ),
        next_step=N_("Look at what each waits for, and do it or withdraw the request."),
        who=VOICE,
    ),
}
