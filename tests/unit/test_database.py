"""Transactions: all or nothing, retried only where that is safe, sealed last."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.audit.chain import seal
from bot.audit.verify import Verified, verify
from bot.domain.errors import Bug
from bot.store import database as database_module
from bot.store import engines
from bot.store.database import AuditEntry, CommitUnknown, Database, Transaction, open_database
from bot.store.tables import audit_entries
from bot.store.talk_tables import dialog_states
from tests.support.databases import SqliteFiles
from tests.support.shifted_time import ShiftedTime


def put(tx: Transaction, key: str, data: str = "") -> None:
    tx.conn.execute(sa.insert(dialog_states).values(key=key, version=1, data=data, updated_at=tx.now))


def keys(tx: Transaction) -> set[str]:
    return set(tx.conn.scalars(sa.select(dialog_states.c.key)))


async def test_what_a_function_returns_is_committed_and_returned(db: Database) -> None:
    def work(tx: Transaction, key: str, *, answer: int) -> int:
        put(tx, key)
        return answer

    assert await db.transact(work, "a", answer=42) == 42
    assert await db.read(keys) == {"a"}


async def test_what_a_function_did_before_it_raised_is_undone(db: Database) -> None:
    def work(tx: Transaction) -> None:
        put(tx, "a")
        tx.audit("test.done", "somebody")
        raise LookupError

    with pytest.raises(LookupError):
        await db.transact(work)
    assert await db.read(keys) == set()
    assert verify(db) == Verified(0, "0" * 64)


async def test_without_a_seal_nothing_is_stored(database_url: str) -> None:
    def failing(tx: Transaction, entries: list[AuditEntry]) -> None:
        seal(tx, entries)
        raise OSError("the log is full")

    called: list[str] = []

    def work(tx: Transaction) -> None:
        put(tx, "a")
        tx.after_commit.append(lambda: called.append("woken"))
        tx.audit("test.done", "somebody")

    database = open_database(database_url, failing)
    with pytest.raises(OSError, match="full"):
        await database.transact(work)
    assert await database.read(keys) == set()
    assert verify(database) == Verified(0, "0" * 64)
    assert called == []
    await database.close()


def test_an_entry_json_cannot_hold_undoes_the_move(db: Database) -> None:
    def work(tx: Transaction) -> None:
        put(tx, "a")
        tx.audit("test.done", "somebody", when=object())

    with pytest.raises(ValueError, match="object"):
        db.run(work)
    assert db.run_read(keys) == set()


def test_callbacks_run_after_the_commit_in_the_calling_thread(db: Database) -> None:
    seen: list[tuple[set[str], int]] = []

    def work(tx: Transaction) -> None:
        put(tx, "a")
        tx.after_commit.append(lambda: seen.append((db.run_read(keys), threading.get_ident())))

    db.run(work)
    assert seen == [({"a"}, threading.get_ident())]


async def test_a_reader_can_neither_write_nor_audit(db: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"):
        await db.read(put, "a")
    with pytest.raises(Bug, match="read-only"):
        await db.read(lambda tx: tx.audit("test.done", "somebody"))
    await db.transact(put, "b")
    assert await db.read(keys) == {"b"}


async def test_a_reader_sees_one_moment_and_waits_for_nobody(db: Database) -> None:
    wrote = threading.Event()
    looked = threading.Event()

    def look_twice(tx: Transaction) -> tuple[set[str], set[str]]:
        before = keys(tx)
        looked.set()
        assert wrote.wait(10)
        return before, keys(tx)

    reading = asyncio.create_task(db.read(look_twice))
    assert await asyncio.to_thread(looked.wait, 10)
    await db.transact(put, "a")
    wrote.set()
    assert await reading == (set(), set())


async def test_a_reader_does_not_wait_for_an_open_write(db: Database) -> None:
    holding, release = threading.Event(), threading.Event()

    def hold(tx: Transaction) -> None:
        put(tx, "a")
        holding.set()
        assert release.wait(10)

    writing = asyncio.create_task(db.transact(hold))
    assert await asyncio.to_thread(holding.wait, 10)
    assert await db.read(keys) == set()
    release.set()
    await writing
    assert await db.read(keys) == {"a"}


def test_business_time_follows_the_clock_and_real_time_does_not(db: Database, clock: ShiftedTime) -> None:
    def both(tx: Transaction) -> timedelta:
        return tx.now - tx.real_now

    assert db.run(both) == timedelta()
    clock.advance(timedelta(days=3))
    assert db.run(both) == timedelta(days=3)
    assert db.run_read(both) == timedelta(days=3)


def test_moments_come_back_as_they_were_stored(db: Database) -> None:
    def work(tx: Transaction) -> bool:
        put(tx, "a")
        return tx.conn.scalar(sa.select(dialog_states.c.updated_at)) == tx.now

    assert db.run(work)


def test_read_modify_write_by_many_threads_loses_nothing(db: Database) -> None:
    """A deferred SQLite transaction that began by reading would fail here instead of waiting."""
    db.run(put, "counter", "0")

    def add_one(tx: Transaction) -> None:
        locked = sa.select(dialog_states.c.data).where(dialog_states.c.key == "counter").with_for_update()
        count = int(tx.conn.scalar(locked) or "")
        tx.conn.execute(sa.update(dialog_states).values(data=str(count + 1)))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: db.run(add_one), range(40)))
    assert db.run_read(lambda tx: tx.conn.scalar(sa.select(dialog_states.c.data))) == "40"


def test_a_deadlock_is_retried_until_both_are_done(postgres_db: Database) -> None:
    postgres_db.run(put, "a")
    postgres_db.run(put, "b")
    meeting = threading.Barrier(2)
    tries: list[str] = []

    def change(tx: Transaction, first: str, second: str) -> None:
        tries.append(first)
        for key in (first, second):
            changed = sa.update(dialog_states).where(dialog_states.c.key == key)
            tx.conn.execute(changed.values(version=dialog_states.c.version + 1))
            if len(tries) <= 2 and key == first:
                meeting.wait(10)

    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(postgres_db.run, change, *pair) for pair in (("a", "b"), ("b", "a"))]:
            done.result(30)
    assert len(tries) > 2
    assert postgres_db.run_read(lambda tx: set(tx.conn.scalars(sa.select(dialog_states.c.version)))) == {3}


def kill_own_session(tx: Transaction, admin: sa.Engine) -> None:
    session = tx.conn.scalar(sa.text("SELECT pg_backend_pid()"))
    with admin.connect() as conn:
        conn.execute(sa.text("SELECT pg_terminate_backend(:session, 5000)"), {"session": session})


def test_a_connection_lost_before_the_commit_is_replaced(postgres_db: Database) -> None:
    tries: list[int] = []

    def work(tx: Transaction) -> None:
        tries.append(1)
        if len(tries) == 1:
            kill_own_session(tx, postgres_db.engine)
        put(tx, "a")

    postgres_db.run(work)
    assert len(tries) == 2
    assert postgres_db.run_read(keys) == {"a"}


def test_a_connection_lost_during_the_commit_is_reported_and_not_retried(postgres_db: Database) -> None:
    tries: list[int] = []

    def work(tx: Transaction) -> None:
        tries.append(1)
        put(tx, "a")
        kill_own_session(tx, postgres_db.engine)

    with pytest.raises(CommitUnknown):
        postgres_db.run(work)
    assert len(tries) == 1


@pytest.fixture
def impatient(sqlite_files: SqliteFiles, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A database that does not wait for another process's lock, and pauses for no time between tries."""
    monkeypatch.setattr(engines, "_BUSY_TIMEOUT", 0.0)
    monkeypatch.setattr(database_module, "_FIRST_PAUSE", 0.0)
    database = open_database(sqlite_files.url(), seal)
    yield database
    database.close_now()


