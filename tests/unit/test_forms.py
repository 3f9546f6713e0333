"""Every form: what is filled in becomes the wish, and what is wrong is said at the input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

import pytest

from bot.domain.planning import needs
from bot.domain.tenant import TenantFacts
from bot.domain.values import Money
from bot.domain.views import CountryChoice, WishOptions
from bot.domain.wishes import (
    FOR_THE_ORGANISATION,
    CreditsWish,
    LeaverWish,
    LicenceWish,
    MoverWish,
    NumberChangeWish,
    NumberOrderWish,
    NumberPortWish,
    NumberWish,
    PhoneUserWish,
    ServiceNumberWish,
    SwapWish,
    Wish,
)
from bot.usecases.preview import TOLD_BY_OTHERS
from bot.words import words_for
from cards.forms import ANY
from dialogs.forms import FORMS
from dialogs.forms.amounts import read_amount
from dialogs.forms.phone_lists import read_numbers
from dialogs.forms.reading import kept, problems, read_all
from dialogs.forms.settling import settled_choices, with_defaults
from dialogs.forms.spoken import answer_of, next_question, question
from tests.support.card_samples import (
    DORA,
    FILLED,
    MARC,
    MCOEV,
    MCOMEETADV,
    MCOPSTN1,
    OPTIONS_ALL,
    OPTIONS_FR,
    OPTIONS_US,
    form,
    wish_of,
)

EN, FR = words_for("en"), words_for("fr")

every_form = pytest.mark.parametrize("kind", FORMS)


def sent(kind: str, inputs: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the filled form once these inputs are changed."""
    form = FORMS[kind]
    values = read_all(form, FILLED[kind], inputs, EN)
    return problems(form, OPTIONS_ALL, values, EN)


@every_form
def test_a_form_filled_in_has_nothing_to_correct(kind: str) -> None:
    values = with_defaults(FORMS[kind], OPTIONS_ALL, FILLED[kind])
    assert problems(FORMS[kind], OPTIONS_ALL, values, EN) == {}


@every_form
def test_what_a_form_asks_reaches_the_wish(kind: str) -> None:
    wish = wish_of(kind)
    assert wish.kind == kind
    assert wish.beneficiary_id == DORA.id
    assert needs(wish) is not None


@pytest.mark.parametrize("kind", ["number", "number_change", "phone_user", "mover"])
def test_r66_whoever_asks_for_a_number_of_japan_says_that_he_knows_what_it_cannot_do(kind: str) -> None:
    options = OPTIONS_ALL.model_copy(
        update={
            "countries": (
                CountryChoice(country="JP", name="Japan", needs_location=False, no_emergency_calls=True),
                *OPTIONS_ALL.countries,
            )
        }
    )
    form = FORMS[kind]
    elsewhere = {**FILLED[kind], "location": "loc-1"}
    assert "accepts_no_emergency_calls" not in {one.id for one in form.shown(options, elsewhere)}
    there = {**elsewhere, "country": "JP", "calls": "outside"}
    assert "accepts_no_emergency_calls" in problems(form, options, there, EN)
    ticked = {**there, "accepts_no_emergency_calls": "true"}
    assert problems(form, options, ticked, EN) == {}
    assert getattr(form.to_wish(DORA.id, ticked), "accepts_no_emergency_calls", False)


def test_a_number_for_an_account_that_exists_is_asked_for_the_account() -> None:
    """R60: what the account has decides, not what the requester has."""
    wish = FORMS["service_number"].to_wish(DORA.id, {**FILLED["service_number"], "account": MARC.id})
    assert isinstance(wish, ServiceNumberWish)
    assert wish.beneficiary_id == wish.account_id == MARC.id


def test_r70_a_number_for_people_can_be_named_and_converted() -> None:
    named = {**FILLED["service_number"], "telephone_number": "01 70 18 99 42", "convert": "true"}
    assert problems(FORMS["service_number"], OPTIONS_ALL, named, EN) == {}
    wish = FORMS["service_number"].to_wish(DORA.id, named)
    assert isinstance(wish, ServiceNumberWish)
    assert (wish.telephone_number, wish.convert) == ("+33170189942", True)
    unnamed = {one.id for one in FORMS["service_number"].shown(OPTIONS_ALL, FILLED["service_number"])}
    assert ("telephone_number" in unnamed, "convert" in unnamed) == (True, False)
    for wrong in ("hello", "12", "+33170189942, +33170189943", "=cmd"):
        assert set(sent("service_number", {"telephone_number": wrong})) == {"telephone_number"}


