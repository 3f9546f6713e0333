"""policy.toml and tenant.toml: what is understood, and what is refused in one line that says the fix."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain import tenant_facts
from bot.domain.approval import GroupApprovers, ManagerApprover, NamedApprovers, parse_policy
from bot.domain.errors import Misconfigured
from bot.domain.numbers import NumberType
from bot.domain.tenant import TenantFacts
from bot.domain.tenant_facts import parse_tenant_facts
from dialogs.forms import FORMS

GROUP = "7e31c0d9-9551-471d-836f-32ee72be4a01"
OTHER = "7e74bd05-2c47-404e-829a-ba95c66fe8e5"

STAGE = f"""
[[rule.stages]]
approvers = {{ kind = "manager" }}
fallback = {{ kind = "group", id = "{GROUP}" }}
"""

SIMPLE = f"""
[[rule]]
name = "everything"
{STAGE}
"""

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


REFUSED = {
    "": "no rule",
    "rule = 3": "no rule",
    "rule = []": "no rule",
    "[[rule]\n": "line 1",
    SIMPLE + "\n[other]\n": "'other'",
    '[[rule]]\nname = "x"\n': "nobody is asked",
    '[[rule]]\nname = "x"\nstages = []\n': "nobody is asked",
    f"[[rule]]\n{STAGE}": "'name' is missing",
    f'[[rule]]\nname = " "\n{STAGE}': "the name is empty",
    SIMPLE.replace(
        '"everything"', '"everything"\nmatch = { countries = ["FR"] }'
    ): "the last and has a match",
    SIMPLE + SIMPLE.replace("everything", "more"): "later rules never apply",
    SIMPLE.replace('"everything"', '"x"\nmatch = { kinds = ["credit"] }') + SIMPLE: "unknown kind 'credit'",
    SIMPLE.replace('"everything"', '"x"\nmatch = { countries = ["ZZ"] }') + SIMPLE: "unknown country 'ZZ'",
    SIMPLE.replace('"everything"', '"everything"\nmatch = { countries = ["FR"] }') + SIMPLE: "rename",
    SIMPLE.replace(
        '"everything"', '"everything"\nmatch = { country = ["FR"] }'
    ): "unknown key 'match.country'",
    SIMPLE + "aprovers = 1\n": "unknown key",
    SIMPLE + 'need = "some"\n': "need",
    SIMPLE + "need = 0\n": "need",
    SIMPLE + "need = 2\n": "only 1 can be asked",
    SIMPLE.replace(f', id = "{GROUP}"', ""): "id",
    SIMPLE.replace(GROUP, ""): "id",
    SIMPLE.replace(GROUP, "voice-admins"): "not an object id",
    SIMPLE.replace('kind = "group"', 'kind = "grupo"'): "kind",
    SIMPLE.replace(f'fallback = {{ kind = "group", id = "{GROUP}" }}', ""): "add a fallback",
    SIMPLE.replace(f'{{ kind = "group", id = "{GROUP}" }}', '{ kind = "manager" }'): "add a fallback",
    SIMPLE.replace(f'{{ kind = "group", id = "{GROUP}" }}', '{ kind = "people", ids = [] }'): "means nobody",
    SIMPLE.replace(
        f'{{ kind = "group", id = "{GROUP}" }}', '{ kind = "people", ids = ["ana@contoso.com"] }'
    ): "not an object id",
}


@pytest.mark.parametrize(("text", "says"), REFUSED.items())
def test_what_could_leave_a_request_undecided_is_refused_in_one_line(text: str, says: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        parse_policy(text)
    message = str(refused.value)
    assert says in message
    assert "\n" not in message
    assert message.startswith("policy.toml: ")
    assert ";" in message, "it says what to do"


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
