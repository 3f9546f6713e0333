"""What the desk can do, in one card: the welcome, the help, and the answer to what it did not understand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from microsoft_teams.cards.core import (
    Action,
    ActionSet,
    CardElement,
    Column,
    ColumnSet,
    ExecuteAction,
    TextBlock,
)

from bot.domain.tasks import Audience
from bot.words import Words
from cards.elements import Card, button, card, facts, subtle, text, title
from cards.groups import GROUPS
from cards.markdown import bare

__all__ = ["build", "help_card", "unsure"]


def build(words: Words) -> Card:
    hello = words("Hello, this is Switchboard, your phone desk")
    intro = words(
        "I get phone numbers in Teams, with the licences they take. You ask, the right person approves, "
        "I carry it out and tell you when it works."
    )
    return card(hello, [title(hello), text(intro), *_offers(words), *_commands(words)], [_my_requests(words)])


def help_card(words: Words, group: str = "", audiences: Collection[Audience] = ()) -> Card:
    """Everything that can be asked for, in groups; or one group, with a button for each wish.

    `audiences` are those the reader belongs to: he is told of more that he can do.
    """
    chosen = GROUPS.get(group)
    if chosen is None:
        heading = words("What I can do")
        body = [title(heading), *_offers(words), *_commands(words), *_for_admins(words, audiences)]
        return card(heading, body, [_my_requests(words)])
    heading = words(chosen.title)
    wishes = [
        _row(words(one.title), words(one.meaning), button(words("Ask"), "wish.start", {"kind": one.kind}))
        for one in chosen.wishes
    ]
    back = button(words("Everything I can do"), "help.show", {})
    return card(heading, [title(heading), *wishes], [back])


def unsure(lines: Sequence[str], words: Words) -> Card:
    """Says why nothing was done, and offers what can be done instead."""
    body: list[CardElement] = [text(line) for line in lines]
    return card(bare(lines[0]), body, _starters(words))


def _commands(words: Words) -> list[CardElement]:
    pairs = [
        (words("I need a phone number"), words("asks for a number for you")),
        (words("I need a number for Dora"), words("asks for somebody else")),
        (words("what do I have"), words("shows your licences and your number")),
        (words("why Teams Phone for Dora"), words("explains why somebody gets a product, or not")),
        (words("phone numbers for:"), words("checks the list of people pasted below, an address a line")),
        (words("my requests"), words("shows what you asked for")),
        (words("show SB-4K7Q2"), words("shows one request")),
        (words("withdraw SB-4K7Q2"), words("takes a request back")),
        (words("remind SB-4K7Q2"), words("reminds those who decide on it")),
        (words("approvals"), words("shows what waits for your decision")),
        (words("delegate to Anna until Friday"), words("has a colleague decide in your place")),
        (words("delegations"), words("shows who decides in your place")),
        (words("help"), words("shows this")),
    ]
    return [subtle(words("Write to me in English, French or Chinese:")), _table(pairs)]


def _for_admins(words: Words, audiences: Collection[Audience]) -> list[CardElement]:
    """What is refused to everybody else."""
    pairs = [(words("tasks"), words("shows what has to be done by hand"))] if audiences else []
    if Audience.VOICE_ADMINS in audiences:
        pairs += [
            (words("policy"), words("shows who approves what, and what waits for agreement")),
            (words("undelivered"), words("shows what has not reached people")),
        ]
    return [subtle(words("As an admin also:")), _table(pairs)] if pairs else []


def _table(pairs: Sequence[tuple[str, str]]) -> CardElement:
    return facts((f"**{command}**", meaning) for command, meaning in pairs)


def _offers(words: Words) -> list[CardElement]:
    """A phone number, which most come for, then the groups of everything else."""
    ask = button(words("Ask"), "wish.start", {"kind": "number"})
    rows = [_row(words("A phone number"), words("with the licences it takes"), ask)]
    for name, group in GROUPS.items():
        show = button(words("Choose"), "help.show", {"group": name})
        inside = words.listing([words(one.title) for one in group.wishes])
        rows.append(_row(words(group.title), inside, show))
    return rows


def _row(name: str, meaning: str, action: ExecuteAction) -> CardElement:
    # The same word on many buttons: what each is for is said by the tooltip, which is read out too.
    action.tooltip = name
    told = [TextBlock(text=f"**{name}**", wrap=True), subtle(meaning)]
    return ColumnSet(
        separator=True,
        columns=[
            Column(width="stretch", items=told),
            Column(width="auto", vertical_content_alignment="Center", items=[ActionSet(actions=[action])]),
        ],
    )


def _my_requests(words: Words) -> Action:
    return button(words("My requests"), "requests.list", {"offset": 0})


def _starters(words: Words) -> list[Action]:
    return [
        button(words("Ask for a phone number"), "wish.start", {"kind": "number"}),
        _my_requests(words),
        button(words("Help"), "help.show", {}),
    ]
