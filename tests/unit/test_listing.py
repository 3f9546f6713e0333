"""The list card: pages, choices, and what its buttons carry."""

from __future__ import annotations

from typing import Any

from bot.words import words_for
from cards.listing import OFFSET, PAGE, Choosing, Listing, Option, Row, build

EN = words_for("en")
ORDER = Choosing("sort", "Order", (Option("new", "Newest first"), Option("old", "Oldest first")), "old")


def listing(total: int, offset: int = 0, **more: Any) -> dict[str, Any]:
    rows = [Row(f"row {at}") for at in range(offset, min(total, offset + PAGE))]
    return build(Listing("Things", rows, total, offset, again={"list": "things"}, **more), "list.show", EN)


def sent(card: dict[str, Any]) -> dict[str, Any]:
    """What each button carries, by what stands on it."""
    return {one["title"]: one["data"] for one in card.get("actions", ())}


def texts(card: dict[str, Any]) -> list[str]:
    return [one["text"] for one in card["body"] if one["type"] == "TextBlock"]


def test_a_page_says_which_part_of_the_whole_it_is() -> None:
    assert "9 to 16 of 20" in texts(listing(20, PAGE))


def test_the_ends_of_a_list_have_no_way_on() -> None:
    assert set(sent(listing(20))) == {"More"}
    assert set(sent(listing(20, PAGE))) == {"Back", "More"}
    assert set(sent(listing(20, 2 * PAGE))) == {"Back"}
    assert set(sent(listing(PAGE))) == set()


def test_turning_a_page_keeps_what_was_chosen() -> None:
    more = sent(listing(20, choices=(ORDER,)))["More"]
    assert more == {"list": "things", "sort": "old", OFFSET: PAGE}


def test_choosing_begins_at_the_first_page_and_sends_the_inputs() -> None:
    card = listing(20, PAGE, choices=(ORDER,))
    apply = next(one for one in card["actions"] if one["title"] == "Apply")
    assert apply["data"] == {"list": "things", OFFSET: 0}
    assert apply["associatedInputs"] == "auto"
    assert {one["associatedInputs"] for one in card["actions"] if one is not apply} == {"none"}


def test_an_empty_list_says_so_and_can_still_be_chosen_from() -> None:
    card = listing(0, choices=(ORDER,), empty="No things at all.")
    assert "No things at all." in texts(card)
    assert set(sent(card)) == {"Apply"}
