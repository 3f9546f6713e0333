"""The Graph application permissions Switchboard needs, and for what: one table for the doctor and the docs.

Least permissions as Microsoft's permissions reference states them for each call.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["PERMISSIONS", "Permission", "covered"]


@dataclass(frozen=True, slots=True)
class Permission:
    """One row. `also` names broader permissions that cover the same calls."""

    name: str
    purpose: str
    without: str
    """What does not work when it is missing."""
    also: tuple[str, ...] = ()
    needed: bool = True
    """False when Switchboard works without it, with less."""


PERMISSIONS = (
    Permission(
        "User.Read.All",
        "people, their manager, the licences they have, their usage location",
        "nobody can ask for anything",
        ("User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    ),
    Permission(
        "GroupMember.Read.All",
        "members of the groups that approve, whether a person still is one, and what groups are called",
        "groups cannot approve, and admins hear nothing",
        (
            "GroupMember.ReadWrite.All",
            "Group.Read.All",
            "Group.ReadWrite.All",
            "Directory.Read.All",
            "Directory.ReadWrite.All",
        ),
    ),
    Permission(
        "LicenseAssignment.ReadWrite.All",
        "seats in stock; giving licences",
        "nobody can be given a licence",
        ("Directory.ReadWrite.All",),
    ),
    Permission(
        "TeamsTelephoneNumber.ReadWrite.All",
        "numbers in stock; assigning, moving and freeing them, and reading them back",
        "nobody can be given a number",
    ),
    Permission(
        "TeamsUserConfiguration.Read.All",
        "whether Teams is ready to give a person a number",
        "requests wait for ever after their licences were given",
    ),
    Permission(
        "CallRecord-PstnCalls.Read.All",
        "what calls cost, for the balance and the forecast of Communications Credits",
        "the ledger of credits knows what was bought and what admins enter, and not what is spent",
        ("CallRecords.Read.All",),
        needed=False,
    ),
    Permission(
        "MailboxSettings.Read",
        "whether an approver is out of office, by Outlook's automatic replies, and until when",
        "nobody is asked in place of approvers who are away, unless they have delegated",
        ("MailboxSettings.ReadWrite",),
        needed=False,
    ),
    Permission(
        "TeamsAppInstallation.ReadWriteSelfForUser.All",
        "installing Switchboard for an approver who does not have it",
        "approvers without the app are not reached",
        ("TeamsAppInstallation.ReadWriteForUser.All",),
        needed=False,
    ),
    Permission(
        "AppCatalog.Read.All",
        "finding Switchboard in the organisation's catalogue, to install it",
        "approvers without the app are not reached",
        ("AppCatalog.ReadWrite.All",),
        needed=False,
    ),
    Permission(
        "Application.Read.All",
        "when the client secret ends that Switchboard signs in with",
        "nobody is told before the client secret ends, and then everything stands still",
        ("Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
        needed=False,
    ),
    Permission(
        "Organization.Read.All",
        "`switchboard doctor` checks that the credentials belong to the right organisation",
        "that one check of the doctor is left out",
        ("Organization.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
        needed=False,
    ),
)


def covered(permission: Permission, granted: Iterable[str]) -> bool:
    """Whether what is granted is enough for this row."""
    return not {permission.name, *permission.also}.isdisjoint(granted)
