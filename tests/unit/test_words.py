"""Texts in the reader's language, straight from the catalogues."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bot.words import LANGUAGES, language_of, words_for
from bot.words.catalogues import read_catalogue
from bot.words.extraction import collect, faults, other_languages

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("tag", "language"),
    [
        ("fr-FR", "fr"),
        ("fr", "fr"),
        ("FR_ca", "fr"),
        ("zh-CN", "zh_CN"),
        ("zh-Hans", "zh_CN"),
        ("zh-TW", "zh_CN"),
        ("en-GB", "en"),
        ("de-DE", "en"),
        ("frx", "en"),
        ("", "en"),
        (None, "en"),
        ("../../etc", "en"),
    ],
)
def test_languages_from_tags(tag: str | None, language: str) -> None:
    assert language_of(tag) == language
    assert words_for(tag).locale == language


def test_words_are_made_once() -> None:
    assert words_for("fr-FR") is words_for("fr-CA")


def test_parameters_are_filled_in_and_never_read_as_patterns() -> None:
    assert words_for("en")("Hello {name}", name="{secret}") == "Hello {secret}"


def test_a_missing_parameter_shows_its_name() -> None:
    assert words_for("en")("Hello {name}") == "Hello {name}"


def test_plurals() -> None:
    words = words_for("en")
    assert words.plural("{n} more person", "{n} more people", 1) == "1 more person"
    assert words.plural("{n} more person", "{n} more people", 2) == "2 more people"


@pytest.mark.parametrize(
    ("tag", "day", "short", "month", "part", "plain"),
    [
        ("en", "2 Nov 2026", "2 Nov", "Nov 2026", "35%", "-1234.50"),
        ("fr", "2 nov. 2026", "2 nov.", "nov. 2026", "35\N{NO-BREAK SPACE}%", "-1234,50"),
        ("zh-CN", "2026年11月2日", "11月2日", "2026年11月", "35%", "-1234.50"),
    ],
)
def test_days_and_figures_are_the_readers(
    tag: str, day: str, short: str, month: str, part: str, plain: str
) -> None:
    words, on = words_for(tag), date(2026, 11, 2)
    assert (words.day(on), words.short_day(on), words.month(on)) == (day, short, month)
    assert words.percent(0.347) == part
    assert words.plain_money(-123450, "EUR") == plain
    assert words.plain_money(5, "JPY") == "5"


@pytest.mark.parametrize(
    ("long", "english", "french", "chinese"),
    [
        (timedelta(), "1 minute", "1 minute", "1分钟"),
        (timedelta(minutes=59, seconds=40), "1 hour", "1 heure", "1小时"),
        (timedelta(hours=3, minutes=20), "3 hours 20 minutes", "3 heures 20 minutes", "3小时 20分钟"),
        (timedelta(days=2, minutes=5), "2 days", "2 jours", "2天"),
        (timedelta(days=1, hours=19, minutes=59), "1 day 19 hours", "1 jour 19 heures", "1天 19小时"),
    ],
)
def test_spans_are_told_in_the_two_largest_units(
    long: timedelta, english: str, french: str, chinese: str
) -> None:
    told = [words_for(tag).span(long).replace("\u00a0", " ") for tag in ("en", "fr", "zh-CN")]
    assert told == [english, french, chinese]


def test_every_marked_text_is_collected() -> None:
    """Also those that stand where the extraction does not look, such as inside another call."""
    collected = {
        text for one in collect(ROOT) if one.id for text in ([one.id] if isinstance(one.id, str) else one.id)
    }
    assert marked_texts() - collected == set()


def marked_texts() -> set[str]:
    sources = (path for folder in ("bot", "cards", "dialogs") for path in (ROOT / folder).rglob("*.py"))
    return {text for path in sources for text in texts_marked_in(ast.parse(path.read_text(encoding="utf-8")))}


def texts_marked_in(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Name) and called.id in ("N_", "words") and isinstance(node, ast.Call):
            texts = (one.value for one in node.args if isinstance(one, ast.Constant))
            yield from (text for text in texts if isinstance(text, str))


def test_untranslated_texts_stay_english() -> None:
    assert words_for("fr")("not in any catalogue {n}", n=1) == "not in any catalogue 1"


def test_the_most_visible_texts_are_translated() -> None:
    assert words_for("fr")("My requests") == "Mes demandes"
    assert words_for("zh-CN")("My requests") == "我的申请"


def test_countries_dates_and_amounts() -> None:
    assert words_for("fr").country("DE") == "Allemagne"
    assert words_for("zh").country("FR") == "法国"
    assert words_for("en").country("ZZ1") == "ZZ1"
    late = datetime(2026, 11, 21, 1, 30, tzinfo=timezone(timedelta(hours=2)))
    assert words_for("en").date(late) == "20 Nov 2026, 23:30 UTC"
    assert words_for("zh").date(late.astimezone(UTC)) == "2026年11月20日 23:30 UTC"
    assert words_for("en").money(1840, "EUR") == "€18.40"
    assert words_for("en").money(500, "JPY") == "¥500"


def test_listing() -> None:
    assert words_for("fr").listing(["a", "b", "c"]) == "a, b et c"
    assert words_for("en").alternatives(["a", "b"]) == "a or b"


@pytest.mark.parametrize("language", other_languages())
def test_every_translation_has_the_parts_of_its_text(language: str) -> None:
    assert list(faults(language)) == []


@pytest.mark.parametrize("language", other_languages())
def test_every_marked_text_is_in_the_catalogue(language: str) -> None:
    """`python -m bot.words extract` brings them up to date."""
    known = {message.id for message in read_catalogue(language)}
    assert {message.id for message in collect(ROOT)} - known == set()


def test_there_is_a_catalogue_for_every_language() -> None:
    assert set(LANGUAGES) == {"en", *other_languages()}
