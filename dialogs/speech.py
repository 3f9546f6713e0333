"""What dialogs share: the turn behind an SDK context, and sentences about people and errors."""

from __future__ import annotations

from collections.abc import Sequence

from botbuilder.core import TurnContext

from bot.domain.errors import (
    ApproverError,
    Conflict,
    NotAVoiceAdmin,
    NotYours,
    NotYourTask,
    RequesterError,
    SwitchboardError,
    TransientUpstream,
    UnknownRequest,
    UnknownTask,
    UpstreamRefused,
)
from bot.domain.people import Person
from bot.domain.plans import Refusal
from bot.teams.turn import Turn
from bot.words import Words, words_for
from cards.codes import in_one_line
from cards.markdown import plain

__all__ = ["FOR_PEOPLE", "UnknownDraft", "carry_turn", "person_names", "sorry", "turn_of", "words_of"]

_TURN = "switchboard.turn"


class UnknownDraft(RequesterError):
    """The form is not the actor's, or is not known any more."""


FOR_PEOPLE = (RequesterError, ApproverError, TransientUpstream, UpstreamRefused, Conflict)
"""Errors that have words for the person; everything else is the boundary's to log and apologise for."""


_FOR_OTHERS: dict[type[SwitchboardError], str] = {NotYourTask: "SB-TSK-07", NotAVoiceAdmin: "SB-APP-20"}
"""What only members of a group may see, as a code."""


def carry_turn(turn: Turn) -> None:
    """Let dialogs find the turn in the context that the SDK hands them."""
    turn.context.turn_state[_TURN] = turn


def turn_of(context: TurnContext) -> Turn:
    turn: Turn = context.turn_state[_TURN]
    return turn


def words_of(context: TurnContext) -> Words:
    return words_for(turn_of(context).actor.locale)


def person_names(people: Sequence[Person]) -> list[str]:
    return [f"{plain(person.name, 80)} ({plain(person.upn, 100)})" for person in people]


def sorry(error: SwitchboardError, words: Words) -> str:
    """What a person can do with an error of a use case. Raises it again when it is not for people."""
    match error:
        case UnknownRequest():
            return words("I know no such request. Write **my requests** to see yours.")
        case NotYours():
            return words("This request belongs to somebody else. Only those it concerns can use it.")
        case UnknownTask():
            return words("I know no such task. Write **tasks** to see those that are open.")
        case NotYourTask() | NotAVoiceAdmin():
            return in_one_line(Refusal(code=_FOR_OTHERS[type(error)]), words)
        case UnknownDraft():
            return words("That form is not known any more. Write **help** to see what you can ask for.")
        case ApproverError():
            return words("You cannot decide on this request. Nothing was changed.")
        case TransientUpstream():
            return words("Microsoft's services are busy right now. Please try again in a minute.")
        case UpstreamRefused():
            return words(
                "Microsoft's directory does not know that, or does not allow it. Nothing was changed."
            )
        case Conflict():
            return words("Somebody else changed the same thing just now. Please try again.")
        case _:
            raise error
