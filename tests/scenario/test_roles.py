"""Roles come from groups: nobody audits what he runs, and an empty group has nobody in it."""

from __future__ import annotations

import pytest

from bot.domain.people import Actor
from bot.domain.roles import Role
from bot.sandbox.seed import person_id
from bot.usecases.roles import people_of, roles_of
from tests.support.commanded import answer, audited
from tests.support.world import World, running_world

pytestmark = pytest.mark.either_database("sqlite")


async def roles(world: World, who: str) -> set[str]:
    """Besides what everybody is."""
    found = await roles_of(world.service.desk, Actor(id=person_id(who), name=who))
    return {role.value for role in found} - {"employee"}


async def test_nobody_audits_what_he_runs_and_empty_groups_have_nobody(database_url: str) -> None:
    async with running_world(database_url) as world:
        for who in ("ute", "helene"):
            await (await world.person(who)).installs()
        assert await roles(world, "ute") == {"auditor"}
        assert await roles(world, "helene") == {"owner"}
        assert await roles(world, "priya") == {"voice_admin", "billing_admin"}
        assert await roles(world, "dora") == set()
        assert "SB-ADM-01" not in await answer(world, "ute", "audit verify --dry-run")

        await world.control("POST", "groups/Voice Admins/members", {"id": person_id("ute")})
        await world.pass_time(seconds=61)
        assert await roles(world, "ute") == {"voice_admin", "billing_admin"}
        assert "SB-ADM-01" in await answer(world, "ute", "audit verify")
        (refused,) = await audited(world, "command.refused")
        assert refused["details"] == {"code": "SB-ADM-01", "command": "audit verify"}

        changes = {"auditor_group": "", "owner_group": ""}
        world.settings = world.settings.model_copy(update=changes)
        await world.restart()
        assert await roles(world, "helene") == set()
        for role in (Role.AUDITOR, Role.OWNER):
            assert await people_of(world.service.desk, role) == ()
        assert "SB-ADM-01" in await answer(world, "helene", "audit verify")
        assert "audit" not in await answer(world, "helene", "help")


async def test_whoever_was_asked_to_decide_is_an_approver_from_then_on(database_url: str) -> None:
    async with running_world(database_url) as world:
        assert await roles(world, "marc") == set()
        await world.ask("dora")
        await world.settle()
        assert await roles(world, "marc") == {"approver"}
