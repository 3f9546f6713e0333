"""What tasks for people say: complete, fillable, safe to paste, and confirmed by what Graph shows."""

from __future__ import annotations

import string
from collections.abc import Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.catalogue.products import E3, E5, MCOEV, product_name
from bot.domain.codes import CODES
from bot.domain.errors import Bug
from bot.domain.numbers import Capability
from bot.domain.people import HeldLicence, Holdings, VoiceProfile
from bot.domain.task_texts import (
    EvidenceProblems,
    TaskText,
    Text,
    confirmation_needs,
    confirmed,
    opening_params,
    read_evidence,
    required_params,
    task_text,
)
from bot.domain.task_texts.powershell import Unquotable, pasteable, quoted
from bot.domain.tasks import Audience, TaskKind
from bot.domain.tenant import Acquired, TenantFacts
from tests.support.contoso import holdings, number, person, sku, sku_id, tenant

TODAY = date(2026, 11, 21)
LOCATION = "8b1f3a3e-2a4e-4d27-9a26-1e7b3a9a0c11"

PARAMS: Mapping[TaskKind, Mapping[str, str]] = {
    TaskKind.CONFIRM_LOCATION: {"name": "Ana", "person": "ana@contoso.com", "country": "ES"},
    TaskKind.BUY_SEATS: {"product": "Teams Phone Standard", "sku_id": MCOEV, "quantity": "3"},
    TaskKind.ORDER_NUMBERS: {
        "country": "FR", "city": "Paris", "quantity": "40", "usage": "user", "path": "admin_centre",
    },
    TaskKind.PORT_NUMBERS: {
        "country": "FR", "quantity": "999", "usage": "user", "path": "wizard", "operator": "Orange",
        "tariff": "toll",
    },
    TaskKind.EMERGENCY_ADDRESS: {"country": "US", "city": "Redmond", "number": "+14255550101", "name": "Ben"},
    TaskKind.CHANGE_GROUP: {
        "group": "g-1", "name": "Ana", "person": "ana@contoso.com", "product": "Office 365 E3",
        "action": "remove",
    },
    TaskKind.UPGRADE_BASE: {
        "name": "Ana", "person": "ana@contoso.com", "base": "Apps for Enterprise", "products": "E3",
    },
    TaskKind.FORWARD_CALLS: {"name": "Ana", "person": "ana@contoso.com", "target": "+33123450002"},
    TaskKind.ADD_FUNDS: {
        "amount": "800.00", "currency": "EUR", "recharge": "200.00", "trigger": "50.00", "agreement": "123",
        "purchase_order": "PO-1", "billing": "EA",
    },
    TaskKind.PARTNER_FUNDS: {"amount": "800.00", "currency": "EUR"},
    TaskKind.SET_RECHARGE: {"recharge": "200.00", "trigger": "50.00", "currency": "EUR", "partner": ""},
    TaskKind.VOICE_APPLICATION: {
        "purpose": "queue", "name": "Support", "country": "FR", "city": "Paris", "tariff": "toll",
        "number": "+33123450001",
    },
    TaskKind.SERVICE_NUMBER: {
        "purpose": "attendant", "name": "Reception", "account": "reception@contoso.com",
        "number": "+33123450001", "country": "FR", "tariff": "toll",
    },
    TaskKind.CONVERT_NUMBER: {"number": "+33123450001", "target": "voice_application"},
    TaskKind.CONFERENCE_PROVIDER: {"name": "Dora", "person": "dora@contoso.com", "provider": "InterCall"},
    TaskKind.SUPPORT_CASE: {"name": "Ana", "person": "ana@contoso.com", "subject": "no dial pad"},
    TaskKind.CLEAR_LINE: {"name": "Ana", "person": "ana@contoso.com", "number": "+33123450001"},
}  # fmt: skip

