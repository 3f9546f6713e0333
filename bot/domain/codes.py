"""Every code people may be shown, in one table: what happened, what to do next, and who can do it (R79).

A code is stable: people quote it, and it is kept on requests and in the audit log. Texts are gettext
message ids with `str.format` parameters. The parameters in `COUNTRY_PARAMS` hold ISO 3166 codes, to be
shown as the reader's own name of the country.

Families: WHO the person, LIC licences, NUM numbers, LOC usage and emergency location, APP approval,
REQ the life of a request, UP Microsoft's services, PRP waiting for Teams.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["CODES", "COUNTRY_PARAMS", "Code"]

COUNTRY_PARAMS = frozenset({"country", "location_country"})
"""Names of parameters that hold a country code."""


def N_(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Code:
    """One row of the table."""

    says: str
    next_step: str
    who: str
    rules: tuple[str, ...] = ()


_YOU = N_("You")
_HR = N_("HR or a user administrator")
_LICENCES = N_("A licence administrator")
_VOICE = N_("A voice administrator")
_IDENTITY = N_("A user administrator")
_APPROVER = N_("Whoever decides on the request")
_OPERATOR = N_("Whoever runs Switchboard")
_NOBODY = N_("Nobody: Switchboard carries on by itself")

CODES: Mapping[str, Code] = {
    # The person
    "SB-WHO-01": Code(
        says=N_("I cannot find that person in the directory."),
        next_step=N_("Check the spelling, or pick the person from the list."),
        who=_YOU,
        rules=("R01",),
    ),
    "SB-WHO-02": Code(
        says=N_("You can ask for yourself and for the people who report to you."),
        next_step=N_("Ask the person, or the person's manager, to send the request."),
        who=_YOU,
    ),
    "SB-WHO-03": Code(
        says=N_("{name} is a guest here, and a guest account cannot have a licence or a number."),
        next_step=N_("Ask for an account of your own organisation for {name} first."),
        who=_IDENTITY,
        rules=("R01",),
    ),
    "SB-WHO-04": Code(
        says=N_("The account of {name} is switched off."),
        next_step=N_("Have the account switched on, then ask again."),
        who=_IDENTITY,
        rules=("R01",),
    ),
    "SB-WHO-05": Code(
        says=N_("{name} is a resource account, made for a call queue or an auto attendant, not a person."),
        next_step=N_("Ask the voice administrators: such an account takes a service number."),
        who=_VOICE,
        rules=("R01", "R60", "R74"),
    ),
    "SB-WHO-06": Code(
        says=N_("{name} still has a phone line on the old on-premises system."),
        next_step=N_("Have the old line cleared and synchronised, then ask again."),
        who=_VOICE,
        rules=("R67",),
    ),
    # Licences
    "SB-LIC-01": Code(
        says=N_("{name} has {base}, which comes without Teams, and no separate Teams licence is owned."),
        next_step=N_("Buy Microsoft Teams Enterprise, or move {name} to a plan that includes Teams."),
        who=_LICENCES,
        rules=("R25",),
    ),
    "SB-LIC-02": Code(
        says=N_("{name} has no plan that a phone can be added to."),
        next_step=N_("Give {name} a plan that includes Teams first, such as Office 365 E3, then ask again."),
        who=_LICENCES,
        rules=("R21", "R25"),
    ),
    "SB-LIC-03": Code(
        says=N_(
            "{name} has {product} through a group, with {plan} switched off, "
            "and a group's licence cannot be changed for one person."
        ),
        next_step=N_("Have {plan} switched on for the group, or take {name} out of it."),
        who=_LICENCES,
        rules=("R26",),
    ),
    "SB-LIC-04": Code(
        says=N_("No seat of {product} is free right now."),
        next_step=N_("You can still ask: the request waits until a seat is free or more are bought."),
        who=_LICENCES,
        rules=("R09",),
    ),
    "SB-LIC-05": Code(
        says=N_("The organisation does not own {product} yet."),
        next_step=N_("You can still ask: the request waits until it is bought."),
        who=_LICENCES,
        rules=("R09",),
    ),
    "SB-LIC-06": Code(
        says=N_("What {product} costs is not on the organisation's price list."),
        next_step=N_("Ask for the price if it matters for your decision."),
        who=_APPROVER,
        rules=("R81",),
    ),
    "SB-LIC-07": Code(
        says=N_("{name} will have several phone add-ons on top of {base}."),
        next_step=N_("Compare the cost with a plan that has the phone included, such as E5."),
        who=_APPROVER,
        rules=("R23",),
    ),
    "SB-LIC-08": Code(
        says=N_("Calling Plans for {country} are special, and the organisation does not own the right one."),
        next_step=N_("Get {product} for {country}: other Calling Plans bring no numbers there."),
        who=_LICENCES,
        rules=("R15", "R72"),
    ),
    "SB-LIC-09": Code(
        says=N_("I do not know a product called “{text}”."),
        next_step=N_("Did you mean one of these? {nearest}"),
        who=_YOU,
        rules=("R02",),
    ),
    "SB-LIC-10": Code(
        says=N_("{product} has free seats and would do as well, with fewer minutes."),
        next_step=N_("Tell the voice administrators if that is enough: it would not have to wait."),
        who=_YOU,
        rules=("R09",),
    ),
    "SB-LIC-11": Code(
        says=N_("Microsoft did not accept the licences, because a plan they build on is missing: {plans}."),
        next_step=N_("Check the licences of {name}, then ask again."),
        who=_LICENCES,
        rules=("R05",),
    ),
    "SB-LIC-12": Code(
        says=N_("Microsoft did not accept the licences, because two of them exclude each other: {plans}."),
        next_step=N_("Take one of the two from {name}, or swap them, then ask again."),
        who=_LICENCES,
        rules=("R13",),
    ),
    "SB-LIC-13": Code(
        says=N_("{product} can only be used together with Teams Phone, which {name} does not have."),
        next_step=N_("Ask again, so that the plan is made afresh."),
        who=_YOU,
        rules=("R05",),
    ),
    # Numbers
    "SB-NUM-01": Code(
        says=N_("{name} has a number already: {number}."),
        next_step=N_("Nothing has to be done. To change the number, ask the voice administrators."),
        who=_VOICE,
    ),
    "SB-NUM-02": Code(
        says=N_("I know nothing about phone service in a country with the code {country}."),
        next_step=N_("Check the country, or ask the voice administrators whether Teams Phone exists there."),
        who=_VOICE,
        rules=("R71",),
    ),
    "SB-NUM-03": Code(
        says=N_("Microsoft has no Calling Plan in {country}."),
        next_step=N_("Ask the voice administrators about a number of the organisation's own carrier."),
        who=_VOICE,
        rules=("R71",),
    ),
    "SB-NUM-04": Code(
        says=N_(
            "{name} is registered in {location_country}, and a number of {country} cannot be given there."
        ),
        next_step=N_(
            "Ask for a number of {location_country}, or have the registered country corrected first."
        ),
        who=_HR,
        rules=("R18", "R68"),
    ),
    "SB-NUM-05": Code(
        says=N_("No number of {country} is free right now."),
        next_step=N_(
            "You can still ask: the request waits until numbers are ordered in the Teams admin centre, "
            "or by Microsoft's form for what is not listed there."
        ),
        who=_VOICE,
        rules=("R55",),
    ),
    "SB-NUM-06": Code(
        says=N_("No number of {country} is free right now, and Microsoft takes orders for it by form only."),
        next_step=N_("You can still ask: the request waits until numbers are ordered with that form."),
        who=_VOICE,
        rules=("R55",),
    ),
    "SB-NUM-07": Code(
        says=N_("No number of {country} is free right now, and a partner of Microsoft provides them."),
        next_step=N_("You can still ask: the request waits until numbers are ordered from the partner."),
        who=_VOICE,
        rules=("R55",),
    ),
    "SB-NUM-08": Code(
        says=N_("No number of {country} is free right now, and how to order one is not documented."),
        next_step=N_("You can still ask: the request waits until numbers of {country} are there."),
        who=_VOICE,
        rules=("R55",),
    ),
    "SB-NUM-09": Code(
        says=N_("No number of the organisation's own carrier is free in {country} right now."),
        next_step=N_("You can still ask: the request waits until numbers are added to the carrier's range."),
        who=_VOICE,
        rules=("R06",),
    ),
    "SB-NUM-10": Code(
        says=N_("No number of {city} is free right now. There are numbers in: {cities}."),
        next_step=N_("Choose another city, or ask and wait for a number of {city}."),
        who=_YOU,
    ),
    "SB-NUM-11": Code(
        says=N_("No free number ends with {ending}, so the plan has another one."),
        next_step=N_("If that will not do, choose a different ending."),
        who=_YOU,
    ),
    "SB-NUM-12": Code(
        says=N_("No free number ends with {ending}. These are free: {numbers}."),
        next_step=N_("Choose a different ending, or ask and wait."),
        who=_YOU,
    ),
    "SB-NUM-13": Code(
        says=N_("What is known about phone service in {country} is not certain (as of {as_of})."),
        next_step=N_("Check that the service still exists there before you approve."),
        who=_VOICE,
        rules=("R71",),
    ),
    "SB-NUM-14": Code(
        says=N_("The number {number} was taken by somebody else in the meantime."),
        next_step=N_("Ask again and choose another number."),
        who=_YOU,
    ),
    "SB-NUM-15": Code(
        says=N_("Microsoft could not assign the number {number}: {detail}"),
        next_step=N_("Look at the number in the Teams admin centre, then ask again."),
        who=_VOICE,
    ),
    # Usage location and emergency location
    "SB-LOC-01": Code(
        says=N_("The directory does not say which country {name} works in."),
        next_step=N_("Have the usage location set, then ask again. Switchboard never guesses it."),
        who=_HR,
        rules=("R18",),
    ),
    "SB-LOC-02": Code(
        says=N_("A number in {country} needs an emergency location: where an ambulance would be sent."),
        next_step=N_("Choose the place where {name} works."),
        who=_YOU,
        rules=("R66",),
    ),
    "SB-LOC-03": Code(
        says=N_("A number in {country} needs an emergency location, and none is known there."),
        next_step=N_("Have an emergency address created and made known to Switchboard, then ask again."),
        who=_VOICE,
        rules=("R66",),
    ),
    "SB-LOC-04": Code(
        says=N_("The emergency location you chose is not one of those known in {country}."),
        next_step=N_("Choose a place from the list."),
        who=_YOU,
        rules=("R66",),
    ),
    "SB-LOC-05": Code(
        says=N_("The free numbers of {country} carry no emergency address, so they cannot be given out yet."),
        next_step=N_("You can still ask: the request waits until the numbers have an address."),
        who=_VOICE,
        rules=("R66",),
    ),
    "SB-LOC-06": Code(
        says=N_("Emergency calls are not possible from a Teams number in {country}."),
        next_step=N_("Make sure that {name} knows another way to call for help."),
        who=_APPROVER,
        rules=("R66",),
    ),
    # Approval
    "SB-APP-01": Code(
        says=N_("Nobody may decide on this request (rule “{rule}”)."),
        next_step=N_("Have the approval policy name somebody who neither asks for it nor benefits from it."),
        who=_OPERATOR,
    ),
    "SB-APP-02": Code(
        says=N_("You are not, or no longer, somebody who decides on this request."),
        next_step=N_("Nothing was changed, and nothing has to be done."),
        who=_NOBODY,
    ),
    "SB-APP-03": Code(
        says=N_("This request has changed in the meantime; here is how it stands now."),
        next_step=N_("Look at it again. What you clicked changed nothing."),
        who=_YOU,
    ),
    "SB-APP-04": Code(
        says=N_("You have decided on this request already."),
        next_step=N_("Nothing has to be done: your decision stands."),
        who=_NOBODY,
    ),
    "SB-APP-05": Code(
        says=N_("A rejection needs a reason."),
        next_step=N_("Write a few words on why, then reject again."),
        who=_YOU,
    ),
    "SB-APP-06": Code(
        says=N_("A message to somebody who decides on {request} could not be delivered."),
        next_step=N_("Nothing has to be done: those who stand in have been asked too."),
        who=_NOBODY,
    ),
    "SB-APP-07": Code(
        says=N_("Nobody who decides on {request} can be reached in Teams, and nobody stands in."),
        next_step=N_("Help the approver install Switchboard, or change who decides in the approval policy."),
        who=_OPERATOR,
    ),
    # The life of a request
    "SB-REQ-02": Code(
        says=N_("A request for the same thing is open already: {request}."),
        next_step=N_("Wait for it, or withdraw it and ask again."),
        who=_YOU,
    ),
    "SB-REQ-03": Code(
        says=N_("This request has ended already."),
        next_step=N_("Make a new request if you still need it."),
        who=_YOU,
    ),
    "SB-REQ-04": Code(
        says=N_("A change for this request is on its way right now."),
        next_step=N_("Try again in a minute."),
        who=_YOU,
    ),
    "SB-REQ-05": Code(
        says=N_("The request was withdrawn after licences had been given, and they stay for now."),
        next_step=N_("Keep the licences, or take them back in the admin centre."),
        who=_LICENCES,
    ),
    "SB-REQ-06": Code(
        says=N_("Things have changed since this was approved: the calls of {name} now go another way."),
        next_step=N_("Ask again, so that the plan is made afresh."),
        who=_YOU,
        rules=("R06",),
    ),
    "SB-REQ-07": Code(
        says=N_("The licences were given, but the number could not be assigned."),
        next_step=N_("Keep the licences and ask for the number again, or have the licences taken back."),
        who=_APPROVER,
    ),
    # Microsoft's services
    "SB-UP-01": Code(
        says=N_("Microsoft's services are busy or out of reach right now."),
        next_step=N_("Wait: the request goes on as soon as they answer."),
        who=_NOBODY,
    ),
    "SB-UP-02": Code(
        says=N_("Microsoft refused the change: {detail}"),
        next_step=N_("Put right what Microsoft names, then ask again."),
        who=_VOICE,
    ),
    "SB-UP-03": Code(
        says=N_("Switchboard lacks a permission in Microsoft Graph: {detail}"),
        next_step=N_("Grant the permission, then ask again; “switchboard doctor” lists what is missing."),
        who=_OPERATOR,
    ),
    "SB-UP-04": Code(
        says=N_("This was tried {attempts} times without success, so Switchboard has stopped."),
        next_step=N_("Look at the audit log for what Microsoft answered, then ask again."),
        who=_OPERATOR,
    ),
    # Waiting for Teams
    "SB-PRP-01": Code(
        says=N_("The licences are there, and Teams is getting ready for them."),
        next_step=N_("Wait: this usually takes minutes to hours, and up to 24 hours."),
        who=_NOBODY,
        rules=("R07",),
    ),
    "SB-PRP-02": Code(
        says=N_("24 hours after the licences, Teams still does not let {name} have a number."),
        next_step=N_(
            "Check the dial pad, the licence's service plans and the on-premises line of {name}, "
            "and open a support case with Microsoft. Switchboard keeps watching."
        ),
        who=_VOICE,
        rules=("R07",),
    ),
    "SB-PRP-03": Code(
        says=N_("The account of {name} is new to Teams, and it can take some hours until it is known there."),
        next_step=N_("Nothing has to be done: the number follows as soon as Teams knows {name}."),
        who=_NOBODY,
        rules=("R08",),
    ),
    "SB-PRP-04": Code(
        says=N_("7 days after the licences, Teams still does not let {name} have a number."),
        next_step=N_("Settle it with Microsoft's support, then ask again. The licences stay."),
        who=_VOICE,
        rules=("R07",),
    ),
}
"""Every code, in the order in which documentation shows them."""