def test_everybody_agrees_on_which_wishes_are_nobodys_own() -> None:
    assert {kind for kind, form in FORMS.items() if not form.who} == FOR_THE_ORGANISATION
    assert {kind for kind, form in FORMS.items() if form.needs_person} == TOLD_BY_OTHERS


@every_form
def test_what_was_stored_reads_as_itself(kind: str) -> None:
    """Inputs of a form that is shown again and sent unchanged change nothing."""
    again = read_all(FORMS[kind], FILLED[kind], FILLED[kind], EN)
    assert again == dict(FILLED[kind])


@pytest.mark.parametrize(
    ("wish", "expected"),
    [
        (wish_of("number"), NumberWish(beneficiary_id=DORA.id, country="FR")),
        (
            wish_of("number_change"),
            NumberChangeWish(beneficiary_id=DORA.id, country="US", ending="42", location_id="loc-1"),
        ),
        (
            wish_of("licence"),
            LicenceWish(
                beneficiary_id=DORA.id, product=MCOMEETADV, leads_meetings=True,
                conference_provider="InterCall", accepts_provider_change=True,
            ),
        ),
        (
            wish_of("phone_user"),
            PhoneUserWish(
                beneficiary_id=DORA.id, country="US", new_location=True, calling_plan="payg",
                with_credits=True,
            ),
        ),
        (
            wish_of("swap"),
            SwapWish(beneficiary_id=DORA.id, give_up=MCOPSTN1, get=MCOEV, confirms_loss=True),
        ),
        (
            wish_of("leaver"),
            LeaverWish(
                beneficiary_id=DORA.id, last_day=date(2026, 11, 27), successor_id=MARC.id,
                successor_name=MARC.name, forward_to="the front desk", confirms_loss=True,
            ),
        ),
        (
            wish_of("mover"),
            MoverWish(beneficiary_id=DORA.id, country="US", location_id="loc-2", confirms_loss=True),
        ),
        (
            wish_of("service_number"),
            ServiceNumberWish(
                beneficiary_id=DORA.id, purpose="queue", country="FR", city="Paris", tariff="toll_free",
                name="Support", outbound_calls=True,
            ),
        ),
        (
            wish_of("number_order"),
            NumberOrderWish(
                beneficiary_id=DORA.id, country="FR", city="Paris", quantity=40, usage="conference"
            ),
        ),
        (
            wish_of("number_port"),
            NumberPortWish(
                beneficiary_id=DORA.id, country="FR", numbers=("+33170189942", "+33170189943"),
                operator="Telco",
            ),
        ),
        (
            wish_of("credits"),
            CreditsWish(
                beneficiary_id=DORA.id,
                amount=Money(minor=80_000, currency="EUR"),
                recharge=Money(minor=20_000, currency="EUR"),
                trigger=Money(minor=5_050, currency="EUR"),
                usage=tuple(Money(minor=minor, currency="EUR") for minor in (8_000, 10_000, 12_000)),
                pay_by_agreement=True, agreement_number="123", purchase_order="PO-1234",
            ),
        ),
    ],
    ids=lambda value: value.kind,
)  # fmt: skip
def test_the_wish_says_what_the_form_said(wish: Wish, expected: Wish) -> None:
    assert wish == expected