VARIANTS: list[tuple[TaskKind, dict[str, str]]] = [
    *((kind, {}) for kind in TaskKind),
    *((TaskKind.ORDER_NUMBERS, {"path": path}) for path in ("form", "partner")),
    *(
        (TaskKind.ORDER_NUMBERS, {"usage": usage, "city": ""})
        for usage in ("voice_application", "conference")
    ),
    (
        TaskKind.PORT_NUMBERS,
        {"path": "request", "usage": "conference", "tariff": "toll_free", "operator": ""},
    ),
    (TaskKind.PORT_NUMBERS, {"usage": "voice_application"}),
    (TaskKind.EMERGENCY_ADDRESS, {"number": ""}),
    (TaskKind.EMERGENCY_ADDRESS, {"country": "FR", "number": "+33123450001"}),
    (TaskKind.EMERGENCY_ADDRESS, {"number": "", "city": ""}),
    (TaskKind.CHANGE_GROUP, {"action": "add"}),
    (TaskKind.FORWARD_CALLS, {"target": ""}),
    (TaskKind.ADD_FUNDS, {"recharge": "", "trigger": "", "agreement": "", "purchase_order": ""}),
    (TaskKind.ADD_FUNDS, {"purpose": "set_up", "paid": "500.00"}),
    (TaskKind.ADD_FUNDS, {"purpose": "top_up"}),
    (TaskKind.SET_RECHARGE, {"recharge": "", "trigger": ""}),
    (TaskKind.SET_RECHARGE, {"partner": "yes"}),
    (TaskKind.VOICE_APPLICATION, {"purpose": "attendant", "number": "", "tariff": "toll_free"}),
    (TaskKind.VOICE_APPLICATION, {"name": "", "city": ""}),
    *((TaskKind.SERVICE_NUMBER, {"purpose": purpose}) for purpose in ("queue", "bridge", "room")),
    (TaskKind.SERVICE_NUMBER, {"number": "", "name": ""}),
    (TaskKind.SERVICE_NUMBER, {"purpose": "bridge", "tariff": "toll_free"}),
    *((TaskKind.CONVERT_NUMBER, {"target": target}) for target in ("user", "conference")),
    (TaskKind.CLEAR_LINE, {"number": ""}),
]
every_variant = pytest.mark.parametrize(("kind", "more"), VARIANTS)


def params(kind: TaskKind, **more: str) -> dict[str, str]:
    return {**PARAMS[kind], **more}


def said(text: TaskText) -> str:
    return "\n".join(
        line.msgid.format(**line.params) for line in (text.title, *text.checklist, *text.warnings)
    )


def told(kind: TaskKind, facts: TenantFacts | None = None, **more: str) -> str:
    return said(task_text(kind, params(kind, **more), facts or TenantFacts()))


def gaps(line: Text) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(line.msgid) if name} - line.params.keys()


@every_variant
def test_every_task_says_what_to_do_where_and_leaves_no_gap(kind: TaskKind, more: dict[str, str]) -> None:
    text = task_text(kind, params(kind, **more), TenantFacts())
    lines = (text.title, *text.checklist, *text.warnings)
    assert len(text.checklist) >= 2
    assert [line.msgid for line in lines if gaps(line)] == []
    assert "{" not in said(text)
    assert text.link in (
        "https://admin.teams.microsoft.com/",
        "https://admin.microsoft.com/",
        "https://entra.microsoft.com/",
    )
    assert isinstance(text.audience, Audience)
    assert len({field.id for field in text.evidence}) == len(text.evidence)


@pytest.mark.parametrize("kind", TaskKind)
def test_the_parameters_of_a_kind_are_those_its_text_needs(kind: TaskKind) -> None:
    assert required_params(kind) == PARAMS[kind].keys()
    for missing in required_params(kind):
        with pytest.raises(Bug, match=missing):
            task_text(
                kind, {name: value for name, value in PARAMS[kind].items() if name != missing}, TenantFacts()
            )


# ---- PowerShell --------------------------------------------------------------------------------------

QUOTES = "'\u2018\u2019\u201a\u201b"


def strings_and_rest(script: str) -> tuple[list[str], str]:
    """A script as PowerShell's tokenizer reads it: its single-quoted strings, and the rest with holes."""
    found, rest, position = [], "", 0
    while position < len(script):
        if script[position] not in QUOTES:
            rest += script[position]
            position += 1
            continue
        position += 1
        value = ""
        while True:
            assert position < len(script), "a string that never ends"
            char = script[position]
            position += 1
            if char in QUOTES:
                if position < len(script) and script[position] in QUOTES:
                    char = script[position]
                    position += 1
                else:
                    break
            value += char
        found.append(value)
        rest += "<>"
    return found, rest


