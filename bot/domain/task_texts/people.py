"""Tasks about one person: country, group, suite, forwarding, conferencing provider, line, support."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.task_texts.powershell import script
from bot.domain.task_texts.rows import ENTRA, MICROSOFT_365, N_, TEAMS, EvidenceField, TaskText, Text, say
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts

__all__ = [
    "change_group",
    "clear_line",
    "conference_provider",
    "confirm_location",
    "forward_calls",
    "support_case",
    "upgrade_base",
]


def confirm_location(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R18, J06: Switchboard proposes a country and sets it only once somebody has confirmed it."""
    name, person, country = params["name"], params["person"], params["country"]
    return TaskText(
        title=say(N_("Confirm the country in which {name} works"), name=name),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            say(
                N_("Ask HR or the manager in which country {name} ({person}) works."),
                name=name,
                person=person,
            ),
            say(N_("If it is {country}, enter its code below: Switchboard then sets it."), country=country),
            say(
                N_("If it is another country, say that you cannot do this; the wish has to be made anew."),
                country=country,
            ),
        ),
        link=ENTRA,
        powershell=script(
            "Get-MgUser -UserId {person} -Property DisplayName, Country, UsageLocation |",
            "    Select-Object DisplayName, Country, UsageLocation",
            "Update-MgUser -UserId {person} -UsageLocation {country}",
            person=person,
            country=country,
        ),
        evidence=(
            EvidenceField(
                "country", N_("Country, as a code of two letters such as FR"), pattern="^[A-Za-z]{2}$"
            ),
        ),
        warnings=(
            say(N_("Licences and numbers follow this country. To change it later costs {name} the number."),
                name=name),
        ),
    )  # fmt: skip


def change_group(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """J07: a licence that a group gives is changed by changing who is in the group."""
    adding = params["action"] == "add"
    shown = {key: params[key] for key in ("name", "person", "product")}
    shown["group"] = params.get("group_name") or params["group"]
    first = (
        N_("Entra admin centre: Groups → All groups → {group} → Members. Add {name} ({person}).")
        if adding
        else N_("Entra admin centre: Groups → All groups → {group} → Members. Remove {name} ({person}).")
    )
    cmdlet = "New-MgGroupMember" if adding else "Remove-MgGroupMemberDirectoryObjectByRef"
    return TaskText(
        title=Text(
            N_("Put {name} into the group that gives {product}")
            if adding
            else N_("Take {name} out of the group that gives {product}"),
            shown,
        ),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(first, shown),
            say(N_("If members follow from a rule, have the rule or the person's attributes changed.")),
            Text(
                N_("Wait until the licence page of {name} shows the change; Switchboard looks for it too."),
                shown,
            ),
        ),
        link=ENTRA,
        powershell=script(
            "$person = Get-MgUser -UserId {person}",
            cmdlet + " -GroupId {group} -DirectoryObjectId $person.Id",
            person=params["person"],
            group=params["group"],
        ),
        evidence=(),
        warnings=(
            Text(N_("{name} gains or loses everything that this group gives, not {product} alone."), shown),
        ),
    )


