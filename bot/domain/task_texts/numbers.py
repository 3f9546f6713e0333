"""Tasks about numbers: order them, port them, change what they are for."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.catalogue.countries import Weeks, country
from bot.domain.catalogue.limits import reservation_minutes
from bot.domain.task_texts.powershell import script
from bot.domain.task_texts.rows import N_, TEAMS, EvidenceField, TaskText, Text, say
from bot.domain.tasks import Audience
from bot.domain.tenant import TenantFacts

__all__ = ["convert_number", "order_numbers", "port_numbers"]

_USAGE = {
    "user": N_("Number usage: User."),
    "voice_application": N_("Number usage: Voice app, for call queues and auto attendants."),
    "conference": N_("Number usage: Conference, for the audio conferencing bridge."),
}


def order_numbers(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R55-R58, J16: by admin centre, by form or from a partner."""
    shown = {key: params[key] for key in ("country", "city", "quantity")}
    makes = {"admin_centre": _in_admin_centre, "form": _by_form, "partner": _from_partner}
    return TaskText(
        title=Text(
            N_("Order phone numbers: {quantity} in {city}, {country}")
            if params["city"]
            else N_("Order phone numbers: {quantity} in {country}"),
            shown,
        ),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            *makes[params["path"]](params),
            *_tariff(params),
            *_papers_for_new(params["country"]),
            say(N_("Switchboard sees new numbers by itself, and what waits for them goes on.")),
        ),
        link=TEAMS,
        powershell=_order_script(params),
        evidence=(
            EvidenceField("order", N_("Order or case number"), pattern="^[A-Za-z0-9 #-]{4,60}$"),
            EvidenceField("quantity", N_("Numbers ordered"), kind="number"),
        ),
        warnings=(
            say(
                N_("Numbers that were found are held for {minutes} minutes; after that, search again."),
                minutes=str(reservation_minutes()),
            ),
        )
        if params["path"] == "admin_centre"
        else (),
    )  # fmt: skip


def _in_admin_centre(params: Mapping[str, str]) -> tuple[Text, ...]:
    return (
        say(N_("Teams admin centre: Voice → Phone numbers → Numbers → Add.")),
        say(N_("Name the order; choose {country}, and Microsoft as operator."), country=params["country"]),
        say(_USAGE[params["usage"]]),
        say(
            N_("Quantity {quantity}; search by {city}."), quantity=params["quantity"], city=params["city"]
        )
        if params["city"]
        else say(
            N_("Quantity {quantity}; search by city or area code."), quantity=params["quantity"]
        ),
        say(N_("Look at the numbers found, then place the order. What is not listed is ordered by form.")),
    )  # fmt: skip


def _by_form(params: Mapping[str, str]) -> tuple[Text, ...]:
    return (
        say(
            N_("Microsoft takes orders for {country} by form only, one case a country."),
            country=params["country"],
        ),
        say(_USAGE[params["usage"]]),
        say(
            N_("Fill in the form for new numbers of {country}: {quantity}."),
            country=params["country"],
            quantity=params["quantity"],
        ),
        say(N_("Send it to Microsoft's Phone Number Services Center and note the case number.")),
    )


_PARTNERS = {"telstra": "Telstra", "softbank": "SoftBank"}


def _from_partner(params: Mapping[str, str]) -> tuple[Text, ...]:
    facts = country(params["country"])
    partner = _PARTNERS.get(facts.provider) if facts else None
    order = (
        say(N_("Order {quantity} numbers from {partner}."), quantity=params["quantity"], partner=partner)
        if partner
        else say(N_("Order {quantity} numbers from Microsoft's partner."), quantity=params["quantity"])
    )
    return order, say(_USAGE[params["usage"]])


def _tariff(params: Mapping[str, str]) -> tuple[Text, ...]:
    """Numbers for services are toll or toll-free; those for people are always toll."""
    if params["usage"] == "user" or not params.get("tariff"):
        return ()
    if params["tariff"] == "toll_free":
        return (say(N_("Number type: toll-free. Calls to it are paid from Communications Credits.")),)
    return (say(N_("Number type: toll.")),)


def _papers_for_new(iso2: str) -> tuple[Text, ...]:
    """What the country asks for with new numbers, and how long they take, as far as it is documented."""
    facts = country(iso2)
    if facts is None:
        return ()
    asked = (
        (facts.know_your_customer, N_("Fill in the form on who gets the numbers (“know your customer”).")),
        (facts.address_proof, N_("Have a proof of address at hand.")),
    )
    time = (
        N_("New numbers take {least} to {most} weeks (as of {as_of})."),
        N_("New numbers take up to {most} weeks (as of {as_of})."),
    )
    return (
        *(say(line) for needed, line in asked if needed),
        *_lead_time(time, facts.number_lead_time, facts.numbers_as_of),
    )


def _lead_time(said: tuple[str, str], time: Weeks | None, as_of: str) -> tuple[Text, ...]:
    """In the first way; in the second where only the longest time is documented."""
    if time is None:
        return ()
    msgid = said[0] if time.least else said[1]
    return (say(msgid, least=str(time.least), most=str(time.most), as_of=as_of),)


