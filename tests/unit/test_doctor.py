"""The doctor: content with a healthy installation, and right about each thing that is broken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.audit.chain import seal
from bot.doctor import Finding, Level, findings
from bot.doctor.findings import fail, isolated, show
from bot.domain.policy_text import parse_policy
from bot.domain.policy_views import PolicyState
from bot.sandbox import shaping
from bot.sandbox.seed import group_id, person_id
from bot.sandbox.server import SandboxServer
from bot.settings import Settings, problems
from bot.store import policies
from bot.store.database import Transaction, open_database
from bot.store.migrations import upgrade
from bot.usecases.policy_change import take_up
from tests.support.openapi import check_journal
from tests.support.world import sandbox_settings


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with SandboxServer() as server:
        yield server
        check_journal(server.graph.journal.entries())


@pytest.fixture
def settings(sandbox: SandboxServer, tmp_path: Path) -> Settings:
    url = f"sqlite:///{tmp_path / 'doctor.db'}"
    upgrade(url)
    return sandbox_settings(sandbox, url)


def but(settings: Settings, **changes: object) -> Settings:
    return settings.model_copy(update=changes)


async def examined(settings: Settings | None, found: list[str] | None = None) -> list[Finding]:
    wrong = found if found is not None else problems(settings) if settings else []
    return [finding async for finding in findings(settings, wrong)]


async def troubles(settings: Settings) -> list[str]:
    """`LEVEL subject: says` of everything that is not well."""
    return [
        f"{one.level.value} {one.subject}: {one.says}"
        for one in await examined(settings)
        if one.level is not Level.OK
    ]


async def test_a_healthy_installation_is_well(settings: Settings) -> None:
    seen = await examined(settings)
    assert {one.level for one in seen} == {Level.OK}
    assert {one.subject.partition(" ")[0] for one in seen} >= {
        "settings", "database", "policy", "tenant", "clock", "channel", "Entra", "permissions",
        "organisation", "group", "Teams",
    }  # fmt: skip


async def test_a_wrong_secret_fails_and_is_not_shown(settings: Settings) -> None:
    changed = Settings.model_validate(settings.model_dump() | {"app_password": "hush-hush-hush"})
    seen = await troubles(changed)
    assert any(line.startswith("FAIL Entra: no token: invalid_client") for line in seen)
    assert "WARN Graph: not looked at, because there is no token" in seen
    assert "hush-hush-hush" not in "".join(seen)


async def test_each_missing_permission_is_named(settings: Settings, sandbox: SandboxServer) -> None:
    gone = {"TeamsTelephoneNumber.ReadWrite.All", "AppCatalog.Read.All"}
    sandbox.identity.app.roles = tuple(set(sandbox.identity.app.roles) - gone)
    seen = await troubles(settings)
    assert any(line.startswith("FAIL permissions: TeamsTelephoneNumber.ReadWrite.All") for line in seen)
    assert any(line.startswith("WARN permissions: AppCatalog.Read.All") for line in seen)
    assert not any("User.Read.All" in line for line in seen)


async def test_a_group_that_does_not_exist(settings: Settings) -> None:
    nobody = "00000000-0000-0000-0000-000000000000"
    assert f"FAIL group {nobody} (voice admins): does not exist" in await troubles(
        but(settings, admin_group=nobody)
    )


async def test_a_group_without_members(settings: Settings, sandbox: SandboxServer) -> None:
    key = group_id("Field sales France")
    sandbox.tenant.groups[key] = replace(sandbox.tenant.groups[key], members=[])
    assert f"FAIL group {key} (voice admins): has no enabled member" in await troubles(
        but(settings, admin_group=key)
    )


async def test_another_tenant(settings: Settings, sandbox: SandboxServer) -> None:
    sandbox.tenant.id = "99999999-0000-0000-0000-000000000000"
    seen = await troubles(settings)
    assert any(line.startswith("FAIL organisation: the credentials belong to Contoso") for line in seen)


async def test_an_app_that_is_not_in_the_catalogue(settings: Settings) -> None:
    changed = but(settings, teams_app_id="99999999-0000-0000-0000-000000000000")
    assert any(line.startswith("FAIL Teams app: no app 9999") for line in await troubles(changed))


async def test_no_app_id_is_only_a_warning(settings: Settings) -> None:
    seen = await troubles(but(settings, teams_app_id=""))
    assert [line.partition(":")[0] for line in seen] == ["WARN Teams app"]


AGREED = '[policy]\nchange_needs = 2\n[[rule]]\nname = "all"\n[[rule.stages]]\napprovers = "voice_admins"\n'


def put_on_record(settings: Settings, text: str) -> None:
    db = open_database(settings.database_url, seal)
    try:
        db.run(take_up, parse_policy(text).version, text)
    finally:
        db.close_now()


def refuse(settings: Settings, version: str) -> None:
    def move(tx: Transaction) -> None:
        policies.move(tx, version, PolicyState.REFUSED)

    db = open_database(settings.database_url, seal)
    try:
        db.run(move)
    finally:
        db.close_now()


async def test_a_file_that_is_not_in_force(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "policy.toml"
    file.write_text(AGREED.replace('"all"', '"everything"'), encoding="utf-8")
    changed = but(settings, policy=file)
    put_on_record(changed, AGREED)
    old, new = parse_policy(AGREED).version, parse_policy(file.read_text(encoding="utf-8")).version
    differs = f"WARN policy: version {old} is in force, not version {new} of the file"
    assert await troubles(changed) == [differs]
    put_on_record(changed, file.read_text(encoding="utf-8"))
    assert await troubles(changed) == [f"{differs}, to which 0 of 2 voice admins have agreed"]
    refuse(changed, new)
    assert await troubles(changed) == [f"{differs}, which was refused"]
    file.write_text(AGREED, encoding="utf-8")
    assert await troubles(changed) == []


async def test_approvers_who_are_named_one_by_one(settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    nobody, leaver, able = "00000000-0000-0000-0000-000000000000", person_id("walter"), person_id("priya")
    policy.write_text(
        '[[rule]]\nname = "everything"\n[[rule.stages]]\n'
        f'approvers = {{ kind = "people", ids = ["{nobody}", "{leaver}", "{able}"] }}\n',
        encoding="utf-8",
    )
    assert await troubles(but(settings, policy=policy)) == [
        f"FAIL approver {nobody}: does not exist",
        f"WARN approver {leaver}: Walter Hughes is switched off or a guest",
    ]


async def test_a_stage_with_fewer_people_than_must_agree(settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        f'[cost_centres]\nSales = "{person_id("walter")}"\n'
        '[[rule]]\nname = "everything"\n[[rule.stages]]\n'
        f'approvers = {{ group = "{group_id("Finance")}" }}\nneed = 4\n',
        encoding="utf-8",
    )
    assert await troubles(but(settings, policy=policy)) == [
        f"WARN approver {person_id('walter')}: Walter Hughes is switched off or a guest",
        f"FAIL policy: rule 1 ('everything'), stage 1, approvers: of group {group_id('Finance')} 3 can "
        "decide, but 4 must agree",
    ]


async def test_a_policy_that_cannot_be_read(settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text("[[rule]\n", encoding="utf-8")
    seen = await troubles(but(settings, policy=policy))
    assert [line.partition(":")[0] for line in seen] == ["FAIL policy"]


async def test_a_tenant_file_that_is_no_text(settings: Settings, tmp_path: Path) -> None:
    facts = tmp_path / "tenant.toml"
    facts.write_bytes(b"\xff\xfe")
    seen = await troubles(but(settings, tenant_facts=facts))
    assert seen == [f"FAIL tenant file: SWITCHBOARD_TENANT_FACTS: {facts} is not a UTF-8 text file"]


@pytest.fixture
def empty_database_url(unmigrated_url: str) -> str:
    """An empty database that is there; of SQLite, an empty file."""
    if unmigrated_url.startswith("sqlite"):
        Path(unmigrated_url.removeprefix("sqlite:///")).touch()
    return unmigrated_url


async def test_an_empty_database(settings: Settings, empty_database_url: str) -> None:
    seen = await examined(but(settings, database_url=empty_database_url))
    assert [one.to_do for one in seen if one.level is Level.FAIL] == ["run `switchboard db upgrade`"]


async def test_a_database_out_of_reach_does_not_give_the_password_away(settings: Settings) -> None:
    url = "postgresql://desk:hush-hush-hush@127.0.0.1:1/switchboard"
    seen = await troubles(but(settings, database_url=url))
    assert any(line.startswith("FAIL database: the database cannot be reached") for line in seen)
    assert "hush" not in "".join(seen)


async def test_signing_keys_that_cannot_be_fetched(settings: Settings, sandbox: SandboxServer) -> None:
    seen = await troubles(but(settings, openid_metadata_url=f"{sandbox.url}/nothing"))
    assert any(line.startswith("FAIL channel keys: none could be fetched") for line in seen)


async def test_nothing_is_there_at_all(settings: Settings) -> None:
    nowhere = "http://127.0.0.1:9"
    seen = await troubles(
        but(settings, graph_url=nowhere, authority=nowhere, openid_metadata_url=nowhere, policy=Path("x"))
    )
    assert [line.partition(":")[0] for line in seen if line.startswith("FAIL")] == [
        "FAIL SWITCHBOARD_POLICY", "FAIL policy", "FAIL Graph", "FAIL channel keys", "FAIL Entra",
    ]  # fmt: skip


async def test_every_problem_of_the_settings_is_told_not_only_the_first(settings: Settings) -> None:
    broken = but(settings, app_id="", admin_group="", app_type="MultiTenant")
    seen = await examined(broken)
    assert [one.subject for one in seen if one.level is Level.FAIL][:3] == [
        "MicrosoftAppType", "MicrosoftAppId", "SWITCHBOARD_ADMIN_GROUP",
    ]  # fmt: skip
    assert all(one.says for one in seen)


async def test_settings_that_cannot_be_read_at_all() -> None:
    seen = await examined(None, ["PORT: Input should be a valid integer"])
    assert (seen[0].level, seen[0].subject) == (Level.FAIL, "PORT")
    assert seen[-1].level is Level.WARN


async def test_a_check_that_breaks_is_a_finding() -> None:
    async def broken() -> list[Finding]:
        raise ZeroDivisionError("by nought\nsecond line")

    assert await isolated("sums", broken) == [fail("sums", "ZeroDivisionError: by nought")]


def test_a_finding_is_a_line_and_what_to_do_another() -> None:
    file = StringIO()
    show(Console(file=file, width=20), fail("thing", "is very broken indeed, and long", "mend it"))
    assert file.getvalue() == "FAIL thing: is very broken indeed, and long\n      -> mend it\n"


async def test_a_secret_that_ends_soon(settings: Settings, sandbox: SandboxServer) -> None:
    hint = settings.app_password.get_secret_value()[:3]
    shaping.set_app_secrets(sandbox.tenant, [shaping.NewSecret(hint=hint, endsInDays=200)])
    assert any(one.subject == "client secret" for one in await examined(settings))
    assert not [line for line in await troubles(settings) if "client secret" in line]
    shaping.set_app_secrets(sandbox.tenant, [shaping.NewSecret(hint=hint, endsInDays=20)])
    assert any(line.startswith("WARN client secret: ends on") for line in await troubles(settings))
