"""A person is taken out of the log, for good, and everything else of it is as provable as before."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.audit import erasure
from bot.audit.chain import GENESIS, link, seal, worded
from bot.audit.checkpoints import read
from bot.audit.erasure import Person, erase, person_of
from bot.audit.export import Exported, Pseudonyms, csv_lines, exported, json_lines
from bot.audit.making import make_checkpoint
from bot.audit.merkle import leaf_hash, root_of
from bot.audit.notes import PrivateKey, Unreadable
from bot.audit.personal import reworded
from bot.audit.proving import receipt_for
from bot.audit.signed_erasures import is_signed, signed
from bot.audit.tree import LogBroken
from bot.audit.verify import Broken, Elsewhere, Verified, verify
from bot.domain.errors import AdminError, Misconfigured
from bot.store import audit_log, engines, proofs
from bot.store.database import Database, Transaction, open_database
from tests.support.sealed_log import SealedLog
from tests.support.shifted_time import ShiftedTime
from tests.unit.test_audit_proving import verifier

ANA = "0a000000-0000-4000-8000-00000000000a"
MARC = "0a000000-0000-4000-8000-00000000000c"
DORA = "0a000000-0000-4000-8000-00000000000d"
E5 = "06ebc4ee-1bb5-47dd-8120-11324bc54e06"
HERS = Person(ANA, ("Ana Élise Ruiz", "ana@contoso.example"), "erased-000000000001")


def story(tx: Transaction) -> None:
    """Ana gets a number for herself, Marc approves; then Ana approves something of Dora's."""
    wish = {"kind": "number", "country": "FR", "reason": "Client calls, says Ana"}
    tx.audit("request.submitted", ANA, "SB-00001", beneficiary=ANA, wish=wish, approvers=[[MARC]])
    tx.audit("decision.recorded", MARC, "SB-00001", verdict="approve", comment="Ana's new team needs it")
    body = {"telephoneNumber": "+33123456789", "skuId": E5}
    tx.audit("graph.intent", "switchboard", "SB-00001", user=ANA, body=body)
    tx.audit(
        "request.submitted", DORA, "SB-00002", beneficiary=DORA, wish={"city": "Lyon"}, approvers=[[ANA]]
    )
    tx.audit("decision.recorded", ANA, "SB-00002", verdict="approve", comment="Yes", number="+33187654321")
    tx.audit("stage.reminded", "switchboard", "SB-00002", gave_up={ANA: "left"}, asked=[MARC])
    tx.audit("list.checked", MARC, about=[ANA.upper(), DORA], lines=2, by="ANA@contoso.example")
    tx.audit("task.done", MARC, "SB-00002", evidence={"order": "4711", "who": "Marc"}, said="ana ÉLISE ruiz")
    tx.audit("policy.activated", "switchboard", version="v1", agreed=[MARC])


@pytest.fixture
def log(db: Database, clock: ShiftedTime, tmp_path: Path) -> SealedLog:
    one = SealedLog(db, clock, tmp_path)
    one.grows(30, None)
    one.signed()
    db.run(story)
    one.signed()
    return one


def bodies(log: SealedLog) -> list[dict[str, Any]]:
    query = sa.text("SELECT body, actor FROM audit_entries ORDER BY seq")
    rows = log.db.run_read(lambda tx: tx.conn.execute(query).all())
    assert all(json.loads(row.body)["actor"] == row.actor for row in rows)
    return [json.loads(row.body) for row in rows]


def test_what_tells_of_the_person_is_gone_and_what_tells_of_others_stays(log: SealedLog) -> None:
    done = erase(log.db, HERS, "ticket 17", log.key)
    assert done.entries == 8
    hers, approved, intent, doras, by_her, gave_up, checked, task, policy, erased = bodies(log)[30:]
    assert (hers["actor"], hers["details"]["beneficiary"]) == (HERS.pseudonym, HERS.pseudonym)
    assert hers["details"]["wish"] == {"kind": "number", "country": "FR", "reason": "[erased]"}
    assert (approved["actor"], approved["details"]["comment"]) == (MARC, "[erased]")
    assert intent["details"]["user"] == HERS.pseudonym
    assert intent["details"]["body"] == {"telephoneNumber": "[erased]", "skuId": E5}
    assert (doras["actor"], doras["details"]["approvers"]) == (DORA, [[HERS.pseudonym]])
    assert by_her["actor"] == HERS.pseudonym
    assert by_her["details"]["comment"] == "[erased]"
    assert by_her["details"]["number"] == "+33187654321"
    assert gave_up["details"] == {"gave_up": {HERS.pseudonym: "left"}, "asked": [MARC]}
    assert checked["details"]["about"] == [HERS.pseudonym, DORA]
    assert checked["details"]["by"] == "[erased]"
    assert task["details"] == {"evidence": {"order": "4711", "who": "Marc"}, "said": "[erased]"}
    assert policy["details"]["agreed"] == [MARC]
    assert erased["actor"] == "console"
    assert erased["details"]["because"] == "ticket 17"
    assert [seq for seq, *_ in erased["details"]["entries"]] == list(range(31, 39))


