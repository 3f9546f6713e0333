"""Two wishes for the same thing are one (V5, J09)."""

from __future__ import annotations

from bot.domain.sameness import same_thing
from bot.domain.wishes import (
    LeaverWish,
    LicenceWish,
    NumberOrderWish,
    NumberReleaseWish,
    NumberWish,
    PhoneUserWish,
    SwapWish,
)

_ANA, _BEN = "ana-id", "ben-id"


def test_every_way_to_a_number_of_ones_own_is_the_same_thing() -> None:
    number = NumberWish(beneficiary_id=_ANA, country="FR")
    everything = PhoneUserWish(beneficiary_id=_ANA, country="DE", city="Berlin")
    assert same_thing(number) == same_thing(everything)


def test_another_persons_number_is_another_thing() -> None:
    mine, his = (NumberWish(beneficiary_id=who, country="FR") for who in (_ANA, _BEN))
    assert same_thing(mine) != same_thing(his)


def test_leaving_gives_the_number_up_and_gets_none() -> None:
    leaves, gives = LeaverWish(beneficiary_id=_ANA), NumberReleaseWish(beneficiary_id=_ANA)
    assert same_thing(leaves) == same_thing(gives)
    assert same_thing(leaves) != same_thing(NumberWish(beneficiary_id=_ANA, country="FR"))


def test_two_products_for_one_person_are_two_things_however_they_are_spelt() -> None:
    phone, again, meetings = (
        LicenceWish(beneficiary_id=_ANA, product=product) for product in ("phone", "PHONE", "conferencing")
    )
    assert same_thing(phone) == same_thing(again)
    assert same_thing(phone) != same_thing(meetings)


def test_orders_of_two_cities_are_two_things_whatever_the_quantity() -> None:
    paris, more, lyon = (
        NumberOrderWish(beneficiary_id=_ANA, country="FR", city=city, quantity=quantity)
        for city, quantity in (("Paris", 10), ("paris", 20), ("Lyon", 10))
    )
    assert same_thing(paris) == same_thing(more)
    assert same_thing(paris) != same_thing(lyon)


def test_the_key_fits_its_column_whatever_was_typed() -> None:
    wish = SwapWish(beneficiary_id="x" * 64, give_up="a" * 200, get="b" * 200)
    assert len(same_thing(wish)) <= 160
