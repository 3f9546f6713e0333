"""Imports point one way; the folders keep their promises."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.for_each import for_each

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "dialogs", "cards", "manifest")

# Which of our own parts a part may import. A part not listed here may import anything of ours.
MAY_IMPORT = {
    "bot.domain": {"bot.domain"},
    "bot.clock": set(),
    "bot.deadline": set(),
    "bot.loopback": set(),
    "bot.tls": set(),
    "bot.process": {"bot.process", "bot.domain"},
    "bot.words": {"bot.words"},
    "cards": {"cards", "bot.domain", "bot.words"},
    "bot.store": {"bot.store", "bot.domain", "bot.clock"},
    "bot.audit": {"bot.audit", "bot.domain", "bot.store"},
    "bot.credentials": {"bot.domain", "bot.loopback", "bot.tls"},
    "bot.graph": {
        "bot.graph", "bot.domain", "bot.credentials", "bot.deadline", "bot.loopback", "bot.tls",
    },
    "bot.usecases": {
        "bot.usecases", "bot.domain", "bot.store", "bot.audit", "bot.graph", "bot.words",
    },
    "bot.execution": {"bot.execution", "bot.domain", "bot.graph", "bot.store", "bot.audit"},
    "bot.teams": {
        "bot.teams", "bot.domain", "bot.store", "bot.usecases", "bot.words", "bot.credentials",
        "bot.deadline", "bot.loopback", "bot.execution.ports", "cards",
    },
    "bot.sandbox": {"bot.sandbox", "bot.loopback", "bot.process"},
    "dialogs": {
        "dialogs", "cards", "bot.domain", "bot.usecases", "bot.words", "bot.teams", "bot.store.drafts",
    },
    "manifest": {"manifest"},
}  # fmt: skip

SDK = ("botbuilder", "botframework", "msrest")
SDK_HOMES = ("bot.teams", "dialogs")
SQL = ("sqlalchemy", "psycopg", "alembic", "sqlite3")
SQL_HOMES = ("bot.store", "bot.audit")


def modules() -> list[tuple[str, Path]]:
    found = []
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            relative = path.relative_to(ROOT).with_suffix("")
            name = ".".join(relative.parts)
            found.append((name.removesuffix(".__init__"), path))
    return found


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def inside(name: str, parts: set[str] | tuple[str, ...]) -> bool:
    return any(name == part or name.startswith(part + ".") for part in parts)


MODULES = modules()


def test_there_are_modules() -> None:
    assert len(MODULES) > 50


@for_each({name: (name, path) for name, path in MODULES})
def test_imports_point_one_way(name: str, path: Path) -> None:
    allowed = next((MAY_IMPORT[part] for part in MAY_IMPORT if inside(name, (part,))), None)
    for target in imports(path):
        if allowed is not None and inside(target, PACKAGES):
            assert inside(target, allowed), f"{name} must not import {target}"
        if inside(target, SDK):
            assert inside(name, SDK_HOMES), f"{name} must not know the SDK ({target})"
        if inside(target, SQL):
            assert inside(name, SQL_HOMES), f"{name} must not speak SQL ({target})"


@for_each({name: (name,) for name, _ in MODULES if inside(name, ("bot.domain", "cards"))})
def test_pure_parts_do_no_io(name: str) -> None:
    path = dict(MODULES)[name]
    banned = ("asyncio", "aiohttp", "httpx", "socket", "subprocess", "threading", "time", "random")
    for target in imports(path):
        assert not inside(target, banned), f"{name} is pure and must not import {target}"
