"""`switchboard audit`, as somebody types it who has to prove something."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.audit.chain import seal
from bot.audit.keys import make_private
from bot.cli import app
from bot.doctor.proof import audit_proof
from bot.domain.errors import Misconfigured, SwitchboardError
from bot.settings import Settings
from bot.store.database import open_database
from bot.store.migrations import upgrade

VERIFIER = Path(__file__).parents[2] / "verifier" / "verify_receipt.py"
ANA = "0a000000-0000-4000-8000-00000000000a"


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """An empty folder with a database of five entries, and nothing else set."""
    monkeypatch.chdir(tmp_path)
    address = f"sqlite:///{tmp_path / 'desk.db'}"
    monkeypatch.setenv("SWITCHBOARD_DATABASE_URL", address)
    for name in ("SWITCHBOARD_AUDIT_KEY", "SWITCHBOARD_AUDIT_CHECKPOINTS"):
        monkeypatch.delenv(name, raising=False)
    upgrade(address)
    record(address, 5)
    return address


def record(url: str, count: int) -> None:
    db = open_database(url, seal)
    for number in range(count):
        db.run(lambda tx, number=number: tx.audit("test.entry", ANA, "SB-4K7Q2", number=number))
    db.close_now()


def run(*words: str) -> str:
    """What it says on standard output when all is well."""
    ran = CliRunner().invoke(app, ["audit", *words], catch_exceptions=False)
    assert ran.exit_code == 0, ran.output
    return ran.stdout


def refused(*words: str) -> str:
    """The one line that says why not."""
    ran = CliRunner().invoke(app, ["audit", *words])
    assert ran.exit_code == 1, ran.output
    return str(ran.exception) if isinstance(ran.exception, SwitchboardError) else ran.stderr


@pytest.fixture
def signed(url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """With a key and a second place."""
    public = run("keygen", "audit.key", "--name", "desk.example/audit").splitlines()[0]
    Path("desk.pub").write_text(public + "\n")
    monkeypatch.setenv("SWITCHBOARD_AUDIT_KEY", "audit.key")
    monkeypatch.setenv("SWITCHBOARD_AUDIT_CHECKPOINTS", "kept")
    return url


def verified(proof: str, *more: str) -> str:
    command = [sys.executable, "-I", str(VERIFIER), proof, "--key", "desk.pub", *more]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def test_from_the_key_to_the_receipt(signed: str) -> None:
    assert "there is no checkpoint" in run("verify")
    first = run("checkpoint")
    assert first.startswith("desk.example/audit\n5\n")
    Path("first").write_text(first)
    record(signed, 3)
    assert "8 entries of SB-4K7Q2 in SB-4K7Q2.receipt.json" in run("prove", "sb-4k7q2")
    assert verified("SB-4K7Q2.receipt.json").endswith("HOLDS\n")
    run("consistency", "first", "--to", "grew.json")
    assert "the log of 8 entries begins with the log of 5" in verified("grew.json", "--checkpoint", "first")
    told = run("verify", "--from", "first", "--key", "desk.pub")
    assert "8 entries, chain intact" in told
    assert "2 checkpoints agree, the last with 8 entries; 1 kept elsewhere agree" in told
    assert "signatures checked with desk.example/audit+" in told
    assert "2 kept elsewhere agree" in run("verify")
    assert "exists already" in refused("prove", "SB-4K7Q2")
    assert "covers no entry of SB-00000" in refused("prove", "SB-00000")


def test_a_log_that_was_cut_off_is_found_from_the_file(signed: str) -> None:
    run("checkpoint")
    Path("desk.db").unlink()
    upgrade(signed)
    record(signed, 2)
    assert "2 entries, chain intact" in run("verify", "--from", "/dev/null", "--key", "desk.pub")
    assert "checkpoint 1 of 5 entries was kept, and the database does not have it" in refused("verify")
    assert "is not in the database" in refused("checkpoint") or "covers 5 entries" in refused("checkpoint")
    Path("kept").write_text("something else\n")
    assert "something in the file is not a checkpoint" in refused("verify")


def test_a_key_changes_hands(signed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run("checkpoint")
    run("keygen", "new.key", "--name", "desk.example/audit")
    assert "checkpoint 2 hands over to desk.example/audit+" in run("rotate", "new.key")
    assert "has handed over to" in refused("rotate", "new.key")
    monkeypatch.setenv("SWITCHBOARD_AUDIT_KEY", "new.key")
    run("checkpoint")
    for key in ((), ("--key", "desk.pub")):
        assert "3 checkpoints agree" in run("verify", *key)
    assert "never written over" in refused("keygen", "new.key", "--name", "desk.example/audit")


def test_copies_and_forgetting(signed: str) -> None:
    run("pseudonym-key", "names.key")
    assert "5 lines in log.jsonl" in run("export", "log.jsonl")
    assert "6 lines in log.csv" in run("export", "log.csv", "--pseudonymise", "names.key")
    assert ANA in Path("log.jsonl").read_text()
    assert ANA not in Path("log.csv").read_text()
    assert "0 lines" in run("export", "none.jsonl", "--since", "2999-01-01")
    assert "end the name in" in refused("export", "log.txt")
    assert "exists already" in refused("export", "log.jsonl")
    run("checkpoint")
    assert "5 entries changed" in run("erase", ANA, "--because", "ticket 17", "--yes")
    told = run("verify")
    assert "5 entries have had personal words erased" in told
    assert ANA.encode() not in Path("desk.db").read_bytes()
    run("prove", "SB-4K7Q2")
    assert "(personal words erased)" in verified("SB-4K7Q2.receipt.json")
    erased = [json.loads(line)["entry"] for line in _exported("after.jsonl")][-1]
    assert (erased["action"], erased["actor"]) == ("audit.erased", "console")


def _exported(name: str) -> list[str]:
    run("export", name)
    return Path(name).read_text().splitlines()


def test_who_does_not_confirm_erases_nothing(signed: str) -> None:
    ran = CliRunner().invoke(app, ["audit", "erase", ANA, "--because", "x"], input="n\n")
    assert ran.exit_code == 1
    assert ANA in "".join(_exported("log.jsonl"))


def test_what_is_missing_is_named(url: str) -> None:
    assert "SWITCHBOARD_AUDIT_KEY" in refused("checkpoint")
    assert "no such checkpoint" in refused("prove", "SB-4K7Q2")
    assert "none" in refused("verify", "--from", "none")
    assert "no public key" in refused("verify", "--key", "none")


async def test_the_doctor_says_how_the_log_is_proved(tmp_path: Path) -> None:
    key, kept = tmp_path / "audit.key", tmp_path / "kept"
    make_private(key, "desk.example/audit")

    async def seen(**more: object) -> list[str]:
        found = await audit_proof(Settings(_env_file=None, **more))
        return [f"{one.level} {one.subject}: {one.says}".split(",")[0] for one in found]

    assert (await seen())[0].startswith("WARN audit key: none")
    assert await seen(profile="sandbox") == []
    ok, alone = await seen(audit_key=key)
    assert ok.startswith("OK audit key: desk.example/audit+")
    assert alone.startswith("WARN audit checkpoints: kept in the database alone")
    assert (await seen(audit_key=key, audit_checkpoints=str(kept)))[1] == f"OK audit checkpoints: {kept}"
    assert (await seen(audit_key=key, audit_checkpoints="-"))[1] == "OK audit checkpoints: standard output"
    kept.write_text("x")
    assert (await seen(audit_key=key, audit_checkpoints=str(kept)))[1].startswith("FAIL audit checkpoints")
    key.chmod(0o644)
    with pytest.raises(Misconfigured, match="chmod 600"):
        await seen(audit_key=key)