@pytest.mark.parametrize(("unlocked_at_try", "fails"), [(3, False), (1000, True)])
def test_a_locked_file_is_retried_a_bounded_number_of_times(
    impatient: Database, unlocked_at_try: int, fails: bool
) -> None:
    rival = sqlite3.connect(str(impatient.engine.url.database), isolation_level=None)
    rival.execute("BEGIN IMMEDIATE")
    tries: list[int] = []

    @sa.event.listens_for(impatient.engine, "checkout")
    def _count(*unused: object) -> None:
        tries.append(1)
        if len(tries) == unlocked_at_try:
            rival.execute("COMMIT")

    if fails:
        with pytest.raises(sa.exc.OperationalError, match="locked"):
            impatient.run(put, "a")
        assert len(tries) == database_module._TRIES
    else:
        impatient.run(put, "a")
        assert impatient.run_read(keys) == {"a"}
        assert len(tries) == unlocked_at_try
    rival.close()


def test_ordinary_errors_of_the_database_are_not_retried(db: Database) -> None:
    tries: list[int] = []

    def work(tx: Transaction) -> None:
        tries.append(1)
        put(tx, "a")
        put(tx, "a")

    with pytest.raises(sa.exc.IntegrityError):
        db.run(work)
    assert len(tries) == 1