@pytest.mark.parametrize(
    ("kind", "inputs", "field", "said"),
    [
        ("number", {"country": "ZZ"}, "country", "country of the list"),
        ("number", {"city": "Atlantis"}, "city", "no free number in this city"),
        ("number", {"ending": "12ab"}, "ending", "digits only"),
        ("number_change", {"location": ""}, "location", "choose the place of work"),
        ("number_change", {"location": "loc-9"}, "location", "choose the place of work"),
        ("number_release", {"confirms_loss": "false"}, "confirms_loss", "what is lost"),
        ("licence", {"product": "x"}, "product", "product of the list"),
        ("licence", {"leads_meetings": ""}, "leads_meetings", "who only joins needs no licence"),
        ("licence", {"accepts_change": "false"}, "accepts_change", "Microsoft becomes the provider"),
        ("licence", {"product": MCOPSTN1}, "calls", "no Calling Plan is needed"),
        ("phone_user", {"calls": ""}, "calls", "who is called"),
        ("phone_user", {"calling_plan": "free"}, "calling_plan", "Calling Plan of the list"),
        ("meeting_organiser", {"leads_meetings": "maybe"}, "leads_meetings", "schedules or leads"),
        ("swap", {"give_up": ANY, "get": ANY}, "get", "what is given up, or what comes instead"),
        ("swap", {"give_up": MCOMEETADV}, "give_up", "something the person has"),
        ("leaver", {"last_day": "soon"}, "last_day", "as a date"),
        ("leaver", {"last_day": "2026-02-30"}, "last_day", "as a date"),
        ("leaver", {"successor": DORA.id}, "successor", "this is who leaves"),
        ("leaver", {"confirms_loss": ""}, "confirms_loss", "what is lost"),
        ("mover", {"country": ""}, "country", "country of the list"),
        ("emergency_location", {"location": "elsewhere"}, "location", "choose the place of work"),
        ("service_number", {"purpose": "war"}, "purpose", "what the number is for"),
        ("service_number", {"name": "  "}, "name", "what it is called"),
        ("number_order", {"city": ""}, "city", "by it"),
        ("number_order", {"quantity": "0"}, "quantity", "at least 1"),
        ("number_order", {"quantity": "many"}, "quantity", "in digits"),
        ("number_order", {"quantity": "1000000"}, "quantity", "in digits"),
        ("number_port", {"numbers": "+33170189942\nhello\n12"}, "numbers", "row 2: “hello”"),
        ("number_port", {"operator": ""}, "operator", "which operator"),
        ("credits", {"amount": "lots"}, "amount", "in digits"),
        ("credits", {"amount": ""}, "amount", "in digits"),
        ("credits", {"amount": "1.200"}, "amount", "in digits"),
        ("credits", {"trigger": ""}, "trigger", "give both"),
        ("credits", {"usage": "80; about 100"}, "usage", "semicolons"),
        ("credits", {"agreement": "999"}, "agreement", "agreement of the list"),
        ("credits", {"purchase_order": "4711"}, "purchase_order", "purchase order numbers"),
        ("credits", {"currency": "XXX"}, "currency", "currency of the list"),
    ],
)
def test_each_wrong_answer_is_said_at_its_input(
    kind: str, inputs: Mapping[str, str], field: str, said: str
) -> None:
    assert said in sent(kind, inputs)[field]


@pytest.mark.parametrize(
    ("typed", "in_english", "in_french"),
    [
        ("1200", "1200", "1200"),
        ("1 200,50", "1200.50", "1200.50"),
        ("1\u202f200,50", "1200.50", "1200.50"),
        ("1,200.50", "1200.50", "1200.50"),
        ("1.200,50", "1200.50", "1200.50"),
        ("1,200", "1200", None),
        ("1.200", None, "1200"),
        ("1.200.000", "1200000", "1200000"),
        ("12,5", "12.5", "12.5"),
        ("12.345,6.7", None, None),
        ("-5", None, None),
        ("1e3", None, None),
        ("", None, None),
    ],
)
def test_amounts_are_read_as_people_write_them_or_not_at_all(
    typed: str, in_english: str | None, in_french: str | None
) -> None:
    assert read_amount(typed, "EUR", EN) == in_english
    assert read_amount(typed, "EUR", FR) == in_french


def test_amounts_keep_to_what_the_currency_has() -> None:
    assert read_amount("1200,5", "JPY", FR) is None
    assert read_amount("1.250", "KWD", EN) == "1.250"


def test_pasted_numbers_are_read_as_those_of_the_country_and_named_once() -> None:
    pasted = 'PhoneNumber\n01 70 18 99 42\n+33 1 70 18 99 42;+33 1 70 18 99 43\n\n"0170189944"\nabc'
    assert read_numbers(pasted, "FR").split() == ["+33170189942", "+33170189943", "+33170189944", "abc"]
    assert read_numbers("+33170189942 +33170189943", "").split() == ["+33170189942", "+33170189943"]


def test_a_long_list_is_kept_though_no_card_could_show_it_again() -> None:
    rows = "\n".join(f"+3319900{n:04}" for n in range(1500))
    values = {**FILLED["number_port"], "numbers": rows}
    shown = form("number_port", OPTIONS_ALL, EN, values=values)
    assert len(json.dumps(shown, ensure_ascii=False).encode("utf-16-le")) < 28_000
    again = read_all(FORMS["number_port"], values, {"numbers": "", "operator": "Other"}, EN)
    assert len(again["numbers"].splitlines()) == 1500
    assert problems(FORMS["number_port"], OPTIONS_ALL, again, EN) == {}


def test_a_quantity_may_be_grouped() -> None:
    form = FORMS["number_order"]
    for typed in ("1 000", "1,000", "1.000", "01000"):
        assert read_all(form, {}, {"quantity": typed}, EN)["quantity"] == "1000"


def test_only_conferencing_asks_who_leads_and_only_calling_who_is_called() -> None:
    form = FORMS["licence"]

    def asked(product: str, options: WishOptions = OPTIONS_ALL) -> set[str]:
        return {field.id for field in form.shown(options, {"product": product})}

    plain = OPTIONS_ALL.model_copy(update={"facts": TenantFacts()})
    assert asked(MCOMEETADV) >= {"leads_meetings", "provider", "accepts_change"}
    assert "leads_meetings" in asked(MCOMEETADV, plain)
    assert "provider" not in asked(MCOMEETADV, plain)
    assert "calls" in asked(MCOPSTN1)
    assert asked(MCOEV) == {"product", "reason"}