nasty = st.text(
    st.one_of(
        st.sampled_from(QUOTES + '"`$(){};|&<>@#%\\\u201c\u201d \n\r\t\0\u2028\u200b\u202e'), st.characters()
    ),
    min_size=1,
    max_size=20,
)
quotable = nasty.map(lambda text: pasteable(text) or QUOTES)
FREE = frozenset({
    "name", "person", "product", "base", "products", "target", "account", "operator", "provider", "subject",
    "group", "city", "number", "purchase_order", "agreement", "quantity",
})  # fmt: skip
"""Parameters that hold what people or directories write; the others are chosen by us out of a few."""


@every_variant
@given(data=st.data())
def test_no_parameter_breaks_out_of_its_string(
    kind: TaskKind, more: dict[str, str], data: st.DataObject
) -> None:
    tame = params(kind, **more)
    open_ones = [
        name
        for name in tame
        if name in FREE and tame[name] and not (kind is TaskKind.CONVERT_NUMBER and name == "target")
    ]
    wild = {**tame, **{name: data.draw(quotable, name) for name in open_ones}}
    before = task_text(kind, tame, TenantFacts()).powershell
    after = task_text(kind, wild, TenantFacts()).powershell
    assert (after is None) is (before is None)
    if before is None or after is None:
        return
    tame_strings, tame_rest = strings_and_rest(before)
    wild_strings, wild_rest = strings_and_rest(after)
    assert wild_rest == tame_rest, "the commands are the same, whatever they are about"
    for was, is_ in zip(tame_strings, wild_strings, strict=True):
        assert is_ == was or is_ in wild.values()


@given(nasty)
def test_a_quoted_string_is_one_string_with_the_same_text_or_refused(text: str) -> None:
    try:
        written = quoted(text)
    except Unquotable:
        return
    assert strings_and_rest(written) == ([text], "<>")


@pytest.mark.parametrize("bad", ["a\nb", "a\rb", "\t", "\0", "a\u2028b", "a\u202eb", "\u200b", "\x85"])
def test_line_ends_controls_and_what_cannot_be_seen_are_refused(bad: str) -> None:
    with pytest.raises(Unquotable):
        quoted(bad)


def test_a_name_that_cannot_be_pasted_costs_the_script_not_the_task() -> None:
    text = task_text(
        TaskKind.VOICE_APPLICATION, params(TaskKind.VOICE_APPLICATION, name="Sup\u202eport"), TenantFacts()
    )
    assert text.powershell is None
    assert "No PowerShell here" in said(text)
    assert len(text.checklist) >= 2


CMDLETS = {
    TaskKind.CONFIRM_LOCATION: "Update-MgUser -UserId 'ana@contoso.com' -UsageLocation 'ES'",
    TaskKind.ORDER_NUMBERS: "New-CsOnlineTelephoneNumberOrder",
    TaskKind.EMERGENCY_ADDRESS: "New-CsOnlineLisCivicAddress",
    TaskKind.CHANGE_GROUP: "Remove-MgGroupMemberDirectoryObjectByRef -GroupId 'g-1'",
    TaskKind.FORWARD_CALLS: "Set-CsUserCallingSettings -Identity 'ana@contoso.com'",
    TaskKind.VOICE_APPLICATION: "$name = 'Support'",
    TaskKind.SERVICE_NUMBER: "Set-CsPhoneNumberAssignment -Identity 'reception@contoso.com'",
    TaskKind.CONVERT_NUMBER: "Get-CsPhoneNumberAssignment -TelephoneNumber '+33123450001'",
    TaskKind.SUPPORT_CASE: "Get-CsOnlineUser -Identity 'ana@contoso.com'",
    TaskKind.CLEAR_LINE: "Set-ADUser -Clear 'msRTCSIP-Line'",
}


@pytest.mark.parametrize("kind", TaskKind)
def test_where_a_cmdlet_does_it_the_cmdlet_is_there_filled_in(kind: TaskKind) -> None:
    text = task_text(kind, params(kind), TenantFacts())
    if kind in CMDLETS:
        assert text.powershell is not None
        assert CMDLETS[kind] in text.powershell
    else:
        assert text.powershell is None


