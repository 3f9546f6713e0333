"""`switchboard policy`: whether policy.toml holds, and what it makes of a request."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.domain.errors import Misconfigured

if TYPE_CHECKING:
    from bot.domain.policy import Policy
    from bot.domain.policy_text import PolicyText, Problem
    from bot.graph import Graph
    from bot.settings import Settings
    from bot.usecases.policy_explain import Question

__all__ = ["policy_app"]

policy_app = typer.Typer(
    help="Check who approves what, and ask what the policy makes of a request.", no_args_is_help=True
)
out = Console(highlight=False)

_OFFLINE = typer.Option("--offline", help="Ask nothing of Microsoft Graph; no other setting is needed.")


@policy_app.command("check")
def check(
    file: Annotated[
        Path | None, typer.Argument(help="The policy; without it the one at SWITCHBOARD_POLICY.")
    ] = None,
    offline: Annotated[bool, _OFFLINE] = False,
) -> None:
    """Check a policy before it is in force; every problem on a line, with its line number and the fix.

    First the file alone: spelling, rules that never apply, stages nobody can satisfy, silence that never
    ends, money nobody approves. Then, read-only, the directory: groups that do not exist or have too few
    enabled members, people who left. Exit code 1 when something is wrong.
    """
    path, read = _read(file)
    problems = list(read.problems)
    if read.policy and not offline:
        problems = asyncio.run(_asked_of_directory(read, read.policy))
    for problem in problems:
        _say(f"{path.name}: {problem}")
    if problems or read.policy is None:
        raise typer.Exit(1)
    count = len(read.policy.rules)
    rest = "; groups and people were not looked up" if offline else ""
    _say(
        f"policy: everything fits: {count} {'rule' if count == 1 else 'rules'}, "
        f"version {read.policy.version}{rest}"
    )


def _read(file: Path | None) -> tuple[Path, PolicyText]:
    from bot.domain.catalogue.own_tables import use_own_tables
    from bot.domain.policy_text import read_policy_text
    from bot.settings import load_catalogue_folder, load_policy_path, text_of

    path = file or load_policy_path()
    use_own_tables(load_catalogue_folder())
    return path, read_policy_text(text_of(path, "policy" if file else "SWITCHBOARD_POLICY"))


async def _asked_of_directory(read: PolicyText, policy: Policy) -> list[Problem]:
    from bot.usecases.policy_check import directory_problems
    from bot.usecases.routing import Offices

    settings = _settings()
    async with _graph(settings) as graph:
        found = await directory_problems(Offices(graph, policy, settings.admin_group))
    return sorted(read.at(one.path, one.says) for one in found)


def _settings() -> Settings:
    from bot.settings import load_settings

    try:
        return load_settings()
    except Misconfigured as problem:
        raise Misconfigured(f"{problem}; or use --offline") from None


def _graph(settings: Settings) -> Graph:
    from bot.bootstrap import acquire_for
    from bot.credentials import Credentials
    from bot.graph import Graph

    return Graph(settings.graph_url, Credentials(acquire_for(settings)))


@policy_app.command("explain")
def explain(  # noqa: PLR0913  each of them is an option
    who: Annotated[str, typer.Option(help="Who asks: the name to sign in with (UPN).")],
    wish: Annotated[
        str, typer.Option(help="What for: number, licence, phone_user, credits, ... as in match.kinds.")
    ],
    beneficiary: Annotated[str, typer.Option("--for", help="For whom (UPN); without it for oneself.")] = "",
    country: Annotated[
        str, typer.Option(help="Two letters, as in FR; without it where the beneficiary is.")
    ] = "",
    product: Annotated[
        list[str] | None, typer.Option(help="Part number that the plan gives, as in MCOEV; may be repeated.")
    ] = None,
    amount: Annotated[
        str, typer.Option(help='Money asked for, as in "800 EUR", with what was asked for in 30 days.')
    ] = "",
    monthly: Annotated[str, typer.Option(help='What the plan costs a month, as in "20 EUR".')] = "",
    people: Annotated[int, typer.Option(help="People a list asks for.", min=1)] = 1,
    file: Annotated[
        Path | None, typer.Option("--policy", help="The policy; without it the one at SWITCHBOARD_POLICY.")
    ] = None,
    offline: Annotated[bool, _OFFLINE] = False,
) -> None:
    """Say what would happen to a request: the rule, why not an earlier one, who is asked, until when.

    Reads the directory as it is now and changes nothing. What the plan would give and cost is not worked
    out: say it with --product and --monthly where rules depend on it. --offline knows neither people nor
    groups nor departments, and shows stages as they are written.
    """
    question = _question(wish, country, product or [], amount, monthly, people)
    path, read = _read(file)
    if read.policy is None:
        raise Misconfigured(f"{path.name}: {read.problems[0]}; run `switchboard policy check`")
    for line in asyncio.run(_explained(read.policy, question, who, beneficiary or who, offline=offline)):
        _say(line)


def _question(
    wish: str, country: str, products: list[str], amount: str, monthly: str, people: int
) -> Question:
    from bot.domain.catalogue.countries import country as known
    from bot.domain.policy_text.matches import KINDS, money_of
    from bot.usecases.policy_explain import Question

    if wish not in KINDS:
        raise typer.BadParameter(f"{wish!r} is none of {', '.join(KINDS)}", param_hint="--wish")
    if country and known(country.upper()) is None:
        raise typer.BadParameter(
            f"{country!r} is no country; use two letters, as in FR", param_hint="--country"
        )
    sums = {"--amount": amount, "--monthly": monthly}
    for name, text in sums.items():
        if text and money_of(text) is None:
            raise typer.BadParameter(f'{text!r} is no amount; write it as in "800 EUR"', param_hint=name)
    return Question(
        kind=wish,
        country=country.upper() or None,
        products=frozenset(one.upper() for one in products),
        amount=money_of(amount) if amount else None,
        monthly=money_of(monthly) if monthly else None,
        people=people,
    )


async def _explained(
    policy: Policy, question: Question, who: str, beneficiary: str, *, offline: bool
) -> list[str]:
    from bot.policy_story import offline_story, story
    from bot.usecases.routing import Offices

    if offline:
        return list(offline_story(policy, question, who, beneficiary))
    settings = _settings()
    async with _graph(settings) as graph:
        return [
            one
            async for one in story(Offices(graph, policy, settings.admin_group), question, who, beneficiary)
        ]


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)