def test_a_product_nobody_has_bought_can_be_asked_for_by_its_use_alone() -> None:
    us = OPTIONS_US
    assert problems(FORMS["licence"], us, {"product": "phone"}, EN) == {}
    assert "product" in problems(FORMS["licence"], us, {"product": "anything"}, EN)


def test_answers_to_questions_that_do_not_apply_any_more_are_dropped() -> None:
    values = {"product": MCOEV, "leads_meetings": "yes", "provider": "InterCall", "reason": "x"}
    assert kept(FORMS["licence"], OPTIONS_ALL, values) == {"product": MCOEV, "reason": "x"}


def test_another_country_takes_the_city_back() -> None:
    form = FORMS["mover"]
    typed = {"country": "US", "city": "Paris", "confirms_loss": "true"}
    settled = settled_choices(form, OPTIONS_US, {"country": "FR"}, typed, EN, everything=False)
    assert settled["city"] == ""


def test_where_the_directory_says_is_proposed_and_never_chosen_for_anybody() -> None:
    """J06: a country is proposed for whoever has none."""
    spanish = OPTIONS_ALL.beneficiary.model_copy(update={"usage_location": None, "country": "FR"})
    proposed = OPTIONS_ALL.model_copy(update={"beneficiary": spanish})
    nowhere = OPTIONS_ALL.model_copy(update={"beneficiary": spanish.model_copy(update={"country": None})})
    assert with_defaults(FORMS["number"], proposed, {})["country"] == "FR"
    assert "country" not in with_defaults(FORMS["number"], nowhere, {})


def asked_in_text(kind: str, options: WishOptions, values: Mapping[str, str]) -> list[str]:
    form, order, after = FORMS[kind], [], None
    while (field := next_question(form, after, options, values, EN)) is not None:
        order.append(field.id)
        after = field.id
    return order


def test_people_who_type_are_asked_the_same_but_what_has_one_answer() -> None:
    values = with_defaults(FORMS["number"], OPTIONS_FR, {})
    assert asked_in_text("number", OPTIONS_FR, values) == ["city", "ending", "reason"]
    values = with_defaults(FORMS["number"], OPTIONS_US, {})
    assert asked_in_text("number", OPTIONS_US, values) == ["city", "ending", "location", "reason"]
    assert asked_in_text("credits", OPTIONS_ALL, FILLED["credits"])[:4] == [
        "purpose", "currency", "amount", "recharge",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "field", "typed", "answer"),
    [
        ("number", "country", "Frankreich", None),
        ("number", "country", "france", "FR"),
        ("number", "country", "法国", "FR"),
        ("licence", "product", "1", MCOEV),
        ("licence", "product", "audio conferencing", MCOMEETADV),
        ("licence", "leads_meetings", "oui", "yes"),
        ("licence", "leads_meetings", "no", "no"),
        ("licence", "leads_meetings", "perhaps", None),
        ("number_release", "confirms_loss", "好的", "true"),
        ("number_release", "confirms_loss", "hm", None),
        ("swap", "get", "none", ""),
        ("leaver", "last_day", "2026-11-27", "2026-11-27"),
        ("leaver", "last_day", "skip", ""),
        ("leaver", "last_day", "11/27/2026", "2026-11-27"),
        ("leaver", "last_day", "27.11.2026", "2026-11-27"),
        ("leaver", "last_day", "2026年11月7日", "2026-11-07"),
        ("leaver", "last_day", "05/06/2026", "05/06/2026"),
        ("number_order", "quantity", "1 000", "1000"),
        ("service_number", "tariff", "2", "toll_free"),
        ("credits", "amount", "1 200,50", "1200.50"),
        ("credits", "usage", "80, 100, 120", "80 100 120"),
    ],
)
def test_what_people_type_is_the_answer_or_is_asked_again(
    kind: str, field: str, typed: str, answer: str | None
) -> None:
    one = FORMS[kind].field(field)
    assert one is not None
    values = {"currency": "EUR", "product": MCOMEETADV}
    assert answer_of(one, typed, OPTIONS_ALL, values, EN) == answer


def test_a_question_lists_a_dozen_choices_at_most() -> None:
    country = FORMS["number"].field("country")
    assert country is not None
    listed = question(country, OPTIONS_ALL, {}, EN)
    assert "1. France" in listed
    assert "12. " in listed
    assert "13. " not in listed
