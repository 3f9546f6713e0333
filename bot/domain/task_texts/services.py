"""Tasks about call queues, auto attendants, the conferencing bridge and rooms (R73-R77, J17)."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.task_texts.powershell import script
from bot.domain.task_texts.rows import N_, TEAMS, EvidenceField, TaskText, Text, say
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts

__all__ = ["service_number", "voice_application"]

_APPLICATIONS = {
    "queue": "11cd3e2e-fccb-42ad-ad00-878b93575e07",
    "attendant": "ce933385-9390-45d1-9512-c8d228074e07",
}
"""Microsoft's application ids (New-CsOnlineApplicationInstance)."""

_RESOURCE_ACCOUNT_SKU = "440eaaa8-b3e0-484b-a8be-62870b9ba70a"
"""Teams Phone Resource Account (R74)."""

_CONFIGURE = {
    "queue": N_("Teams admin centre: Voice → Call queues → Add: {name}, its resource account, who answers."),
    "attendant": N_(
        "Teams admin centre: Voice → Auto attendants → Add: {name}, its resource account, greeting, menu."
    ),
}


def voice_application(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R73-R75: a resource account with its own licence, the application, then the number."""
    shown = {key: params[key] or "-" for key in ("name", "country", "number")}
    purpose = params["purpose"]
    return TaskText(
        title=Text(
            N_("Create the call queue {name}")
            if purpose == "queue"
            else N_("Create the auto attendant {name}"),
            shown,
        ),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(N_("Teams admin centre: Voice → Resource accounts → Add: {name}."), shown),
            Text(N_("Give it the country {country} and the licence Teams Phone Resource Account."), shown),
            Text(_CONFIGURE[purpose], shown),
            *_number_lines(params),
            say(N_("Call it once from outside.")),
        ),
        link=TEAMS,
        powershell=_application_script(params),
        evidence=(EvidenceField("account", N_("User principal name of the resource account"),
                                pattern="^[^@ ]+@[^@ ]+$"),),
        warnings=(
            say(N_("Never Teams Phone Standard on a resource account, and never its licence on a person.")),
            *_toll_free(params),
        ),
    )  # fmt: skip


def _application_script(params: Mapping[str, str]) -> str:
    """The account with its own licence, the application on it, and the number last."""
    number = (
        "Set-CsPhoneNumberAssignment -Identity $upn -PhoneNumber {number} -PhoneNumberType CallingPlan",
    )
    return script(
        "$name = {name}" if params["name"] else "$name = Read-Host 'Name'",
        "$upn = Read-Host 'User principal name of the new resource account'",
        "$account = New-CsOnlineApplicationInstance -UserPrincipalName $upn -DisplayName $name"
        " -ApplicationId {application}",
        "Update-MgUser -UserId $account.ObjectId -UsageLocation {country}",
        "Set-MgUserLicense -UserId $account.ObjectId -RemoveLicenses @() -AddLicenses @(@{{SkuId = {sku}}})",
        *_CONFIGURE_BY_SCRIPT[params["purpose"]],
        *(number if params["number"] else ()),
        name=params["name"],
        application=_APPLICATIONS[params["purpose"]],
        country=params["country"],
        sku=_RESOURCE_ACCOUNT_SKU,
        number=params["number"],
    )


_CONFIGURE_BY_SCRIPT = {
    "queue": (
        "$queue = New-CsCallQueue -Name $name -UseDefaultMusicOnHold $true",
        "New-CsOnlineApplicationInstanceAssociation -Identities @($account.ObjectId)"
        " -ConfigurationId $queue.Identity -ConfigurationType CallQueue",
    ),
    "attendant": (
        "$option = New-CsAutoAttendantMenuOption -Action DisconnectCall -DtmfResponse Automatic",
        "$menu = New-CsAutoAttendantMenu -Name 'Default menu' -MenuOptions @($option)",
        "$flow = New-CsAutoAttendantCallFlow -Name 'Default call flow' -Menu $menu",
        "$attendant = New-CsAutoAttendant -Name $name -DefaultCallFlow $flow"
        " -LanguageId (Read-Host 'Language, such as fr-FR')"
        " -TimeZoneId (Read-Host 'Time zone, such as Romance Standard Time')",
        "New-CsOnlineApplicationInstanceAssociation -Identities @($account.ObjectId)"
        " -ConfigurationId $attendant.Id -ConfigurationType AutoAttendant",
    ),
}


def _number_lines(params: Mapping[str, str]) -> tuple[Text, ...]:
    if not params["number"]:
        return ()
    return (say(N_("Voice → Resource accounts → Assign: {number}."), number=params["number"]),)


def _toll_free(params: Mapping[str, str]) -> tuple[Text, ...]:
    """R39."""
    if params["tariff"] != "toll_free":
        return ()
    return (say(N_("Toll-free numbers work only while there is money in Communications Credits.")),)


_ASSIGN = {
    "queue": N_("Teams admin centre: Voice → Resource accounts → {name} → Assign: {number}."),
    "attendant": N_("Teams admin centre: Voice → Resource accounts → {name} → Assign: {number}."),
    "bridge": N_("Teams admin centre: Voice → Phone numbers → {number} → Edit. Assign it to the bridge."),
    "room": N_("Teams admin centre: Users → Manage users → {name} → Account → Assign number: {number}."),
}


def service_number(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R75, R77: to a resource account, to the bridge, or to a room's account."""
    shown = {key: params[key] for key in ("name", "number", "country")}
    shown["name"] = params["name"] or params["account"]
    return TaskText(
        title=Text(_title(params), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            *_room_licence(params),
            Text(_ASSIGN[params["purpose"]], shown),
            *_bridge_default(params),
            say(N_("Call it once from outside.")),
        ),
        link=TEAMS,
        powershell=_number_script(params),
        evidence=(),
        warnings=_toll_free(params),
    )


def _title(params: Mapping[str, str]) -> str:
    """While no number is free, the plan says that there will be one."""
    if params["purpose"] == "bridge":
        with_number, without = (
            N_("Give the conferencing bridge the number {number}"),
            N_("Give the conferencing bridge a number"),
        )
    else:
        with_number, without = N_("Give {name} the number {number}"), N_("Give {name} a number")
    return with_number if params["number"] else without


def _room_licence(params: Mapping[str, str]) -> tuple[Text, ...]:
    if params["purpose"] != "room":
        return ()
    return (say(N_("The room's account needs Teams Rooms Pro: with Basic there is no number.")),)


def _bridge_default(params: Mapping[str, str]) -> tuple[Text, ...]:
    if params["purpose"] != "bridge":
        return ()
    if params["tariff"] == "toll_free":
        return (say(N_("It cannot be the bridge's default number: that has to be a toll number.")),)
    return (say(N_("Make it the default only if calls out of meetings should show it.")),)


def _number_script(params: Mapping[str, str]) -> str | None:
    if not params["number"]:
        return None
    if params["purpose"] == "bridge":
        return script(
            "Register-CsOnlineDialInConferencingServiceNumber -Identity {number}"
            " -BridgeId (Get-CsOnlineDialInConferencingBridge).Identity",
            number=params["number"],
        )
    if not params["account"]:
        return None
    return script(
        "Set-CsPhoneNumberAssignment -Identity {account} -PhoneNumber {number} -PhoneNumberType CallingPlan",
        account=params["account"],
        number=params["number"],
    )
