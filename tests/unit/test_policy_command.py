"""`switchboard policy`: every problem on a line, and what would happen to a request."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.bootstrap import acquire_for, check_policy
from bot.cli import app
from bot.credentials import Credentials
from bot.domain.errors import AdminError, Misconfigured
from bot.domain.policy_text import described, parse_policy
from bot.graph import Graph
from bot.sandbox.seed import group_id, person_id
from bot.sandbox.server import SandboxServer
from bot.settings import env_names
from bot.usecases.policy_check import directory_problems
from bot.usecases.routing import Offices
from tests.support.openapi import check_journal
from tests.support.policy_texts import REFUSED, SIMPLE
from tests.support.world import running_world, sandbox_settings

NOBODY = "00000000-0000-0000-0000-000000000000"

POLICY = f"""
[hours]
begin = "9:00"
end = "17:00"
zone = "Europe/Paris"

[[rule]]
name = "money"
match = {{ kinds = ["credits"], amount_from = "500 EUR" }}
[[rule.stages]]
approvers = {{ group = "{group_id("Finance")}" }}
need = 2
step_up = "code"

[[rule]]
name = "small things"
match = {{ kinds = ["licence"], monthly_below = "10 EUR" }}
approve = "automatically"
per_person_a_month = 2

[[rule]]
name = "IT"
match = {{ departments = ["IT"] }}
[[rule.stages]]
approvers = {{ people = ["{person_id("walter")}", "{person_id("tom")}"] }}
fallback = "voice_admins"

[[rule]]
name = "everything else"
[[rule.stages]]
approvers = "manager"
fallback = "voice_admins"
remind = ["4h"]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, encoding="utf-8")
    return path


def offline(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["policy", *map(str, words), "--offline"])


def test_a_policy_that_holds(file: Path) -> None:
    ran = offline("check", file)
    assert ran.exit_code == 0
    version = parse_policy(POLICY).version
    assert ran.stdout == (
        f"policy: everything fits: 4 rules, version {version}; groups and people were not looked up\n"
    )


@pytest.mark.parametrize(("text", "line", "says"), REFUSED[::6])
def test_every_problem_is_a_line_with_its_number(file: Path, text: str, line: int, says: str) -> None:
    file.write_text(text, encoding="utf-8")
    ran = offline("check", file)
    assert ran.exit_code == 1
    assert any(
        row.startswith(f"policy.toml: line {line}: ") and says in row for row in ran.stdout.splitlines()
    ), ran.stdout


def explained(file: Path, *words: str) -> list[str]:
    ran = offline("explain", "--policy", file, "--who", "dora@contoso.com", *words)
    assert ran.exit_code == 0, ran.output
    return ran.stdout.splitlines()


def test_without_a_directory_the_rule_is_found_all_the_same(file: Path) -> None:
    said = explained(file, "--wish", "credits", "--amount", "800 EUR", "--for", "ana@contoso.com")
    assert said[0] == "dora@contoso.com asks for ana@contoso.com: credits, 800.00 EUR"
    assert said[2] == "rule 1 'money': applies"
    assert said[3] == (f"  stage 1: group {group_id('Finance')}; 2 must agree, confirmed by a one-time code")
    assert [line.partition(": ")[2] for line in said[4:]] == [
        "those asked are reminded", "those asked are reminded",
        "asked as well: the managers of those asked", "it expires",
    ]  # fmt: skip
    said = explained(file, "--wish", "credits", "--amount", "499.99 EUR")
    assert "rule 1 'money': no, because of amount_from = 500.00 EUR" in said
    assert "rule 3 'IT': no, because of departments = IT (not looked up offline)" in said
    assert "rule 4 'everything else': applies" in said


