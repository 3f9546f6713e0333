"""An installed wheel has everything that a checkout has: what the code reads, and every package."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
SETUPTOOLS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]
PACKAGES = tuple(pattern.rstrip("*") for pattern in SETUPTOOLS["packages"]["find"]["include"])
SOURCES_ONLY = ("manifest/artwork/",)
"""What data files are made from, and nothing reads."""


def data_files() -> set[str]:
    found = (path for package in PACKAGES for path in (ROOT / package).rglob("*"))
    names = {
        path.relative_to(ROOT).as_posix()
        for path in found
        if path.is_file() and path.suffix not in (".py", ".pyc") and "__pycache__" not in path.parts
    }
    return {name for name in names if not name.startswith(SOURCES_ONLY)}


def shipped() -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for package, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
        for path in (ROOT / package).glob(pattern)
    }


def test_every_data_file_is_shipped() -> None:
    assert data_files() - shipped() == set()
    assert {"bot/sandbox/policy.toml", "manifest/manifest.json"} <= shipped()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_folder_of_modules_is_a_package(package: str) -> None:
    """`find` passes over folders without an `__init__.py`."""
    folders = {path.parent for path in (ROOT / package).rglob("*.py")}
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
