"""Before something changes many things at once: what it would change, and yes or no."""

from __future__ import annotations

from microsoft_teams.cards.core import CardElement

from bot.words import Words
from cards.elements import Card, boxed, button, card, facts, text, title
from cards.markdown import plain

__all__ = ["MAX_SAID", "MAX_SENTENCE", "ask", "confirmed", "left"]

MAX_SAID = 800
MAX_SENTENCE = 1_000


def ask(said: str, sentence: str, words: Words, *, remark: str = "") -> Card:
    """`sentence` says what it would change: plain text. `remark` says why it is asked again."""
    heading = words("This changes several things at once")
    body: list[CardElement] = [title(heading)]
    if remark:
        body.append(boxed("warning", remark))
    body += [text(plain(sentence, MAX_SENTENCE)), _command(said, words)]
    data = {"said": said, "seen": sentence}
    return card(
        heading,
        body,
        [
            button(words("Do it"), "command.confirm", data),
            button(words("Leave it"), "command.leave", data),
        ],
    )


def confirmed(said: str, sentence: str, words: Words) -> Card:
    heading = words("Confirmed")
    return card(heading, [title(heading), text(plain(sentence, MAX_SENTENCE)), _command(said, words)])


def left(said: str, words: Words) -> Card:
    heading = words("Nothing was done")
    return card(heading, [title(heading), _command(said, words)])


def _command(said: str, words: Words) -> CardElement:
    return facts([(words("Command"), plain(said, MAX_SAID))])
