"""Every code people can be shown: complete, used, and given every parameter its texts need (R79)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from bot.domain.codes import CODES
from bot.words import words_for
from cards.codes import explain
from tests.support.code_params import needed_params
from tests.support.for_each import for_each

_ROOT = Path(__file__).parents[2]
_TABLES = _ROOT / "bot/domain/codes"
_CODE = re.compile(r"\bSB-[A-Z]{2,4}-\d\d\b")


def _sources() -> Iterator[Path]:
    for folder in ("bot", "dialogs", "cards"):
        yield from (path for path in (_ROOT / folder).rglob("*.py") if path.parent != _TABLES)


def _used() -> dict[str, str]:
    """Codes named in string literals of the product, with a place for each."""
    found: dict[str, str] = {}
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _CODE.fullmatch(node.value):
                found[node.value] = f"{path.relative_to(_ROOT)}:{node.lineno}"
    return found


def test_every_code_used_is_in_the_table() -> None:
    assert {code: where for code, where in _used().items() if code not in CODES} == {}


def test_no_code_in_the_table_is_unused() -> None:
    assert sorted(set(CODES) - set(_used())) == []


@for_each({code: (code,) for code in CODES})
def test_r79_every_code_says_what_happened_what_next_and_who(code: str) -> None:
    row = CODES[code]
    assert _CODE.fullmatch(code)
    for text in (row.says, row.next_step, row.who):
        assert text.strip()
        assert text == text.strip()
        assert text[0].isupper() or text[0] == "{" or text[0].isdigit()
    assert row.says.rstrip("”}").endswith((".", "{detail")), "a sentence"
    assert row.next_step[-1] in ".}?"


@for_each({code: (code,) for code in CODES})
def test_every_code_can_be_told_with_its_parameters(code: str) -> None:
    given = {name: f"the {name}" for name in needed_params(code)}
    told = " ".join(explain(code, given, words_for("en")))
    assert "{" not in told
    assert code in told


def test_countries_are_told_by_name() -> None:
    assert "France" in explain("SB-NUM-03", {"country": "FR"}, words_for("en"))[0]


def test_amounts_and_days_are_told_as_the_reader_writes_them() -> None:
    params = {"amount": "1234.50 EUR", "day": "2026-11-02"}
    assert "1\u202f234,50\xa0€" in " ".join(explain("SB-CRE-24", params, words_for("fr")))
    assert "€1,234.50" in " ".join(explain("SB-CRE-24", params, words_for("en")))
    assert "about 5" in " ".join(explain("SB-CRE-24", {"amount": "about 5"}, words_for("en")))


def _calls() -> Iterator[tuple[str, str, set[str]]]:
    """Every `Notice(code="...", params={...})` and `Refusal(...)` written out: place, code, parameters."""
    for path in _sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            if node.func.id not in ("Notice", "Refusal"):
                continue
            given = {word.arg: word.value for word in node.keywords}
            code, params = given.get("code"), given.get("params", ast.Dict(keys=[], values=[]))
            if isinstance(code, ast.Constant) and isinstance(params, ast.Dict):
                names = {key.value for key in params.keys if isinstance(key, ast.Constant)}
                yield f"{path.relative_to(_ROOT)}:{node.lineno}", str(code.value), {str(n) for n in names}


def test_everything_said_is_given_the_parameters_its_text_needs() -> None:
    calls = list(_calls())
    lacking = {where: gap for where, code, names in calls if (gap := needed_params(code) - names)}
    assert lacking == {}
    assert len(calls) > 20, "the search found what it looks for"


def test_products_are_called_what_the_reader_calls_them() -> None:
    params = {"product": "Domestic Calling Plan, Office 365 E3"}
    told = " ".join(explain("SB-LIC-04", params, words_for("fr")))
    assert "Forfait d'appels nationaux, Office 365 E3" in told.replace("’", "'")


def test_a_name_that_is_no_product_is_shown_as_it_is() -> None:
    assert "{name} of mine" in " ".join(explain("SB-LIC-04", {"product": "{name} of mine"}, words_for("fr")))
