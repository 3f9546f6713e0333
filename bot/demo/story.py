"""`switchboard demo`: sets the stage, tells the story, proves it, and stays for whoever wants to play."""

from __future__ import annotations

import asyncio
import contextlib

from bot.audit.verify import Broken, Verified
from bot.demo import lasting, proof
from bot.demo.checks import Checks
from bot.demo.narrator import Narrator, demo_console
from bot.demo.scenes import Cast, Story
from bot.demo.stage import Stage, set_stage
from bot.demo.witness import Witness
from bot.domain.errors import SwitchboardError
from bot.process.interruption import interrupted
from bot.process.logs import configure_logging
from bot.sandbox.people import CannotClick, NotHeard

__all__ = ["emulate", "run"]


async def run(port: int = 3978, once: bool = False) -> int:
    """Play the story; without `once`, go on serving until Ctrl-C.

    Returns 0 only if every check held (130 when stopped during the story). Raises `Misconfigured` when the
    port is taken.
    """
    configure_logging("ERROR", readable=True)
    tell = Narrator(demo_console())
    async with interrupted() as stopped, set_stage(port) as stage:
        checks = Checks(tell.checked)
        telling = asyncio.create_task(_tell_and_prove(stage, tell, checks), name="story")
        if not await _unless(stopped, telling):
            tell.aside("\nStopped.")
            return 130
        _conclude(tell, checks)
        if not once:
            await lasting.talk(stage, telling.result(), tell, stopped)
    return 1 if checks.failed else 0


async def emulate(port: int = 3978) -> int:
    """No story: the tenant and the bot without authentication, for a Teams client emulator, until Ctrl-C."""
    configure_logging("WARNING", readable=True)
    tell = Narrator(demo_console())
    async with interrupted() as stopped, set_stage(port, authentication=False) as stage:
        await lasting.explain_emulator(stage, tell)
        await stopped.wait()
        tell.aside("\nStopped.")
    return 0


async def _unless(stopped: asyncio.Event, work: asyncio.Task[Cast | None]) -> bool:
    """Wait for `work`; False when it was given up because somebody wants to stop."""
    stop = asyncio.create_task(stopped.wait())
    await asyncio.wait({stop, work}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not work.done():
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return False
    return True


async def _tell_and_prove(stage: Stage, tell: Narrator, checks: Checks) -> Cast | None:
    """The people of the story. A scene that cannot be played ends it, as one check that failed."""
    cast = None
    tell.scene("A simulated Microsoft 365 tenant, and Switchboard beside it")
    tell.aside(f"Graph, Bot Connector and token issuer: {stage.sandbox.url}   bot: {stage.endpoint}")
    tell.aside("Every click goes over HTTP with a signed token. Ten minutes of the tenant pass in a second.")
    try:
        async with Witness(stage.sandbox) as witness:
            cast = await _cast(stage)
            story = Story(stage, cast, witness, tell, checks)
            await story.play()
            await _ask_the_tenant(story)
        await _prove(story)
    except (NotHeard, CannotClick, SwitchboardError, LookupError) as problem:
        checks.broken_off(f"{type(problem).__name__}: {problem}")
    return cast


async def _cast(stage: Stage) -> Cast:
    return Cast(await stage.person("dora"), await stage.person("marc"), await stage.person("ben"))


async def _ask_the_tenant(story: Story) -> None:
    """What Graph says, asked by something that shares no code with the service."""
    tell, checks, witness = story.tell, story.checks, story.witness
    dora = story.cast.dora.who
    tell.scene("The tenant itself, asked over HTTP past Switchboard's own code")
    licences = await witness.licences(dora.user_id)
    both = {"MCOEV", "MCOPSTN1"}
    checks.holds(f"{dora.name} has both licences", both <= licences, "MCOEV and MCOPSTN1", sorted(licences))
    number = await witness.number(story.number)
    seen = {name: number.get(name) for name in ("assignmentTargetId", "assignmentStatus", "activationState")}
    checks.same(f"{story.number} is hers and works", _assigned_to(dora.user_id), seen)
    writes = await witness.writes()
    calls = [row["path"].rsplit("/", 1)[1] for row in writes]
    checks.same(
        "one licence change and one assignment, nothing else", ["assignLicense", "assignNumber"], calls
    )
    added = [len(row["body"]["addLicenses"]) for row in writes if "addLicenses" in (row["body"] or {})]
    checks.same("both licences were given in that one change", [2], added)


def _assigned_to(user_id: str) -> dict[str, str]:
    return {
        "assignmentTargetId": user_id,
        "assignmentStatus": "userAssigned",
        "activationState": "activated",
    }


async def _prove(story: Story) -> None:
    tell, checks, stage = story.tell, story.checks, story.stage
    db = stage.service.desk.db
    tell.scene(f"The audit log of {story.request_id}")
    records = await proof.entries_about(db, story.request_id)
    tell.console.print(proof.table(records, story.cast.names(), tell.console))
    acts = [record.action for record in records if record.action in ("graph.intent", "graph.result")]
    checks.same("each change was recorded before it was sent", ["graph.intent", "graph.result"] * 2, acts)
    refusals = [record.actor for record in records if record.action == "decision.refused"]
    checks.same("the refused click is on record", [story.cast.ben.who.user_id], refusals)
    intact = await proof.verified(db)
    checks.holds("the log verifies", isinstance(intact, Verified), "chain intact", proof.said(intact))
    tell.aside(f"        {proof.said(intact)}")
    where = stage.folder
    tampered = await proof.verified_after_a_change(db, stage.database_url, records[-1], where)
    broken = isinstance(tampered, Broken)
    checks.holds("with one byte changed it does not", broken, "broken", proof.said(tampered))
    tell.aside(f"        {proof.said(tampered)}")


def _conclude(tell: Narrator, checks: Checks) -> None:
    tell.console.print()
    for check in checks.failed:
        tell.checked(check)
    tell.last_line(checks.verdict(), "bold red" if checks.failed else "bold green")