def test_a_voice_application_is_associated_licensed_and_given_its_number() -> None:
    for purpose, cmdlet in (("queue", "New-CsCallQueue"), ("attendant", "New-CsAutoAttendant ")):
        script = task_text(
            TaskKind.VOICE_APPLICATION, params(TaskKind.VOICE_APPLICATION, purpose=purpose), TenantFacts()
        ).powershell
        assert script is not None
        steps = ["New-CsOnlineApplicationInstance ", "Set-MgUserLicense", cmdlet,
                 "New-CsOnlineApplicationInstanceAssociation", "Set-CsPhoneNumberAssignment"]  # fmt: skip
        places = [script.index(step) for step in steps]
        assert places == sorted(places)
        assert "440eaaa8-b3e0-484b-a8be-62870b9ba70a" in script, "its own licence, never Teams Phone"


# ---- what the rules ask for --------------------------------------------------------------------------


def test_r09_buying_is_clicked_in_the_admin_centre() -> None:
    assert "Billing → Your products → Teams Phone Standard → Buy licences" in told(TaskKind.BUY_SEATS)


@pytest.mark.parametrize(
    ("channel", "instead"),
    [("godaddy", "Move the subscription"), ("reseller", "from the partner"), ("volume", "volume licensing")],
)
def test_r27_r29_whoever_cannot_buy_there_is_not_sent_there(channel: str, instead: str) -> None:
    text = told(TaskKind.BUY_SEATS, TenantFacts.model_validate({"purchase_channel": channel}))
    assert instead in text
    assert "Buy licences." not in text


def test_r29_partner_benefits_need_a_bought_seat_first() -> None:
    assert "one ordinary E3 seat" in told(TaskKind.BUY_SEATS, TenantFacts(partner_benefits=True))
    assert "E3 seat" not in told(TaskKind.BUY_SEATS)


def test_r28_a_monthly_commitment_is_mentioned() -> None:
    assert "monthly commitment" in told(TaskKind.BUY_SEATS, TenantFacts(monthly_commitment=True))
    assert "monthly commitment" not in told(TaskKind.BUY_SEATS)


def test_r55_the_country_decides_how_numbers_are_got() -> None:
    assert "Phone numbers → Numbers → Add" in told(TaskKind.ORDER_NUMBERS)
    assert "by form only, one case a country" in told(TaskKind.ORDER_NUMBERS, country="DE", path="form")
    assert "from Telstra" in told(TaskKind.ORDER_NUMBERS, country="AU", path="partner")
    assert "from SoftBank" in told(TaskKind.ORDER_NUMBERS, country="JP", path="partner")


def test_r60_service_numbers_are_ordered_by_usage_and_type() -> None:
    text = told(TaskKind.ORDER_NUMBERS, usage="conference", tariff="toll_free")
    assert "Number usage: Conference" in text
    assert "Number type: toll-free" in text
    assert "Number type" not in told(TaskKind.ORDER_NUMBERS, tariff="toll")


def test_r34_the_provider_to_be_set_is_named_and_the_old_one_kept() -> None:
    text = told(TaskKind.CONFERENCE_PROVIDER, provider="Microsoft")
    assert "Set Microsoft as the provider" in text
    assert "may be wanted back" in text


def test_r58_numbers_that_were_found_are_held_for_ten_minutes() -> None:
    assert "held for 10 minutes" in told(TaskKind.ORDER_NUMBERS)


def test_r59_a_thousand_numbers_are_ported_by_request() -> None:
    assert "Numbers → Port" in told(TaskKind.PORT_NUMBERS)
    assert "Numbers → Port" not in told(TaskKind.PORT_NUMBERS, quantity="1000", path="request")


def test_r61_service_numbers_are_ported_by_kind_and_said_to_be_ones() -> None:
    text = told(TaskKind.PORT_NUMBERS, usage="voice_application", tariff="toll_free")
    assert "Toll-free numbers only" in text
    assert "service numbers" in text


def test_r64_passing_validation_is_not_proof_and_a_second_look_is_required() -> None:
    assert "Passing validation is not proof" in told(TaskKind.EMERGENCY_ADDRESS)
    found = evidence(TaskKind.EMERGENCY_ADDRESS, location_id=LOCATION, compared="no")
    assert problems(found) == {"compared": "SB-TSK-26"}
    assert evidence(TaskKind.EMERGENCY_ADDRESS, location_id=LOCATION, compared="true") == {
        "location_id": LOCATION,
        "compared": "yes",
    }


def test_r65_streets_called_by_a_number_take_an_ending() -> None:
    assert "150th" in told(TaskKind.EMERGENCY_ADDRESS)


