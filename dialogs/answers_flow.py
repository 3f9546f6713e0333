"""Answers to what is typed to look something up; lists are in `looks_flow`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version as installed_version

from bot.domain.plans import Refusal
from bot.domain.roles import Role
from bot.teams.turn import Scope, Turn
from bot.usecases import people, roles, search, status, who_has
from bot.usecases.desk import Desk
from bot.words import N_, Words
from cards import choice, desk_status, found_requests, numbers
from cards.codes import in_one_line
from cards.markdown import plain
from dialogs.commands.grammar import Said
from dialogs.commands.number_words import NumbersAsked
from dialogs.intents import Kind
from dialogs.looks_flow import LIST, LooksFlow
from dialogs.requests_flow import RequestsFlow

__all__ = ["AnswersFlow"]

_MOST_SAID = 400

_ROLES: Mapping[Role, str] = {
    Role.EMPLOYEE: N_("employee"),
    Role.APPROVER: N_("approver"),
    Role.VOICE_ADMIN: N_("voice admin"),
    Role.BILLING_ADMIN: N_("billing admin"),
    Role.AUDITOR: N_("auditor"),
    Role.OWNER: N_("owner"),
}


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What a button sends that stands for one of several people."""

    verb: str
    data: dict[str, str]


class AnswersFlow:
    """One method a command."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lists = LooksFlow(desk)
        self._own = RequestsFlow(desk)

    async def status(self, turn: Turn, words: Words, _said: Said) -> None:
        """How the desk stands; for everybody else, where his own requests are."""
        if turn.scope is Scope.PERSONAL and not await status.sees_status(self._desk, turn.actor):
            await self._own.send_list(turn, words)
            return
        found = await status.status(self._desk, turn.actor)
        if isinstance(found, Refusal):
            await turn.say(in_one_line(found, words))
            return
        card = desk_status.build(found, words)
        await turn.send_card(card, card["fallbackText"])

    async def requests(self, turn: Turn, words: Words, said: Said) -> None:
        """Requests by what was said of them; one's own for whoever sees no others and said nothing."""
        own = turn.scope is Scope.PERSONAL and not said.slots
        if own and not await search.sees_all(self._desk, turn.actor):
            await self._own.send_list(turn, words)
            return
        await self._found(turn, words, said)

    async def _found(self, turn: Turn, words: Words, said: Said) -> None:
        asked = {
            "list": "requests",
            found_requests.WHICH: said["which"],
            found_requests.SCOPE: said["scope"],
        }
        if said["which"] == "mine":
            asked |= {"person": turn.actor.id, found_requests.WHICH: "all"}
        elif said["person"]:
            asked |= {found_requests.WHICH: said["which"] or "all"}
            await self._about_person(turn, words, said["person"], asked, _Chosen(LIST, asked))
            return
        await self._lists.send(turn, words, asked)

    async def what_has(self, turn: Turn, words: Words, said: Said) -> None:
        """Licences, numbers and readiness of somebody."""
        asked = {"list": "holdings"}
        chosen = _Chosen(LIST, asked)
        if turn.scope is Scope.PERSONAL:
            # As where it is asked in other words: the answer comes below the choice.
            chosen = _Chosen("asked.meant", {"said": turn.text[:_MOST_SAID], "as": Kind.HOLDINGS.value})
        await self._about_person(turn, words, said["person"], asked, chosen)

    async def _about_person(
        self, turn: Turn, words: Words, named: str, asked: dict[str, str], chosen: _Chosen
    ) -> None:
        """What is asked, of whoever is named; a choice where several may be meant."""
        found = await people.meant(self._desk, turn.actor, named, turn.mentioned)
        if not found:
            await turn.say(in_one_line(Refusal(code="SB-WHO-01"), words))
        elif len(found) == 1:
            await self._lists.send(turn, words, {**asked, "person": found[0].id})
        else:
            card = choice.who_of(found, chosen.verb, chosen.data, words)
            await turn.send_card(card, card["fallbackText"])

    async def stock(self, turn: Turn, words: Words, _said: Said) -> None:
        """What there is to give."""
        await self._lists.send_stock(turn, words)

    async def licences(self, turn: Turn, words: Words, _said: Said) -> None:
        """Every product with its seats."""
        await self._lists.send(turn, words, {"list": "licences"})

    async def numbers(self, turn: Turn, words: Words, said: NumbersAsked) -> None:
        """Numbers by place, or, where one or a state was named, one by one."""
        if said == NumbersAsked():
            await self._lists.send(turn, words, {"list": "places"})
            return
        asked = {"list": "numbers", "country": said.country, "city": said.city, numbers.STATE: said.state}
        await self._lists.send(turn, words, asked)

    async def who_has(self, turn: Turn, words: Words, said: Said) -> None:
        """Whose a number is."""
        await turn.typing()
        found = await who_has.who_has(self._desk, turn.actor, said["number"])
        if isinstance(found, Refusal):
            await turn.say(in_one_line(found, words))
            return
        card = numbers.owner(found.number, found.holder, words)
        await turn.send_card(card, card["fallbackText"])

    async def who_am_i(self, turn: Turn, words: Words, _said: Said) -> None:
        """Name and roles, as the directory has them now."""
        held = await roles.roles_of(self._desk, turn.actor)
        named = words.listing([words(_ROLES[role]) for role in Role if role in held])
        lines = [
            words("You are **{name}**.", name=plain(turn.actor.name, 80)),
            words("Your roles here: {roles}.", roles=named),
            words("Roles come from the organisation's groups; write **help** to see what you can do."),
        ]
        await turn.say("\n\n".join(lines))

    async def version(self, turn: Turn, words: Words, _said: Said) -> None:
        """Of the service, and of the policy in force."""
        installed = installed_version("teams-switchboard")
        policy = self._desk.policy.version[:12]
        await turn.say(words("Switchboard {version}, policy {policy}.", version=installed, policy=policy))
