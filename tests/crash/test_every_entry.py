"""The audit store fails at every entry of a journey, one after the other, as often as it likes.

From the first click to the number in hand, each entry is refused until nothing moves any more, and only then
let through. While it is refused nothing is changed in the tenant that no entry announces, and afterwards
nothing is missing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
import structlog
import structlog.testing

from bot.store.engines import parse_url
from tests.support.world import World, buttons, running_world

Json = dict[str, Any]

_POSTGRES = """
CREATE TABLE room (until BIGINT);
INSERT INTO room VALUES (0);
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.seq > (SELECT until FROM room) THEN
    RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER no_room BEFORE INSERT ON audit_entries FOR EACH ROW EXECUTE FUNCTION no_room();
"""
_POSTGRES_AGAIN = "DROP TRIGGER no_room ON audit_entries; DROP FUNCTION no_room(); DROP TABLE room;"
_SQLITE = """
CREATE TABLE room (until BIGINT);
INSERT INTO room VALUES (0);
CREATE TRIGGER no_room BEFORE INSERT ON audit_entries WHEN NEW.seq > (SELECT until FROM room)
BEGIN SELECT abs(-9223372036854775807 - 1); END;
"""
"""An overflow is the one error of operation, as a full disk is, that can be had for some entries only."""
_SQLITE_AGAIN = "DROP TRIGGER no_room; DROP TABLE room;"
_MOST_ENTRIES = 60
"""More than such a journey has."""


class Room:
    """How many entries the log has room for."""

    def __init__(self, url: str) -> None:
        self._engine = sa.create_engine(parse_url(url))

    @contextmanager
    def limited(self) -> Iterator[Room]:
        """For none, at first."""
        postgres = self._engine.dialect.name == "postgresql"
        self._run(_POSTGRES if postgres else _SQLITE)
        yield self
        self._run(_POSTGRES_AGAIN if postgres else _SQLITE_AGAIN)
        self._engine.dispose()

    def for_entries(self, count: int) -> None:
        with self._engine.begin() as conn:
            conn.execute(sa.text("UPDATE room SET until = :count"), {"count": count})

    def _run(self, script: str) -> None:
        with self._engine.begin() as conn:
            if self._engine.dialect.name == "sqlite":
                conn.connection.executescript(script)  # type: ignore[attr-defined]
            else:
                conn.exec_driver_sql(script)


class Persistent:
    """Dora and Marc, who press the same button again as long as they are told that it did not work."""

    def __init__(self, world: World, review: Json) -> None:
        self._world = world
        self._review = review
        self._sent = self._approved = False

    async def try_on(self) -> None:
        """Whoever's turn it is tries once more; then the service does, three times."""
        if not self._sent:
            self._sent = await self._clicks("dora", self._review, "wish.submit")
        elif not self._approved:
            card = await self._asked()
            self._approved = card is not None and await self._clicks("marc", card, "request.approve")
        for _ in range(3):
            if await self._world.next_due() is not None:
                await self._world.live_past_next_due()

    async def _clicks(self, who: str, card: Json, verb: str) -> bool:
        reply = await (await self._world.person(who)).clicks(
            card, verb, {"comment": ""} if who == "marc" else {}
        )
        assert reply.status == 200
        assert (reply.card is None) == (reply.error is not None), "told that it worked, and that it did not"
        return reply.card is not None

    async def _asked(self) -> Json | None:
        await self._world.settle()
        marc = await self._world.person("marc")
        await marc.looks()
        return next((card for card in reversed(marc.cards()) if "request.approve" in buttons(card)), None)


async def announced(world: World) -> None:
    """Every change of the tenant has its intent on the log."""
    intents = [entry for entry in await world.audit() if entry["action"] == "graph.intent"]
    assert len(await world.writes()) <= len(intents)


async def test_an_audit_store_that_fails_at_every_entry_loses_and_doubles_nothing(database_url: str) -> None:
    # Its own console would draw a picture of each failure, which takes longer than a click may.
    with structlog.testing.capture_logs() as told:
        await _refused_at_every_entry(database_url)
    assert sum(one["log_level"] == "error" for one in told) >= 2, "both were told at least once"


async def _refused_at_every_entry(database_url: str) -> None:
    async with running_world(database_url) as world:
        people = Persistent(world, await world.review("dora"))
        already = len(await world.audit())
        with Room(database_url).limited() as room:
            for count in range(already, _MOST_ENTRIES):
                room.for_entries(count)
                await people.try_on()
                assert len(await world.audit()) <= count
                await announced(world)
                requests = await world.all_requests()
                if requests and requests[0].ended:
                    break
        await world.live(hours=2)
        (request,) = await world.all_requests()
        assert request.state == "done", request
        writes = [(write["method"], write["path"]) for write in await world.writes()]
        assert len(writes) == len({*writes}), writes
        kinds = [entry["action"] for entry in await world.audit()]
        assert kinds.count("request.submitted") == kinds.count("request.approved") == 1
        assert kinds.count("graph.intent") == len(writes)
        assert kinds.count("request.done") == 1
