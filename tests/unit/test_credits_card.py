"""The card about the credits says what the figures mean, in words and in the reader's way of writing them."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from bot.domain.credits import Purchase, Seen
from bot.domain.credits_stand import CreditsView, Shown
from bot.domain.spenders import Dimension, Share
from bot.domain.values import Money
from bot.words import words_for
from cards import credits as credits_card
from tests.support.credit_samples import TODAY, sample_credits

EN, FR = words_for("en"), words_for("fr")
OLD, YOUNG = date(2025, 12, 10), date(2026, 8, 12)


def euros(amount: float) -> Money:
    return Money(minor=round(amount * 100), currency="EUR")


def bought(on: date, amount: float) -> Purchase:
    return Purchase(id=f"order:{on}", on=on, amount=euros(amount))


def seen(amount: float, on: date = TODAY) -> Seen:
    return Seen(id=f"seen:{on}", on=on, amount=euros(amount))


def card(view: CreditsView) -> dict[str, Any]:
    return credits_card.build(view, EN)


def texts(built: dict[str, Any]) -> str:
    """What stands on the card outside its charts and inputs."""
    kept = [one for one in built["body"] if not one["type"].startswith("Chart.")]
    return json.dumps(kept, ensure_ascii=False).replace("\u00a0", " ")


def chart(built: dict[str, Any], kind: str) -> dict[str, Any]:
    (found,) = [one for one in built["body"] if one["type"] == f"Chart.{kind}"]
    return dict(found)


def test_enough_money_needs_no_warning() -> None:
    shown = texts(card(sample_credits(bought(OLD, 1200))))
    assert "Time to buy" not in shown
    assert "Nothing is left" not in shown
    assert "not on record" not in shown


def test_little_money_is_time_to_buy_in_words() -> None:
    shown = texts(card(sample_credits(bought(YOUNG, 200), seen(90))))
    assert "€90.00 left" in shown
    assert "Time to buy: no more than" in shown
    assert "Lasts until" in shown


def test_what_auto_recharge_was_ordered_with_is_the_trigger() -> None:
    view = sample_credits(bought(YOUNG, 200), seen(90)).model_copy(
        update={"recharge": (euros(200), euros(50))}
    )
    shown = texts(card(view))
    assert "Time to buy" not in shown
    assert "ordered: €200.00 when €50.00 are left" in shown


def test_nothing_left_is_not_the_same_as_money_that_was_not_recorded() -> None:
    empty = texts(card(sample_credits(bought(YOUNG, 200), seen(0))))
    assert "Nothing is left" in empty
    lacking = texts(card(sample_credits(bought(date(2026, 8, 10), 500))))
    assert "paid with money that is not on record" in lacking
    assert "Nothing is left" not in lacking


def test_without_any_money_on_record_it_says_how_to_begin() -> None:
    shown = texts(card(sample_credits()))
    assert "credits opening 800 EUR" in shown
    assert "€0.00 left" not in shown
    assert "A day costs" in shown, "what calls cost is known all the same"


def test_a_look_into_the_admin_centre_shows_what_it_was_off_by() -> None:
    more = texts(card(sample_credits(bought(YOUNG, 900), seen(700))))
    assert "more than expected" in more
    less = texts(card(sample_credits(bought(YOUNG, 900), seen(1))))
    assert "less than expected" in less
    same = texts(card(sample_credits(bought(YOUNG, 900), seen(900), calls=False)))
    assert "as expected" in same


def test_small_spenders_are_folded_into_others_and_add_up() -> None:
    donut = chart(card(sample_credits(bought(OLD, 1200))), "Donut")
    assert [one["legend"] for one in donut["data"]][-1] == "Others"
    assert len(donut["data"]) == 7
    assert sum(one["value"] for one in donut["data"]) == pytest.approx(610)
    assert donut["value"] == "€610.00"


def test_tables_say_what_charts_show() -> None:
    built = card(sample_credits(bought(OLD, 1200)))
    for kind in ("Line", "VerticalBar", "Donut"):
        rows = chart(built, kind)["fallback"]["rows"]
        assert len(rows) > 3
        assert len({len(row["cells"]) for row in rows}) == 1, "every row has every column"
    bars = chart(built, "VerticalBar")
    cells = [row["cells"][1]["items"][0]["text"] for row in bars["fallback"]["rows"][1:]]
    assert cells == [f"€{one['y']:.2f}" for one in bars["data"]]


def test_the_expected_line_begins_where_the_known_one_ends() -> None:
    left, expected = chart(card(sample_credits(bought(OLD, 1200))), "Line")["data"]
    assert left["values"][-1] == expected["values"][0]
    assert expected["values"][-1]["y"] == 0


def test_names_are_shown_not_obeyed() -> None:
    view = sample_credits(bought(OLD, 1200), shown=Shown(by=Dimension.PERSON))
    cells = [row["cells"][0]["items"][0]["text"] for row in chart(card(view), "Donut")["fallback"]["rows"]]
    assert any(cell.startswith(r"\[Marc\](https://") for cell in cells)


@pytest.mark.parametrize("tag", ["en", "fr", "zh-CN"])
def test_the_longest_names_and_the_largest_sums_fit_into_a_message(tag: str) -> None:
    many = [
        Share(key=f"{at}", name=f"{at}" + "*" * 80, amount=euros(98_765_432.1), calls=9, part=0.1)
        for at in range(10)
    ]
    view = sample_credits(bought(OLD, 98_765_432.1), seen(87_654_321), shown=Shown(by=Dimension.DEPARTMENT))
    update = {"shares": tuple(many), "recharge": (euros(98_765_432), euros(87_654_321))}
    built = credits_card.build(view.model_copy(update=update), words_for(tag), remark="x" * 300)
    assert len(json.dumps(built, ensure_ascii=False).encode("utf-16-le")) < 28_000


def test_figures_are_the_readers() -> None:
    shown = json.dumps(
        credits_card.build(sample_credits(bought(OLD, 1200), seen(1234.5)), FR), ensure_ascii=False
    )
    assert "1\u202f234,50\xa0€" in shown
    assert "€1,234.50" not in shown


def test_the_wish_that_follows_is_filled_in_with_the_advice() -> None:
    built = card(sample_credits(bought(OLD, 1200)))
    wish = next(one for one in built["actions"] if one.get("verb") == "wish.start")["data"]
    assert wish["kind"] == "credits"
    assert wish["currency"] == "EUR"
    assert float(wish["amount"]) > 0
    assert len(wish["usage"].split()) == 2


def test_whoever_sees_only_a_notification_reads_that_it_is_an_estimate() -> None:
    assert "≈\u00a0€467.45 left" in card(sample_credits(bought(OLD, 1200)))["fallbackText"]


def test_charts_say_what_their_figures_are_in() -> None:
    charts = [
        one for one in card(sample_credits(bought(OLD, 1200)))["body"] if one["type"].startswith("Chart.")
    ]
    assert len(charts) == 3
    assert all(one["title"].endswith(" (EUR)") for one in charts)