def test_j16_what_the_country_asks_for_and_how_long_it_takes_is_said() -> None:
    ordered = told(TaskKind.ORDER_NUMBERS, country="SK")
    assert "know your customer" in ordered
    assert "New numbers take 2 to 3 weeks (as of 2022-08-31)" in ordered
    ported = told(TaskKind.PORT_NUMBERS, country="ZA", usage="conference")
    assert "Attach the operator's last bill" in ported
    assert "Ports take up to 6 weeks (as of 2022-03-07)" in ported
    assert "cannot be used for conferencing" in ported
    assert "weeks" not in told(TaskKind.ORDER_NUMBERS, country="FR"), "nothing is made up"


# ---- evidence ----------------------------------------------------------------------------------------


def evidence(kind: TaskKind, **raw: str) -> Mapping[str, str] | EvidenceProblems:
    return read_evidence(kind, raw, params(kind), TODAY)


def problems(found: Mapping[str, str] | EvidenceProblems) -> dict[str, str]:
    assert isinstance(found, EvidenceProblems), found
    return {name: refusal.code for name, refusal in found.by_field.items()}


def test_evidence_of_a_purchase_is_kept_in_one_spelling() -> None:
    found = evidence(
        TaskKind.ADD_FUNDS,
        order=" A-1001 ",
        amount="1\u202f200,5",
        bought_on="2026-11-20",
        hidden="x",
        differs="the least they sell",
    )
    assert found == {
        "order": "A-1001", "amount": "1200.50", "bought_on": "2026-11-20", "differs": "the least they sell"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({}, {"order": "SB-TSK-21", "amount": "SB-TSK-21", "bought_on": "SB-TSK-21"}),
        ({"amount": "1,200"}, {"amount": "SB-TSK-23"}),
        ({"amount": "0"}, {"amount": "SB-TSK-23"}),
        ({"amount": "-5"}, {"amount": "SB-TSK-23"}),
        ({"amount": "1e3"}, {"amount": "SB-TSK-23"}),
        ({"amount": "٣"}, {"amount": "SB-TSK-23"}),
        ({"amount": "9" * 400}, {"amount": "SB-TSK-22"}),
        ({"bought_on": "2026-11-23"}, {"bought_on": "SB-TSK-24"}),
        ({"bought_on": "yesterday"}, {"bought_on": "SB-TSK-24"}),
        ({"amount": "800.01"}, {"amount": "SB-CRE-46"}),
        ({"bought_on": "2025-11-21"}, {"bought_on": "SB-CRE-48"}),
        ({"order": "A\n1001"}, {"order": "SB-TSK-22"}),
        ({"order": "<b>"}, {"order": "SB-TSK-22"}),
    ],
)
def test_evidence_that_cannot_be_kept_is_refused_by_field(
    raw: dict[str, str], expected: dict[str, str]
) -> None:
    good = {"order": "A-1001", "amount": "800", "bought_on": "2026-11-20"}
    found = problems(evidence(TaskKind.ADD_FUNDS, **({**good, **raw} if raw else {})))
    assert found == expected
    assert set(found.values()) <= CODES.keys()


def test_quantities_are_whole_numbers_and_optional_fields_may_be_left_out() -> None:
    assert evidence(TaskKind.BUY_SEATS, quantity="007") == {"quantity": "7"}
    for wrong in ("0", "-1", "2.5", "many", "99999999"):
        assert problems(evidence(TaskKind.BUY_SEATS, quantity=wrong)) == {"quantity": "SB-TSK-25"}


def test_r18_only_the_country_the_request_is_for_can_be_confirmed() -> None:
    assert evidence(TaskKind.CONFIRM_LOCATION, country="es") == {"country": "ES"}
    assert problems(evidence(TaskKind.CONFIRM_LOCATION, country="PT")) == {"country": "SB-TSK-27"}
    assert problems(evidence(TaskKind.CONFIRM_LOCATION, country="Spain")) == {"country": "SB-TSK-22"}


@given(st.sampled_from(TaskKind), st.dictionaries(st.text(max_size=12), st.text(max_size=40)))
def test_whatever_is_sent_is_read_or_refused(kind: TaskKind, raw: dict[str, str]) -> None:
    fields = {field.id for field in task_text(kind, params(kind), TenantFacts()).evidence}
    found = read_evidence(
        kind, {**raw, **dict.fromkeys(fields, next(iter(raw.values()), ""))}, params(kind), TODAY
    )
    names = found.by_field if isinstance(found, EvidenceProblems) else found
    assert names.keys() <= fields


