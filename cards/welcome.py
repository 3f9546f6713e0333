"""What the desk can do, in one card: the welcome, the help, and the answer to what it did not understand."""

from __future__ import annotations

from collections.abc import Sequence

from microsoft_teams.cards.core import (
    Action,
    ActionSet,
    CardElement,
    Column,
    ColumnSet,
    ExecuteAction,
    TextBlock,
)

from bot.words import Words
from cards.command_lines import CommandGroup, CommandLine, Guess
from cards.elements import MAX_ACTIONS, Card, button, card, facts, subtle, text, title
from cards.groups import GROUPS, Group
from cards.markdown import bare, clean

__all__ = ["build", "channel_help", "guesses", "help_card", "unsure"]

COMMANDS = "commands"
"""The group of help that shows what the reader may type besides what everybody may."""
_LONGEST_BUTTON = 40
_DOT = " · "


def build(words: Words) -> Card:
    hello = words("Hello, this is Switchboard, your phone desk")
    intro = words(
        "I get phone numbers in Teams, with the licences they take. You ask, the right person approves, "
        "I carry it out and tell you when it works."
    )
    return card(hello, [title(hello), text(intro), *_offers(words), *_commands(words)], [_my_requests(words)])


def help_card(
    words: Words,
    group: str = "",
    *,
    everyday: Sequence[CommandLine] = (),
    more: Sequence[CommandGroup] = (),
) -> Card:
    """Everything that can be asked for and typed; or one group of either.

    `everyday` is what everybody may type, `more` what the reader may besides, by what it is about.
    """
    if group in GROUPS:
        return _of_wishes(GROUPS[group], words)
    if group == COMMANDS and more:
        return _of_groups(more, words)
    chosen = next((one for one in more if one.title == group), None)
    if chosen is not None:
        return _of_commands(chosen, words)
    heading = words("What I can do")
    typed = _table([*_sayings(words), *_told(everyday, words)])
    to_write = [subtle(words("Write to me in English, French or Chinese:")), typed]
    body = [title(heading), *_offers(words), *to_write, *_besides(more, words)]
    return card(heading, body, [_my_requests(words), *_explained(more, words)])


def channel_help(groups: Sequence[CommandGroup], words: Words) -> Card:
    """What the reader may type in this channel."""
    heading = words("What you can write in this channel")
    body: list[CardElement] = [title(heading)]
    for group in groups:
        body += [subtle(words(group.title)), _table(_told(group.lines, words))]
    return card(heading, [*body, subtle(_tried_first(words))])


def unsure(lines: Sequence[str], words: Words, found: Sequence[Guess] = ()) -> Card:
    """Says why nothing was done, and offers what can be done instead.

    Where commands were nearly typed, those come first: each a button that says it, or how it is typed.
    """
    body: list[CardElement] = [text(line) for line in lines]
    buttons: list[Action] = [*_meant(found), *_starters(words)]
    return card(bare(lines[0]), [*body, *_shown(found, words)], buttons[:MAX_ACTIONS])


def guesses(question: str, found: Sequence[Guess], words: Words) -> Card:
    """The same in a channel, where only commands are meant."""
    return card(question, [title(question), *_shown(found, words)], _meant(found))


def _shown(found: Sequence[Guess], words: Words) -> list[CardElement]:
    """How to type what is not complete."""
    lines = [one.line for one in found if not one.complete]
    return [_table(_told(lines, words))] if lines else []


def _meant(found: Sequence[Guess]) -> list[Action]:
    """A click says it."""
    return [
        button(clean(one.said, _LONGEST_BUTTON), "command.meant", {"said": one.said})
        for one in found
        if one.complete
    ]


def _of_wishes(group: Group, words: Words) -> Card:
    heading = words(group.title)
    wishes = [
        _row(words(one.title), words(one.meaning), button(words("Ask"), "wish.start", {"kind": one.kind}))
        for one in group.wishes
    ]
    return card(heading, [title(heading), *wishes], [_back(words)])


def _of_commands(group: CommandGroup, words: Words) -> Card:
    heading = words(group.title)
    body = [title(heading), _table(_told(group.lines, words)), subtle(_tried_first(words))]
    return card(heading, body, [_back(words)])


def _tried_first(words: Words) -> str:
    return words("To see first what a command would do, write **--dry-run** behind it.")


def _back(words: Words) -> ExecuteAction:
    return button(words("Everything I can do"), "help.show", {})


def _besides(groups: Sequence[CommandGroup], words: Words) -> list[CardElement]:
    """What is refused to everybody else, by name only: there may be much of it."""
    if not groups:
        return []
    return [subtle(words("You can also write to me about:")), facts(_in_short(groups, words))]


def _explained(groups: Sequence[CommandGroup], words: Words) -> list[Action]:
    """Where each command's meaning is."""
    return [button(words("Commands"), "help.show", {"group": COMMANDS})] if groups else []


def _in_short(groups: Sequence[CommandGroup], words: Words) -> list[tuple[str, str]]:
    return [(words(group.title), _DOT.join(words(line.usage) for line in group.lines)) for group in groups]


def _of_groups(groups: Sequence[CommandGroup], words: Words) -> Card:
    heading = words("Commands")
    rows = [
        _row(name, inside, button(words("Show"), "help.show", {"group": group.title}))
        for group, (name, inside) in zip(groups, _in_short(groups, words), strict=True)
    ]
    return card(heading, [title(heading), *rows], [_back(words)])


def _told(lines: Sequence[CommandLine], words: Words) -> list[tuple[str, str]]:
    return [(words(line.usage), words(line.summary)) for line in lines]


def _sayings(words: Words) -> list[tuple[str, str]]:
    """What is asked for in words of one's own."""
    return [
        (words("I need a phone number"), words("asks for a number for you")),
        (words("I need a number for Dora"), words("asks for somebody else")),
        (words("what do I have"), words("shows your licences and your number")),
        (words("why Teams Phone for Dora"), words("explains why somebody gets a product, or not")),
        (words("phone numbers for:"), words("checks the list of people pasted below, an address a line")),
        (words("help"), words("shows this")),
    ]


def _commands(words: Words) -> list[CardElement]:
    """For whoever meets the desk for the first time."""
    pairs = [
        *_sayings(words),
        (words("my requests"), words("shows what you asked for")),
        (words("approvals"), words("shows what waits for your decision")),
    ]
    return [subtle(words("Write to me in English, French or Chinese:")), _table(pairs)]


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
