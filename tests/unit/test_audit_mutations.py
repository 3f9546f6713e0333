"""A log of a thousand entries, meddled with in every way, is found out from the checkpoints kept elsewhere.

Two kinds of intruder: one who changes rows, and one who knows how the log is made, and computes every later
hash, the head, and the tiles anew. The second leaves a database without a flaw in itself; what he cannot
change are the checkpoints that somebody else keeps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import rfc8785
import sqlalchemy as sa

from bot.audit.chain import GENESIS, link, seal
from bot.audit.checkpoints import draw_up
from bot.audit.verify import Broken, Elsewhere, Verified, verify
from bot.store.database import open_database
from bot.store.tables import audit_entries, audit_head
from tests.support.sealed_log import SealedLog
from tests.support.shifted_time import ShiftedTime

SIZE = 1000
STRIDE = 83
"""Of the thousand places, those that are tried; all of them with --soak."""

pytestmark = pytest.mark.either_database("sqlite")

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedLog]:
    """A thousand entries, ten checkpoints, the last of them over all of it."""
    from bot.store.migrations import upgrade

    folder = tmp_path_factory.mktemp("log")
    url = f"sqlite:///{folder / 'log.db'}"
    upgrade(url)
    with closing(_Closing(url, folder)) as one:
        for _ in range(10):
            one.log.grows(SIZE // 10)
            one.log.signed()
        found = one.log.verify()
        assert isinstance(found, Verified)
        assert (found.count, found.checkpoints, found.kept) == (SIZE, 10, 10)
        yield one.log


class _Closing:
    def __init__(self, url: str, folder: Path) -> None:
        clock = ShiftedTime()
        self.log = SealedLog(open_database(url, seal, clock), clock, folder)

    def close(self) -> None:
        self.log.db.close_now()


def changed(rows: Rows, at: int) -> Rows:
    said = json.loads(rows[at]["body"])
    said["details"]["number"] += 1
    return [*rows[:at], {**rows[at], "body": rfc8785.dumps(said).decode()}, *rows[at + 1 :]]


def another_actor(rows: Rows, at: int) -> Rows:
    said = {**json.loads(rows[at]["body"]), "actor": "eve"}
    forged = {**rows[at], "actor": "eve", "body": rfc8785.dumps(said).decode()}
    return [*rows[:at], forged, *rows[at + 1 :]]


def taken_out(rows: Rows, at: int) -> Rows:
    return [*rows[:at], *rows[at + 1 :]]


def put_in(rows: Rows, at: int) -> Rows:
    return [*rows[:at], rows[(at + 7) % len(rows)], *rows[at:]]


def twice(rows: Rows, at: int) -> Rows:
    return [*rows[: at + 1], rows[at], *rows[at + 1 :]]


def swapped(rows: Rows, at: int) -> Rows:
    one, other = sorted((at, (at + 1) % len(rows)))
    return [*rows[:one], rows[other], *rows[one + 1 : other], rows[one], *rows[other + 1 :]]


def cut_off(rows: Rows, at: int) -> Rows:
    return rows[:at]


MUTATIONS = (changed, another_actor, taken_out, put_in, twice, swapped, cut_off)


def renumbered(rows: Rows) -> Rows:
    """As the simple intruder leaves them: in a row, with the hashes they had."""
    return [{**row, "seq": number} for number, row in enumerate(rows, start=1)]


def chained_anew(rows: Rows) -> Rows:
    """As the one who knows leaves them: nothing in them is wrong."""
    head, done = GENESIS.hash, []
    for number, row in enumerate(rows, start=1):
        body = rfc8785.dumps({**json.loads(row["body"]), "seq": number})
        digest = link(head, body)
        done.append({**row, "seq": number, "body": body.decode(), "prev_hash": head, "hash": digest})
        head = digest
    return done


def places(pytestconfig: pytest.Config) -> range:
    return range(SIZE) if pytestconfig.getoption("--soak") else range(0, SIZE, STRIDE)


def found_out(log: SealedLog, after: Rows, first: int) -> None:
    """Put `after` in the place of the log from its entry `first` on, and verify."""
    last = after[-1] if after else {"seq": 0, "hash": GENESIS.hash}
    with log.meddled() as conn:
        conn.execute(sa.delete(audit_entries).where(audit_entries.c.seq > first))
        if after[first:]:
            conn.execute(audit_entries.insert(), after[first:])
        conn.execute(sa.update(audit_head).values(seq=last["seq"], hash=last["hash"]))
        found = verify(conn, None, Elsewhere(log.kept(), [log.key.public]))
        assert isinstance(found, Broken), first


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda one: one.__name__)
@pytest.mark.parametrize("forge", [renumbered, chained_anew], ids=lambda one: one.__name__)
def test_every_change_of_an_entry_is_found(
    log: SealedLog,
    mutation: Callable[[Rows, int], Rows],
    forge: Callable[[Rows], Rows],
    pytestconfig: pytest.Config,
) -> None:
    query = sa.select(audit_entries).order_by(audit_entries.c.seq)
    before = log.db.run_read(lambda tx: [dict(row._mapping) for row in tx.conn.execute(query)])
    for at in places(pytestconfig):
        found_out(log, forge(mutation(before, at)), max(at - 1, 0))


def test_the_intruder_who_chains_anew_leaves_no_flaw_in_the_database_itself(log: SealedLog) -> None:
    """Otherwise the test above would not show what checkpoints are for."""
    query = sa.select(audit_entries).order_by(audit_entries.c.seq)
    before = log.db.run_read(lambda tx: [dict(row._mapping) for row in tx.conn.execute(query)])
    after = chained_anew(taken_out(before, 500))
    with log.meddled() as conn:
        conn.execute(sa.delete(audit_entries))
        conn.execute(audit_entries.insert(), after)
        conn.execute(sa.update(audit_head).values(seq=after[-1]["seq"], hash=after[-1]["hash"]))
        conn.execute(sa.text("DELETE FROM audit_checkpoints"))
        assert isinstance(verify(conn), Verified)
        assert isinstance(verify(conn, None, Elsewhere(log.kept())), Broken)


CHECKPOINTS = {
    "one is taken out": "DELETE FROM audit_checkpoints WHERE number = {n}",
    "all after it are cut off": "DELETE FROM audit_checkpoints WHERE number >= {n}",
    "its number is another": "UPDATE audit_checkpoints SET number = 99 WHERE number = {n}",
    "a sign of it is another": "UPDATE audit_checkpoints SET note = replace(note, 'number {n}', 'number 7')"
    " || 'x' WHERE number = {n}",
    "its size is another": "UPDATE audit_checkpoints SET note = replace(note, '{n}00', '{n}01')"
    " WHERE number = {n}",
    "its signature is another": "UPDATE audit_checkpoints SET note = substr(note, 1, length(note) - 4) ||"
    " 'A==' || char(10) WHERE number = {n}",
    "it is no checkpoint": "UPDATE audit_checkpoints SET note = 'x' WHERE number = {n}",
    "it is the one before": "UPDATE audit_checkpoints SET note = (SELECT note FROM audit_checkpoints"
    " WHERE number = {n} - 1) WHERE number = {n}",
}


@pytest.mark.parametrize("statement", CHECKPOINTS.values(), ids=CHECKPOINTS.keys())
def test_every_change_of_a_checkpoint_is_found(log: SealedLog, statement: str) -> None:
    for number in range(2, 11):
        with log.meddled() as conn:
            conn.execute(sa.text(statement.format(n=number)))
            found = verify(conn, None, Elsewhere(log.kept(), [log.key.public]))
            # A signature of one that is named by a later, signed one is not needed any more.
            unneeded = "length(note) - 4" in statement and number < 10
            assert isinstance(found, Verified if unneeded else Broken), number


def test_every_change_of_a_checkpoint_kept_elsewhere_is_found(log: SealedLog) -> None:
    """It is told, and no reason to doubt the database: whoever keeps it has to look after it."""
    said = log.kept()[4].checkpoint
    for wrong in (
        {"size": 499},
        {"root": bytes(32)},
        {"head": "0" * 64},
        {"at": log.kept()[5].checkpoint.at},
    ):
        fields = {name: getattr(said, name) for name in said.__slots__} | wrong
        forged = draw_up(type(said)(**fields), log.key)
        assert isinstance(log.verify([*log.kept()[:4], forged]), Broken), wrong


def test_one_kept_checkpoint_is_enough(log: SealedLog) -> None:
    (last,) = log.kept()[-1:]
    assert isinstance(log.verify([last]), Verified)
    with log.meddled() as conn:
        conn.execute(sa.text("DELETE FROM audit_checkpoints"))
        conn.execute(sa.text("DELETE FROM audit_entries WHERE seq > 900"))
        head = conn.scalar(sa.select(audit_entries.c.hash).where(audit_entries.c.seq == 900))
        conn.execute(sa.update(audit_head).values(seq=900, hash=head))
        assert isinstance(verify(conn), Verified)
        found = verify(conn, None, Elsewhere([last], [log.key.public]))
        assert isinstance(found, Broken)
