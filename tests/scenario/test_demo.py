"""The demo, as somebody who has just cloned the project runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SWITCHBOARD = Path(sys.executable).with_name("switchboard")
STRAY = {
    "SWITCHBOARD_POLICY": "/nowhere/policy.toml",
    "SWITCHBOARD_GRAPH_URL": "https://graph.example",
    "MicrosoftAppId": "somebody-else",
}


def demo(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SWITCHBOARD_")}
    return subprocess.run(
        [SWITCHBOARD, "demo", "--once", "--port", "0", *options],
        cwd=folder,
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture
def strange_folder(tmp_path: Path) -> Path:
    (tmp_path / ".env").write_text("SWITCHBOARD_PROFILE=production\nPORT=99999\n", encoding="utf-8")
    return tmp_path


def test_the_demo_holds_every_check_wherever_it_is_started(strange_folder: Path) -> None:
    ran = demo(strange_folder, **STRAY)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    last = ran.stdout.rstrip("\n").rpartition("\n")[2]
    held = re.fullmatch(r"demo: ok \((\d+) checks\)", last)
    assert held, last
    assert ran.stdout.count("\n  ok    ") == int(held[1]) >= 18
    assert ran.stderr == ""
    assert [path.name for path in strange_folder.iterdir()] == [".env"]


def test_the_demo_plays_on_a_database_that_is_given_and_again_on_the_same(
    database_url: str, tmp_path: Path
) -> None:
    for _ in range(2):
        ran = demo(tmp_path, SWITCHBOARD_DATABASE_URL=database_url)
        assert ran.returncode == 0, ran.stdout + ran.stderr
