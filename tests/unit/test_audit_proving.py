"""A receipt holds for who has nothing but a public key; one that was forged does not."""

from __future__ import annotations

import ast
import importlib.util
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from copy import deepcopy
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audit.chain import seal
from bot.audit.merkle import leaf_hash
from bot.audit.notes import PrivateKey
from bot.audit.proving import NothingToProve, consistency_between, receipt_for, stored_checkpoint
from bot.audit.tree import LogBroken
from bot.store.database import open_database
from bot.store.migrations import upgrade
from tests.support.sealed_log import SealedLog
from tests.support.shifted_time import ShiftedTime

VERIFIER = Path(__file__).parents[2] / "verifier" / "verify_receipt.py"
Json = dict[str, Any]


def _verifier() -> ModuleType:
    spec = importlib.util.spec_from_file_location("verify_receipt", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["verify_receipt"] = module
    spec.loader.exec_module(module)
    return module


verifier = _verifier()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedLog]:
    """Three requests, six hundred entries, three checkpoints."""
    folder = tmp_path_factory.mktemp("log")
    url = f"sqlite:///{folder / 'log.db'}"
    upgrade(url)
    clock = ShiftedTime()
    one = SealedLog(open_database(url, seal, clock), clock, folder)
    for count, request_id in ((5, "SB-00001"), (290, None), (7, "SB-00002"), (298, "SB-00003")):
        one.grows(count, request_id)
        one.signed()
    yield one
    one.db.close_now()


@pytest.fixture(scope="module")
def receipt(log: SealedLog) -> Json:
    return log.db.run_read(receipt_for, "SB-00002")


@pytest.fixture(scope="module")
def consistency(log: SealedLog) -> Json:
    first, *_, last = log.kept()
    return log.db.run_read(consistency_between, first, last)


def holds(proof: Json, key: PrivateKey, kept: str | None = None) -> bool:
    """What the stand-alone verifier says."""
    keys = verifier.read_keys(str(key.public))
    try:
        verifier.check(proof, keys, verifier.read_checkpoint(kept, keys) if kept else None)
    except (verifier.Wrong, ValueError, KeyError, TypeError, AttributeError, IndexError):
        return False
    return True


def test_the_verifier_runs_alone(log: SealedLog, receipt: Json, tmp_path: Path) -> None:
    """In an empty folder, with nothing of ours to import."""
    (tmp_path / "receipt.json").write_text(json.dumps(receipt))
    (tmp_path / "key").write_text(f"{log.key.public}\n")
    (tmp_path / "kept").write_text(log.kept()[-1].written + "\n")

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", VERIFIER, *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)

    ran = run("receipt.json", "--key", "key", "--checkpoint", "kept")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.count("test.done") == 7
    assert ran.stdout.endswith("HOLDS\n")
    (tmp_path / "receipt.json").write_text(json.dumps(receipt).replace("ana", "eve"))
    ran = run("receipt.json", "--key", "key")
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == "REFUSED: entry 296 is not in the log that was signed\n"
    (tmp_path / "receipt.json").write_text("[]")
    assert "not a proof of Switchboard" in run("receipt.json", "--key", "key").stderr
    for malformed in ("", "[" * 100_000, '{"format": "switchboard-receipt/1"}', "\udcff"):
        (tmp_path / "receipt.json").write_text(malformed, errors="surrogateescape")
        ran = run("receipt.json", "--key", "key")
        assert (ran.returncode, ran.stdout) == (1, "")
        assert ran.stderr.startswith("REFUSED: not a proof")
    assert "Traceback" not in run("none.json", "--key", "key").stderr
    assert "--checkpoint" in run("--help").stdout


def test_the_verifier_imports_nothing_of_ours() -> None:
    text = VERIFIER.read_text(encoding="utf-8")
    nodes = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {node.module or "" if isinstance(node, ast.ImportFrom) else node.names[0].name for node in nodes}
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"cryptography"}
    assert len(text.splitlines()) < 250


def test_a_receipt_has_every_entry_of_the_request(log: SealedLog, receipt: Json) -> None:
    assert [entry["seq"] for entry in receipt["entries"]] == list(range(296, 303))
    assert {json.loads(entry["body"])["request_id"] for entry in receipt["entries"]} == {"SB-00002"}
    assert holds(receipt, log.key)
    assert not holds(receipt, PrivateKey.generate("desk.example/audit"))
    assert holds(receipt, log.key, log.kept()[-1].written)
    assert not holds(receipt, log.key, log.kept()[0].written)


def test_a_receipt_without_entries_proves_nothing(log: SealedLog, receipt: Json) -> None:
    assert not holds({**receipt, "entries": []}, log.key)
    assert not holds({**receipt, "about": "SB-00009", "entries": []}, log.key)


