"""Who spends most, and what counts as unusual."""

from __future__ import annotations

from random import Random

import pytest

from bot.domain.spenders import USUAL_WEEKS, Dimension, Jump, Spent, jumps, shares
from bot.domain.values import Money


def spent(key: str, amount: float, currency: str = "EUR") -> Spent:
    return Spent(currency=currency, key=key, name=key, calls=1, millionths=round(amount * 1_000_000))


def euros(amount: float) -> Money:
    return Money(minor=round(amount * 100), currency="EUR")


def weeks(last: dict[str, float], *before: dict[str, float]) -> list[list[Spent]]:
    return [[spent(key, amount) for key, amount in week.items()] for week in (last, *before)]


def unusual(last: dict[str, float], *before: dict[str, float]) -> tuple[Jump, ...]:
    return jumps(Dimension.COUNTRY, weeks(last, *before), "EUR")


USUAL = [{"FR": 100.0, "DE": 50.0}] * USUAL_WEEKS


def test_shares_are_sorted_and_add_up() -> None:
    found = shares([spent("DE", 2), spent("FR", 3), spent("US", 1000, "USD")], "EUR")
    assert [(one.key, one.amount, one.part) for one in found] == [
        ("FR", euros(3), 0.6), ("DE", euros(2), 0.4),
    ]  # fmt: skip
    assert shares([], "EUR") == ()


def test_a_country_nobody_calls_and_that_suddenly_costs_much_is_unusual() -> None:
    (found,) = unusual({"FR": 100, "CU": 90}, *USUAL)
    assert (found.key, found.spent, found.usual) == ("CU", euros(90), euros(0))


def test_three_times_the_usual_is_unusual_and_a_bit_less_is_not() -> None:
    (found,) = unusual({"FR": 100, "DE": 150.01}, *USUAL)
    assert (found.key, found.spent, found.usual) == ("DE", euros(150.01), euros(50))
    assert unusual({"FR": 100, "DE": 150}, *USUAL) == ()


def test_the_dearest_comes_first() -> None:
    assert [one.key for one in unusual({"CU": 90, "SO": 900, "FR": 310}, *USUAL)] == ["SO", "FR", "CU"]


@pytest.mark.parametrize("amount", [0.1, 15, 20])
def test_a_call_or_two_to_a_new_country_is_no_news(amount: float) -> None:
    """A tenth of a week is 15, and nobody is alerted for 20 euros."""
    assert unusual({"CU": amount}, *USUAL) == ()
    assert unusual({"CU": 20.01}, *USUAL)


def test_where_much_is_spent_a_tenth_of_a_week_is_no_news() -> None:
    busy = [{"FR": 9000.0}] * USUAL_WEEKS
    assert unusual({"CU": 900}, *busy) == ()
    assert unusual({"CU": 900.01}, *busy)


def test_where_nobody_spends_anything_20_euros_are_no_news() -> None:
    """Or 2,000 yen, which have no smaller unit."""

    def yen(amount: float) -> list[list[Spent]]:
        return [[spent("CU", amount, "JPY")], *([] for _ in range(USUAL_WEEKS))]

    assert jumps(Dimension.COUNTRY, yen(2000), "JPY") == ()
    assert jumps(Dimension.COUNTRY, yen(2001), "JPY")


def test_what_goes_up_and_down_by_itself_is_no_news() -> None:
    """One expensive conference a month: the week of the next one is dear, and usual."""
    calm, dear = {"FR": 100.0}, {"FR": 100.0, "US": 300.0}
    assert unusual(dear, calm, dear, calm, calm, calm, dear, calm, calm) == ()


def test_nothing_is_unusual_before_anything_is_usual() -> None:
    assert unusual({"CU": 900}, *USUAL[:1]) == ()
    assert unusual({"CU": 900}, *USUAL[:2])


def test_what_is_not_known_is_nobodys_jump_and_other_currencies_are_left_alone() -> None:
    assert unusual({"": 900}, *USUAL) == ()
    assert jumps(Dimension.PERSON, [[spent("ana", 900, "USD")], [], []], "EUR") == ()


def test_people_are_called_what_they_are_called_now() -> None:
    before = Spent(currency="EUR", key="7", name="Ana Alt", calls=1, millionths=1_000_000)
    now = Spent(currency="EUR", key="7", name="Ana Neu", calls=1, millionths=90_000_000)
    (found,) = jumps(Dimension.PERSON, [[now], [before], [before]], "EUR")
    assert found.name == "Ana Neu"


def test_two_ordinary_years_raise_few_alarms() -> None:
    """40 people, each with calls by chance on most workdays: twice a year somebody's week seems unusual."""
    dice = Random(3)
    calm = [
        [
            spent(f"p{who}", sum(dice.expovariate(0.1) for _ in range(5) if dice.random() < 0.7))
            for who in range(40)
        ]
        for _ in range(100 + USUAL_WEEKS)
    ]
    alarms = (jumps(Dimension.PERSON, calm[at : at + USUAL_WEEKS + 1], "EUR") for at in range(100))
    assert sum(map(len, alarms)) <= 4