# ---- confirmed by Graph ------------------------------------------------------------------------------


def seen(kind: TaskKind, who: Holdings | None, view: object = None, **more: str) -> bool | None:
    return confirmed(kind, params(kind, **more), who, view or tenant())  # type: ignore[arg-type]


def test_a_country_is_confirmed_by_the_directory_and_contradicted_by_it() -> None:
    assert seen(TaskKind.CONFIRM_LOCATION, holdings(person(country="ES"))) is True
    assert seen(TaskKind.CONFIRM_LOCATION, holdings(person(country="FR"))) is False
    assert seen(TaskKind.CONFIRM_LOCATION, holdings(person(country=None))) is None


def test_seats_are_confirmed_once_as_many_have_come_as_were_asked_for() -> None:
    before = tenant(stock={"MCOEV": (60, 60)})
    task = opening_params(TaskKind.BUY_SEATS, PARAMS[TaskKind.BUY_SEATS], before)
    for enabled, expected in ((60, False), (62, False), (63, True)):
        now = tenant(stock={"MCOEV": (enabled, 60)})
        assert confirmed(TaskKind.BUY_SEATS, task, None, now) is expected
    assert confirmed(TaskKind.BUY_SEATS, PARAMS[TaskKind.BUY_SEATS], None, before) is None


def test_seats_of_a_product_that_was_never_owned_count_from_nothing() -> None:
    task = opening_params(TaskKind.BUY_SEATS, PARAMS[TaskKind.BUY_SEATS], tenant(stock={}))
    assert confirmed(TaskKind.BUY_SEATS, task, None, tenant(stock={})) is False
    assert confirmed(TaskKind.BUY_SEATS, task, None, tenant(stock={"MCOEV": (3, 0)})) is True


def test_numbers_are_confirmed_even_when_some_are_given_out_at_once() -> None:
    kind = TaskKind.ORDER_NUMBERS
    before = tenant().model_copy(update={"acquired": Acquired(user=30, toll=2, toll_free=1)})
    assert confirmation_needs(kind, PARAMS[kind]).acquired
    task = opening_params(kind, PARAMS[kind], before)
    more = before.model_copy(update={"acquired": Acquired(user=70, toll=2, toll_free=1)})
    assert confirmed(kind, task, None, before) is False
    assert confirmed(kind, task, None, more) is True
    service = opening_params(kind, params(kind, usage="conference", quantity="1"), before)
    assert confirmed(kind, service, None, more) is False
    toll = before.model_copy(update={"acquired": Acquired(user=30, toll=3, toll_free=1)})
    assert confirmed(kind, service, None, toll) is True
    toll_free = opening_params(
        kind, params(kind, usage="conference", tariff="toll_free", quantity="1"), before
    )
    assert confirmed(kind, toll_free, None, toll) is False


def test_an_address_is_confirmed_by_the_number_that_carries_it() -> None:
    kind = TaskKind.EMERGENCY_ADDRESS
    about = {"country": "FR", "city": "Paris", "number": "+33123450001"}
    bare = number("+33123450001", location=None)
    placed = number("+33123450001")
    assert seen(kind, holdings(person(), numbers=(bare,)), **about) is False
    assert seen(kind, holdings(person(), numbers=(placed,)), **about) is True
    assert seen(kind, holdings(person()), tenant(placed), **about) is True
    assert seen(kind, holdings(person()), tenant(number("+33123450999")), **about) is None


def test_r66_an_address_that_is_sent_with_the_assignment_is_not_looked_for_on_the_number() -> None:
    kind = TaskKind.EMERGENCY_ADDRESS
    placed = number("+14255550101", "US", "Redmond", "loc-old")
    assert seen(kind, holdings(person(), numbers=(placed,))) is None
    assert "Set-CsPhoneNumberAssignment" not in (
        task_text(kind, params(kind), TenantFacts()).powershell or ""
    )
    french = params(kind, country="FR", number="+33123450001")
    script = task_text(kind, french, TenantFacts()).powershell
    assert script is not None
    assert "Set-CsPhoneNumberAssignment -PhoneNumber '+33123450001' -LocationId" in script


