"""policy.toml and tenant.toml: what is understood, and what is refused in one line that says the fix."""

from __future__ import annotations

import re
from datetime import date, time
from pathlib import Path

import pytest

from bot import sandbox
from bot.domain import tenant_facts
from bot.domain.approval import (
    CostCentreOwner,
    GroupApprovers,
    ManagerApprover,
    ManagersManager,
    Match,
    NamedApprovers,
    VoiceAdmins,
    parse_policy,
)
from bot.domain.calendar import WorkingHours
from bot.domain.errors import Misconfigured
from bot.domain.numbers import NumberType
from bot.domain.policy import AutoApproval, PolicyChange, SilenceAction, StageSpec, StepUp
from bot.domain.policy_text import read_policy_text
from bot.domain.policy_text.matches import KINDS
from bot.domain.tenant import TenantFacts
from bot.domain.tenant_facts import parse_tenant_facts
from bot.domain.values import Money
from dialogs.forms import FORMS
from tests.support.policy_texts import GROUP, OTHER, REFUSED, SIMPLE, STAGE, first

FULL = f"""
[[rule]]
name = "numbers in France"
match = {{ kinds = ["number"], countries = ["FR"] }}
{STAGE}
[[rule.stages]]
approvers = {{ kind = "people", ids = ["{GROUP.upper()}", "{OTHER}"] }}
need = 2
comment_on_reject = false

[[rule]]
name = "everything else"
{STAGE}
"""


def test_a_full_policy_is_understood() -> None:
    policy = parse_policy(FULL)
    first, last = policy.rules
    assert first.match.countries == ("FR",)
    assert isinstance(first.stages[0].approvers, ManagerApprover)
    assert first.stages[0].fallback == GroupApprovers(id=GROUP)
    assert first.stages[1].approvers == NamedApprovers(ids=(GROUP, OTHER)), (
        "ids in small letters, as Graph has them"
    )
    assert (first.stages[1].need, first.stages[1].comment_on_reject) == (2, False)
    assert (last.stages[0].need, last.stages[0].comment_on_reject) == ("any", True)


@pytest.mark.parametrize("kind", FORMS)
def test_every_wish_can_have_rules_of_its_own(kind: str) -> None:
    own = FULL.replace('kinds = ["number"], countries = ["FR"]', f'kinds = ["{kind}"]')
    assert parse_policy(own).rules[0].match.kinds == (kind,)


def test_the_version_is_a_digest_of_the_text() -> None:
    version = parse_policy(SIMPLE).version
    assert version == parse_policy(SIMPLE).version
    assert version != parse_policy(SIMPLE + "# changed\n").version
    assert len(version) == 12


WHOLE = f"""
quiet = true
digest_above = 8

[hours]
days = "Mon-Fri"
begin = 9:00
end = "24:00"
zone = "Europe/Paris"
holidays = [2026-12-25, "2027-01-01"]

[policy]
change_needs = 2

[cost_centres]
"CC 4711" = "{GROUP.upper()}"
Sales = "{OTHER}"

[[rule]]
name = "money"

[rule.match]
kinds = ["credits"]
amount_from = "1 500.00 EUR"
amount_below = {{ minor = 900000, currency = "EUR" }}

[[rule.stages]]
approvers = "cost_centre_owner"
fallback = {{ group = "{GROUP}" }}
comment_on_approve = true
step_up = "code"
channel = true
reassign = false
remind = ["4h", "1d"]

[[rule.stages.silence]]
after = "2d"
do = "escalate"

[[rule.stages.silence]]
after = "3d"
do = "replace"
who = "voice_admins"

[[rule.stages.silence]]
after = "5d"
do = "expire"

[[rule.stages]]
approvers = {{ people = ["{GROUP}", "{OTHER}"] }}
need = "all"
step_up = "second_person"

[[rule]]
name = "a phone for Sales"
approve = "automatically"
per_person_a_month = 2

[rule.match]
kinds = ["number", "licence"]
products = ["MCOEV"]
countries = ["FR", "DE"]
requesters = ["{GROUP.upper()}"]
beneficiaries = ["{OTHER}"]
departments = [" Sales "]
monthly_from = "1 EUR"
monthly_below = "20,50 EUR"
people_from = 1
people_below = 10

[[rule]]
name = "everything else"

[[rule.stages]]
approvers = "managers_manager"
fallback = "voice_admins"
remind = ["1d"]
""".replace("begin = 9:00", 'begin = "9:00"')


