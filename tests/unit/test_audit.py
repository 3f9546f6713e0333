"""The chain seals every move, and shows every tampering."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa

from bot.audit import verify as verify_module
from bot.audit.chain import GENESIS, link, seal
from bot.audit.merkle import leaf_hash, root_of
from bot.audit.reading import entries, latest
from bot.audit.verify import Broken, Verified, verify
from bot.domain.errors import Bug
from bot.store.database import AuditEntry, Database, Transaction
from bot.store.tables import audit_entries, audit_head
from tests.support.shifted_time import ShiftedTime

LOG = 6


def record(tx: Transaction, count: int = 1, request_id: str | None = "SB-00001") -> None:
    for number in range(count):
        tx.audit("test.done", "ana", request_id, number=number, said="d'accord ☎ 你好")


@pytest.fixture
def log(db: Database, clock: ShiftedTime) -> Database:
    """A database with a small log: several transactions, some entries about no request."""
    db.run(record, 2)
    clock.advance(timedelta(seconds=1))
    db.run(record, 1, None)
    clock.advance(timedelta(seconds=1))
    db.run(record, LOG - 3, "SB-00002")
    assert isinstance(verify(db), Verified)
    return db


def rows(db: Database) -> list[dict[str, Any]]:
    query = sa.select(sa.text("*")).select_from(audit_entries).order_by(sa.text("seq"))
    return db.run_read(lambda tx: [dict(row._mapping) for row in tx.conn.execute(query)])


def tamper(db: Database, statement: str, **params: Any) -> None:
    db.run(lambda tx: tx.conn.execute(sa.text(statement), params))


def test_an_empty_log_is_whole(db: Database) -> None:
    assert verify(db) == Verified(0, GENESIS.hash)
    tamper(db, "DELETE FROM audit_head")
    assert verify(db) == Verified(0, GENESIS.hash)


def test_the_chain_can_be_recomputed_from_its_description(log: Database) -> None:
    previous = bytes(32)
    for number, row in enumerate(rows(log), start=1):
        body = json.loads(row["body"])
        assert row["seq"] == body["seq"] == number
        assert row["body"].encode() == rfc8785.dumps(body)
        assert row["prev_hash"] == previous.hex()
        previous = hashlib.sha256(previous + row["body"].encode()).digest()
        assert row["hash"] == previous.hex()
    root = root_of([leaf_hash(row["body"].encode()) for row in rows(log)])
    assert verify(log) == Verified(LOG, previous.hex(), root)


def test_an_entry_says_everything_that_was_recorded(db: Database, clock: ShiftedTime) -> None:
    clock.advance(timedelta(days=1))

    def work(tx: Transaction) -> str:
        tx.audit(
            "graph.intent", "switchboard", "SB-00001", intent="ab", seats=[1, None, {"b": True, "a": 0.5}]
        )
        return tx.now.strftime("%Y-%m-%dT%H:%M:%S.%fZ")

    at = db.run(work)
    body = rows(db)[0]["body"]
    salt = json.loads(body)["salt"]
    assert body == (
        '{"action":"graph.intent","actor":"switchboard","at":"' + at + '",'
        '"details":{"intent":"ab","seats":[1,null,{"a":0.5,"b":true}]},"request_id":"SB-00001",'
        '"salt":"' + salt + '","seq":1}'
    )


def test_no_two_entries_have_the_same_salt(log: Database) -> None:
    """It keeps the hashes of an entry from telling what stood in it."""
    salts = [bytes.fromhex(json.loads(row["body"])["salt"]) for row in rows(log)]
    assert {len(salt) for salt in salts} == {16}
    assert len({*salts}) == LOG


def test_entries_from_before_there_were_salts_are_as_good_as_any(db: Database) -> None:
    db.run(record)
    said = json.loads(rows(db)[0]["body"])
    del said["salt"]
    body = rfc8785.dumps(said)
    old = {"body": body.decode(), "hash": link(GENESIS.hash, body)}
    tamper(db, "UPDATE audit_entries SET body = :body, hash = :hash", **old)
    tamper(db, "UPDATE audit_head SET hash = :hash", hash=old["hash"])
    assert isinstance(verify(db), Verified)
    db.run(record)
    assert verify(db) == Verified(2, rows(db)[1]["hash"], verify(db).root)


def test_the_first_writers_make_the_head_themselves(db: Database) -> None:
    tamper(db, "DELETE FROM audit_head")
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: db.run(record), range(4)))
    assert isinstance(verify(db), Verified)
    assert len(rows(db)) == 4


def test_many_writers_make_one_chain(db: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda number: db.run(record, number % 3), range(60)))
    found = verify(db)
    assert isinstance(found, Verified)
    assert found.count == 60


def test_a_transaction_without_entries_does_not_touch_the_log(log: Database) -> None:
    before = verify(log)
    log.run(lambda tx: None)
    assert verify(log) == before


# Every single column, in every row, changed in every way that the database lets pass.
TEXT_CHANGES = {
    "one sign more": lambda text: text + " ",
    "one sign less": lambda text: text[:-1],
    "another case": lambda text: text.swapcase(),
    "first sign": lambda text: chr(ord(text[0]) ^ 1) + text[1:],
    "last sign": lambda text: text[:-1] + chr(ord(text[-1]) ^ 1),
    "empty": lambda text: "",
}


@pytest.mark.parametrize("seq", [1, 3, LOG])
@pytest.mark.parametrize("column", ["body", "hash", "prev_hash", "actor", "action", "request_id"])
def test_any_change_of_a_text_is_found(log: Database, column: str, seq: int) -> None:
    kept = rows(log)[seq - 1][column]
    found = 0
    for change in TEXT_CHANGES.values():
        changed = change(kept) if kept is not None else "SB-00009"
        tamper(log, f"UPDATE audit_entries SET {column} = :value WHERE seq = :seq", value=changed, seq=seq)
        # Digits have no case, and PostgreSQL cuts blanks off that a column has no room for.
        if rows(log)[seq - 1][column] == kept:
            continue
        broken = verify(log)
        assert isinstance(broken, Broken)
        assert broken.seq == seq
        found += 1
        tamper(log, f"UPDATE audit_entries SET {column} = :value WHERE seq = :seq", value=kept, seq=seq)
    assert found >= 4
    assert isinstance(verify(log), Verified)


def test_every_single_sign_of_a_body_counts(log: Database) -> None:
    body = rows(log)[1]["body"]
    for position, sign in enumerate(body):
        changed = body[:position] + ("x" if sign != "x" else "y") + body[position + 1 :]
        tamper(log, "UPDATE audit_entries SET body = :body WHERE seq = 2", body=changed)
        assert verify(log) == Broken(2, "hash does not match the body")


@pytest.mark.parametrize(
    ("statement", "seq", "what"),
    [
        ("UPDATE audit_entries SET at = at + 1 WHERE seq = 4", 4, "column at"),
        ("UPDATE audit_entries SET at = 0 WHERE seq = 4", 4, "column at"),
        ("UPDATE audit_entries SET request_id = NULL WHERE seq = 1", 1, "column request_id"),
        ("UPDATE audit_entries SET request_id = '' WHERE seq = 3", 3, "column request_id"),
        ("UPDATE audit_entries SET seq = 40 WHERE seq = 4", 4, "number 5"),
        ("UPDATE audit_entries SET seq = 0 WHERE seq = 1", 1, "number 0"),
        ("UPDATE audit_entries SET seq = -5 WHERE seq = 3", 1, "number -5"),
        (f"UPDATE audit_entries SET seq = 7 WHERE seq = {LOG}", LOG, "number 7"),
        ("DELETE FROM audit_entries WHERE seq = 1", 1, "number 2"),
        ("DELETE FROM audit_entries WHERE seq = 3", 3, "number 4"),
        (f"DELETE FROM audit_entries WHERE seq = {LOG}", LOG, "it ends at 5"),
        ("DELETE FROM audit_entries WHERE seq > 2", 3, "it ends at 2"),
        ("DELETE FROM audit_entries", 1, "it ends at 0"),
        ("UPDATE audit_head SET seq = 5", LOG + 1, "ends at 5, but it ends at 6"),
        ("UPDATE audit_head SET seq = 9", LOG + 1, "ends at 9, but it ends at 6"),
        ("UPDATE audit_head SET hash = (SELECT hash FROM audit_entries WHERE seq = 5)", LOG, "head's hash"),
        ("DELETE FROM audit_head", LOG, "0 rows"),
        ("UPDATE audit_head SET id = 2", LOG, "head table"),
        ("INSERT INTO audit_head (id, seq, hash) VALUES (2, 0, '')", LOG, "2 rows"),
    ],
)  # fmt: skip
def test_other_tampering_is_found(log: Database, statement: str, seq: int, what: str) -> None:
    tamper(log, statement)
    broken = verify(log)
    assert isinstance(broken, Broken)
    assert broken.seq == seq
    assert what in broken.what


def test_entries_that_change_places_are_found(log: Database) -> None:
    for one, other in ((2, 3), (1, LOG), (5, 6)):
        swap = ((one, 1000), (other, one), (1000, other))
        for old, new in swap:
            tamper(log, "UPDATE audit_entries SET seq = :new WHERE seq = :old", old=old, new=new)
        assert verify(log) == Broken(one, "prev_hash is not the hash of the entry before")
        for old, new in swap:
            tamper(log, "UPDATE audit_entries SET seq = :new WHERE seq = :old", old=old, new=new)
    assert isinstance(verify(log), Verified)


def insert(db: Database, row: dict[str, Any]) -> None:
    names = ", ".join(row)
    values = ", ".join(f":{name}" for name in row)
    tamper(db, f"INSERT INTO audit_entries ({names}) VALUES ({values})", **row)


def test_an_entry_put_behind_the_last_one_is_found_even_when_chained(log: Database) -> None:
    last = rows(log)[-1]
    body = last["body"].replace(f'"seq":{LOG}', f'"seq":{LOG + 1}')
    forged = {**last, "seq": LOG + 1, "body": body, "prev_hash": last["hash"]}
    insert(log, {**forged, "hash": link(last["hash"], body.encode())})
    assert verify(log) == Broken(LOG + 2, f"the head says the log ends at {LOG}, but it ends at {LOG + 1}")


def test_an_entry_put_between_two_is_found(log: Database) -> None:
    for seq in range(LOG, 2, -1):
        tamper(log, "UPDATE audit_entries SET seq = :new WHERE seq = :old", old=seq, new=seq + 1)
    insert(log, {**rows(log)[1], "seq": 3})
    broken = verify(log)
    assert isinstance(broken, Broken)
    assert broken.seq == 3


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"seq": 99}, "column seq"),
        ({"seq": "1"}, "column seq"),
        ({"at": "2026-01-01T00:00:00.000000Z"}, "column at"),
        ({"at": "yesterday"}, "not an entry"),
        ({"at": None}, "not an entry"),
        ({"actor": 7}, "not an entry"),
        ({"more": 1}, "not an entry"),
    ],
)
def test_a_body_that_was_rehashed_must_still_fit_its_columns(
    db: Database, changes: dict[str, Any], what: str
) -> None:
    db.run(record)
    body = rfc8785.dumps({**json.loads(rows(db)[0]["body"]), **changes})
    forged = {"body": body.decode(), "hash": link(GENESIS.hash, body)}
    tamper(db, "UPDATE audit_entries SET body = :body, hash = :hash", **forged)
    tamper(db, "UPDATE audit_head SET hash = :hash", hash=forged["hash"])
    broken = verify(db)
    assert isinstance(broken, Broken)
    assert broken.seq == 1
    assert what in broken.what


@pytest.mark.parametrize("text", ["[]", "7", "{", "null", ""])
def test_a_rehashed_body_that_is_no_entry_is_found(db: Database, text: str) -> None:
    db.run(record)
    tamper(db, "UPDATE audit_entries SET body = :b, hash = :h", b=text, h=link(GENESIS.hash, text.encode()))
    assert verify(db) == Broken(1, "the body is not an entry")


@pytest.mark.parametrize("column", ["body", "hash", "prev_hash", "actor", "action", "request_id", "at"])
def test_what_is_no_text_at_all_is_found_as_well(sqlite_db: Database, column: str) -> None:
    """SQLite stores any bytes in any column; reading them as text would end in an error, not an answer."""
    sqlite_db.run(record, 3)
    for value in ("X'ff00fe'", "CAST(X'ff00fe' AS TEXT)", "1.5"):
        tamper(sqlite_db, f"UPDATE audit_entries SET {column} = {value} WHERE seq = 2")
        broken = verify(sqlite_db)
        assert isinstance(broken, Broken)
        assert broken.seq == 2
    tamper(sqlite_db, "UPDATE audit_head SET hash = CAST(X'ff00fe' AS TEXT), seq = X'ff'")
    assert isinstance(verify(sqlite_db), Broken)


def test_a_log_whose_head_is_gone_accepts_nothing_more(log: Database) -> None:
    """Starting again at the genesis would collide with the entries there are, and so undo the move."""
    tamper(log, "DELETE FROM audit_head")
    with pytest.raises(sa.exc.IntegrityError):
        log.run(record)
    assert len(rows(log)) == LOG


def test_a_head_moved_by_somebody_else_stops_the_transaction(db: Database) -> None:
    def work(tx: Transaction) -> None:
        seal(tx, [AuditEntry("test.done", "ana")])
        tx.conn.execute(sa.update(audit_head).values(seq=7))
        seal(tx, [AuditEntry("test.done", "ana")])
        tx.conn.execute(sa.delete(audit_head))
        seal(tx, [AuditEntry("test.done", "ana")])

    with pytest.raises((Bug, sa.exc.IntegrityError)):
        db.run(work)
    assert rows(db) == []


def test_a_long_log_is_checked_in_pieces(log: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_module, "_CHUNK", 2)
    told: list[int] = []
    found = verify(log, told.append)
    assert isinstance(found, Verified)
    assert found.count == LOG
    assert told == [2, 4, 6]
    tamper(log, "UPDATE audit_entries SET actor = 'eve' WHERE seq = 5")
    assert verify(log) == Broken(5, "column actor does not match the body")


def test_checking_goes_on_while_others_write(log: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify_module, "_CHUNK", 2)
    found = verify(log, lambda count: log.run(record))
    assert isinstance(found, Verified)
    assert found.count == LOG
    assert len(rows(log)) == LOG + 3


def test_people_read_the_log_forwards_and_backwards(log: Database) -> None:
    assert [entry.seq for entry in log.run_read(entries)] == [1, 2, 3, 4, 5, 6]
    assert [entry.seq for entry in log.run_read(entries, None, 2, 1)] == [2, 3]
    assert [entry.seq for entry in log.run_read(latest, None, 2)] == [6, 5]
    about = log.run_read(entries, "SB-00001")
    assert [entry.seq for entry in about] == [1, 2]
    assert about[1].details == {"number": 1, "said": "d'accord ☎ 你好"}
    assert (about[1].actor, about[1].action, about[1].request_id) == ("ana", "test.done", "SB-00001")
    assert log.run_read(latest, "SB-00002", 1)[0].at > about[1].at
