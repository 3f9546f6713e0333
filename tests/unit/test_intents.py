"""What people type, and what it means. A new phrasing is a new line here."""

from __future__ import annotations

import re

import pytest

from bot.words import words_for
from bot.words.catalogues import read_catalogue
from bot.words.extraction import other_languages
from dialogs import phrases
from dialogs.intents import Intent, Kind, understand
from dialogs.normalise import normalise
from dialogs.pasted_lists import pasted_list
from dialogs.recognisers import is_any, review_word

NUMBER = [
    "I need a phone number",
    "i need a phone number please",
    "I NEED A PHONE NUMBER!!!",
    "can I get a number",
    "Can I get a number?",
    "could I have a phone number please",
    "may I have a direct line",
    "I would like a phone number",
    "I'd like a number",
    "I want a number",
    "get me a number",
    "give me a phone number",
    "need a DID",
    "need number",
    "phone number",
    "a new phone number",
    "new number please",
    "please order a phone line",
    "request a telephone number",
    "I need a Teams number so that customers can call me",
    "Hello, I need a phone number",
    "hi there can i get a number",
    "I need a phone nubmer",
    "i ned a phone number, i want a nummber",
    "I need a landline",
    "I need a phone number and the licence for it",
    "apply for an extension",
    "j'ai besoin d'un numéro",
    "J’ai besoin d’un numéro de téléphone",
    "jai besoin d'un numero de telephone svp",
    "je voudrais un numéro",
    "je veux une ligne téléphonique",
    "ligne téléphonique",
    "numéro de téléphone",
    "il me faut un numéro de téléphone",
    "puis-je avoir un numéro ?",
    "Bonjour, j'aimerais un numéro direct",
    "demande de numéro",
    "obtenir un nouveau numéro",
    "我需要一个电话号码",
    "我要一个号码",
    "请给我一个电话号码",
    "申请电话号码",
    "能不能给我开通一个座机",
    "我想申请一个分机",
    "你好，我需要电话号码",
    "電話號碼",
    "我需要一個電話號碼",
    "Ｉ ｎｅｅｄ ａ ｐｈｏｎｅ ｎｕｍｂｅｒ",
]

FOR_SOMEBODY = [
    ("I need a number for Dora", "Dora"),
    ("I need a phone number for Dora Dubois please", "Dora Dubois"),
    ("can I get a number for dora@contoso.com", "dora@contoso.com"),
    ("I need a number for Dora. She starts on Monday", "Dora"),
    ("j'ai besoin d'un numéro pour Dora", "Dora"),
    ("I need a number for Dora because she starts on Monday", "Dora"),
    ("给Dora申请一个电话号码", "Dora"),
    ("帮李雷开通一个号码", "李雷"),
    ("I need a number for me", None),
    ("I need a number for work", None),
    ("j'ai besoin d'un numéro pour moi", None),
    ("给我一个号码", None),
]

OTHERS = [
    ("my requests", Kind.REQUESTS),
    ("My Requests", Kind.REQUESTS),
    ("show my requests please", Kind.REQUESTS),
    ("my requets", Kind.REQUESTS),
    ("status", Kind.REQUESTS),
    ("where is my request?", Kind.REQUESTS),
    ("mes demandes", Kind.REQUESTS),
    ("où en est ma demande ?", Kind.REQUESTS),
    ("我的申请", Kind.REQUESTS),
    ("查看我的申请", Kind.REQUESTS),
    ("help", Kind.HELP),
    ("Help!", Kind.HELP),
    ("what can you do?", Kind.HELP),
    ("aide", Kind.HELP),
    ("comment ça marche ?", Kind.HELP),
    ("帮助", Kind.HELP),
    ("你能做什么？", Kind.HELP),
    ("", Kind.HELP),
    ("please", Kind.HELP),
    ("hi", Kind.GREETING),
    ("Hello", Kind.GREETING),
    ("Bonjour !", Kind.GREETING),
    ("你好", Kind.GREETING),
    ("cancel", Kind.CANCEL),
    ("never mind", Kind.CANCEL),
    ("annuler", Kind.CANCEL),
    ("取消", Kind.CANCEL),
    ("stop", Kind.CANCEL),
    ("by text", Kind.TEXT),
    ("par texte", Kind.TEXT),
    ("用文字", Kind.TEXT),
    ("withdraw my request", Kind.WITHDRAW),
    ("retirer ma demande", Kind.WITHDRAW),
    ("撤回我的申请", Kind.WITHDRAW),
]

ABOUT_REQUESTS = [
    ("withdraw SB-4K7Q2", Kind.WITHDRAW),
    ("please withdraw sb4k7q2", Kind.WITHDRAW),
    ("I want to withdraw my request SB-4K7Q2", Kind.WITHDRAW),
    ("withdrw SB-4K7Q2", Kind.WITHDRAW),
    ("cancel SB-4K7Q2", Kind.WITHDRAW),
    ("retirer SB-4K7Q2", Kind.WITHDRAW),
    ("撤回 SB-4K7Q2", Kind.WITHDRAW),
    ("show SB-4K7Q2", Kind.SHOW),
    ("SB-4K7Q2", Kind.SHOW),
    ("status of sb 4k7q2", Kind.SHOW),
    ("don't withdraw SB-4K7Q2", Kind.SHOW),
    ("has anybody withdrawn SB-4K7Q2 yet", Kind.SHOW),
    ("approve SB-4K7Q2", Kind.DECIDE),
    ("withdraw SB-4K7Q2?", Kind.SHOW),
    ("annuler SB-4K7Q2 ？", Kind.SHOW),
    ("reject SB-4K7Q2 too expensive", Kind.DECIDE),
]