def test_every_key_is_understood() -> None:
    policy = parse_policy(WHOLE)
    money, phones, last = policy.rules
    assert (policy.quiet, policy.digest_above, policy.change.change_needs) == (True, 8, 2)
    assert policy.cost_centres == {"cc 4711": GROUP, "sales": OTHER}
    hours = policy.hours
    assert (hours.days, hours.begin, hours.end, hours.zone) == (
        (0, 1, 2, 3, 4),
        time(9),
        time(0),
        "Europe/Paris",
    )
    assert hours.holidays == (date(2026, 12, 25), date(2027, 1, 1))
    assert money.match.amount_from == Money(minor=150_000, currency="EUR")
    assert money.match.amount_below == Money(minor=900_000, currency="EUR")
    first, second = money.stages
    assert (first.approvers, first.fallback) == (CostCentreOwner(), GroupApprovers(id=GROUP))
    assert (first.comment_on_approve, first.step_up, first.channel, first.reassign) == (
        True,
        "code",
        True,
        False,
    )
    assert [(str(one.after), one.do.value) for one in first.silence] == [
        ("4h", "remind"), ("1d", "remind"), ("2d", "escalate"), ("3d", "replace"), ("5d", "expire"),
    ]  # fmt: skip
    assert first.silence[3].who == VoiceAdmins()
    assert (second.approvers, second.need) == (NamedApprovers(ids=(GROUP, OTHER)), "all")
    assert phones.stages == ()
    assert phones.auto == AutoApproval(per_person_a_month=2)
    assert phones.match == Match(
        kinds=("number", "licence"), products=("MCOEV",), countries=("FR", "DE"), requesters=(GROUP,),
        beneficiaries=(OTHER,), departments=("Sales",), monthly_from=Money(minor=100, currency="EUR"),
        monthly_below=Money(minor=2050, currency="EUR"), people_from=1, people_below=10,
    )  # fmt: skip
    assert (last.stages[0].approvers, last.stages[0].fallback) == (ManagersManager(), VoiceAdmins())


def test_what_is_not_written_holds_by_default() -> None:
    policy = parse_policy(SIMPLE)
    assert (policy.quiet, policy.digest_above, policy.change.change_needs) == (False, 5, 0)
    assert policy.hours == WorkingHours()
    (stage,) = policy.rules[0].stages
    usual = [("1d", "remind"), ("2d", "remind"), ("3d", "add"), ("10d", "expire")]
    assert [(str(one.after), one.do.value) for one in stage.silence] == usual, "J13c"
    (stage,) = parse_policy(SIMPLE + 'remind = ["4h"]\n').rules[0].stages
    assert [str(one.after) for one in stage.silence] == ["4h", "3d", "10d"], "the usual end stays"


@pytest.mark.parametrize(
    ("written", "days"),
    [('"Mon-Fri"', "01234"), ('"Sun-Thu"', "01236"), ('["Monday", "wed"]', "02"), ('"Mon, Wed-Fri"', "0234")],
)
def test_days_of_the_week(written: str, days: str) -> None:
    policy = parse_policy(f"[hours]\ndays = {written}\n{SIMPLE}")
    assert "".join(map(str, policy.hours.days)) == days


@pytest.mark.parametrize(("text", "line", "says"), REFUSED)
def test_what_could_leave_a_request_undecided_is_refused_with_its_line_and_the_fix(
    text: str, line: int, says: str
) -> None:
    problems = read_policy_text(text).problems
    found = [problem for problem in problems if says in problem.says]
    assert found, "\n".join(map(str, problems))
    assert found[0].line == line
    for problem in problems:
        assert "\n" not in str(problem)
        assert ";" in problem.says, "it says what to do"
    with pytest.raises(Misconfigured) as refused:
        parse_policy(text)
    assert str(refused.value).startswith(f"policy.toml: {problems[0]}")


def test_every_problem_is_told_and_the_first_is_counted() -> None:
    text = first('{ kinds = ["credit"], countries = ["ZZ"] }', 'approvers = "boss"\nneed = 0') + "more = 1\n"
    assert [problem.line for problem in read_policy_text(text).problems] == [3, 3, 6, 7, 16]
    with pytest.raises(
        Misconfigured, match=r"^policy.toml: line 3: .* \(4 more: run `switchboard policy check`\)$"
    ):
        parse_policy(text)


def test_what_is_no_toml_is_refused_with_its_line() -> None:
    with pytest.raises(Misconfigured, match="line 3"):
        parse_policy("[[rule]]\nname = 'x'\nmatch =\n")


FACTS = f"""
own_pstn_group = "{GROUP}"
count_warning_seats = true
new_hire_hours = 8

[[emergency_locations]]
id = "loc-1"
name = "Redmond HQ"
country = "US"
city = "Redmond"

[[prices]]
part_number = "MCOEV"
monthly = {{ minor = 800, currency = "EUR" }}
as_of = 2026-10-01
"""


