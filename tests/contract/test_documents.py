"""What the documents point to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.domain.codes import CODES
from bot.settings import env_names

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
_LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
_PATH = re.compile(r"`((?:bot|cards|dialogs|manifest|tests|docs|bench)/[\w./-]+|\.ci/run)`")
_TARGET = re.compile(r"`make (\w+)")
_OF_THE_TESTS = {"SWITCHBOARD_TEST_DATABASE_URL", "SWITCHBOARD_SHARED", "SWITCHBOARD_WRITE_GOLDEN"}

every_document = pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)


def test_there_are_documents() -> None:
    assert {"README.md", "operations.md", "development.md"} <= {path.name for path in DOCUMENTS}


@every_document
def test_links_and_paths_lead_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    dead = [link for link in _LINK.findall(text) if not (document.parent / link).exists()]
    assert dead + [path for path in _PATH.findall(text) if not (ROOT / path).exists()] == []


@every_document
def test_commands_settings_and_codes_exist(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    targets = re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert set(_TARGET.findall(text)) <= set(targets)
    assert set(re.findall(r"\bSWITCHBOARD_\w+", text)) <= {*env_names().values(), *_OF_THE_TESTS}
    assert set(re.findall(r"\bSB-[A-Z]{2,3}-\d\d\b", text)) <= set(CODES)
