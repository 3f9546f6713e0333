"""Cards about delegations: the form, the confirmation, the list, and what the other one is told."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from microsoft_teams.cards.core import Action, CardElement, Choice, ChoiceSetInput, DateInput

from bot.domain.delegations import SCOPES, Delegation, scopes_of
from bot.domain.people import PersonRef
from bot.words import N_, Words
from cards.elements import Card, boxed, button, card, facts, heading, moment, subtle, text, title
from cards.markdown import bare, plain
from cards.people_picker import people_picker

__all__ = [
    "DELEGATE",
    "KINDS",
    "SINCE",
    "UNTIL",
    "Typed",
    "form",
    "listing",
    "made",
    "scope_name",
    "scopes_line",
    "stopped",
    "told",
]

DELEGATE, SINCE, UNTIL, KINDS = "delegate", "since", "until", "kinds"
"""Ids of the form's inputs."""

_MOST = 5
"""Delegations with a button each; Teams shows no more than six buttons."""
_SHOWN = 10

_SCOPES = {
    "numbers": N_("phone numbers"),
    "licences": N_("licences and new phone users"),
    "credits": N_("Communications Credits"),
    "people": N_("leavers and movers"),
    "places": N_("places of work"),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What is known of a delegation that somebody wants to make."""

    delegate_id: str = ""
    since: date | None = None
    until: date | None = None
    scopes: Collection[str] = ()
    offered: Sequence[PersonRef] = ()
    """Colleagues who may be meant."""


def form(words: Words, *, typed: Typed, today: date, problem: str = "") -> Card:
    """Asks for whatever it takes; `problem` says what is missing or wrong."""
    body: list[CardElement] = [
        title(words("Have somebody decide in your place")),
        text(
            words(
                "The colleague is asked wherever you are, and you can still decide yourself. Nobody decides "
                "on what he asked for himself, and a delegation cannot be passed on."
            )
        ),
    ]
    if problem:
        body.append(boxed("attention", problem))
    body.append(
        people_picker(
            DELEGATE,
            words("Colleague (required)"),
            words,
            offered=typed.offered,
            chosen=typed.delegate_id,
        )
    )
    body.append(_day(SINCE, words("First day"), typed.since or today))
    body.append(_day(UNTIL, words("Last day (required)"), typed.until))
    body.append(_kinds(typed.scopes, words))
    actions: list[Action] = [
        button(words("Delegate"), "delegation.make", {}, style="positive", inputs="auto"),
        button(words("My delegations"), "delegation.list", {}),
    ]
    return card(words("Have somebody decide in your place: please fill in the form"), body, actions)


def _day(name: str, label: str, value: date | None) -> DateInput:
    return DateInput(id=name, label=label, value=value.isoformat() if value else None)


def _kinds(chosen: Collection[str], words: Words) -> ChoiceSetInput:
    return ChoiceSetInput(
        id=KINDS,
        label=words("Only for these requests (none: all)"),
        is_multi_select=True,
        style="expanded",
        value=",".join(scope for scope in SCOPES if scope in chosen) or None,
        choices=[Choice(title=scope_name(scope, words), value=scope) for scope in SCOPES],
    )


def _capital(label: str) -> str:
    return label[:1].upper() + label[1:]


def made(delegation: Delegation, words: Words) -> Card:
    """It holds; how to stop it."""
    name = plain(delegation.delegate.name, 80)
    body: list[CardElement] = [
        boxed("good", words("{name} can decide in your place.", name=name)),
        facts(_when_and_what(delegation.since, delegation.until, scopes_of(delegation.kinds), words)),
        text(words("You are still asked and can decide yourself. {name} has been told.", name=name)),
    ]
    actions: list[Action] = [
        _stop(words("Stop"), delegation),
        button(words("My delegations"), "delegation.list", {}),
    ]
    summary = words("{name} can decide in your place.", name=bare(delegation.delegate.name, 80))
    return card(summary, body, actions)


def stopped(ended: Sequence[Delegation], viewer_id: str, words: Words) -> Card:
    """They hold no longer."""
    lines = [_ended_line(one, viewer_id, words) for one in ended]
    body: list[CardElement] = [
        boxed("emphasis", *lines),
        subtle(words("What was decided until now stands.")),
    ]
    actions: list[Action] = [button(words("My delegations"), "delegation.list", {})]
    return card(words("Delegation stopped"), body, actions)


def _ended_line(ended: Delegation, viewer_id: str, words: Words) -> str:
    if ended.owner.id == viewer_id:
        return words("{name} no longer decides in your place.", name=plain(ended.delegate.name, 80))
    return words("You no longer decide in place of {name}.", name=plain(ended.owner.name, 80))


def listing(
    given: Sequence[Delegation], received: Sequence[Delegation], words: Words, *, remark: str = ""
) -> Card:
    """Mine, and those given to me, each with a way to stop it."""
    body: list[CardElement] = [title(words("Delegations"))]
    if remark:
        body.append(boxed("warning", remark))
    body.append(heading(words("Who decides in your place")))
    body.extend(_lines(given, lambda one: one.delegate, words, words("Nobody.")))
    body.append(heading(words("In whose place you decide")))
    body.extend(_lines(received, lambda one: one.owner, words, words("Nobody's.")))
    stops: list[Action] = [
        _stop(words("Stop: {name}", name=bare(other.name, 40)), one)
        for one, other in (
            *((one, one.delegate) for one in given),
            *((one, one.owner) for one in received),
        )
    ]
    more = button(words("Delegate"), "delegation.form", {})
    return card(words("Delegations"), body, [*stops[:_MOST], more])


def _lines(
    found: Sequence[Delegation], other: Callable[[Delegation], PersonRef], words: Words, nobody: str
) -> Iterable[CardElement]:
    if not found:
        return [text(nobody)]
    return [
        facts(
            [
                (words("Colleague"), plain(other(one).name, 80)),
                *_when_and_what(one.since, one.until, scopes_of(one.kinds), words),
            ]
        )
        for one in found[:_SHOWN]
    ]


def _stop(label: str, delegation: Delegation) -> Action:
    return button(label, "delegation.stop", {"delegation": delegation.id}, style="destructive")


def _when_and_what(
    since: datetime, until: datetime, scopes: Iterable[str], words: Words
) -> list[tuple[str, str]]:
    return [
        (words("From"), moment(since)),
        (words("Until"), moment(until)),
        (words("For these requests"), scopes_line(scopes, words)),
    ]


def scope_name(scope: str, words: Words) -> str:
    """What kinds of requests are about, to choose from."""
    return _capital(words(_SCOPES[scope]))


def scopes_line(scopes: Iterable[str], words: Words) -> str:
    """Which requests a delegation is about."""
    named = [words(_SCOPES[scope]) for scope in scopes if scope in _SCOPES]
    return words.listing(named) if named else words("all requests")


def told(params: Mapping[str, str], words: Words) -> Card:
    """What somebody hears about a delegation that another has made or ended."""
    since, until = (datetime.fromisoformat(params[name]) for name in ("since", "until"))
    said, spoken = (_told(params, safe, words) for safe in (plain, bare))
    pairs = _when_and_what(since, until, params["scopes"].split(","), words)
    body: list[CardElement] = [boxed("emphasis", said), facts(pairs)]
    if params["event"] == "given":
        body.append(
            text(
                words(
                    "You are asked whenever {owner} is, but never about what you asked for yourself or what "
                    "is for you.",
                    owner=plain(params["owner"], 80),
                )
            )
        )
    actions: list[Action] = [button(words("My delegations"), "delegation.list", {})]
    return card(spoken, body, actions)


def _told(params: Mapping[str, str], safe: Callable[[str, int], str], words: Words) -> str:
    owner, delegate = safe(params["owner"], 80), safe(params["delegate"], 80)
    if params["event"] == "given":
        return words("{owner} asks you to decide in his or her place.", owner=owner)
    if params["mine"]:
        return words("{delegate} does not decide in your place any more.", delegate=delegate)
    return words("You do not decide in place of {owner} any more.", owner=owner)