def test_the_facts_of_a_tenant_are_understood() -> None:
    facts = parse_tenant_facts(FACTS)
    assert facts.own_pstn_group == GROUP
    assert facts.own_line is NumberType.DIRECT_ROUTING
    by_operator = parse_tenant_facts('own_pstn_route = "operator_connect"')
    assert by_operator.own_line is NumberType.OPERATOR_CONNECT
    assert facts.new_hire_hours == 8
    assert facts.emergency_locations[0].city == "Redmond"
    assert (facts.prices[0].monthly.minor, facts.prices[0].as_of) == (800, "2026-10-01")


def test_money_is_understood() -> None:
    facts = parse_tenant_facts(
        'billing = "EA"\nagreements = ["123", "456"]\nagreement_elsewhere = true\n'
        'purchase_order_required = true\npurchase_order_format = "PO-[0-9]{6}"\n'
    )
    assert (facts.billing, facts.agreements) == ("EA", ("123", "456"))
    assert facts.purchase_order_format == "PO-[0-9]{6}"


def test_every_key_of_the_tenant_file_is_documented_with_what_holds_without_it() -> None:
    described = tenant_facts.__doc__ or ""
    page = (Path(__file__).parents[2] / "docs/operations.md").read_text(encoding="utf-8")
    assert [name for name in TenantFacts.model_fields if name not in described] == []
    assert [name for name in TenantFacts.model_fields if f"| `{name}` |" not in page] == []
    example = "\n".join(line.strip() for line in described.splitlines() if line.startswith("    "))
    shown = parse_tenant_facts(example)
    of_their_own = {
        "own_pstn_group", "billing", "agreements", "purchase_order_format", "emergency_locations", "prices",
    }  # fmt: skip
    for name in TenantFacts.model_fields.keys() - of_their_own:
        assert getattr(shown, name) == getattr(TenantFacts(), name), name


def test_all_facts_may_be_left_out() -> None:
    facts = parse_tenant_facts("")
    assert facts.emergency_locations == ()
    assert facts.own_pstn_group is None


REFUSED_FACTS = {
    "a = ": "not valid TOML",
    "own_pstn = 1": "unknown key 'own_pstn'",
    'own_pstn_group = ""': "own_pstn_group",
    "new_hire_hours = -1": "new_hire_hours",
    "new_hire_hours = nan": "new_hire_hours",
    "new_hire_hours = inf": "new_hire_hours",
    FACTS.replace('"US"', '"us"'): "country",
    FACTS.replace('"US"', '"ZZ"'): "unknown country 'ZZ'",
    FACTS.replace('city = "Redmond"', ""): "city",
    FACTS.replace('"loc-1"', '" "'): "empty id",
    FACTS.replace("800", "-1"): "below zero",
    FACTS.replace("EUR", "Euro"): "currency",
    FACTS + FACTS[FACTS.index("[[prices]]") :]: "keep one",
    FACTS.replace("2026-10-01", '"October"'): "as_of 'October' is not a day",
    FACTS.replace("2026-10-01", '"2026-13-01"'): "is not a day",
    'billing = "cash"': "billing",
    'billing = "EA"': "list the agreements' numbers",
    'agreements = ["1", "2", "1"]': "agreement '1' is there 2 times",
    'agreements = ["1", " "]': "empty number",
    "agreement_elsewhere = true": "'agreement_elsewhere' without 'agreements'",
    'billing = "MOSA"\npost_usage = true': "pays before use",
    'purchase_order_format = "PO-["': "not a regular expression",
    'purchase_order_format = "([0-9A-Z]+)*-1"': "repeats what repeats already",
    'purchase_order_format = "(a{1,}){2,}"': "repeats what repeats already",
    "rest_days = -1": "rest_days",
    'purchase_channel = "shop"': "purchase_channel",
    'cloud = "21vianet"': "cloud",
}


@pytest.mark.parametrize(("text", "says"), REFUSED_FACTS.items())
def test_facts_that_are_wrong_are_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        parse_tenant_facts(text)
    message = str(refused.value)
    assert says in message
    assert "\n" not in message
    assert message.startswith("tenant.toml: ")


PAGE = (Path(__file__).parents[2] / "docs/policy.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize("text", [*SHOWN, (Path(sandbox.__file__).parent / "policy.toml").read_text("utf-8")])
def test_every_policy_that_is_shown_holds(text: str) -> None:
    assert [str(problem) for problem in read_policy_text(text).problems] == []


def test_every_key_of_the_language_is_on_its_page() -> None:
    shapes = (Match, StageSpec, PolicyChange, WorkingHours, AutoApproval)
    keys = {name for shape in shapes for name in shape.model_fields} | {*SilenceAction, *StepUp, *KINDS}
    keys |= {"approve", "remind", "quiet", "digest_above", "cost_centres", "who", "after", "do"}
    assert keys - set(re.findall(r"\w+", PAGE)) == set()