def test_what_nobody_approves_is_explained_with_its_limit_and_what_comes_after(file: Path) -> None:
    said = explained(file, "--wish", "licence", "--product", "mcoev", "--monthly", "9 EUR", "--country", "fr")
    assert "licence, in FR, MCOEV, 9.00 EUR a month" in said[0]
    assert "rule 2 'small things': applies" in said
    limit = "  approved automatically, 2 times a month and person; after that the next rule that applies:"
    assert said.index(limit) < said.index("rule 4 'everything else': applies")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--wish", "credit"), "'credit' is none of number"),
        (("--wish", "number", "--country", "France"), "'France' is no country; use two letters"),
        (("--wish", "credits", "--amount", "800"), "'800' is no amount; write it as in"),
    ],
)
def test_options_that_are_wrong_say_how_to_write_them(file: Path, words: tuple[str, ...], says: str) -> None:
    ran = CliRunner().invoke(
        app, ["policy", "explain", "--policy", str(file), "--who", "x", "--offline", *words],
        env={"COLUMNS": "300", "TERM": "dumb"},
    )  # fmt: skip
    assert ran.exit_code == 2
    assert says in ran.output


@pytest.fixture
async def sandbox() -> AsyncIterator[SandboxServer]:
    async with SandboxServer() as server:
        yield server
        check_journal(server.graph.journal.entries())


async def online(sandbox: SandboxServer, *words: str) -> Result:
    """A command that may ask the tenant, in a thread of its own."""
    settings = sandbox_settings(sandbox, "sqlite:///nowhere.db")
    names, values = env_names(), settings.model_dump(mode="json", exclude_none=True)
    env: dict[str, str | None] = {
        names[key]: str(value)
        for key, value in values.items()
        if value != "" and key not in ("app_password", "extra_service_hosts")
    }
    env["MicrosoftAppPassword"] = sandbox.identity.app.password
    return await asyncio.to_thread(CliRunner().invoke, app, ["policy", *words], env=env)


async def test_the_directory_is_asked_who_decides_and_who_is_left_out(
    sandbox: SandboxServer, file: Path
) -> None:
    words = ("explain", "--policy", str(file), "--wish", "number", "--who")
    ran = await online(sandbox, *words, "tom@contoso.com")
    assert ran.exit_code == 0, ran.output
    said = ran.stdout.splitlines()
    assert said[0].startswith("Tom ")
    assert said[0].endswith("number, in US, department IT")
    assert "rule 3 'IT': applies" in said
    rest = "\n".join(said[said.index("rule 3 'IT': applies") :])
    assert "not asked: Walter Hughes (walter@contoso.com), who is switched off" in rest
    assert "who asks for it" in rest
    assert "not enough who may decide; instead the voice admins" in rest
    assert "    asked: Priya Nair (priya@contoso.com)" in rest
    ran = await online(sandbox, *words, "dora@contoso.com")
    assert "    asked: Marc Dubois (marc@contoso.com)" in ran.stdout.splitlines()
    ran = await online(sandbox, *words, "nobody@contoso.com")
    assert isinstance(ran.exception, AdminError)
    assert "knows nobody called nobody@contoso.com; use" in str(ran.exception)


async def test_the_directory_bears_out_a_policy_or_not(sandbox: SandboxServer, file: Path) -> None:
    ran = await online(sandbox, "check", str(file))
    assert ran.exit_code == 1
    (line,) = ran.stdout.splitlines()
    where = POLICY.splitlines().index(
        f'approvers = {{ people = ["{person_id("walter")}", "{person_id("tom")}"] }}'
    )
    assert line.startswith(
        f"policy.toml: line {where + 1}: rule 3 ('IT'), stage 1, approvers: Walter Hughes ("
    )
    assert line.endswith(" is switched off; name somebody else")
    sandbox.tenant.people[person_id("walter")].enabled = True
    ran = await online(sandbox, "check", str(file))
    assert ran.stdout.startswith("policy: everything fits: 4 rules, version ")


UNFIT = f"""
[cost_centres]
sales = "{NOBODY}"

[[rule]]
name = "first"
match = {{ requesters = ["{group_id("Finance")}", "{person_id("walter")}", "{NOBODY}"] }}
[[rule.stages]]
approvers = {{ group = "{NOBODY}" }}
fallback = {{ group = "{group_id("Finance")}" }}
need = 4
[[rule.stages.silence]]
after = "1d"
do = "add"
who = {{ people = ["{person_id("walter")}"] }}
[[rule.stages.silence]]
after = "2d"
do = "expire"
[[rule.stages]]
approvers = "cost_centre_owner"
fallback = "voice_admins"
{SIMPLE.replace("7e31c0d9-9551-471d-836f-32ee72be4a01", group_id("Auditors"))}
"""