def test_the_log_verifies_as_before_with_the_checkpoints_from_before(log: SealedLog) -> None:
    before = log.verify()
    hashes = sa.text("SELECT seq, prev_hash, hash FROM audit_entries WHERE seq <= 39 ORDER BY seq")
    rows = log.db.run_read(lambda tx: tx.conn.execute(hashes).all())
    erase(log.db, HERS, "ticket 17", log.key)
    after = log.verify()
    assert isinstance(before, Verified)
    assert isinstance(after, Verified)
    assert (before.erased, after.erased, after.count) == (0, 8, before.count + 1)
    assert log.db.run_read(lambda tx: tx.conn.execute(hashes).all()) == rows
    log.grows(300)
    log.signed()
    assert isinstance(log.verify(), Verified)


def test_nobody_can_try_names_against_what_is_left(log: SealedLog) -> None:
    """The salt went with the words; without it the hash says nothing. What is left has one of its own, since
    its digest stands in exports and receipts."""
    before = {body["salt"] for body in bodies(log)[30:38]}
    erase(log.db, HERS, "ticket 17", log.key)
    after = [body["salt"] for body in bodies(log)]
    assert before.isdisjoint(after)
    assert len(set(after)) == len(after) == 40
    assert {len(salt) for salt in after} == {32}


def test_nothing_of_the_person_is_left_on_the_disk(log: SealedLog, backend: str, tmp_path: Path) -> None:
    erase(log.db, HERS, "ticket 17", log.key)
    if backend == "sqlite":
        file = Path(log.db.engine.url.database or "")
        content = b"".join(path.read_bytes() for path in file.parent.glob(file.name + "*"))
        for word in (ANA, "Ruiz", "ana@contoso", "Client calls", "+33123456789"):
            assert word.encode() not in content
        assert MARC.encode() in content


