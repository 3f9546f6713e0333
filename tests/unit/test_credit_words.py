"""What is typed about the credits, in three languages."""

from __future__ import annotations

import pytest

from tests.support.commanding import read_as, readers_of

# ruff: noqa: E501 - a table
SAID = """
credits | credits
Credits? | credits
show the credits | credits
credits by person | credits | by=person
credits by destination | credits | by=country
credits by department 30 days | credits | by=department; period=30
credits for 12 months | credits | period=365
credits in USD | credits | currency=USD
crédits | credits
Affiche les crédits par pays | credits | by=country
crédits par service sur 12 mois | credits | by=department; period=365
crédits solde | credits
点数 | credits
查看通信点数按部门 | credits | by=department
How much credit is left? | credits
How long will the credits last? | credits
Combien de crédits reste-t-il ? | credits
rapport des crédits | credits
还剩多少点数？ | credits
credits report | credits
credits seen 214.30 EUR | credits seen | amount=214.30 EUR
credits seen €214.30 on 2026-11-20 | credits seen | amount=€214.30; day=2026-11-20
credits seen 0 | credits seen | amount=0
crédits vus 1 214,30 EUR | credits seen | amount=1 214,30 EUR
点数实际余额 214.30 EUR | credits seen | amount=214.30 EUR
credits opening 800 EUR 2026-03-15 | credits opening | amount=800 EUR; day=2026-03-15
credits opening 800 EUR bought on 2026-03-15 | credits opening | amount=800 EUR; day=2026-03-15
credits opening 800 2026-03-15 | credits opening | amount=800; day=2026-03-15
crédits ouverture 800 EUR 2026-03-15 | credits opening | amount=800 EUR; day=2026-03-15
点数期初 800 EUR 2026-03-15 | credits opening | amount=800 EUR; day=2026-03-15
credits bought 800 EUR 2026-03-15 A-1001 | credits bought | amount=800 EUR; day=2026-03-15; order=A-1001
crédits achetés 800 EUR le 2026-03-15 A-1001 | credits bought | amount=800 EUR; day=2026-03-15; order=A-1001
点数已购 800 EUR 2026-03-15 A-1001 | credits bought | amount=800 EUR; day=2026-03-15; order=A-1001
credits correct order:a-1001 750 EUR paid in part | credits correct | what=order:a-1001 750 EUR paid in part
crédits corriger order:a-1001 750 EUR payé en partie | credits correct | what=order:a-1001 750 EUR payé en partie
credits entries | credits entries
crédits registre | credits entries
点数明细 | credits entries
credits export | credits export
credits export 2026-10 | credits export | month=2026-10
crédits exporter 2026-10 | credits export | month=2026-10
点数导出 2026-10 | credits export | month=2026-10
top up credits by 800 EUR | -
set up credits | -
credits for Dora | -
I need credits | -
"""
ROWS = [tuple(part.strip() for part in f"{line} | ".split("|")[:3]) for line in SAID.strip().splitlines()]


@pytest.mark.parametrize(("text", "name", "slots"), ROWS, ids=[row[0] for row in ROWS])
def test_what_is_said_is_understood_by_one_command_alone(text: str, name: str, slots: str) -> None:
    wanted = dict(one.strip().split("=", 1) for one in slots.split(";") if one.strip())
    assert read_as(text) == (None if name == "-" else (name, wanted))
    assert len(readers_of(text)) <= 1
