"""What can be asked for besides a phone number, in groups, for the help card."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bot.words import N_

__all__ = ["GROUPS", "Group", "Offered"]


class Offered(NamedTuple):
    """A wish on the help card."""

    kind: str
    title: str
    meaning: str


class Group(NamedTuple):
    """Wishes that belong together on the help card."""

    title: str
    wishes: tuple[Offered, ...]


GROUPS: Mapping[str, Group] = {
    "numbers": Group(
        N_("Phones and numbers"),
        (
            Offered("phone_user", N_("New telephone"), N_("licences, Calling Plan and number for somebody")),
            Offered("number_change", N_("Another number"), N_("in place of the one there is")),
            Offered("emergency_location", N_("Place of work"), N_("where emergency services are sent")),
            Offered("number_release", N_("Give a number back"), N_("the licences stay")),
        ),
    ),
    "licences": Group(
        N_("Licences"),
        (
            Offered("licence", N_("A licence"), N_("one product for somebody")),
            Offered(
                "meeting_organiser", N_("Dial-in for meetings"), N_("phone numbers in somebody's invitations")
            ),
            Offered("swap", N_("Change a licence"), N_("one in place of another, or give one back")),
        ),
    ),
    "people": Group(
        N_("Leaving and moving"),
        (
            Offered(
                "leaver", N_("Somebody leaves"), N_("licences are taken back, the number is kept or rests")
            ),
            Offered("mover", N_("Somebody moves abroad"), N_("a number there first, then the old one goes")),
            Offered("usage_location", N_("Usage location"), N_("of somebody whose number is there already")),
        ),
    ),
    "organisation": Group(
        N_("For the organisation"),
        (
            Offered("service_number", N_("Service number"), N_("for a queue, a menu, meetings or a room")),
            Offered("number_order", N_("Order numbers"), N_("new numbers from Microsoft")),
            Offered("number_port", N_("Bring numbers"), N_("from another operator")),
            Offered("credits", N_("Credits"), N_("money for calls beyond the plans")),
        ),
    ),
}
"""What the help card offers besides a phone number, by the name of the group."""
