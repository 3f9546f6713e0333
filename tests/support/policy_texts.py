# ruff: noqa: E501  one row a refusal
"""Policies as texts: some that are understood, and many that are refused."""

from __future__ import annotations

__all__ = ["GROUP", "OTHER", "REFUSED", "SIMPLE", "STAGE", "first", "silent"]

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


def first(match: str = '{ kinds = ["number"] }', stage: str = 'approvers = "voice_admins"') -> str:
    """A rule before the last one; its match stands on line 3, its stage from line 6 on."""
    return f'[[rule]]\nname = "first"\nmatch = {match}\n\n[[rule.stages]]\n{stage}\n{SIMPLE}'


def silent(
    *events: str, match: str = '{ kinds = ["number"] }', stage: str = 'approvers = "voice_admins"'
) -> str:
    """Events as `3d add manager`; the first stands on line 8."""
    written = []
    for after, do, *who in map(str.split, events):
        asked = f'who = "{who[0]}"\n' if who else ""
        written.append(f'[[rule.stages.silence]]\nafter = "{after}"\ndo = "{do}"\n{asked}')
    return first(match, f"{stage}\n\n{''.join(written)}")


PEOPLE = f'{{ people = ["{GROUP}", "{OTHER}"] }}'

REFUSED: list[tuple[str, int, str]] = [
    # The file.
    ("", 1, "there is no rule; add a [[rule]]"),
    ("rule = 3", 1, "there is no rule"),
    ("rule = []", 1, "there is no rule"),
    ("rule = [3]", 1, "is no table; write [[rule]]"),
    (SIMPLE + "\n[other]\n", 10, "other: unknown key; remove it"),
    (SIMPLE + "quiet = true\n", 9, "unknown key 'quiet'; remove it or correct its spelling (quiet goes to the top"),
    ("digest_above = 0" + SIMPLE, 1, "digest_above"),
    ("[policy]\nchange_needs = 6" + SIMPLE, 2, "policy.change_needs"),
    ("[policy]\nneeds = 1" + SIMPLE, 2, "unknown key 'needs'"),
    ("hours = 3" + SIMPLE, 1, "hours: is no table"),
    ('[hours]\nzone = "Europe/Pari"' + SIMPLE, 2, "'Europe/Pari' is no time zone; use a name"),
    ("[hours]\ndays = []" + SIMPLE, 2, "nobody would ever work"),
    ('[hours]\ndays = "Mon-Foo"' + SIMPLE, 2, "'Mon-Foo' is no day; write"),
    ('[hours]\nbegin = "17:00"\nend = "9:00"' + SIMPLE, 1, "ends before it begins; swap"),
    ('[hours]\nholidays = [\n2026-12-25,\n"May"]' + SIMPLE, 4, "holidays"),
    ('[cost_centres]\nSales = "finance"' + SIMPLE, 2, "'finance' is not an object id; copy it"),
    (f'[cost_centres]\nSales = "{GROUP}"\nSALES = "{GROUP}"{SIMPLE}', 3, "'SALES' is there twice; keep one"),
    # A rule.
    ('[[rule]]\nname = "x"\n', 1, "rule 1 ('x'): nobody is asked; add [[rule.stages]]"),
    ('[[rule]]\nname = "x"\nstages = []\n', 1, "nobody is asked"),
    (f"[[rule]]\n{STAGE}", 1, "rule 1: 'name' is missing; set it"),
    (f'[[rule]]\nname = " "\n{STAGE}', 2, "the name is empty; give"),
    (f'[[rule]]\nname = "{"x" * 161}"\n{STAGE}', 2, "more than 160 characters; shorten"),
    (first() + SIMPLE.replace("everything", "first"), 17, "another rule has this name; rename"),
    (SIMPLE.replace('"everything"', '"x"\nmatch = { kinds = ["number"] }'), 2, "is the last and has a match; add a rule"),
    (SIMPLE + SIMPLE.replace("everything", "more"), 10, "never applies, because rule 1 ('everything') matches everything; move"),
    ('[rule]\nname = "x"\n', 1, "there is no rule; add a [[rule]]"),
    ('[[rule]]\nname = "x"\n[rule.stages]\napprovers = "manager"\n', 3, "is no list; write [[rule.stages]] with two"),
    ("name = 3".join(SIMPLE.split('name = "everything"')), 3, "rule 1 ('3'), name: Input should be a valid string; correct it"),
    # What it matches.
    (first("3"), 3, "match: is no table; write"),
    (first("{ country = ['FR'] }"), 3, "unknown key 'country'; remove it"),
    (first("{ kinds = [] }"), 3, "match.kinds: is empty; name at least one"),
    (first('{ kinds = [\n"number",\n"credit"] }'), 5, "unknown kind 'credit'; use credits, "),
    (first('{ countries = ["ZZ"] }'), 3, "unknown country 'ZZ'; use two capital letters"),
    (first('{ products = ["Phone"] }'), 3, "unknown product 'Phone'; use a part number"),
    (first('{ requesters = ["ana"] }'), 3, "match.requesters: 'ana' is not an object id; copy"),
    (first('{ beneficiaries = ["ana"] }'), 3, "match.beneficiaries: 'ana' is not an object id; copy"),
    (first('{ departments = [" "] }'), 3, "is no text; write"),
    (first('{ amount_from = "500" }'), 3, "'500' is no amount of money; write it as in"),
    (first('{ amount_from = "1,200 EUR" }'), 3, "is no amount of money"),
    (first('{ amount_from = "5 ABC" }'), 3, "ABC is no currency; use"),
    (first('{ amount_from = "0 EUR" }'), 3, "is not above zero; correct"),
    (first('{ amount_from = "500 EUR", amount_below = "400 EUR" }'), 3, "nothing is amount_from and amount_below; raise"),
    (first('{ monthly_from = "5 EUR", monthly_below = "9 USD" }'), 3, "is in another currency than monthly_from; use"),
    (first("{ people_from = 5, people_below = 5 }"), 3, "nothing is people_from and people_below; raise"),
    (first("{ people_from = 0 }"), 3, "match.people_from"),
    (first('{ kinds = ["number"], amount_from = "5 EUR" }'), 3, "only credits have an amount; add"),
    # Who is asked.
    (SIMPLE + "aprovers = 1\n", 9, "unknown key 'aprovers'"),
    (SIMPLE + 'need = "some"\n', 9, "stage 1, need: write"),
    (SIMPLE + "need = 0\n", 9, "stage 1, need: write"),
    (SIMPLE + "need = 2\n", 9, "need = 2, but only 1 can be asked; lower it"),
    (SIMPLE + 'step_up = "second_person"\n', 6, "takes two, but only 1 can be asked; name more"),
    (first(stage='need = "any"'), 5, "'approvers' is missing; say who"),
    (first(stage='approvers = "boss"'), 6, "'boss' is nobody who can be asked; write \"manager\""),
    (first(stage='approvers = ["manager"]'), 6, "this names nobody who can be asked; write"),
    (first(stage="approvers = { people = [] }"), 6, "is empty, which means nobody; name"),
    (first(stage='approvers = { group = "" }'), 6, "'' is not an object id; copy"),
    (first(stage='approvers = { people = ["ana@contoso.com"] }'), 6, "'ana@contoso.com' is not an object id"),
    (first(stage=f'approvers = {{ people = ["{GROUP}",\n"{GROUP}"] }}'), 7, "is there twice; name everybody once"),
    (first(stage='approvers = "manager"'), 5, "the manager may be missing, or may not decide; add a fallback"),
    (first(stage='approvers = "manager"\nfallback = "managers_manager"'), 5, "add a fallback"),
    (first(stage='approvers = "voice_admins"\nfallback = "voice_admins"'), 7, "round in a circle; name somebody else"),
    (first(stage=f"approvers = {PEOPLE}\nneed = 3"), 7, "need = 3, but only 2 can be asked; lower"),
    (first(stage=f"approvers = {PEOPLE}\nneed = 2\nfallback = {{ people = ['{GROUP}'] }}"), 7, "only 1 can be asked"),
    (first(stage='approvers = "cost_centre_owner"\nfallback = "voice_admins"'), 5, "no cost centre has an owner; add [cost_centres]"),
    (first(stage='approvers = "voice_admins"\n[[rule.stages]]\napprovers = "voice_admins"'), 7, "asks the same people as stage 1; ask others"),
    (SIMPLE.replace(f', id = "{GROUP}"', ""), 7, "kind = 'group' names nobody who can be asked; write"),
    (SIMPLE.replace(GROUP, "voice-admins"), 7, "'voice-admins' is not an object id"),
    (SIMPLE.replace('kind = "group"', 'kind = "grupo"'), 7, "kind = 'grupo' names nobody"),
    # What silence does.
    (first(stage='approvers = "voice_admins"\nremind = "1d"'), 7, 'is no list; write remind = ["1d"'),
    (first(stage='approvers = "voice_admins"\nremind = ["soon"]'), 7, "'soon' is no span of working time; write it"),
    (first(stage='approvers = "voice_admins"\nremind = ["2d", "1d"]'), 7, "1d is not later than 2d; put them in order"),
    (first(stage='approvers = "voice_admins"\nremind = ["0m"]'), 7, "0m is not later than the asking"),
    (first(stage='approvers = "voice_admins"\nremind = ["10d"]'), 7, "10d is when the waiting is over (10d); remind earlier"),
    (first(stage='approvers = "voice_admins"\nsilence = []'), 7, "could wait for ever; end it"),
    (silent("1d remind"), 8, "remind does not end the waiting; add one more"),
    (silent("1d expire", "2d remind"), 8, "nothing happens after expire; remove"),
    (silent("3d escalate", "2d expire"), 11, "2d is not later than 3d; put them in order"),
    (silent("3d nag", "5d expire"), 10, "silence.do"),
    (silent("3d escalate manager", "5d expire"), 11, "escalate asks nobody by name; remove who"),
    (silent("3d add voice_admins", "5d expire"), 8, "add at 3d asks the voice admins again; name somebody else"),
    (silent("3d add managers_manager", "4d replace managers_manager", "5d expire"), 8, "replace at 4d asks the manager's manager again"),
    (silent("3d add", "4d replace", "5d expire"), 8, "replace at 4d asks the same people again; add who"),
    (silent("5d approve", match="{ countries = ['FR'] }"), 8, "which silence cannot approve; name other kinds in match, or let it expire"),
    (silent("5d approve", match='{ kinds = ["credits", "number"] }'), 8, "which silence cannot approve"),
    # Approval without anybody.
    ('[[rule]]\nname = "a"\napprove = "automatically"\n' + SIMPLE, 3 - 2, "needs a limit of 1 or more; write"),
    ('[[rule]]\nname = "a"\nper_person_a_month = 1\nmatch = { kinds = ["number"] }' + SIMPLE, 1, 'write here is approve = "automatically"'),
    ('[[rule]]\nname = "a"\napprove = "no"\nper_person_a_month = 1\nmatch = { kinds = ["number"] }' + SIMPLE, 3, 'write here is approve = "automatically"'),
    ('[[rule]]\nname = "a"\napprove = "automatically"\nper_person_a_month = 1\n' + SIMPLE, 1, "which somebody has to approve; name other kinds"),
    (first(stage='approvers = "voice_admins"').replace("match", 'approve = "automatically"\nper_person_a_month = 1\nmatch'), 7, "nobody is asked by a rule that approves automatically; remove"),
    (SIMPLE.replace('"everything"', '"x"\nmatch = { kinds = ["number"] }') + '[[rule]]\nname = "a"\napprove = "automatically"\nper_person_a_month = 1\n', 10, "is the last and asks nobody; add a rule"),
    # Rules before it take everything.
    (first() + SIMPLE, 17, "another rule has this name"),
    (first('{ kinds = ["number", "licence"] }') .replace(SIMPLE, "") + first('{ kinds = ["licence"], countries = ["FR"] }').replace('"first"', '"second"'), 7, "never applies, because rule 1 ('first') matches whatever this one does; move"),
    (first('{ amount_from = "500 EUR" }').replace(SIMPLE, "") + first('{ amount_from = "500.01 EUR" }').replace('"first"', '"second"'), 7, "never applies, because rule 1 ('first')"),
    (first('{ monthly_from = "5 EUR" }').replace(SIMPLE, "") + first('{ monthly_below = "5 EUR" }').replace('"first"', '"second"'), 14, "never applies: the rules before it take everything; remove"),
]  # fmt: skip