async def test_each_source_is_looked_up_and_no_service_starts_that_could_ask_nobody(
    tmp_path: Path,
) -> None:
    async with running_world(f"sqlite:///{tmp_path / 'x.db'}") as world:
        desk = world.service.desk
        await check_policy(desk)
        world.ruled_by(UNFIT)
        found = await directory_problems(Offices.of(desk))
        names = tuple(rule.name for rule in desk.policy.rules)
        assert [(described(one.path, names), one.says.partition(";")[0], one.stops) for one in found] == [
            ("rule 1 ('first'), stage 1, approvers", f"there is no group {NOBODY}", True),
            (
                "rule 1 ('first'), stage 1, fallback",
                f"of group {group_id('Finance')} 3 can decide, but 4 must agree",
                True,
            ),
            (
                "rule 1 ('first'), stage 1, silence",
                "Walter Hughes (walter@contoso.com) is switched off",
                True,
            ),
            ("cost_centres.sales", f"there is nobody with the id {NOBODY}", True),
            (
                "rule 1 ('first'), match.requesters",
                f"there is neither a group nor a person {NOBODY}",
                False,
            ),
        ]
        with pytest.raises(
            Misconfigured, match=r"^policy.toml: rule 1 \('first'\), stage 1, approvers: there is no"
        ):
            await check_policy(desk)
        world.ruled_by(POLICY)
        await check_policy(desk)  # Walter has left, but Tom can decide


UNWISE = f"""
[policy]
change_needs = 4

[[rule]]
name = "twice"
[[rule.stages]]
approvers = "voice_admins"
fallback = {{ group = "{group_id("Voice Admins")}" }}
[[rule.stages]]
approvers = {{ group = "{group_id("Finance")}" }}
[[rule.stages.silence]]
after = "1d"
do = "add"
who = "voice_admins"
[[rule.stages.silence]]
after = "2d"
do = "replace"
who = {{ group = "{group_id("Voice Admins")}" }}
[[rule.stages.silence]]
after = "3d"
do = "expire"
[[rule.stages]]
approvers = {{ group = "{group_id("Voice Admins")}" }}
"""


async def test_who_is_asked_again_as_a_group_and_what_could_never_be_changed_is_told(tmp_path: Path) -> None:
    async with running_world(f"sqlite:///{tmp_path / 'x.db'}") as world:
        desk = world.service.desk
        world.ruled_by(UNWISE)
        found = await directory_problems(Offices.of(desk))
        names = tuple(rule.name for rule in desk.policy.rules)
        assert [(described(one.path, names), one.says.partition(";")[0]) for one in found] == [
            ("rule 1 ('twice'), stage 1, fallback", "is who was asked already, round in a circle"),
            ("rule 1 ('twice'), stage 2, silence", "replace at 2d asks the voice admins again"),
            ("rule 1 ('twice'), stage 3", "asks the same people as stage 1"),
            ("policy.change_needs", "4 voice admins must agree to a change, but there are 3"),
        ]
        await check_policy(desk)  # all of them can decide
        world.ruled_by(UNWISE.replace("change_needs = 4", "change_needs = 3"))
        assert "policy" not in [one.path[0] for one in await directory_problems(Offices.of(desk))]


def test_the_directory_is_not_asked_without_settings(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(file.parent)
    for name in env_names().values():
        monkeypatch.delenv(name, raising=False)
    ran = CliRunner().invoke(app, ["policy", "check", str(file)])
    assert isinstance(ran.exception, Misconfigured)
    assert str(ran.exception).endswith("; or use --offline")


async def test_graph_and_credentials_are_those_of_the_service(sandbox: SandboxServer, tmp_path: Path) -> None:
    settings = sandbox_settings(sandbox, f"sqlite:///{tmp_path / 'x.db'}")
    async with Graph(settings.graph_url, Credentials(acquire_for(settings))) as graph:
        dora = await graph.person("dora@contoso.com")
        assert dora.cost_centre is None
        sandbox.tenant.people[dora.id].cost_centre = "CC-7"
        assert (await graph.person(dora.id)).cost_centre == "CC-7"