@pytest.mark.either_database("sqlite")
def test_words_that_a_reader_still_holds_in_the_log_of_writes_are_named(
    log: SealedLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_BUSY_TIMEOUT", 0.1)
    impatient = open_database(f"sqlite:///{log.db.engine.url.database}", seal)

    def meanwhile(tx: Transaction) -> None:
        tx.conn.execute(sa.text("SELECT count(*) FROM audit_entries")).all()
        with pytest.raises(AdminError, match="run the same again"):
            erase(impatient, HERS, "ticket 17", log.key)

    log.db.run_read(meanwhile)
    assert erase(impatient, HERS, "ticket 17", log.key).entries == 0
    impatient.close_now()


def test_a_second_person_and_the_same_one_again(log: SealedLog) -> None:
    erase(log.db, HERS, "ticket 17", log.key)
    assert erase(log.db, HERS, "ticket 17", log.key).entries == 0
    marc = Person(MARC, ("Marc",), "erased-000000000002")
    assert erase(log.db, marc, "ticket 18", log.key).entries == 6
    assert MARC not in json.dumps(bodies(log)[30:39])
    assert isinstance(log.verify(), Verified)


def test_it_may_stop_anywhere_and_be_run_again(log: SealedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(erasure, "_BATCH", 3)
    commits = 0

    class Killed(Exception):
        pass

    def stop(tx: Transaction) -> None:
        nonlocal commits
        commits += 1
        if commits == 2:
            raise Killed

    monkeypatch.setattr(erasure, "overwrite_what_goes", stop)
    with pytest.raises(Killed):
        erase(log.db, HERS, "ticket 17", log.key)
    assert isinstance(log.verify(), Verified)
    assert erase(log.db, HERS, "ticket 17", log.key).entries == 5
    found = log.verify()
    assert isinstance(found, Verified)
    assert found.erased == 8


MEDDLED = {
    "another wording": "UPDATE audit_entries SET body = replace(body, 'erased]', 'nothing]') WHERE seq = 31",
    "wording of one that was not erased": "UPDATE audit_entries SET body = replace(body, 'v1', 'v2')"
    " WHERE seq = 39",
    "an erasure that no entry tells of": "INSERT INTO audit_erased (seq, leaf) SELECT 39, hash"
    " FROM audit_entries WHERE seq = 39",
    "that it was erased is forgotten": "DELETE FROM audit_erased WHERE seq = 33",
    "another leaf": "UPDATE audit_erased SET leaf = (SELECT hash FROM audit_entries WHERE seq = 1)"
    " WHERE seq = 33",
    "no leaf": "UPDATE audit_erased SET leaf = 'x' WHERE seq = 33",
    "no hash": "UPDATE audit_entries SET hash = 'x' WHERE seq = 33",
    "another hash": "UPDATE audit_entries SET hash = prev_hash WHERE seq = 33",
    "an entry that is not there": "INSERT INTO audit_erased (seq, leaf) SELECT 999, leaf"
    " FROM audit_erased WHERE seq = 33",
    "what the erasing entry says": "UPDATE audit_entries SET body = replace(body, '[33,', '[34,')"
    " WHERE seq = 40",
}


@pytest.mark.parametrize("statement", MEDDLED.values(), ids=MEDDLED.keys())
def test_erasing_is_no_way_to_change_what_happened(log: SealedLog, statement: str) -> None:
    erase(log.db, HERS, "ticket 17", log.key)
    log.db.run(lambda tx: tx.conn.execute(sa.text(statement)))
    assert isinstance(log.verify(), Broken)


def passed_off(tx: Transaction, key: PrivateKey | None) -> None:
    """Somebody who may write to the database turns an approval round, and calls that erasing."""
    (row,) = audit_log.numbered(tx.conn, [32])
    before = row.body or b""
    after = before.replace(b'"verdict":"approve"', b'"verdict":"reject"')
    assert after != before
    leaf = leaf_hash(before).hex()
    proofs.replace_body(tx, 32, leaf, {"body": after.decode()})
    said = {"person": "x", "because": "x", "entries": [[32, leaf, hashlib.sha256(after).hexdigest()]]}
    tx.audit("audit.erased", "console", **signed(said, key))


def test_who_has_no_key_cannot_pass_a_forgery_off_as_erasing(log: SealedLog) -> None:
    log.db.run(passed_off, None)
    found = log.verify()
    assert isinstance(found, Broken)
    assert "signed by no key that is trusted" in found.what
    with pytest.raises(LogBroken, match="says that words were erased, and is not signed"):
        log.signed()


def test_who_has_a_key_of_the_past_cannot_either(log: SealedLog) -> None:
    old, log.key = log.key, PrivateKey.generate("desk.example/audit")
    make_checkpoint(log.db, old, log.place, log.key)
    log.signed()
    log.db.run(passed_off, old)
    for trusted in (old, log.key):
        assert isinstance(verify(log.db, None, Elsewhere(log.kept(), [trusted.public])), Broken)
    with pytest.raises(LogBroken, match="not signed"):
        log.signed()


def test_what_was_signed_of_one_erasing_is_no_leave_for_another(log: SealedLog) -> None:
    said = {"person": "x", "because": "x", "entries": [[1, "00", "00"]]}
    theirs = signed(said, log.key)
    assert is_signed(theirs, [log.key.public])
    assert not is_signed({**theirs, "entries": [[2, "00", "00"]]}, [log.key.public])
    assert not is_signed({**theirs, "signed": log.kept()[0].written}, [log.key.public])
    assert not is_signed(said, [log.key.public])
    with pytest.raises(Unreadable):
        read(str(theirs["signed"]))


def test_erasing_takes_the_key_where_there_is_one(log: SealedLog) -> None:
    with pytest.raises(Misconfigured, match="SWITCHBOARD_AUDIT_KEY"):
        erase(log.db, HERS, "ticket 17", None)
    with pytest.raises(LogBroken, match="was not signed by"):
        erase(log.db, HERS, "ticket 17", PrivateKey.generate("desk.example/audit"))
    successor = PrivateKey.generate("desk.example/audit")
    make_checkpoint(log.db, log.key, log.place, successor)
    with pytest.raises(Misconfigured, match="has handed over to"):
        erase(log.db, HERS, "ticket 17", log.key)
    assert bodies(log)[30]["actor"] == ANA


def test_what_was_erased_before_there_was_a_key_counts_as_it_is(
    db: Database, clock: ShiftedTime, tmp_path: Path
) -> None:
    one = SealedLog(db, clock, tmp_path)
    db.run(story)
    assert erase(db, HERS, "ticket 17", None).entries == 8
    one.signed()
    one.grows(3)
    one.signed()
    found = one.verify()
    assert isinstance(found, Verified)
    assert found.erased == 8


@pytest.mark.either_database("sqlite")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_erased SET leaf = x'ff' WHERE seq = 33",
        "UPDATE audit_checkpoints SET note = x'ff' WHERE number = 2",
    ],
)
def test_what_is_no_text_at_all_is_found_as_well(log: SealedLog, statement: str) -> None:
    erase(log.db, HERS, "ticket 17", log.key)
    log.db.run(lambda tx: tx.conn.execute(sa.text(statement)))
    assert isinstance(log.verify(), Broken)


