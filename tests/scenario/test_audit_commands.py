"""Who keeps the audit log asks it in chat: about a request, a person, a number; and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.audit.checkpoints import kept_in
from bot.audit.keys import load_public, make_private
from bot.sandbox.people import text_of
from bot.usecases.checkpointing import CHORE
from tests.support.world import EVERYBODY, World, buttons, running_world, shown

pytestmark = pytest.mark.either_database("postgres")

Json = dict[str, Any]

REFUSED = """
dora  | audit for {request}
priya | audit for {request}
tom   | audit for Dora
priya | audit for +33 1 99 00 10 11
priya | audit verify
marc  | vérifier l'audit
"""


async def answer(world: World, who: str, text: str) -> Json:
    person = await world.person(who)
    await person.says(text)
    await person.looks()
    return person.chat[-1]


async def evidenced(world: World) -> Path:
    """The service is restarted with a key and a second place; the file of the second place."""
    key, kept = world.folder / "audit.key", world.folder / "checkpoints"
    public = make_private(key, "desk.example/audit")
    (world.folder / "public").write_text(str(public))
    more = {"audit_key": key, "audit_checkpoints": str(kept)}
    world.settings = world.settings.model_copy(update=more)
    await world.restart()
    return kept


async def checked(world: World, who: str, text: str = "audit verify") -> str:
    """What somebody is told who asks for a check: at once that it is done, and then what came of it."""
    assert "SB-AUD-04" in text_of(await answer(world, who, text))
    await world.does("audit.verify")
    person = await world.person(who)
    await person.looks()
    return text_of(person.chat[-1])


async def test_who_gave_this_number_to_whom(database_url: str) -> None:
    async with running_world(database_url, installed=(*EVERYBODY, "ute")) as world:
        request = await world.granted("dora", "marc")
        await world.live_until("done", request.id)
        intents = [e["details"]["body"] for e in await world.audit() if e["action"] == "graph.intent"]
        number = next(body["telephoneNumber"] for body in intents if "telephoneNumber" in body)
        before = await world.writes()

        page = await answer(world, "ute", f"audit for {request.id}")
        assert f"Audit log: {request.id}" in text_of(page)
        assert "**request.submitted** · Dora" in text_of(page)
        for who, text in (("ute", f"audit pour {number}"), ("helene", f"审计{number}")):
            told = text_of(await answer(world, who, text))
            assert "graph.intent" in told
            assert request.id in told
        ute = await world.person("ute")
        namesakes = await answer(world, "ute", "audit for Marc")
        approvals = shown(await ute.clicks(namesakes, "Marc Dubois (marc@contoso.com)"))
        assert "**decision.recorded** · Marc" in text_of(approvals)

        more = shown(await ute.clicks(page, "More"))
        assert "**request.submitted**" not in text_of(more)
        changes = shown(await ute.clicks(more, "Apply", {"which": "changes", "order": "newest"}))
        actions = [line for line in text_of(changes).splitlines() if line.startswith("**")]
        assert actions
        assert all(line.startswith(("**graph.", "**step.", "**task.")) for line in actions)
        looks = [entry for entry in await world.audit() if entry["action"] == "audit.read"]
        assert {entry["actor"] for entry in looks} == {
            ute.who.user_id,
            (await world.person("helene")).who.user_id,
        }
        assert {request.id, number} < {entry["details"]["about"] for entry in looks}

        for line in REFUSED.strip().splitlines():
            who, text = (part.strip() for part in line.format(request=request.id).split("|"))
            assert "SB-ADM-01" in text_of(await answer(world, who, text)), line
        refused = [e for e in await world.audit() if e["action"] == "command.refused"]
        assert len(refused) == len(REFUSED.strip().splitlines())
        # What a card carries lets nobody read.
        dora = await world.person("dora")
        own = await answer(world, "dora", "help")
        forged = dora.click(own, buttons(own)[0])
        forged["value"]["action"] |= {"verb": "audit.show", "data": {"kind": "request", "key": request.id}}
        assert "SB-ADM-01" in str((await dora.delivers(forged)).body)
        assert await world.writes() == before


async def test_the_log_is_signed_every_hour_and_found_out_when_it_is_changed(database_url: str) -> None:
    async with running_world(database_url, installed=(*EVERYBODY, "ute", "helene"), chores=(CHORE,)) as world:
        assert "no signed checkpoint" in await checked(world, "ute")
        # One who waits hears of it after a restart as well, and everybody hears of it once.
        await answer(world, "helene", "audit verify")
        kept = await evidenced(world)
        await world.ask("dora")
        await world.live(hours=3)
        signed = kept_in(kept.read_text())
        assert [one.checkpoint.number for one in signed] == [1, 2, 3]
        # Nothing happened in the last two hours, and that is signed, too.
        assert len({one.checkpoint.size for one in signed[1:]}) == 1
        assert all(one.note.signed_by(load_public(world.folder / "public")) for one in signed)
        told = await checked(world, "helene", "verify the audit log")
        assert "3 signed checkpoints" in told
        assert "3 of them were read" in told
        asked = [entry for entry in await world.audit() if entry["action"] == "audit.verified"]
        helene = (await world.person("helene")).who.user_id
        assert [helene in entry["details"]["told"] for entry in asked] == [False, True]

        db = world.service.desk.db
        actor = await db.read(
            lambda tx: tx.conn.scalar(sa.text("SELECT actor FROM audit_entries WHERE seq = 1"))
        )
        change = sa.text("UPDATE audit_entries SET actor = :actor WHERE seq = 1")
        await db.transact(lambda tx: tx.conn.execute(change, {"actor": "eve"}))
        assert "SB-AUD-03" in await checked(world, "ute")
        await world.live(hours=2)
        ute = await world.person("ute")
        await ute.looks()
        alerts = [one for one in ute.chat if "SB-AUD-01" in text_of(one)]
        assert len(alerts) == 1
        assert len(kept_in(kept.read_text())) == 3
        await db.transact(lambda tx: tx.conn.execute(change, {"actor": actor}))
        await world.live(hours=1)
        assert len(kept_in(kept.read_text())) > 3
        cleared = [e for e in await world.audit() if e["action"] == "alert.cleared"]
        assert len(cleared) == 2