def upgrade_base(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R21, J12a: the suite cannot carry a phone."""
    shown = {key: params[key] for key in ("name", "person", "base", "products")}
    return TaskText(
        title=Text(N_("Give {name} a plan that a phone can be added to"), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(N_("{name} has {base}, to which a phone cannot be added. These can: {products}."), shown),
            Text(
                N_("Microsoft 365 admin centre: Users → Active users → {person} → Licences and apps."),
                shown,
            ),
            say(N_("Tick the new plan and clear the old one, then save once: both changes in one go.")),
            say(N_("If the old plan comes from a group, change who is in which group instead.")),
        ),
        link=MICROSOFT_365,
        powershell=None,
        evidence=(),
        warnings=(
            say(N_("Never take the old plan away first: in between, mail and a phone number can be lost.")),
        ),
    )


def forward_calls(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """J07: where a leaver's calls go."""
    shown = {key: params[key] for key in ("name", "person", "target")}
    target = params["target"]
    return TaskText(
        title=Text(N_("Forward the calls of {name}"), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(N_("Teams admin centre: Users → Manage users → {name} ({person}) → Voice."), shown),
            Text(N_("Inbound calls: Forward to {target}, all calls, and save."), shown)
            if target
            else say(N_("Ask the manager where the calls should go, then forward all inbound calls there.")),
            say(N_("Call the number once from outside.")),
            say(N_("Press Done when calls need not be forwarded any more: the number is given back then.")),
        ),
        link=TEAMS,
        powershell=script(
            "Set-CsUserCallingSettings -Identity {person} -IsForwardingEnabled $true"
            " -ForwardingType Immediate -ForwardingTargetType SingleTarget -ForwardingTarget {target}",
            person=params["person"],
            target=target,
        )
        if target
        else None,
        evidence=(EvidenceField("forwarded_to", N_("Where calls go now")),),
        warnings=(
            Text(N_("Calls are forwarded only while {name} keeps Teams Phone and the number."), shown),
        ),
    )


def conference_provider(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R33, R34: only users of Skype for Business Server have a provider that is set by hand."""
    shown = {key: params[key] for key in ("name", "person", "provider")}
    return TaskText(
        title=Text(N_("Make {provider} the conferencing provider of {name}"), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(N_("Find {name} ({person}) in the control panel of Skype for Business Server."), shown),
            say(N_("Note the dial-in number and code that are there: they may be wanted back.")),
            Text(N_("Set {provider} as the provider, and let {name} send new invitations."), shown),
        ),
        link=TEAMS,
        powershell=None,
        evidence=(EvidenceField("former", N_("Dial-in number and code that were replaced"), required=False),),
        warnings=(say(N_("Invitations already sent keep the old dial-in numbers.")),),
    )


def support_case(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R07, R79, J05: what to look at first, then Microsoft."""
    shown = {key: params[key] for key in ("name", "person", "subject")}
    return TaskText(
        title=Text(N_("Open a case with Microsoft: {subject}"), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(N_("Look first: does {name} see a dial pad in Teams, signed out and in again?"), shown),
            say(N_("Licences and apps: are Teams and Teams Phone switched on inside the licence?")),
            say(N_("Synchronised account: is msRTCSIP-Line empty in the on-premises directory?")),
            Text(
                N_("Microsoft 365 admin centre: Support → Help and support → Contact support: {subject}"),
                shown,
            ),
        ),
        link=MICROSOFT_365,
        powershell=script(
            "Get-CsOnlineUser -Identity {person} | Format-List UserPrincipalName, AccountType,"
            " EnterpriseVoiceEnabled, FeatureTypes, AssignedPlan, LineUri, OnPremLineURI",
            person=params["person"],
        ),
        evidence=(EvidenceField("case", N_("Case number"), pattern="^[A-Za-z0-9 #-]{4,40}$"),),
    )


def clear_line(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R67: a line set in the organisation's own directory keeps Teams from giving a number."""
    shown = {key: params[key] for key in ("name", "person", "number")}
    return TaskText(
        title=Text(N_("Clear the line of {name} in the on-premises directory"), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(N_("On-premises Active Directory: find the account of {name} ({person})."), shown),
            Text(N_("Clear its attribute msRTCSIP-Line, which holds {number}."), shown)
            if params["number"]
            else say(N_("Clear its attribute msRTCSIP-Line.")),
            say(N_("Synchronise with Entra, or wait for the next run: up to 30 minutes.")),
        ),
        link=ENTRA,
        powershell=script(
            "$upn = {person}",
            "Get-ADUser -Filter 'UserPrincipalName -eq $upn' | Set-ADUser -Clear 'msRTCSIP-Line'",
            "Start-ADSyncSyncCycle -PolicyType Delta",
            person=params["person"],
        ),
        evidence=(),
        warnings=(say(N_("Skype for Business Server may write the line again while it manages the user.")),),
    )
