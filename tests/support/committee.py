"""A hundred people who decide together: who they are, how they click, and what each click came to."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.domain.approval import Verdict
from bot.domain.codes import CODES
from bot.sandbox import shaping
from bot.sandbox.connector.chats import Message
from bot.sandbox.connector.journal import Author
from bot.sandbox.people import People, PersonClient, Reply, card_of, text_of
from tests.support.deployment import BUSY, PATIENCE, Deployment
from tests.support.until import until

__all__ = ["CHAIR", "GROUP", "SIZE", "Answered", "Clicked", "Committee", "Member", "policy"]

Json = dict[str, Any]

SIZE = 100
GROUP = "5c0aa1b2-0000-4000-8000-00000000c0de"
CHAIR = "5c0aa1b2-0000-4000-8000-0000000c4a12"
"""Decides alone, after the hundred."""
_LATE = "SB-APP-03"
_TWICE = "SB-APP-04"
_NOT_YOU = "SB-APP-02"


def policy(needs: Sequence[int]) -> str:
    """For each number a department whose requests take so many of the group, then also the chair's yes; the
    department with an `x` takes the group's alone."""
    return "\n".join(map(_rules, needs)) + _rule("everything else", "", 'approvers = "voice_admins"')


def _rules(need: int) -> str:
    group = f'approvers = {{ group = "{GROUP}" }}\nneed = {need}'
    chair = f'approvers = {{ people = ["{CHAIR}"] }}'
    return _rule(f"two stages {need}", f"{need}", group, chair) + _rule(
        f"one stage {need}", f"{need}x", group
    )


def _rule(name: str, department: str, *stages: str) -> str:
    match = f'match = {{ departments = ["{department}"] }}' if department else ""
    return (
        "\n".join([f'[[rule]]\nname = "{name}"\n{match}', *(f"[[rule.stages]]\n{one}" for one in stages)])
        + "\n"
    )


class Answered(StrEnum):
    """What a click was answered with."""

    COUNTED = "counted"
    LATE = _LATE
    TWICE = _TWICE
    NOT_YOU = _NOT_YOU
    BUSY = "busy"
    """It took too long: nobody knows what came of it."""


@dataclass(frozen=True, slots=True)
class Clicked:
    """One click, however often it was delivered."""

    who: str
    verdict: Verdict
    answered: Answered


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody at the client, and at another one that reaches the other replica."""

    here: PersonClient
    there: PersonClient

    @property
    def id(self) -> str:
        return self.here.who.user_id


@dataclass
class Committee:
    """The people of one group, and what they can be made to do at once."""

    deployment: Deployment
    members: list[Member]
    chair: Member

    @classmethod
    async def of(cls, deployment: Deployment, other: People) -> Committee:
        """Hire everybody; half of them reach one replica first, half the other. Do it before the start."""
        tenant = deployment.sandbox.tenant
        shaping.add_person(tenant, shaping.NewPerson(id=CHAIR, displayName="The chair"))
        ids = [
            shaping.add_person(tenant, shaping.NewPerson(displayName=f"Member {index}")).id
            for index in range(SIZE)
        ]
        shaping.add_group(tenant, shaping.NewGroup(id=GROUP, displayName="Everybody", members=tuple(ids)))
        people = []
        for index, person_id in enumerate([*ids, CHAIR]):
            deployment.sandbox.teams.installations.preinstall(person_id)
            ways = [await one.find(person_id) for one in (deployment.people, other)]
            people.append(Member(ways[index % 2], ways[1 - index % 2]))
        return cls(deployment, people[:-1], people[-1])

    async def requests(self, need: int, *, chaired: bool) -> tuple[PersonClient, str]:
        """Somebody asks for a number, and everybody has the card; who asked, and the request's id."""
        tenant = self.deployment.sandbox.tenant
        wish = shaping.NewPerson(
            displayName="Somebody",
            usageLocation="FR",
            city="Paris",
            department=str(need) if chaired else f"{need}x",
            licences=("ENTERPRISEPREMIUM", "MCOPSTN1"),
        )
        person_id = shaping.add_person(tenant, wish).id
        self.deployment.sandbox.teams.installations.preinstall(person_id)
        person = await self.deployment.people.find(person_id)
        request_id = await self.deployment.asks(person)
        await until(lambda: self._asked(request_id) >= SIZE, seconds=60, every=0.1)
        return person, request_id

    def _asked(self, request_id: str) -> int:
        return sum(len(self.copies(one.id, request_id)) for one in self.members)

    def copies(self, person_id: str, request_id: str) -> list[Message]:
        """The cards on which a person was asked about a request, as they stand in his chat."""
        return [one for one in self.heard(person_id) if _is_card_about(one, request_id)]

    def heard(self, person_id: str) -> list[Message]:
        """Everything the bot has written to somebody."""
        teams = self.deployment.sandbox.teams
        account = teams.find_person(person_id)
        assert account is not None
        chat = teams.people.personal_chat(account)
        return [one for one in chat.messages.values() if one.author is Author.BOT]

    def lose(self, people: Sequence[Member]) -> None:
        """They are in the group no more."""
        tenant = self.deployment.sandbox.tenant
        for one in people:
            shaping.drop_member(tenant, shaping.group_of(tenant, GROUP), one.id)

    def take_back(self, people: Sequence[Member]) -> None:
        tenant = self.deployment.sandbox.tenant
        for one in people:
            shaping.add_member(tenant, shaping.group_of(tenant, GROUP), one.id)

    async def holds(self, one: Member, request_id: str) -> Json:
        """The card in somebody's hands, as it is now; what is clicked on it later is clicked on this one."""
        await one.here.looks()
        return next(card for card in reversed(one.here.cards()) if request_id in text_of(card))

    async def clicks(self, one: Member, card: Json, verdict: Verdict, *, ways: int = 1) -> list[Clicked]:
        """One click, delivered once, or at the same time through both replicas, and repeated by whoever is
        asked to try again; what each came to.

        Both replicas give one answer, unless the machine is so busy that the first is taken for dead.
        """
        clicked: list[Clicked] = []
        async with asyncio.timeout(PATIENCE):
            while not clicked or clicked[-1].answered is Answered.BUSY:
                click = one.here.click(card, f"request.{verdict}", {"comment": "So be it"})
                deliveries = (self._delivered(client, click) for client in (one.here, one.there)[:ways])
                answers = {str(reply.body): reply for reply in await asyncio.gather(*deliveries)}
                clicked += [Clicked(one.id, verdict, _meaning(reply)) for reply in answers.values()]
        return clicked

    async def _delivered(self, client: PersonClient, click: Json) -> Reply:
        """As the channel does it: again, until whoever is at it has finished."""
        while True:
            reply = await client.delivers(click)
            assert reply.status in (200, 504), reply
            if reply.ok and (reply.error or {}).get("code") != "StillRunning":
                return reply


def _is_card_about(message: Message, request_id: str) -> bool:
    """Whether it is a card on which people decide, or did: those alone say who asked and why."""
    activity = message.current
    return card_of(activity) is not None and f"Request {request_id} " in text_of(activity)


def _meaning(reply: Reply) -> Answered:
    if (reply.error or {}).get("message") in BUSY:
        return Answered.BUSY
    assert reply.card is not None, reply.body
    said = text_of(reply.activity or {})
    for one in (Answered.LATE, Answered.TWICE, Answered.NOT_YOU):
        if CODES[one.value].says in said:
            return one
    return Answered.COUNTED
