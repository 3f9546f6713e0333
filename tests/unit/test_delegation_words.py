"""Delegations as people type them, in three languages: who, from when until when, and for what."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.days import period_in
from dialogs.delegation_words import DelegationCommand, delegation_command

SATURDAY = date(2026, 11, 21)


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


# What is typed | who | since | until | kinds. On Saturday, 21 November 2026.
MAKES = {
    "en-US": """
delegate to Tom O'Neil until Friday for numbers | Tom O'Neil | | 2026-11-27 | numbers
delegate to anna@contoso.com from 1 December until 12 December | anna@contoso.com | 2026-12-01 | 2026-12-12 |
delegate to Anna for 2 weeks | Anna | | 2026-12-04 |
delegate to Anna for 3 days | Anna | | 2026-11-23 |
delegate to Anna for a month | Anna | | 2026-12-20 |
delegate to Anna for a week for licences and credits | Anna | | 2026-11-27 | licences credits
delegate numbers to Tom until tomorrow | Tom | | 2026-11-22 | numbers
delegate my approvals to Priya Nair until 12/1 | Priya Nair | | 2026-12-01 |
delegate to Sun Wei until Sun | Sun Wei | | 2026-11-22 |
delegate to May Day from 3 January until 5 January | May Day | 2027-01-03 | 2027-01-05 |
delegate to Tom next week | Tom | 2026-11-23 | 2026-11-29 |
delegate to Tom from Monday to Friday | Tom | 2026-11-23 | 2026-11-27 |
delegate to Tom from 1 to 12 December | Tom | 2026-12-01 | 2026-12-12 |
delegate to Tom tomorrow | Tom | 2026-11-22 | 2026-11-22 |
delegate to Tom until the day after tomorrow | Tom | | 2026-11-23 |
delegate to Tom until next Friday for everything | Tom | | 2026-11-27 |
delegate to Tom until the end of the month | Tom | | 2026-11-30 |
delegate to Tom until the end of the year | Tom | | 2026-12-31 |
delegate to Tom until 2026-12-05, for phone numbers | Tom | | 2026-12-05 | numbers
delegate to Tom through December 5th | Tom | | 2026-12-05 |
delegate to Tom until Friday, 27 November | Tom | | 2026-11-27 |
Please delegate to @Tom O'Neil until Friday please. | Tom O'Neil | | 2026-11-27 |
delegate to Tom starting tomorrow for 5 days for leavers and movers | Tom | 2026-11-22 | 2026-11-26 | people
DELEGATE TO TOM UNTIL TODAY | TOM | | 2026-11-21 |
delegate to Tom until 20 November | Tom | | 2026-11-20 |
delegate | | | |
delegate to Tom | Tom | | |
""",
    "en-GB": """
delegate to Tom until 1/12 | Tom | | 2026-12-01 |
delegate to Tom until 13/12/26 | Tom | | 2026-12-13 |
""",
    "fr-FR": """
déléguer à Yann Le Gall jusqu'à vendredi pour les numéros | Yann Le Gall | | 2026-11-27 | numbers
délègue à Hélène du 1er au 12 décembre | Hélène | 2026-12-01 | 2026-12-12 |
déléguer à Tom du 1er décembre au 12 décembre pour les licences | Tom | 2026-12-01 | 2026-12-12 | licences
déléguer à Tom pendant deux semaines | Tom | | 2026-12-04 |
délègue à Tom jusqu’au 01/12 | Tom | | 2026-12-01 |
je voudrais déléguer mes approbations à Tom jusqu'à la fin du mois | Tom | | 2026-11-30 |
déléguer crédits à Tom dès demain jusqu'à vendredi prochain | Tom | 2026-11-22 | 2026-11-27 | credits
déléguer à Tom la semaine prochaine | Tom | 2026-11-23 | 2026-11-29 |
délègue à Tom jusqu'à après-demain | Tom | | 2026-11-23 |
""",
    "zh-CN": """