def test_an_erasing_entry_that_says_nothing_sensible_is_found(log: SealedLog) -> None:
    log.db.run(lambda tx: tx.audit("audit.erased", "console", entries=[["33", "x", "y"]]))
    assert isinstance(log.verify(), Broken)


def test_an_entry_that_is_put_back_is_found(log: SealedLog) -> None:
    query = sa.text("SELECT body, actor FROM audit_entries WHERE seq = 33")
    before = log.db.run_read(lambda tx: tx.conn.execute(query).one())
    erase(log.db, HERS, "ticket 17", log.key)
    back = "UPDATE audit_entries SET body = :body, actor = :actor WHERE seq = 33"
    log.db.run(lambda tx: tx.conn.execute(sa.text(back), before._asdict()))
    log.db.run(lambda tx: tx.conn.execute(sa.text("DELETE FROM audit_erased WHERE seq = 33")))
    assert log.verify() == Broken(33, "its personal words were erased, and are there again")


def test_receipts_of_what_was_erased_say_so_and_hold(log: SealedLog) -> None:
    erase(log.db, HERS, "ticket 17", log.key)
    log.signed()
    receipt = log.db.run_read(receipt_for, "SB-00001")
    keys = verifier.read_keys(str(log.key.public))
    lines = verifier.check(receipt, keys, None)
    assert sum("(personal words erased)" in line for line in lines) == 3
    assert sum("(says that words were erased)" in line for line in lines) == 1
    receipt["entries"][0]["body"] = receipt["entries"][0]["body"].replace("FR", "DE")
    with pytest.raises(verifier.Wrong, match="were replaced, and no entry says so"):
        verifier.check(receipt, keys, None)
    without = [one for one in receipt["entries"] if "audit.erased" not in one["body"]]
    with pytest.raises(verifier.Wrong):
        verifier.check({**receipt, "entries": without}, keys, None)


def test_no_word_takes_away_what_was_decided(log: SealedLog) -> None:
    """An insider may call somebody whatever he likes."""
    erase(log.db, Person(ANA, ("approve", "number"), "erased-000000000003"), "ticket 19", log.key)
    assert [body["details"].get("verdict") for body in bodies(log)[30:36]] == [
        *(None, "approve", None, None, "approve", None)
    ]
    assert bodies(log)[30]["details"]["wish"]["kind"] == "number"


@pytest.mark.parametrize("who", ["switchboard", "console", "", "ana@contoso.example", ANA[:-1]])
def test_only_a_person_is_forgotten(log: SealedLog, who: str) -> None:
    with pytest.raises(Misconfigured, match="no object id"):
        log.db.run_read(person_of, who)


def test_who_is_still_waiting_or_hardly_named_is_not_erased(log: SealedLog) -> None:
    with pytest.raises(Misconfigured, match="too short"):
        log.db.run_read(person_of, ANA, ["An"])
    found = log.db.run_read(person_of, ANA, ["Ana Ruiz"])
    assert found.words == ("Ana Ruiz",)
    assert found.pseudonym != log.db.run_read(person_of, ANA).pseudonym