def test_an_address_without_a_number_shows_only_where_numbers_carry_addresses() -> None:
    kind = TaskKind.EMERGENCY_ADDRESS
    assert seen(kind, None, number="") is None, "in the US the address is chosen with the number"
    france = {"country": "FR", "city": "paris", "number": ""}
    assert seen(kind, None, tenant(number("+33123450001", location=None)), **france) is False
    assert seen(kind, None, tenant(number("+33123450001")), **france) is True
    assert confirmation_needs(kind, params(kind, **france)).numbers_of == "FR"


def test_a_group_is_confirmed_by_the_licence_that_came_or_went() -> None:
    kind = TaskKind.CHANGE_GROUP
    inside = holdings(person(), licences=(HeldLicence(sku_id=E3, assigned_by_group="g-1"),))
    outside = holdings(person(), E3)
    assert (seen(kind, inside), seen(kind, outside)) == (False, True)
    assert (seen(kind, inside, action="add"), seen(kind, outside, action="add")) == (True, False)


def test_a_suite_is_confirmed_once_the_old_one_is_gone_and_teams_is_there() -> None:
    kind = TaskKind.UPGRADE_BASE
    apps = sku_id("OFFICESUBSCRIPTION")
    base = product_name(apps)
    assert seen(kind, holdings(person(), apps), base=base) is False
    assert seen(kind, holdings(person(), apps, E3), base=base) is False
    assert seen(kind, holdings(person(), E5), base=base) is True
    assert seen(kind, holdings(person()), base=base) is False


def test_a_service_number_is_confirmed_only_on_the_account_it_is_for() -> None:
    kind = TaskKind.SERVICE_NUMBER
    account = person("reception")
    assert seen(kind, holdings(account, numbers=(number("+33123450001"),))) is True
    assert seen(kind, holdings(account)) is False
    assert seen(kind, holdings(person("ana"), numbers=(number("+33123450001"),))) is None


def test_a_conversion_is_confirmed_by_what_the_number_can_be_used_for() -> None:
    kind = TaskKind.CONVERT_NUMBER
    user = number("+33123450001")
    queue = number("+33123450001", capabilities=frozenset({Capability.VOICE_APPLICATION}))
    assert seen(kind, None, tenant(user)) is False
    assert seen(kind, None, tenant(queue)) is True
    assert seen(kind, None, tenant(number("+33123450999"))) is None


def test_a_line_is_confirmed_once_nothing_of_it_is_left() -> None:
    kind = TaskKind.CLEAR_LINE
    on_premises = number("+33123450001").model_copy(update={"on_premises": True})
    assert seen(kind, holdings(person(), numbers=(on_premises,))) is False
    assert seen(kind, holdings(person(), voice=VoiceProfile(numbers=("+33123450001",)))) is False
    assert seen(kind, holdings(person())) is True


@pytest.mark.parametrize(
    "kind",
    [
        TaskKind.ADD_FUNDS,
        TaskKind.PARTNER_FUNDS,
        TaskKind.SET_RECHARGE,
        TaskKind.PORT_NUMBERS,
        TaskKind.SUPPORT_CASE,
        TaskKind.FORWARD_CALLS,
        TaskKind.VOICE_APPLICATION,
        TaskKind.CONFERENCE_PROVIDER,
    ],
)
def test_what_graph_cannot_tell_is_left_to_evidence(kind: TaskKind) -> None:
    assert seen(kind, holdings(person())) is None
    assert seen(kind, None) is None
    assert opening_params(kind, PARAMS[kind], tenant()) == PARAMS[kind]


def test_a_task_about_somebody_nobody_read_is_not_confirmed() -> None:
    for kind in (
        TaskKind.CONFIRM_LOCATION,
        TaskKind.CHANGE_GROUP,
        TaskKind.UPGRADE_BASE,
        TaskKind.CLEAR_LINE,
    ):
        assert seen(kind, None) is None


def test_seats_in_grace_are_not_seats_that_were_bought() -> None:
    lapsing = tenant().model_copy(update={"skus": (sku("MCOEV", 0, 0, warning=60),)})
    task = opening_params(TaskKind.BUY_SEATS, PARAMS[TaskKind.BUY_SEATS], lapsing)
    assert confirmed(TaskKind.BUY_SEATS, task, None, lapsing) is False
