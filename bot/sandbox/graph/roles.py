"""Application permissions by what they open; callers of Teams administration are shown them in this order."""

from __future__ import annotations

from bot.sandbox.graph.access import Access

__all__ = [
    "ASSIGN_LICENCES",
    "ASSIGN_POLICIES",
    "CHANGE_GROUPS",
    "CHANGE_NUMBERS",
    "CHANGE_USERS",
    "CHECK_GROUPS",
    "INSTALL_APPS",
    "READ_APPLICATIONS",
    "READ_APPS",
    "READ_CALLS",
    "READ_CATALOG",
    "READ_DIRECT_ROUTING",
    "READ_GROUPS",
    "READ_LICENCES",
    "READ_MAILBOX",
    "READ_NUMBERS",
    "READ_ORGANISATION",
    "READ_SUBSCRIPTIONS",
    "READ_USERS",
    "READ_VOICE",
    "REPROCESS_LICENCES",
    "SIGNED_IN",
    "TEAMS_BACKEND",
]

SIGNED_IN = Access("directory", ())
TEAMS_BACKEND = Access("teams", ())

_DIRECTORY_READ = ("Directory.Read.All", "Directory.ReadWrite.All")

READ_USERS = Access("directory", ("User.Read.All", "User.ReadWrite.All", *_DIRECTORY_READ))
CHANGE_USERS = Access("directory", ("User.ReadWrite.All", "Directory.ReadWrite.All"))
READ_GROUPS = Access(
    "directory",
    (
        "GroupMember.Read.All",
        "GroupMember.ReadBasic.All",
        "GroupMember.ReadWrite.All",
        "Group.Read.All",
        "Group.ReadWrite.All",
        *_DIRECTORY_READ,
    ),
)
CHANGE_GROUPS = Access(
    "directory", ("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "Directory.ReadWrite.All")
)
CHECK_GROUPS = Access("directory", ("Application.Read.All", *READ_GROUPS.roles, *READ_USERS.roles))
READ_LICENCES = Access(
    "directory",
    (
        "LicenseAssignment.Read.All",
        "LicenseAssignment.ReadWrite.All",
        "Organization.Read.All",
        "Organization.ReadWrite.All",
        *READ_USERS.roles,
    ),
)
ASSIGN_LICENCES = Access(
    "directory", ("LicenseAssignment.ReadWrite.All", "User.ReadWrite.All", "Directory.ReadWrite.All")
)
REPROCESS_LICENCES = Access("directory", ("User.ReadWrite.All", "Directory.ReadWrite.All"))
READ_ORGANISATION = Access(
    "directory", ("Organization.Read.All", "Organization.ReadWrite.All", *_DIRECTORY_READ)
)
READ_SUBSCRIPTIONS = READ_ORGANISATION
READ_NUMBERS = Access("teams", ("TeamsTelephoneNumber.ReadWrite.All", "TeamsTelephoneNumber.Read.All"))
CHANGE_NUMBERS = Access("teams", ("TeamsTelephoneNumber.ReadWrite.All",))
READ_VOICE = Access("teams", ("TeamsUserConfiguration.Read.All",))
ASSIGN_POLICIES = Access("teams", ("TeamsPolicyUserAssign.ReadWrite.All",))
READ_MAILBOX = Access("exchange", ("MailboxSettings.Read", "MailboxSettings.ReadWrite"))
READ_CALLS = Access("communications", ("CallRecord-PstnCalls.Read.All", "CallRecords.Read.All"))
READ_DIRECT_ROUTING = READ_CALLS
INSTALL_APPS = Access(
    "teamwork",
    (
        "TeamsAppInstallation.ReadWriteSelfForUser.All",
        "TeamsAppInstallation.ReadWriteForUser.All",
        "TeamsAppInstallation.ReadWriteAndConsentForUser.All",
    ),
)
READ_APPS = Access(
    "teamwork",
    ("TeamsAppInstallation.ReadForUser.All", "TeamsAppInstallation.Read.All", *INSTALL_APPS.roles),
)
READ_APPLICATIONS = Access(
    "directory",
    ("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
)
READ_CATALOG = Access("teamwork", ("AppCatalog.Read.All", "AppCatalog.ReadWrite.All"))
