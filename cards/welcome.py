"""What the desk can do, in one card: the welcome, the help, and the answer to what it did not understand."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards.core import Action, CardElement

from bot.domain.people import Person
from bot.words import N_, Words
from cards.elements import MAX_ACTIONS, Card, button, card, facts, subtle, text, title
from cards.markdown import bare, clean

__all__ = ["build", "choose_person", "help_card", "topic", "unsure"]

_TOPICS = {
    "licence": N_("licences on their own"),
    "credits": N_("Communication Credits"),
    "conferencing": N_("Audio Conferencing"),
    "service_number": N_("numbers for queues, attendants and hotlines"),
    "porting": N_("moving numbers from or to another operator"),
    "release": N_("giving numbers back"),
}


def build(words: Words) -> Card:
    hello = words("Hello, this is Switchboard, your phone desk")
    intro = words(
        "I get phone numbers in Teams, with the licences they take. You ask, the right person approves, "
        "I carry it out and tell you when it works."
    )
    return card(hello, [title(hello), text(intro), *_commands(words)], _starters(words))


def help_card(words: Words) -> Card:
    heading = words("What I can do")
    return card(heading, [title(heading), *_commands(words)], _starters(words))


def unsure(lines: Sequence[str], words: Words) -> Card:
    """Says why nothing was done, and offers what can be done instead."""
    body: list[CardElement] = [text(line) for line in lines]
    return card(bare(lines[0]), body, _starters(words))


def choose_person(people: Sequence[Person], words: Words) -> Card:
    """Namesakes: who is meant?"""
    question = words("Who do you mean?")
    actions: list[Action] = [
        button(
            clean(f"{person.name} ({person.upn})", 80),
            "wish.start",
            {"kind": "number", "beneficiary": person.id},
        )
        for person in people[:MAX_ACTIONS]
    ]
    return card(question, [title(question)], actions)


def topic(key: str, words: Words) -> str:
    """What a wish that is not offered yet is called."""
    return words(_TOPICS.get(key, N_("this kind of request")))


def _commands(words: Words) -> list[CardElement]:
    pairs = [
        (words("I need a phone number"), words("asks for a number for you")),
        (words("I need a number for Dora"), words("asks for somebody else")),
        (words("my requests"), words("shows what you asked for")),
        (words("show SB-4K7Q2"), words("shows one request")),
        (words("withdraw SB-4K7Q2"), words("takes a request back")),
        (words("help"), words("shows this")),
    ]
    hint = words("Write to me in English, French or Chinese:")
    return [subtle(hint), facts((f"**{command}**", meaning) for command, meaning in pairs)]


def _starters(words: Words) -> list[Action]:
    return [
        button(words("Ask for a phone number"), "wish.start", {"kind": "number"}),
        button(words("My requests"), "requests.list", {"offset": 0}),
        button(words("Help"), "help.show", {}),
    ]
