"""The task to make an emergency address: where an ambulance is sent."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.catalogue.countries import country
from bot.domain.task_texts.powershell import script
from bot.domain.task_texts.rows import N_, TEAMS, EvidenceField, TaskText, Text, say
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts

__all__ = ["emergency_address"]

_LOCATION_ID = "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"


def emergency_address(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R64-R66, J10: an address made, validated, looked at by a second person."""
    shown = {key: params[key] for key in ("country", "city", "number", "name")}
    return TaskText(
        title=Text(_address_title(params), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            *_whose(shown),
            say(N_("Teams admin centre: Locations → Emergency addresses → Add.")),
            Text(N_("Name, then country {country} and the address; pick it from what the map finds."), shown),
            say(N_("A street that is called by a number is written with its ending: 150th, not 150.")),
            say(N_("Save, and let somebody else compare it with the address HR has.")),
            *(
                (Text(N_("Voice → Phone numbers → {number} → Edit: choose the emergency location."), shown),)
                if _on_number(params)
                else ()
            ),
            say(N_("Copy the location id to here, and add the place to Switchboard's tenant.toml.")),
        ),
        link=TEAMS,
        powershell=_address_script(params),
        evidence=(
            EvidenceField("location_id", N_("Location id"), pattern=_LOCATION_ID),
            EvidenceField("compared", N_("Somebody else compared the address with HR's"), kind="yes_no"),
        ),
        warnings=(
            say(N_("Passing validation is not proof: an address with a misspelt city can pass.")),
            say(N_("A validated address cannot be edited: to correct it, make a new one.")),
        ),
    )  # fmt: skip


def _whose(shown: Mapping[str, str]) -> tuple[Text, ...]:
    """For one person, or for a place where several will work."""
    return (Text(N_("Find out where {name} works: help is sent there."), shown),) if shown["name"] else ()


def _on_number(params: Mapping[str, str]) -> bool:
    """Whether the address is put on the number; elsewhere Switchboard sends it with the assignment (R66)."""
    facts = country(params["country"])
    return bool(params["number"]) and facts is not None and facts.emergency_at == "acquisition"


def _address_title(params: Mapping[str, str]) -> str:
    if _on_number(params):
        return N_("Emergency address for {number}")
    if params["city"]:
        return N_("Emergency address in {city}, {country}")
    return N_("Emergency address in {country}")


def _address_script(params: Mapping[str, str]) -> str:
    """What only the admin knows is asked for while it runs; co-ordinates are required nearly everywhere."""
    city = "{city}" if params["city"] else "(Read-Host 'City')"
    lines = [
        "$address = New-CsOnlineLisCivicAddress -CompanyName (Read-Host 'Organisation')"
        " -HouseNumber (Read-Host 'House number') -StreetName (Read-Host 'Street')"
        f" -City {city} -PostalCode (Read-Host 'Postal code') -CountryOrRegion {{country}}"
        " -Latitude (Read-Host 'Latitude') -Longitude (Read-Host 'Longitude')",
        "$address.DefaultLocationId",
    ]
    if _on_number(params):
        lines.append(
            "Set-CsPhoneNumberAssignment -PhoneNumber {number} -LocationId $address.DefaultLocationId"
        )
    return script(*lines, city=params["city"], country=params["country"], number=params["number"])