def test_errors_do_not_quote_what_was_being_stored(db: Database) -> None:
    """They are logged, and what people wrote is never logged."""
    with pytest.raises(sa.exc.DBAPIError) as caught:
        db.run(
            lambda tx: tx.conn.execute(sa.text("INSERT INTO nowhere VALUES (:said)"), {"said": "my secret"})
        )
    assert "my secret" not in str(caught.value)
    with pytest.raises(sa.exc.DBAPIError) as caught:
        db.run_read(lambda tx: tx.conn.execute(sa.text("SELECT nowhere.x, :said"), {"said": "my secret"}))
    assert "my secret" not in str(caught.value)


def test_sqlite_is_durable_and_checks_foreign_keys(sqlite_db: Database) -> None:
    def settings(tx: Transaction) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [tx.conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    assert sqlite_db.run(settings) == ["wal", 2, 1]
    assert sqlite_db.run_read(settings) == ["wal", 2, 1]


def test_postgres_ends_sessions_that_freeze_in_a_transaction(postgres_db: Database) -> None:
    def settings(tx: Transaction) -> list[object]:
        names = ("transaction_isolation", "idle_in_transaction_session_timeout")
        return [tx.conn.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

    assert postgres_db.run(settings) == ["read committed", "15s"]
    assert postgres_db.run_read(settings) == ["repeatable read", "15s"]


async def test_a_rehearsal_does_everything_and_leaves_nothing(db: Database) -> None:
    told: list[str] = []

    def work(tx: Transaction) -> set[str]:
        put(tx, "a")
        tx.audit("thing.done", "ana")
        tx.after_commit.append(lambda: told.append("a"))
        return keys(tx)

    assert await db.rehearsing(lambda _: False).transact(work) == {"a"}
    assert (await db.read(keys), told) == (set(), [])
    await db.transact(work)
    assert (await db.read(keys), told) == ({"a"}, ["a"])
    found = verify(db)
    assert isinstance(found, Verified)
    assert found.count == 1, "of the two entries, one was taken back"


async def test_a_rehearsal_keeps_on_record_what_has_happened_all_the_same(db: Database) -> None:
    def work(tx: Transaction) -> None:
        put(tx, "a")
        tx.audit("thing.done", "ana")
        tx.audit("thing.refused", "ana")

    await db.rehearsing(lambda entry: entry.action == "thing.refused").transact(work)
    assert await db.read(keys) == set()
    kept = await db.read(lambda tx: list(tx.conn.scalars(sa.select(audit_entries.c.action))))
    assert kept == ["thing.refused"]
    assert isinstance(verify(db), Verified)