OTHER_WISHES = [
    ("I need an E5 licence", "licence", {}),
    ("please give me a Phone System license", "licence", {"product": "phone"}),
    ("MCOEV", "licence", {"product": "phone"}),
    ("je veux une licence E3", "licence", {}),
    ("Système téléphonique", "licence", {"product": "phone"}),
    ("我要电话系统", "licence", {"product": "phone"}),
    ("top up our credits", "credits", {}),
    ("I need audio conferencing", "licence", {"product": "conferencing"}),
    ("I need a toll-free number", "service_number", {"tariff": "toll_free"}),
    ("a number for the call queue", "service_number", {"purpose": "queue"}),
    ("numéro vert", "service_number", {"tariff": "toll_free"}),
    ("port my number", "number_port", {}),
    ("a leaver gives back his phone", "leaver", {}),
    ("change my number", "number_change", {}),
    ("changer mon numéro", "number_change", {}),
    ("更换电话号码", "number_change", {}),
    ("remove my phone number", "number_release", {}),
]
"""What was read as nothing, or as not offered, before these wishes could be asked for."""

UNSURE = [
    "I don't need a number",
    "my number",
    "my number is broken",
    "who has this number",
    "je n'ai pas de numéro",
    "我不要号码",
    "I need a phone",
    "we need communication credits",
    "通信点数",
    "pizza",
    "the weather is nice today",
    "number of employees",
    "invoice number 12345",
    "ok",
    "yes",
    "withdraw everything now",
    "😀",
    "'; DROP TABLE requests; --",
]


@pytest.mark.parametrize("text", NUMBER)
def test_a_wish_for_a_number(text: str) -> None:
    intent = understand(text)
    assert (intent.kind, intent.wish) == (Kind.WISH, "number")
    assert intent.person is None


@pytest.mark.parametrize(("text", "person"), FOR_SOMEBODY)
def test_for_whom(text: str, person: str | None) -> None:
    intent = understand(text)
    assert (intent.kind, intent.wish) == (Kind.WISH, "number")
    assert (intent.person or "").startswith(person or "")
    assert (intent.person is None) == (person is None)


@pytest.mark.parametrize(("text", "kind"), OTHERS)
def test_commands(text: str, kind: Kind) -> None:
    assert understand(text) == Intent(kind)


@pytest.mark.parametrize(("text", "kind"), ABOUT_REQUESTS)
def test_about_one_request(text: str, kind: Kind) -> None:
    assert understand(text) == Intent(kind, request_id="SB-4K7Q2")


@pytest.mark.parametrize(("text", "wish", "prefill"), OTHER_WISHES)
def test_other_wishes(text: str, wish: str, prefill: dict[str, str]) -> None:
    intent = understand(text)
    assert (intent.kind, intent.wish) == (Kind.WISH, wish)
    assert intent.prefill == prefill


@pytest.mark.parametrize("text", UNSURE)
def test_unsure_rather_than_wrong(text: str) -> None:
    assert understand(text).kind in (Kind.UNSURE, Kind.CLARIFY)


def test_a_very_long_message_is_read_quickly_and_not_obeyed() -> None:
    assert understand("blah " * 50_000).kind is Kind.UNSURE


COMMANDS_SHOWN = [
    "my requests",
    "help",
    "I need a phone number",
    "I need a number for Dora",
    "show SB-4K7Q2",
    "withdraw SB-4K7Q2",
]


@pytest.mark.parametrize("tag", ["en", "fr", "zh-CN"])
@pytest.mark.parametrize("command", COMMANDS_SHOWN)
def test_commands_that_the_help_shows_are_understood_in_every_language(tag: str, command: str) -> None:
    assert understand(words_for(tag)(command)) == understand(command)
    assert understand(command).kind is not Kind.UNSURE


def bold(text: str) -> list[str]:
    return re.findall(r"\*\*([^*{}]+)\*\*", text)


def meaning(word: str) -> object:
    """What a suggested word does, wherever it is suggested."""
    if normalise(word) in {"withdraw", "retirer", "撤回"}:
        return "withdraw"
    if normalise(word) in phrases.ME:
        return "me"
    if word.rstrip().endswith((":", "：")):
        # The first line of a list of people.
        pasted = pasted_list(f"{word}\nana@contoso.com\nben@contoso.com")
        if pasted is not None and pasted.wanted is not None:
            return pasted.wanted
    # Markdown of some languages has the colon outside of what is bold.
    word = word.rstrip(":： ")
    kind = understand(word).kind
    return kind if kind is not Kind.UNSURE else (review_word(word), is_any(word))


@pytest.mark.parametrize("language", other_languages())
def test_words_that_a_translation_suggests_do_what_the_english_ones_do(language: str) -> None:
    suggesting = [
        message for message in read_catalogue(language) if isinstance(message.id, str) and bold(message.id)
    ]
    assert len(suggesting) > 10
    for message in suggesting:
        if message.string and "**you**" not in message.id:
            assert [meaning(one) for one in bold(message.string)] == [
                meaning(one) for one in bold(message.id)
            ]
