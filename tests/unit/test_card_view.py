"""Cards in the terminal."""

from __future__ import annotations

from io import StringIO

from rich.console import Console

from bot.demo.card_view import render_card
from bot.demo.markup import marked
from bot.words import words_for
from tests.support.card_samples import cards
from tests.support.for_each import for_each

SAMPLES = dict(cards(words_for("en")))


def printed(card: dict[str, object], values: dict[str, str] | None = None) -> str:
    file = StringIO()
    Console(file=file, width=200).print(render_card(card, values))
    return file.getvalue()


def test_bold_escapes_links_and_moments_are_shown_as_a_client_shows_them() -> None:
    moment = "{{DATE(2026-11-20T09:30:00Z, SHORT)}} {{TIME(2026-11-20T09:30:00Z)}}"
    shown = marked(rf"**Done** 1\. [here](https://x.test) {moment}")
    assert shown.plain == "Done 1. here <https://x.test> 20 Nov 2026 09:30 UTC"
    assert [span.style for span in shown.spans] == ["bold"]


def test_a_moment_that_is_none_is_left_as_it_stands() -> None:
    assert marked("{{DATE(soon)}}").plain == "{{DATE(soon)}}"


def test_terminal_markup_in_a_text_is_only_text() -> None:
    assert "[red]x[/red]" in printed({"body": [{"type": "TextBlock", "text": "[red]x[/red]"}]})


def test_the_approval_card_shows_who_what_why_and_both_buttons() -> None:
    shown = printed(SAMPLES["approval"])
    for words in ("Dora Dubois (dora@contoso.com)", "customers have to reach me", "[ Approve ]  [ Reject ]"):
        assert words in shown


def test_inputs_show_the_titles_of_what_is_chosen() -> None:
    shown = printed(SAMPLES["form"], {"city": "Paris", "reason": "Customers", "any_number": "false"})
    assert "[Paris (3 free)]" in shown
    assert "[Customers]" in shown
    assert "[ ] Another number" in shown


def test_what_is_hidden_is_not_shown() -> None:
    body = [
        {"type": "TextBlock", "text": "secret", "isVisible": False},
        {"type": "TextBlock", "text": "plain"},
    ]
    assert printed({"body": body}).split() == ["plain"]


def test_an_unknown_element_is_shown_by_its_fallback() -> None:
    body = [
        {"type": "Chart.Donut", "fallback": {"type": "TextBlock", "text": "three of four"}},
        {"type": "Chart.Donut", "fallback": "drop"},
    ]
    assert printed({"body": body}).split() == ["three", "of", "four"]


@for_each({name: (name,) for name in SAMPLES})
def test_every_card_of_ours_can_be_printed(name: str) -> None:
    shown = printed(SAMPLES[name])
    assert shown.strip()
    assert "{{" not in shown
    for action in SAMPLES[name].get("actions", ()):
        assert f"[ {action['title']} ]" in shown
