"""The rules of the phone desk: what Switchboard knows of licences, numbers and credits, by number.

The numbers R01-R82 are quoted by steps, notices and refusals, and never change their meaning. Each row says
how the rule is applied, how old the newest word of Microsoft's on it is, and where it is implemented;
`docs/rules.md` adds the tests that prove it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["RULES", "Rule", "Status"]


def N_(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


class Status(StrEnum):
    IN_FORCE = "in force"
    OFF = "off by default"
    """No longer true for most; kept as data, and switched on by `tenant.toml`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    title: str
    verbs: tuple[str, ...]
    """What is done: VALIDATE, REFUSE, WARN, STEP, WAIT, ALERT, MANUAL (a person does it), INFO."""
    as_of: str
    """Year and month of the newest source."""
    where: tuple[str, ...]
    """Modules and names that apply it, such as `bot.domain.planning.planner:plan`."""
    status: Status = Status.IN_FORCE


def _rule(title: str, verbs: str, as_of: str, *where: str, status: Status = Status.IN_FORCE) -> Rule:
    return Rule(title, tuple(verbs.split()), as_of, where, status)


RULES: Mapping[str, Rule] = {
    "R01": _rule(N_("A licence belongs to one person's account"), "VALIDATE STEP", "2026-08"),
    "R02": _rule(N_("Products are matched by id, not by their part number"), "VALIDATE REFUSE", "2026-08"),
    "R03": _rule(N_("Communications Credits have two part numbers"), "VALIDATE", "2026-08"),
    "R04": _rule(N_("Office 365 E5 has two names and is one product"), "INFO", "2026-08"),
    "R05": _rule(N_("A Calling Plan needs Teams Phone first"), "VALIDATE STEP", "2026-08"),
    "R06": _rule(
        N_("Who calls over the organisation's own carrier gets no Calling Plan"), "REFUSE", "2025-07"
    ),
    "R07": _rule(N_("A licence can take up to 24 hours to work"), "WAIT ALERT", "2023-01"),
    "R08": _rule(N_("Teams may not know a new account for some hours"), "WAIT", "2022-11"),
    "R09": _rule(N_("What is out of stock is bought and waited for"), "VALIDATE MANUAL", "2024-01"),
    "R10": _rule(N_("Licences come before numbers"), "STEP", "2024-01"),
    "R11": _rule(N_("A list names one person a line"), "VALIDATE", "2025-03"),
    "R12": _rule(N_("There are templates for a phone user and for a meeting organiser"), "INFO", "2026-08"),
    "R13": _rule(N_("A person has one Calling Plan; another one replaces it"), "VALIDATE WARN", "2023-01"),
    "R14": _rule(N_("How many domestic minutes a plan has depends on the country"), "INFO", "2023-01"),
    "R15": _rule(
        N_("The plans of 120 and 240 minutes are not for the United States"), "REFUSE WARN", "2022-09"
    ),
    "R16": _rule(N_("An international plan has domestic and international minutes"), "INFO", "2022-09"),
    "R17": _rule(N_("People with the same plan in one country share their minutes"), "INFO ALERT", "2023-01"),
    "R18": _rule(N_("The usage location decides, and it is never guessed"), "VALIDATE STEP", "2025-07"),
    "R19": _rule(N_("Licences are exchanged in one request, so that the number stays"), "STEP", "2025-05"),
    "R20": _rule(N_("Taking Teams Phone or the Calling Plan away frees the number"), "WARN", "2025-05"),
    "R21": _rule(
        N_("What a suite can be extended with is looked up, never guessed"), "VALIDATE REFUSE", "2023-01"
    ),
    "R22": _rule(
        N_("Business Premium could not carry a phone in 2018"), "VALIDATE", "2018-01", status=Status.OFF
    ),
    "R23": _rule(N_("Several add-ons may cost more than a suite that includes them"), "INFO", "2018-01"),
    "R24": _rule(N_("Voicemail needs a mailbox"), "WARN VALIDATE", "2023-01"),
    "R25": _rule(N_("A suite without Teams needs Teams first"), "VALIDATE STEP REFUSE", "2025-11"),
    "R26": _rule(
        N_("A service plan that is switched off is switched on, not bought again"), "STEP", "2026-08"
    ),
    "R27": _rule(
        N_("Subscriptions bought from some resellers cannot be extended directly"), "MANUAL", "2018-01"
    ),
    "R28": _rule(N_("Subscriptions by the month sometimes cannot be extended"), "WARN", "2018-01"),
    "R29": _rule(N_("Partner benefits need a bought seat before add-ons appear"), "INFO", "2018-01"),
    "R30": _rule(
        N_("Numbers can be ordered only where the organisation owns a voice licence"), "VALIDATE", "2024-01"
    ),
    "R31": _rule(
        N_("Only who schedules or leads meetings needs Audio Conferencing"), "VALIDATE WARN", "2025-01"
    ),
    "R32": _rule(N_("Pay-per-minute conferencing needs funded credits"), "REFUSE", "2025-01"),
    "R33": _rule(
        N_("Microsoft replaces a third-party conferencing provider"), "WARN", "2021-07", status=Status.OFF
    ),
    "R34": _rule(
        N_("The conferencing provider had to be assigned by hand"), "STEP", "2018-01", status=Status.OFF
    ),
    "R35": _rule(N_("Audio Conferencing is not sold in every country"), "VALIDATE REFUSE", "2022-07"),
    "R36": _rule(
        N_("Invitations, languages and PIN length can be set after conferencing"), "INFO", "2023-01"
    ),
    "R37": _rule(N_("Voice is limited in the cloud operated by 21Vianet"), "REFUSE", "2023-01"),
    "R38": _rule(N_("Conferencing licences share minutes for calling out"), "INFO", "2023-01"),
    "R39": _rule(N_("Toll-free numbers need Communications Credits"), "VALIDATE", "2024-11"),
    "R40": _rule(N_("Without minutes and without credits no call goes out"), "WARN ALERT", "2024-11"),
    "R41": _rule(N_("Credits need a phone or conferencing licence first"), "VALIDATE", "2024-11"),
    "R42": _rule(N_("Everybody who uses credits gets the licence for them"), "STEP WARN", "2024-11"),
    "R43": _rule(N_("Licences for credits do not run out"), "VALIDATE", "2024-11"),
    "R44": _rule(N_("Credits are bought by hand in the admin centre"), "MANUAL", "2024-11"),
    "R45": _rule(N_("Automatic recharge needs an amount and a trigger"), "VALIDATE WARN", "2024-11"),
    "R46": _rule(N_("Credits expire twelve months after they were bought"), "ALERT", "2024-11"),
    "R47": _rule(N_("The oldest credits are used first"), "INFO", "2024-11"),
    "R48": _rule(N_("An invoice comes when a recharge is made"), "INFO", "2022-01"),
    "R49": _rule(
        N_("Microsoft writes when a recharge works, fails, or nothing is left"), "INFO ALERT", "2024-11"
    ),
    "R50": _rule(
        N_("The type of the billing account decides whether credits are sold"),
        "VALIDATE REFUSE MANUAL",
        "2024-11",
    ),
    "R51": _rule(N_("Payment by agreement needs the agreement's number"), "VALIDATE", "2022-01"),
    "R52": _rule(N_("An agreement of another region may not be able to buy"), "WARN", "2024-11"),
    "R53": _rule(N_("The amount follows from what was used in three months"), "VALIDATE INFO", "2022-01"),
    "R54": _rule(N_("A licence for credits alone lets nobody call"), "STEP WARN", "2024-11"),
    "R55": _rule(N_("How numbers are got depends on the country"), "INFO MANUAL", "2024-01"),
    "R56": _rule(N_("An order of numbers names place and quantity"), "VALIDATE", "2024-01"),
    "R57": _rule(N_("How many numbers may be had depends on the licences"), "VALIDATE", "2024-01"),
    "R58": _rule(N_("Numbers that were picked are held for ten minutes"), "MANUAL", "2024-01"),
    "R59": _rule(N_("Up to 999 numbers are ported by wizard, more by request"), "MANUAL", "2023-01"),
    "R60": _rule(
        N_("What a number may be used for is a property of the number"), "VALIDATE REFUSE", "2025-07"
    ),
    "R61": _rule(N_("Toll and toll-free numbers are ported separately"), "VALIDATE", "2023-01"),
    "R62": _rule(
        N_("Service numbers could not be had outside the United States"),
        "REFUSE",
        "2019-01",
        status=Status.OFF,
    ),
    "R63": _rule(
        N_("Service numbers once carried a label of their type"), "INFO", "2019-01", status=Status.OFF
    ),
    "R64": _rule(N_("A validated emergency address is not proof that it is right"), "MANUAL WARN", "2024-05"),
    "R65": _rule(N_("A street named by a number is written as 150th"), "VALIDATE", "2019-01"),
    "R66": _rule(N_("The country says when the emergency address must be there"), "VALIDATE", "2024-05"),
    "R67": _rule(
        N_("A number is assigned with its location, and none is left on premises"), "STEP REFUSE", "2025-07"
    ),
    "R68": _rule(N_("Person and number belong to the same country"), "REFUSE", "2025-07"),
    "R69": _rule(N_("The person is told the number once it works"), "STEP", "2025-07"),
    "R70": _rule(N_("Microsoft converts a free number between person and service"), "MANUAL", "2023-01"),
    "R71": _rule(N_("First of all the country must offer it"), "VALIDATE", "2024-01"),
    "R72": _rule(N_("Mexico has Calling Plans of its own"), "REFUSE", "2022-12"),
    "R73": _rule(N_("Call queues and auto attendants need a resource account"), "VALIDATE MANUAL", "2023-01"),
    "R74": _rule(
        N_("Resource accounts have a licence of their own, of which there is a fixed number"),
        "VALIDATE REFUSE",
        "2025-05",
    ),
    "R75": _rule(
        N_("Service numbers are assigned to resource accounts and to the bridge by hand"), "MANUAL", "2023-01"
    ),
    "R76": _rule(
        N_("Resource accounts that call out need a pay-as-you-go plan"), "VALIDATE REFUSE", "2026-08"
    ),
    "R77": _rule(N_("Rooms have licences of their own"), "VALIDATE REFUSE", "2023-01"),
    "R78": _rule(
        N_("Government, education and non-profit organisations have products of their own"),
        "VALIDATE",
        "2018-01",
    ),
    "R79": _rule(N_("Every dead end says why, what is next, and who can help"), "VALIDATE", "2026-08"),
    "R80": _rule(N_("Calls inside the organisation need no Calling Plan"), "VALIDATE INFO", "2023-01"),
    "R81": _rule(N_("Prices come from the organisation's own list"), "VALIDATE", "2024-11"),
    "R82": _rule(N_("PINs and conference ids belong to the bridge"), "INFO", "2023-01"),
}
"""All rules by number."""
