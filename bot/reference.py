"""Writes the reference pages of `docs/` from the tables the program uses: `python -m bot.reference`."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from itertools import groupby, pairwise
from pathlib import Path

from bot import settings as settings_module
from bot.commands_page import commands_page
from bot.doctor.permissions import PERMISSIONS
from bot.domain.codes import CODES
from bot.rules_page import rules_page
from bot.settings import Settings, env_names

__all__ = ["codes_page", "fill", "permissions_table", "settings_table", "write"]

_DOCS = Path(__file__).parents[1] / "docs"
_FAMILIES = {
    "WHO": "The person",
    "LIC": "Licences",
    "CONF": "Audio conferencing",
    "NUM": "Numbers",
    "LOC": "Usage location and emergency location",
    "SVC": "Service numbers, voice applications and rooms",
    "CRE": "Communications Credits",
    "ORD": "Orders and ports of numbers",
    "TSK": "Tasks for people",
    "APP": "Approval",
    "REQ": "The life of a request",
    "UP": "Microsoft's services",
    "PRP": "Waiting for Teams",
    "ADM": "Roles and commands of admins",
    "AUD": "The audit log",
    "WCH": "What the watch finds",
    "REP": "Reports",
}
_CODES_HEAD = """# Codes

Every refusal, every wait and every failure has a code that does not change: people can quote it, and it is
kept on the request and in the audit log. Words in braces stand for what the case is about.

This page is made from the table in `bot/domain/codes` by `python -m bot.reference`.
"""


def codes_page() -> str:
    """`docs/codes.md`."""
    return "\n".join([_CODES_HEAD, *_families()])


def _families() -> Iterator[str]:
    for family, codes in groupby(CODES, key=lambda code: code.split("-")[1]):
        yield f"## {_FAMILIES[family]}\n"
        yield from _table(
            ("Code", "What happened", "What to do", "Who"),
            ((code, CODES[code].says, CODES[code].next_step, CODES[code].who) for code in codes),
        )


def permissions_table() -> str:
    """What to grant to the app in Entra."""
    rows = (
        (f"`{row.name}`", "yes" if row.needed else "recommended", row.purpose, f"{row.without}")
        for row in PERMISSIONS
    )
    return "\n".join(_table(("Application permission", "Needed", "For", "Without it"), rows))


def settings_table() -> str:
    """Every setting with its default, in the order of the class."""
    said = _docstrings(Settings.__name__, Path(settings_module.__file__).read_text(encoding="utf-8"))
    names = env_names()
    rows = (
        (f"`{names[field]}`", _default(info.default), said.get(field, ""))
        for field, info in Settings.model_fields.items()
    )
    return "\n".join(_table(("Variable", "Default", "Meaning"), rows))


def _docstrings(class_name: str, source: str) -> dict[str, str]:
    """What is written below each field of a class."""
    body = next(
        node.body
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and node.name == class_name
    )
    return {
        field.target.id: " ".join(str(below.value.value).split())
        for field, below in pairwise(body)
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and isinstance(below, ast.Expr)
        and isinstance(below.value, ast.Constant)
    }


def _default(value: object) -> str:
    text = "" if value in (None, "", ()) else str(value)
    # A secret's default is empty, but would be printed as stars.
    return f"`{text}`" if text and "*" not in text else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---' for _ in head)}|"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |"
    yield ""


def fill(page: str, name: str, content: str) -> str:
    """`page` with `content` between its two comments called `name`. Raises ValueError without them."""
    opening, closing = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    start, end = page.index(opening) + len(opening), page.index(closing)
    return f"{page[:start]}\n{content}\n{page[end:]}"


def write(folder: Path = _DOCS) -> None:
    """Bring the pages up to date."""
    (folder / "codes.md").write_text(codes_page(), encoding="utf-8")
    (folder / "commands.md").write_text(commands_page(), encoding="utf-8")
    (folder / "rules.md").write_text(rules_page(folder.parent / "tests"), encoding="utf-8")
    operations = folder / "operations.md"
    page = operations.read_text(encoding="utf-8")
    page = fill(page, "permissions", permissions_table())
    operations.write_text(fill(page, "settings", settings_table()), encoding="utf-8")


if __name__ == "__main__":
    write()
