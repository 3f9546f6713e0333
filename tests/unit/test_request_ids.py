"""Ids people can say to each other."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.request_ids import ALPHABET, new_request_id, parse_request_id


def test_an_id_is_short_and_made_of_signs_that_are_not_mistaken() -> None:
    made = new_request_id(secrets.token_bytes)
    assert made.startswith("SB-")
    assert len(made) == 8
    assert not set("ILOU") & set(ALPHABET)
    assert len(set(ALPHABET)) == 32


def test_every_sign_is_equally_likely() -> None:
    signs = [new_request_id(lambda n, byte=byte: bytes([byte] * n))[3] for byte in range(256)]
    assert {signs.count(sign) for sign in ALPHABET} == {8}


@given(st.binary(min_size=5, max_size=5))
def test_every_id_made_is_understood_however_it_is_typed(seed: bytes) -> None:
    made = new_request_id(lambda _: seed)
    for typed in (made, made.lower(), made.replace("-", ""), made.replace("-", " - "), f" #{made} "):
        assert parse_request_id(typed) == made
    assert parse_request_id(made[:3] + made[3:].replace("0", "o").replace("1", "l")) == made


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sb-4k7q2", "SB-4K7Q2"),
        ("SB4K7Q2", "SB-4K7Q2"),
        ("sb 4k7q2", "SB-4K7Q2"),
        ("SB–4K7Q2", "SB-4K7Q2"),
        ("ＳＢ－４Ｋ７Ｑ２", "SB-4K7Q2"),
        ("SB-OIL07", "SB-01107"),
    ],
)
def test_what_people_mistype_is_put_right(typed: str, meant: str) -> None:
    assert parse_request_id(typed) == meant


@pytest.mark.parametrize(
    "typed", ["", "SB-", "SB-4K7Q", "SB-4K7Q22", "4K7Q2", "AB-4K7Q2", "SB-4K7QU", "SB-4K7Q!"]
)
def test_what_is_no_id_is_none(typed: str) -> None:
    assert parse_request_id(typed) is None


@given(st.text(max_size=30))
def test_no_text_is_ever_an_error(text: str) -> None:
    found = parse_request_id(text)
    assert found is None or parse_request_id(found) == found