def _order_script(params: Mapping[str, str]) -> str | None:
    """Only for user numbers by address, which need nothing else (New-CsOnlineTelephoneNumberOrder)."""
    if params["path"] != "admin_centre" or params["usage"] != "user":
        return None
    return script(
        "$address = Read-Host 'CivicAddressId, from Get-CsOnlineLisCivicAddress'",
        "$order = New-CsOnlineTelephoneNumberOrder -Name 'Switchboard' -Description 'Switchboard'"
        " -Country {country} -NumberType 'UserSubscriber' -Quantity {quantity} -CivicAddressId $address",
        "(Get-CsOnlineTelephoneNumberOrder -OrderId $order).TelephoneNumber",
        "Read-Host 'These are held for 10 minutes. Enter: order them; Ctrl+C: do not'",
        "Complete-CsOnlineTelephoneNumberOrder -OrderId $order",
        country=params["country"],
        quantity=params["quantity"],
    )


def port_numbers(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R59, R61, J16: the wizard takes up to 999 numbers of one kind."""
    shown = {key: params[key] for key in ("country", "quantity", "operator")}
    way = (
        say(N_("Teams admin centre: Voice → Phone numbers → Numbers → Port."))
        if params["path"] == "wizard"
        else say(N_("1,000 numbers and more: open a case with Microsoft's Phone Number Services Center."))
    )
    return TaskText(
        title=Text(N_("Port phone numbers: {quantity} of {country}"), shown),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            Text(N_("Get account number, address and a bill from the present operator: {operator}."), shown)
            if params["operator"]
            else say(N_("Get account number, address and a bill from the present operator.")),
            say(N_("Have the letter of authorisation for {country} signed."), country=params["country"]),
            *_papers_for_port(params["country"], params["usage"]),
            way,
            *_port_kind(params),
            say(N_("Upload the numbers below as a CSV file with one column: PhoneNumber.")),
            say(N_("Choose a day, submit, and follow the order under Voice → Port orders.")),
        ),
        link=TEAMS,
        powershell=None,
        evidence=(
            EvidenceField("order", N_("Port order or case number"), pattern="^[A-Za-z0-9 #-]{4,60}$"),
            EvidenceField("agreed_day", N_("Agreed day, as year-month-day"), required=False,
                          pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        ),
        warnings=(
            say(N_("Do not cancel with the present operator: what is cancelled cannot be ported.")),
            say(N_("The agreed day is not guaranteed; Microsoft works on ports on working days in the US.")),
        ),
    )  # fmt: skip


def _papers_for_port(iso2: str, usage: str) -> tuple[Text, ...]:
    """What the country asks for with ports, and how long they take, as far as it is documented."""
    facts = country(iso2)
    if facts is None:
        return ()
    unfit = usage == "conference" and not facts.ported_for_conferencing
    asked = (
        (facts.port_bill, N_("Attach the operator's last bill.")),
        (unfit, N_("Numbers ported in {country} cannot be used for conferencing.")),
    )
    time = (
        N_("Ports take {least} to {most} weeks (as of {as_of})."),
        N_("Ports take up to {most} weeks (as of {as_of})."),
    )
    return (
        *(say(line, country=iso2) for needed, line in asked if needed),
        *_lead_time(time, facts.port_lead_time, facts.numbers_as_of),
    )


def _port_kind(params: Mapping[str, str]) -> tuple[Text, ...]:
    """R61: service numbers need an order of their own, or they get the capacity of one person's line."""
    toll_free = params["tariff"] == "toll_free"
    if params["usage"] == "user" and not toll_free:
        return (say(_USAGE["user"]),)
    kind = (
        say(N_("Toll-free numbers only: toll numbers are another order, with another letter."))
        if toll_free
        else say(N_("Toll numbers only: toll-free numbers are another order, with another letter."))
    )
    return (
        say(_USAGE[params["usage"]]),
        kind,
        say(N_("Say that they are service numbers: otherwise they carry only a few calls at a time.")),
    )


def convert_number(params: Mapping[str, str], _facts: TenantFacts) -> TaskText:
    """R70: only a number that nobody has can be given another usage."""
    return TaskText(
        title=say(N_("Change the usage of {number}"), number=params["number"]),
        audience=Audience.VOICE_ADMINS,
        checklist=(
            say(
                N_("Make sure that nobody has {number}."),
                number=params["number"],
            ),
            say(N_("Teams admin centre: Voice → Phone numbers → tick the number → Change usage.")),
            say(_USAGE[params["target"]]),
            say(N_("If that is not offered, ask Microsoft's Phone Number Services Center to do it.")),
        ),
        link=TEAMS,
        powershell=script(
            "Get-CsPhoneNumberAssignment -TelephoneNumber {number} |"
            " Format-List TelephoneNumber, PstnAssignmentStatus, AssignedPstnTargetId, Capability",
            number=params["number"],
        ),
        evidence=(EvidenceField("case", N_("Case number, if Microsoft did it"), required=False),),
    )
