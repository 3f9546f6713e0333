"""Short answers in three languages: yes and no never by luck, names with typos only when unmistakable."""

from __future__ import annotations

import pytest

from dialogs.recognisers import ReviewWord, choose, is_any, review_word

CITIES = {"Paris": ["Paris"], "Lyon": ["Lyon"], "Saint-Étienne": ["Saint-Étienne"]}


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("submit", ReviewWord.SUBMIT),
        ("Yes!", ReviewWord.SUBMIT),
        ("oui", ReviewWord.SUBMIT),
        ("D’accord", ReviewWord.SUBMIT),
        ("envoyer", ReviewWord.SUBMIT),
        ("是的", ReviewWord.SUBMIT),
        ("提交", ReviewWord.SUBMIT),
        ("no", ReviewWord.NO),
        ("Non", ReviewWord.NO),
        ("不", ReviewWord.NO),
        ("change", ReviewWord.CHANGE),
        ("modifier", ReviewWord.CHANGE),
        ("修改", ReviewWord.CHANGE),
        ("cancel", ReviewWord.CANCEL),
        ("annuler", ReviewWord.CANCEL),
        ("取消", ReviewWord.CANCEL),
        ("ja", None),
        ("yes but not now", None),
        ("submit?? maybe", None),
        ("", None),
    ],
)
def test_review_words(text: str, word: ReviewWord | None) -> None:
    assert review_word(text) is word


@pytest.mark.parametrize(
    "text", ["any", "skip", "no", "peu importe", "随便", "Any city", "N'importe laquelle"]
)
def test_no_preference(text: str) -> None:
    assert is_any(text)


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("Paris", "Paris"),
        ("paris ", "Paris"),
        ("Pariss", "Paris"),
        ("saint etienne", "Saint-Étienne"),
        ("2", "Lyon"),
        ("２", "Lyon"),
        ("4", None),
        ("0", None),
        ("London", None),
        ("", None),
        ("P", None),
    ],
)
def test_choosing_a_city(text: str, city: str | None) -> None:
    assert choose(text, CITIES) == city


def test_two_things_alike_are_never_guessed_between() -> None:
    alike = {"a": ["Springfield North"], "b": ["Springfield Norte"]}
    assert choose("springfield nort", alike) is None
    assert choose("Springfield North", alike) == "a"


def test_namesakes_are_never_guessed_between() -> None:
    assert choose("Dora Dubois", {"a": ["Dora Dubois"], "b": ["Dora Dubois"]}) is None