def test_what_is_handed_to_the_verifier_in_another_way_is_named(log: SealedLog, receipt: Json) -> None:
    keys = verifier.read_keys(f"# of the desk\n\n{log.key.public}\n")
    with pytest.raises(verifier.Wrong, match="more than one checkpoint"):
        verifier.read_checkpoint((log.folder / "checkpoints").read_text(encoding="utf-8"), keys)
    older = verifier.read_checkpoint(log.kept()[0].written, keys)
    with pytest.raises(verifier.Wrong, match="ask for a consistency proof"):
        verifier.check(receipt, keys, older)


def test_a_request_that_is_not_covered_yet_has_no_receipt(log: SealedLog) -> None:
    with pytest.raises(NothingToProve, match="covers no entry of SB-00009"):
        log.db.run_read(receipt_for, "SB-00009")
    with pytest.raises(NothingToProve, match="no such checkpoint"):
        log.db.run_read(stored_checkpoint, 77)


def test_no_receipt_is_made_from_a_log_that_was_changed(log: SealedLog) -> None:
    from bot.store.database import ReadTransaction

    with log.meddled() as conn:
        conn.execute(sa.text("UPDATE audit_entries SET body = replace(body, 'ana', 'eve') WHERE seq = 300"))
        now = log.clock.at(log.kept()[0].checkpoint.at)
        with pytest.raises(LogBroken, match="entry 300 does not lead to the root"):
            receipt_for(ReadTransaction(conn, now, now), "SB-00002")


def anything_else(draw: st.DrawFn, value: Any) -> Any:
    """`value`, or a part of it, replaced."""
    if isinstance(value, dict) and value:
        name = draw(st.sampled_from(sorted(value)))
        return {**value, name: anything_else(draw, value[name])}
    if isinstance(value, list) and value and draw(st.booleans()):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], anything_else(draw, value[at]), *value[at + 1 :]]
    if isinstance(value, list):
        return draw(st.sampled_from([value[1:], value[::-1], [*value, *value[:1]], []]))
    if isinstance(value, str) and value:
        at = draw(st.integers(0, len(value) - 1))
        return value[:at] + draw(st.sampled_from(["", "A", "7", " ", "é"])) + value[at + 1 :]
    if isinstance(value, int):
        return value + draw(st.sampled_from([-1, 1, 300]))
    return None


@settings(max_examples=300)
@given(st.data())
def test_a_forged_receipt_is_refused(log: SealedLog, receipt: Json, data: st.DataObject) -> None:
    """Whatever is changed: at most entries may be left out, or stand in another order."""
    forged = anything_else(data.draw, deepcopy(receipt))
    if not holds(forged, log.key):
        return
    proved = {json.dumps(one, sort_keys=True) for one in receipt["entries"]}
    assert {json.dumps(one, sort_keys=True) for one in forged["entries"]} <= proved
    text, _, _ = forged["checkpoint"].rpartition("\n\n")
    assert receipt["checkpoint"].startswith(text)


@settings(max_examples=200)
@given(st.data())
def test_a_forged_consistency_proof_is_refused(
    log: SealedLog, consistency: Json, data: st.DataObject
) -> None:
    forged = anything_else(data.draw, deepcopy(consistency))
    if forged["path"] == consistency["path"] and forged["format"] == consistency["format"]:
        # Only a signature that nobody looks at can be another.
        assert not holds(forged, log.key) or all(
            forged[one].rpartition("\n\n")[0] == consistency[one].rpartition("\n\n")[0]
            for one in ("first", "second")
        )
    else:
        assert not holds(forged, log.key)


def test_every_checkpoint_is_a_later_state_of_those_before(log: SealedLog) -> None:
    kept = log.kept()
    for first in kept:
        for second in kept:
            proof = log.db.run_read(consistency_between, first, second)
            assert holds(proof, log.key)


@pytest.mark.parametrize("what", ["another root", "another log"])
def test_checkpoints_of_two_logs_are_not_proved_consistent(log: SealedLog, what: str) -> None:
    from bot.audit.checkpoints import draw_up

    said = log.kept()[0].checkpoint
    fields = {name: getattr(said, name) for name in said.__slots__}
    fields |= {"root": leaf_hash(b"x")} if what == "another root" else {"size": 10_000}
    forged = draw_up(type(said)(**fields), log.key)
    with pytest.raises(LogBroken):
        log.db.run_read(consistency_between, forged, log.kept()[-1])


def test_a_receipt_cannot_claim_that_words_were_erased(log: SealedLog, receipt: Json) -> None:
    """Otherwise any body could be put in the place of an entry's."""
    forged = deepcopy(receipt)
    entry = forged["entries"][0]
    entry["erased_leaf"] = b64encode(leaf_hash(entry["body"].encode())).decode()
    entry["body"] = entry["body"].replace("ana", "eve")
    assert not holds(forged, log.key)
