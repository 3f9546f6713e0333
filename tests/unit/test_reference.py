"""The reference pages say what the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.commands_page import commands_page
from bot.doctor.permissions import PERMISSIONS
from bot.domain.codes import CODES
from bot.reference import codes_page, fill, permissions_table, settings_table
from bot.settings import Settings, env_names

DOCS = Path(__file__).parents[2] / "docs"
RENEW = "run `python -m bot.reference`"


def test_the_page_of_codes_is_current() -> None:
    assert (DOCS / "codes.md").read_text(encoding="utf-8") == codes_page(), RENEW


def test_the_page_of_commands_is_current() -> None:
    assert (DOCS / "commands.md").read_text(encoding="utf-8") == commands_page(), RENEW


def test_every_code_is_on_the_page() -> None:
    lines = codes_page().splitlines()
    for code in CODES:
        assert sum(line.startswith(f"| {code} |") for line in lines) == 1


def test_the_tables_of_the_operations_page_are_current() -> None:
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    assert page == fill(page, "settings", settings_table()), RENEW
    assert page == fill(page, "permissions", permissions_table()), RENEW


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_explained(field: str) -> None:
    rows = [row for row in settings_table().splitlines() if row.startswith(f"| `{env_names()[field]}` |")]
    assert len(rows) == 1
    assert rows[0].strip(" |").rpartition("|")[2].strip(), f"write a docstring below Settings.{field}"


def test_no_default_shows_a_secret_as_stars() -> None:
    assert "***" not in settings_table()


def test_permissions_are_named_once() -> None:
    names = [row.name for row in PERMISSIONS]
    assert len(names) == len(set(names))
