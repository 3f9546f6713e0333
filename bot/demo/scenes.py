"""The story of a new phone user, scene by scene: three people, over HTTP, with signed tokens."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Any

from bot.demo.checks import Checks
from bot.demo.narrator import Narrator
from bot.demo.stage import Stage
from bot.demo.witness import Witness
from bot.sandbox.activities import Place, card_invoke
from bot.sandbox.people import PersonClient, card_of, text_of

__all__ = ["Cast", "Story"]

Json = dict[str, Any]

_REQUEST = re.compile(r"SB-[0-9A-Z]{5}")
_NUMBER = re.compile(r"\+33[\d  \-]{8,}")
_TOLD_WITHIN = 90.0
"""Real seconds. The wait for Teams alone takes two at the demo's speed."""
_WISH = {"city": "Paris", "reason": "I start in customer support on Monday"}
_COMMENT = "Welcome to the team!"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays."""

    dora: PersonClient
    marc: PersonClient
    ben: PersonClient

    def names(self) -> dict[str, str]:
        """By object id."""
        return {one.who.user_id: one.who.name for one in (self.dora, self.marc, self.ben)}


@dataclass
class Story:
    """Plays the scenes in order; each leaves behind what the next one needs."""

    stage: Stage
    cast: Cast
    witness: Witness
    tell: Narrator
    checks: Checks
    request_id: str = ""
    number: str = ""
    _progress: Json = field(default_factory=dict)
    _approval: Json = field(default_factory=dict)

    async def play(self) -> None:
        await self.stranger()
        await self.asks()
        await self.copied_card()
        await self.approval()
        await self.carried_out()

    async def stranger(self) -> None:
        """Nobody talks to the bot without a token of the channel."""
        dora = self.cast.dora
        reply = await dora.raw({"type": "message", "text": "I need a phone number"})
        self.checks.same("a message without a token is refused", 401, reply.status)

    async def asks(self) -> None:
        dora, name = self.cast.dora, self.cast.dora.who.name
        self.tell.scene(f"{name} has no phone licence and no number, and asks for one")
        text = "Hi! I'm new in customer support and I need a phone number"
        self.tell.says(name, text)
        await dora.says(text)
        form = await dora.hears(lambda activity: card_of(activity) is not None)
        self.tell.hears(name, form)
        self.checks.holds("the form knows her country", "France" in text_of(form), "France", text_of(form))

        self.tell.does(name, f"chooses Paris, writes “{_WISH['reason']}” and presses Review")
        review = await dora.clicks(form, "wish.review", _WISH)
        self.tell.answered(name, review)
        self._check_review(text_of(review.activity or {}))

        self.tell.does(name, "presses Submit")
        sent = await dora.clicks(review.activity or {}, "wish.submit")
        self.tell.answered(name, sent)
        self._progress = sent.activity or {}
        found = _REQUEST.search(text_of(self._progress))
        self.request_id = found.group() if found else ""
        self.checks.holds("the request has an id", bool(found), "an id such as SB-4K7Q2", self.request_id)

    def _check_review(self, review: str) -> None:
        manager = self.cast.marc.who.name
        self.checks.holds("her manager is to decide", manager in review, manager, review)
        products = ("Teams Phone Standard", "Domestic Calling Plan")
        both = all(product in review for product in products)
        self.checks.holds("both licences are announced", both, " and ".join(products), review)

    async def copied_card(self) -> None:
        marc, ben = self.cast.marc, self.cast.ben
        self._approval = await marc.hears(self.request_id, timeout=30)
        self.tell.scene(f"{marc.who.name}, her manager, gets the card")
        self.tell.hears(marc.who.name, self._approval)

        self.tell.scene(f"{ben.who.name}, a colleague, has copied that card")
        self.tell.does(ben.who.name, "sends the click on Approve as if the card were his")
        genuine = marc.click(self._approval, "request.approve")
        copied = card_invoke(
            ben.who, Place(ben.who.personal_chat), genuine["replyToId"], genuine["value"]["action"], "manual"
        )
        reply = await ben.raw(copied, token=await ben.token())
        self.tell.answered(ben.who.name, reply)
        refused = reply.ok and reply.error is not None
        self.checks.holds("his click is refused", refused, "an error at the card", reply.body)
        writes = await self.witness.writes()
        self.checks.same("nothing has changed in the tenant", [], [row["path"] for row in writes])

    async def approval(self) -> None:
        marc = self.cast.marc
        self.cast.dora.forgets()
        self.tell.scene(f"{marc.who.name} decides")
        self.tell.does(marc.who.name, f"writes “{_COMMENT}” and presses Approve")
        reply = await marc.clicks(self._approval, "request.approve", {"comment": _COMMENT})
        self.tell.answered(marc.who.name, reply)
        shown = text_of(reply.activity or {})
        expected = f"Approved by {marc.who.name}"
        self.checks.holds("the card says who approved", expected in shown, expected, shown)

    async def carried_out(self) -> None:
        dora, name = self.cast.dora, self.cast.dora.who.name
        self.tell.scene("Switchboard carries it out")
        with self.tell.waiting("licences, then Teams gets ready (20 minutes in the tenant, 2 seconds here)"):
            outcome = await self._outcome()
        self.tell.hears(name, outcome)
        found = _NUMBER.search(text_of(outcome))
        self.number = re.sub(r"[^+\d]", "", found.group()) if found else ""
        self.checks.holds(f"{name} is told a French number", bool(found), "+33...", text_of(outcome))
        await self._read_dora_list(dora)

    async def _outcome(self) -> Json:
        """The message at the end; until then, what the request's card says each time it changes."""
        dora, before = self.cast.dora, ""
        ends = time.monotonic() + _TOLD_WITHIN
        while True:
            news = await dora.hears(lambda activity: True, timeout=max(0.0, ends - time.monotonic()))
            if news["id"] != self._progress.get("id"):
                return news
            if (headline := _headline(card_of(news) or {})) != before:
                at = self.stage.sandbox.tenant.clock.now()
                self.tell.aside(f"    {at:%H:%M} in the tenant. {dora.who.name}'s card: {headline}")
                before = headline

    async def _read_dora_list(self, dora: PersonClient) -> None:
        self.tell.says(dora.who.name, "my requests")
        dora.forgets()
        await dora.says("my requests")
        listed = await dora.hears(self.request_id)
        self.tell.hears(dora.who.name, listed)
        self.checks.holds("her list shows it as done", "Done" in text_of(listed), "Done", text_of(listed))


def _headline(card: Json) -> str:
    """The first line of the first coloured box: the state."""
    boxes = (node for node in card.get("body", ()) if node.get("type") == "Container" and node.get("style"))
    found: Json = next(boxes, {})
    lines = found.get("items", ())
    return str(lines[0].get("text", "")).replace("**", "") if lines else ""