values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(), st.sampled_from([ANA, f"by {ANA}", MARC])),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(), inner, max_size=3)),
    max_leaves=6,
)


@settings(max_examples=60)
@given(st.dictionaries(st.text(), values, max_size=4))
def test_the_shape_of_an_entry_stays(details: dict[str, Any]) -> None:
    entry = {"actor": ANA, "details": details, "seq": 1, "salt": "x"}
    assert reworded(entry, lambda field, text: text) == {**entry, "salt": ""}
    gone = reworded(entry, lambda field, text: text.replace(ANA, "x"))
    assert ANA not in json.dumps(gone)


# Copies for others.


def lines(log: SealedLog, rewording: Pseudonyms | None = None) -> list[dict[str, Any]]:
    def read(tx: Transaction) -> list[dict[str, Any]]:
        return [json.loads(line) for line in json_lines(exported(tx.conn, rewording=rewording))]

    return log.db.run_read(read)


def test_whoever_gets_a_copy_can_compute_the_signed_root(log: SealedLog) -> None:
    erase(log.db, HERS, "ticket 17", log.key)
    signed = log.signed().checkpoint
    for rewording in (None, Pseudonyms(bytes(32))):
        leaves = [bytes.fromhex(line["leaf"]) for line in lines(log, rewording)]
        assert root_of(leaves) == signed.root
    copied = lines(log)
    assert copied[0]["entry"] == bodies(log)[0]
    assert [line.get("erased", False) for line in copied[30:]] == [True] * 8 + [False] * 2


def test_nobody_is_named_in_a_copy_with_pseudonyms(log: SealedLog) -> None:
    key = bytes(range(32))
    text = json.dumps(lines(log, Pseudonyms(key)), ensure_ascii=False)
    for word in (ANA, MARC, "Ana", "Ruiz", "contoso", "+33", "Client calls", '"Marc"', '"4711"'):
        assert word not in text
    assert E5 in text
    assert '"country": "FR"' in text
    pseudonym = "person-" + hmac.digest(key, f"person\0{ANA}".encode(), "sha256")[:10].hex()
    # As actor, in lists, as a name in objects, in capitals.
    assert text.count(pseudonym) == 7
    assert pseudonym not in json.dumps(lines(log, Pseudonyms(bytes(32))))


def test_entries_without_a_salt_give_no_hash_away_with_pseudonyms(db: Database) -> None:
    said = {"seq": 1, "at": "2026-01-01T00:00:00.000000Z", "actor": ANA, "action": "x", "request_id": None}
    body = worded({**said, "details": {}})
    row = {"body": body.decode(), "hash": link(GENESIS.hash, body), "prev": GENESIS.hash, "actor": ANA}
    statement = "INSERT INTO audit_entries VALUES (1, 0, :actor, 'x', NULL, :body, :prev, :hash)"
    db.run(lambda tx: tx.conn.execute(sa.text(statement), row))

    def read(tx: Transaction) -> list[Exported]:
        return list(exported(tx.conn, rewording=Pseudonyms(bytes(32))))

    (one,) = db.run_read(read)
    assert (one.leaf, one.hash) == ("", "")


def test_a_table_opens_in_a_spreadsheet_and_computes_nothing(log: SealedLog) -> None:
    log.db.run(lambda tx: tx.audit("=cmd()", "+ana", None, said="=1+1"))

    def read(tx: Transaction) -> str:
        return "".join(csv_lines(exported(tx.conn)))

    rows = list(csv.DictReader(io.StringIO(log.db.run_read(read))))
    assert len(rows) == 40
    assert (rows[-1]["actor"], rows[-1]["action"]) == ("'+ana", "'=cmd()")
    assert json.loads(rows[30]["details"])["beneficiary"] == ANA
    assert hashlib.sha256(b"\0" + worded(bodies(log)[30])).hexdigest() == rows[30]["leaf"]


def test_a_copy_of_some_days(log: SealedLog) -> None:
    moment = log.kept()[0].checkpoint.at

    def count(tx: Transaction, since: Any, until: Any) -> int:
        return sum(1 for _ in exported(tx.conn, since, until))

    assert log.db.run_read(count, None, moment) == 30
    assert log.db.run_read(count, moment, None) == 9
