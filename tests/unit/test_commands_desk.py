"""What is typed to look things up, to stop and go, and to keep numbers back."""

from __future__ import annotations

import pytest

from dialogs.commands.number_words import NumbersAsked, NumbersWords
from dialogs.intents import Kind, understand
from tests.support.commanding import read_as, readers_of

# ruff: noqa: E501 - a table
SAID = """
status | status
How is the desk? | status
statut | status
状态 | status
status of my request | -
requests | requests
list requests | requests
requests waiting | requests | which=waiting
failed requests | requests | which=failed
requests to approve | requests | which=approval
requests mine | requests | which=mine
requests for Ana Lopez | requests | person=Ana Lopez
requests open for @Ana credits | requests | which=open; person=Ana; scope=credits
all requests licences | requests | which=all; scope=licences
demandes en attente | requests | which=waiting
demandes pour Hélène numéros | requests | person=Hélène; scope=numbers
未完成的申请 | requests | which=open
查找李梅的申请 | requests | person=李梅
requests by week | -
I have requests | -
stock | stock
What is left? | stock
que reste-t-il ? | stock
库存 | stock
stock of Teams Phone | -
licences | licences
Licenses | licences
show licences | licences
许可证 | licences
licences for Dora | -
numbers | numbers
numbers France free | numbers
free numbers | numbers
号码 | numbers
numbers for my team | -
order numbers | -
who has +33 1 70 18 99 42 | who has | number=+33 1 70 18 99 42
Whose is +33170189942? | who has | number=+33170189942
Qui a +33 1 70 18 99 42 ? | who has | number=+33 1 70 18 99 42
谁在用+33170189942? | who has | number=+33170189942
who has Teams Phone | -
who has my number | -
what does Dora have | what has | person=Dora
What does @Dora Lefèvre have? | what has | person=Dora Lefèvre
qu'a Hélène ? | what has | person=Hélène
李梅有什么? | what has | person=李梅
what do I have | -
what does Dora have to do | -
whoami | whoami
Who am I? | whoami
Qui suis-je ? | whoami
我是谁 | whoami
version | version
which version? | version
版本 | version
pause | pause
pause carrier maintenance | pause | text=carrier maintenance
pause because the carrier asks for it | pause | text=the carrier asks for it
suspendre car maintenance | pause | text=maintenance
暂停因为维护 | pause | text=维护
resume | resume
resume work | resume
reprendre | resume
恢复 | resume
resume SB-4K7Q2 | -
hold +33 1 70 18 99 42 | hold | number=+33 1 70 18 99 42
hold +33170189942 for 14 days because it is on the leaflet | hold | number=+33170189942; count=14; text=it is on the leaflet
keep back +33170189942 for the new shop | hold | number=+33170189942; text=for the new shop
garder +33170189942 pendant 14 jours car promis | hold | number=+33170189942; count=14; text=promis
保留+33170189942 为期14天 因为传单 | hold | number=+33170189942; count=14; text=传单
hold my number | -
release +33 1 70 18 99 42 | release | number=+33 1 70 18 99 42
libérer +33170189942 | release | number=+33170189942
释放+33170189942 | release | number=+33170189942
release my number | -
"""


def rows() -> list[tuple[str, str, dict[str, str]]]:
    found = []
    for line in SAID.strip("\n").splitlines():
        text, name, *filled = (part.strip() for part in line.split("|"))
        slots = dict(one.strip().split("=", 1) for one in filled[0].split(";")) if filled else {}
        found.append((text, name, slots))
    return found


@pytest.mark.parametrize(("text", "name", "slots"), rows())
def test_what_is_typed(text: str, name: str, slots: dict[str, str]) -> None:
    assert read_as(text) == (None if name == "-" else (name, slots))
    assert len(readers_of(text)) == (name != "-")


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("numbers", NumbersAsked()),
        ("Numbers in France", NumbersAsked("FR")),
        ("numbers FR", NumbersAsked("FR")),
        ("numbers Paris", NumbersAsked("FR", "Paris")),
        ("numbers in New York", NumbersAsked("US", "New York")),
        ("numbers France Paris quarantine", NumbersAsked("FR", "Paris", "quarantine")),
        ("numbers France Annecy held", NumbersAsked("FR", "Annecy", "held")),
        ("free numbers", NumbersAsked(state="free")),
        ("numéros libres en Allemagne", NumbersAsked("DE", "", "free")),
        ("used numbers London", NumbersAsked("GB", "London", "used")),
        ("法国空闲号码", NumbersAsked("FR", "", "free")),
        ("巴黎的号码", NumbersAsked("FR", "Paris")),
    ],
)
def test_a_place_and_a_state_in_any_order(text: str, asked: NumbersAsked) -> None:
    assert NumbersWords().read(text) == asked


@pytest.mark.parametrize(
    "text",
    [
        "numbers for Paris",
        "numbers Paris Lyon",
        "numbers France Germany",
        "numbers free used",
        "numbers annecy",
        "numbers Annecy",
        "10 numbers in Paris",
        "I need numbers in Paris",
        "phone numbers for: dora",
        "numbers\nParis",
        "给团队的号码",
        "numbers " + "x" * 100,
        "",
    ],
)
def test_what_says_more_wants_something_else(text: str) -> None:
    assert NumbersWords().read(text) is None


def test_wishes_are_no_commands() -> None:
    for text in ("order 10 numbers in Paris", "I need a licence", "give back my number", "swap licences"):
        assert read_as(text) is None
        assert understand(text).kind in (Kind.WISH, Kind.CLARIFY)
