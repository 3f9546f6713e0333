"""What the desk can do, in one card: the welcome, the help, and the answer to what it did not understand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from microsoft_teams.cards.core import Action, CardElement

from bot.domain.people import Person
from bot.words import N_, Words
from cards.elements import MAX_ACTIONS, Card, button, card, facts, subtle, text, title
from cards.markdown import bare, clean

__all__ = ["GROUPS", "Group", "build", "choose_person", "help_card", "topic", "unsure"]

_TOPICS = {
    "licence": N_("licences on their own"),
    "credits": N_("Communication Credits"),
    "conferencing": N_("Audio Conferencing"),
    "service_number": N_("numbers for queues, attendants and hotlines"),
    "porting": N_("moving numbers from or to another operator"),
    "release": N_("giving numbers back"),
}


class Group(NamedTuple):
    """Wishes that belong together on the help card: kind, button, and what it is for."""

    title: str
    wishes: tuple[tuple[str, str, str], ...]


GROUPS: Mapping[str, Group] = {
    "numbers": Group(
        N_("Phones and numbers"),
        (
            ("phone_user", N_("New telephone"), N_("licences, Calling Plan and number for somebody")),
            ("number_change", N_("Another number"), N_("in place of the one there is")),
            ("emergency_location", N_("Place of work"), N_("where emergency services are sent")),
            ("number_release", N_("Give a number back"), N_("the licences stay")),
        ),
    ),
    "licences": Group(
        N_("Licences"),
        (
            ("licence", N_("A licence"), N_("one product for somebody")),
            ("meeting_organiser", N_("Dial-in for meetings"), N_("phone numbers in somebody's invitations")),
            ("swap", N_("Change a licence"), N_("one in place of another, or give one back")),
        ),
    ),
    "people": Group(
        N_("Leaving and moving"),
        (
            ("leaver", N_("Somebody leaves"), N_("licences are taken back, the number is kept or rests")),
            ("mover", N_("Somebody moves abroad"), N_("a number there first, then the old one goes")),
        ),
    ),
    "organisation": Group(
        N_("For the organisation"),
        (
            ("service_number", N_("Service number"), N_("for a queue, a menu, meetings or a room")),
            ("number_order", N_("Order numbers"), N_("new numbers from Microsoft")),
            ("number_port", N_("Bring numbers"), N_("from another operator")),
            ("credits", N_("Credits"), N_("money for calls beyond the plans")),
        ),
    ),
}
"""What the help card offers besides a phone number, by the name of the group."""


def build(words: Words) -> Card:
    hello = words("Hello, this is Switchboard, your phone desk")
    intro = words(
        "I get phone numbers in Teams, with the licences they take. You ask, the right person approves, "
        "I carry it out and tell you when it works."
    )
    return card(hello, [title(hello), text(intro), *_commands(words)], _starters(words))


def help_card(words: Words, group: str = "") -> Card:
    """Everything that can be asked for, in groups; or one group, with a button for each wish."""
    chosen = GROUPS.get(group)
    if chosen is None:
        heading = words("What I can do")
        return card(heading, [title(heading), *_commands(words)], _starters(words))
    heading = words(chosen.title)
    pairs = [(words(label), words(meaning)) for _, label, meaning in chosen.wishes]
    starts: list[Action] = [
        button(words(label), "wish.start", {"kind": kind}) for kind, label, _ in chosen.wishes
    ]
    back = button(words("Everything I can do"), "help.show", {})
    return card(heading, [title(heading), facts(pairs)], [*starts, back])


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
        *(button(words(one.title), "help.show", {"group": key}) for key, one in GROUPS.items()),
        button(words("My requests"), "requests.list", {"offset": 0}),
    ]
