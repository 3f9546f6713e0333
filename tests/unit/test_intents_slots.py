"""What a message says beside the wish: for whom, where, how much, how many, which product."""

from __future__ import annotations

import pytest

from bot.domain.catalogue.products import E3, E5
from dialogs.forms import FORMS
from dialogs.intents import Kind, understand

PREFILLED = [
    ("I need a number in Paris ending in 42", "number", {"country": "FR", "city": "Paris", "ending": "42"}),
    ("je veux un numéro à Lyon qui finit par 7", "number", {"country": "FR", "city": "Lyon", "ending": "7"}),
    ("我想要一个柏林的号码,尾号88", "number", {"country": "DE", "city": "Berlin", "ending": "88"}),
    ("I need a German phone number", "number", {"country": "DE"}),
    ("I need a phone number in the US", "number", {"country": "US"}),
    ("can you give us a number", "number", {}),
    ("swap my Paris number for one in Lyon", "number_change", {"country": "FR", "city": "Lyon"}),
    ("assign ENTERPRISEPREMIUM to Ben", "licence", {"product": E5}),
    ("an E5 licence for Ben", "licence", {}),
    ("pay per minute audio conferencing for Ben", "licence", {"product": "conferencing_ppm"}),
    (
        "audio conferencing for me, my provider is InterCall",
        "licence",
        {"product": "conferencing", "provider": "InterCall"},
    ),
    ("dial-in numbers for my meetings, we use Arkadin today", "meeting_organiser", {"provider": "Arkadin"}),
    ("la conférence audio, nous utilisons Arkadin", "licence",
     {"product": "conferencing", "provider": "Arkadin"}),
    ("给王芳开通国际通话计划", "licence", {"product": "international"}),
    ("replace Office 365 E3 with Office 365 E5 for Ana", "swap", {"give_up": E3, "get": E5}),
    ("Office 365 E5 instead of Office 365 E3 for Ana", "swap", {"give_up": E3, "get": E5}),
    ("replace my domestic plan with pay as you go", "swap", {"give_up": "domestic", "get": "payg"}),
    ("remove audio conferencing from Rosa", "swap", {"give_up": "conferencing"}),
    ("switch Ana to the international calling plan", "swap", {"get": "international"}),
    ("order 25 numbers for Madrid", "number_order", {"country": "ES", "city": "Madrid", "quantity": "25"}),
    ("法国号码快用完了,请再要20个", "number_order", {"country": "FR", "quantity": "20"}),
    ("we want to bring 250 numbers over from Orange", "number_port", {"operator": "Orange"}),
    ("top up communications credits by 800 euros", "credits", {"amount": "800", "currency": "EUR"}),
    ("add $1,250.50 to our calling credit", "credits", {"amount": "1250.50", "currency": "USD"}),
    ("ajouter 1 500 € aux crédits d'appel", "credits", {"amount": "1500", "currency": "EUR"}),
    ("通信点数充值800欧元", "credits", {"amount": "800", "currency": "EUR"}),
    ("top up communications credits by 800", "credits", {}),
    ("numéro vert à Lyon", "service_number", {"country": "FR", "city": "Lyon", "tariff": "toll_free"}),
    ("a phone number for the call queue", "service_number", {"purpose": "queue"}),
    ("Hugo is moving to Paris", "mover", {"country": "FR", "city": "Paris"}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wish", "prefill"), PREFILLED)
def test_what_is_said_is_filled_in_and_nothing_else(text: str, wish: str, prefill: dict[str, str]) -> None:
    intent = understand(text)
    assert (intent.kind, intent.wish) == (Kind.WISH, wish)
    assert intent.prefill == prefill


@pytest.mark.parametrize(("text", "wish", "prefill"), PREFILLED)
def test_forms_have_a_field_for_it(text: str, wish: str, prefill: dict[str, str]) -> None:
    assert set(prefill) <= {field.id for field in FORMS[wish].fields}


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("give Dora Lefèvre a number please", "Dora Lefèvre"),
        ("Ana Moreau needs a direct number", "Ana Moreau"),
        ("I need a number for Yann Le Gall", "Yann Le Gall"),
        ("Zoé d'Aubigné is leaving the company", "Zoé d'Aubigné"),
        ("enable phone for ben", "ben"),
        ("make ben a meeting organiser", "ben"),
        ("please change Ana's number", "Ana"),
        ("move Ben from E3 to E5", "Ben"),
        ("assign MCOEV to dora", "dora"),
        ("a number for tom@contoso.com, he starts on Monday", "tom@contoso.com"),
        ("libérer le numéro de Frank", "Frank"),
        ("Ana déménage en Allemagne", "Ana"),
        ("passer Dora de E3 à E5", "Dora"),
        ("给Dora申请一个电话号码", "Dora"),
        ("能不能帮陈伟申请一个电话号码", "陈伟"),
        ("王芳下周离职", "王芳"),
        ("Frank周五离职", "Frank"),
        ("把Dora从E3换成E5", "Dora"),
        ("I need a number for our customers", None),
        ("number for the meeting room Everest", None),
        ("bring our numbers over from Orange", None),
        ("a number in Berlin for me", None),
        ("je voudrais un numéro pour moi", None),
        ("把我们的号码从Orange转到Teams", None),
        ("给我一个巴黎的号码", None),
    ],
)
def test_for_whom(text: str, person: str | None) -> None:
    assert understand(text).person == person


def test_the_choice_of_a_meaning_keeps_what_was_said() -> None:
    text = "problem with Ana's number in Paris"
    assert understand(text).kind is Kind.CLARIFY
    chosen = understand(text, "number_change")
    assert (chosen.wish, chosen.person) == ("number_change", "Ana")
    assert chosen.prefill == {"country": "FR", "city": "Paris"}


@pytest.mark.parametrize("meant", ["approve", "pin", "number; drop"])
def test_what_is_never_offered_cannot_be_chosen(meant: str) -> None:
    with pytest.raises(ValueError, match=meant):
        understand("my number", meant)