委托给李梅到周五 | 李梅 | | 2026-11-27 |
把号码审批委托给汤姆直到下周五 | 汤姆 | | 2026-11-27 | numbers
委托给 Tom O'Neil 从12月1日到12月12日 关于号码 | Tom O'Neil | 2026-12-01 | 2026-12-12 | numbers
请李梅代我审批到后天 | 李梅 | | 2026-11-23 |
委托给李梅两周 | 李梅 | | 2026-12-04 |
从12月1日到12日委托给李梅 | 李梅 | 2026-12-01 | 2026-12-12 |
明天起委托给Tom三天 | Tom | 2026-11-22 | 2026-11-24 |
委托给李梅到月底，仅限许可证和点数 | 李梅 | | 2026-11-30 | licences credits
委托给李梅至2026年12月5日 | 李梅 | | 2026-12-05 |
下周委托给李梅 | 李梅 | 2026-11-23 | 2026-11-29 |
""",
}

ROWS = [
    (locale, *(part.strip() for part in line.split("|")))
    for locale, table in MAKES.items()
    for line in table.strip().splitlines()
]


@pytest.mark.parametrize(
    ("locale", "text", "who", "since", "until", "scopes"), ROWS, ids=[r[1] for r in ROWS]
)
def test_a_delegation_in_words(locale: str, text: str, who: str, since: str, until: str, scopes: str) -> None:
    wanted = DelegationCommand("make", who, day(since), day(until), tuple(scopes.split()))
    assert delegation_command(text, SATURDAY, locale) == wanted


@pytest.mark.parametrize(
    ("today", "until"),
    [("2026-11-23", "2026-11-27"), ("2026-11-26", "2026-11-27"), ("2026-11-27", "2026-12-04")],
)
def test_a_weekday_is_the_next_one_and_never_today(today: str, until: str) -> None:
    command = delegation_command("delegate to Tom until Friday", date.fromisoformat(today), "en-US")
    assert command is not None
    assert command.until == day(until)


@pytest.mark.parametrize("text", ["delegate to Tom until whenever", "delegate to Tom for cars until Friday"])
def test_what_is_not_understood_is_not_passed_over(text: str) -> None:
    command = delegation_command(text, SATURDAY, "en-US")
    assert command is not None
    assert command.who == "Tom"
    assert command.unread


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("stop delegating", ""),
        ("Stop delegating to Tom O'Neil.", "Tom O'Neil"),
        ("cancel my delegation to @Tom", "Tom"),
        ("arrêter de déléguer à Hélène", "Hélène"),
        ("arrête la délégation", ""),
        ("ne plus déléguer", ""),
        ("停止委托", ""),
        ("停止委托给李梅", "李梅"),
        ("取消对李梅的委托", "李梅"),
    ],
)
def test_stopping(text: str, who: str) -> None:
    assert delegation_command(text, SATURDAY, "en-US") == DelegationCommand("stop", who)


@pytest.mark.parametrize("text", ["delegations", "My delegations", "mes délégations", "我的委托"])
def test_listing(text: str) -> None:
    assert delegation_command(text, SATURDAY, "en-US") == DelegationCommand("list")


@pytest.mark.parametrize(
    "text",
    [
        "I need a phone number", "withdraw SB-4K7Q2", "cancel", "stop", "my requests", "",
        "remind SB-4K7Q2", "my delegate is Tom", "annuler", "授权", "停止",
    ],
)  # fmt: skip
def test_everything_else_is_about_something_else(text: str) -> None:
    assert delegation_command(text, SATURDAY, "en-US") is None


@given(st.text(max_size=400), st.sampled_from(["en-US", "en-GB", "fr-FR", "zh-CN"]))
def test_no_text_breaks_the_reader(text: str, locale: str) -> None:
    delegation_command(f"delegate to {text}", SATURDAY, locale)
    delegation_command(text, SATURDAY, locale)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_a_whole_date_is_that_date(today: date, wanted: date) -> None:
    for text in (
        f"until {wanted.isoformat()}",
        f"until {wanted.day} {wanted:%B} {wanted.year}",
        f"until {wanted:%B} {wanted.day}, {wanted.year}",
        f"到{wanted.year}年{wanted.month}月{wanted.day}日",
        f"jusqu'au {wanted.day:02}/{wanted.month:02}/{wanted.year}",
    ):
        locale = "fr-FR" if text.startswith("j") else "en-US"
        period, rest = period_in(text.lower(), today, locale)
        assert period.until == wanted, text
        assert not rest.strip(), text
