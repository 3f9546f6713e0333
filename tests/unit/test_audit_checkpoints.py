"""Checkpoints: signed notes that others read as well, a chain of them, and what they prove of the log."""

from __future__ import annotations

import json
import resource
import stat
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from bot.audit import tree as tree_module
from bot.audit.checkpoints import draw_up, kept_in, published, read
from bot.audit.keys import load_private, load_public, load_secret, make_private, make_secret
from bot.audit.making import KeptFile, NoPlace, StandardOutput, make_checkpoint, place_at
from bot.audit.merkle import leaf_hash, root_of
from bot.audit.notes import PrivateKey, PublicKey, Unreadable, parse_note, sign
from bot.audit.tree import LogBroken, Tree, lay_tiles
from bot.audit.verify import Broken, Elsewhere, Verified, verify
from bot.domain.errors import Misconfigured
from bot.store import proofs
from bot.store.database import Database
from tests.support.sealed_log import SealedLog
from tests.support.shifted_time import ShiftedTime

# The example of the specification: a note of somebody else's, and the key that signed it.
THEIR_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
THEIR_NOTE = (
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
)


@pytest.fixture
def log(db: Database, clock: ShiftedTime, tmp_path: Path) -> SealedLog:
    return SealedLog(db, clock, tmp_path)


def test_a_note_that_others_have_signed_is_read() -> None:
    note, key = parse_note(THEIR_NOTE), PublicKey.parse(THEIR_KEY)
    assert note.text == "This is an example message.\n"
    assert note.signed_by([key]) == key
    assert str(key) == THEIR_KEY
    forged = parse_note(THEIR_NOTE.replace("example message", "exemple message"))
    assert forged.signed_by([key]) is None


def test_keys_are_written_and_read() -> None:
    key = PrivateKey.generate("desk.example/audit")
    assert PrivateKey.parse(key.written()) == key
    assert PublicKey.parse(str(key.public)) == key.public
    assert key.written() not in repr(key)


@pytest.mark.parametrize(
    "text",
    ["", "x", "a+b", "example.com/foo+530d903b+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
     "ex ample+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k", "a+00000000+AAAA", "a+00000000+*"],
)  # fmt: skip
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        PublicKey.parse(text)
    with pytest.raises(Unreadable):
        PrivateKey.parse(f"PRIVATE+KEY+{text}")
    with pytest.raises(Unreadable):
        PrivateKey.parse(text)


@pytest.mark.parametrize("text", ["no line feed", "a\tb\n", "", "a\rb\n"])
def test_a_text_that_no_note_can_carry_is_not_signed(text: str) -> None:
    with pytest.raises(Unreadable):
        sign(text, PrivateKey.generate("desk"))


KEY = PrivateKey.generate("desk.example/audit")


@given(st.integers(0, 400), st.integers(1, 255))
def test_no_byte_of_a_note_can_be_another(where: int, flip: int) -> None:
    note = sign("desk.example/audit\n7\nAAAA\n", KEY).encode()
    changed = bytearray(note)
    changed[where % len(note)] ^= flip
    try:
        found = parse_note(changed.decode())
    except (Unreadable, UnicodeDecodeError):
        return
    assert found.signed_by([KEY.public]) is None


def test_a_checkpoint_says_what_the_log_is(log: SealedLog) -> None:
    log.grows(7)
    first = log.signed().checkpoint
    rows = log.db.run_read(
        lambda tx: tx.conn.execute(sa.text("SELECT body, hash FROM audit_entries ORDER BY seq")).all()
    )
    assert (first.size, first.number, first.after) == (7, 1, "-")
    assert first.root == root_of([leaf_hash(row.body.encode()) for row in rows])
    assert first.head == rows[-1].hash
    assert first.origin == "desk.example/audit"
    log.grows(3)
    second = log.signed()
    assert second.checkpoint.size == 10
    assert second.checkpoint.after == log.kept()[0].digest
    assert [one.written for one in log.kept()] == [one for _, one in log.db.run_read(stored)]
    found = log.verify()
    assert isinstance(found, Verified)
    assert (found.checkpoints, found.covered, found.kept, found.gaps) == (2, 10, 2, ())


def stored(tx: object) -> list[tuple[int, str]]:
    return proofs.checkpoints(tx.conn)  # type: ignore[attr-defined]


def test_a_log_in_which_nothing_happens_is_signed_all_the_same(log: SealedLog) -> None:
    """Silence is proved: nothing was written in that hour, and nothing taken out."""
    first, second = log.signed().checkpoint, log.signed().checkpoint
    assert (first.size, second.size) == (0, 0)
    assert second.at - first.at >= timedelta(hours=1)
    assert isinstance(log.verify(), Verified)


def test_hours_without_a_checkpoint_are_named(log: SealedLog) -> None:
    before = log.signed().checkpoint.at
    log.clock.advance(timedelta(hours=5))
    after = log.signed().checkpoint.at
    found = log.verify()
    assert isinstance(found, Verified)
    assert found.gaps == ((before, after),)


def test_tiles_give_the_roots_that_the_entries_have(log: SealedLog, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree_module, "_WIDTH", 4)
    monkeypatch.setattr(tree_module, "_HEIGHT", 2)
    log.grows(90)
    lay_tiles(log.db, 70)
    rows = log.db.run_read(
        lambda tx: tx.conn.scalars(sa.text("SELECT body FROM audit_entries ORDER BY seq")).all()
    )
    leaves = [leaf_hash(body.encode()) for body in rows]

    def roots(tx: object) -> None:
        tree = Tree(tx.conn)  # type: ignore[attr-defined]
        for size in range(91):
            assert tree.root(size) == root_of(leaves[:size])
        with pytest.raises(LogBroken, match="entry 91 of the audit log is missing"):
            tree.root(91)
        assert proofs.tiles(tx.conn, 0) == 17  # type: ignore[attr-defined]
        assert proofs.tiles(tx.conn, 1) == 4  # type: ignore[attr-defined]
        assert proofs.tiles(tx.conn, 2) == 1  # type: ignore[attr-defined]

    log.db.run_read(roots)


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE audit_entries SET body = replace(body, 'ana', 'eve') WHERE seq = 12", "entry 12"),
        ("DELETE FROM audit_entries WHERE seq = 11", "entry 11"),
        ("DELETE FROM audit_entries WHERE seq > 8; UPDATE audit_head SET seq = 8", "covers 10 entries"),
        ("DELETE FROM audit_checkpoints", "in the second place is not in the database"),
        ("UPDATE audit_checkpoints SET note = replace(note, '10', '11')", "cannot be read|not signed by"),
        ("UPDATE audit_checkpoints SET note = 'x'", "cannot be read"),
    ],
)  # fmt: skip
def test_nothing_is_signed_when_the_log_is_not_what_it_was(log: SealedLog, statement: str, what: str) -> None:
    log.grows(10)
    log.signed()
    log.grows(5)
    for one in statement.split(";"):
        log.db.run(lambda tx, one=one: tx.conn.execute(sa.text(one)))
    with pytest.raises(LogBroken, match=what):
        log.signed()
    assert len(log.kept()) == 1


def test_a_past_written_anew_is_not_signed(log: SealedLog) -> None:
    """Chained without a flaw, by somebody who computed every later hash again."""
    log.grows(10)
    log.signed()
    before = log.db
    with before.engine.begin() as conn:
        for table in ("audit_entries", "audit_tiles"):
            conn.execute(sa.text(f"DELETE FROM {table}"))
        conn.execute(sa.text("UPDATE audit_head SET seq = 0, hash = :zero"), {"zero": "0" * 64})
    log.grows(12)
    assert isinstance(verify(log.db), Broken)
    with pytest.raises(LogBroken, match="the first 10 entries are not those of checkpoint 1"):
        log.signed()


def test_two_that_sign_at_once_make_one_checkpoint(log: SealedLog) -> None:
    log.grows(3)
    log.signed()
    taken = draw_up(log.kept()[0].checkpoint, log.key).written
    number = log.kept()[0].checkpoint.number
    assert log.db.run(proofs.add_checkpoint, number, taken) is False
    assert log.db.run(proofs.add_checkpoint, number + 1, taken) is True


def test_what_was_signed_and_not_written_down_is_written_down_the_next_time(log: SealedLog) -> None:
    """The process died between the two."""
    log.grows(3)
    make_checkpoint(log.db, log.key, NoPlace())
    make_checkpoint(log.db, log.key, NoPlace())
    assert log.kept() == []
    log.signed()
    assert [one.checkpoint.number for one in log.kept()] == [1, 2, 3]


def test_standard_output_carries_lines_that_can_be_verified(
    log: SealedLog, capsys: pytest.CaptureFixture[str]
) -> None:
    log.grows(3)
    place = StandardOutput()
    for _ in range(3):
        make_checkpoint(log.db, log.key, place)
    again = StandardOutput()
    make_checkpoint(log.db, log.key, again)
    said = capsys.readouterr().out
    assert [json.loads(line).keys() for line in said.splitlines()] == [{"checkpoint"}] * 5
    kept = kept_in("switchboard: ready at http://x\n" + said + '{"event": "serving"}\n')
    assert [one.checkpoint.number for one in kept] == [1, 2, 3, 3, 4]
    assert isinstance(log.verify(kept), Verified)
    with pytest.raises(Unreadable):
        kept_in(said[:-20])


def test_places() -> None:
    assert isinstance(place_at(""), NoPlace)
    assert isinstance(place_at("-"), StandardOutput)
    assert isinstance(place_at("/var/log/checkpoints"), KeptFile)


@pytest.mark.parametrize("change", [lambda text: text + "x", lambda text: text[:-3], lambda text: text[20:]])
def test_a_file_that_somebody_edited_is_refused(log: SealedLog, change) -> None:  # type: ignore[no-untyped-def]
    log.signed()
    file = log.folder / "checkpoints"
    file.write_text(change(file.read_text()))
    with pytest.raises(LogBroken):
        log.signed()


def test_a_second_place_that_cannot_be_written_is_named(log: SealedLog) -> None:
    with pytest.raises(Misconfigured, match=r"cannot be (written|read)"):
        make_checkpoint(log.db, log.key, KeptFile(log.folder / "no" / "such" / "folder"))
    with pytest.raises(Misconfigured, match=r"cannot be (written|read)"):
        make_checkpoint(log.db, log.key, KeptFile(log.folder))


def test_a_disk_that_is_full_leaves_no_half_checkpoint(log: SealedLog) -> None:
    one = log.signed()
    file, before = log.folder / "checkpoints", (log.folder / "checkpoints").stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (before + 100, limits[1]))
    try:
        with pytest.raises(Misconfigured, match="checkpoints cannot be written"):
            log.place.add(one)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert file.stat().st_size == before
    log.signed()
    assert [one.checkpoint.number for one in log.kept()] == [1, 2]


def test_a_new_key_takes_over_by_a_checkpoint_that_both_sign(log: SealedLog) -> None:
    log.grows(3)
    log.signed()
    old, new, other = log.key, PrivateKey.generate("desk.example/audit"), PrivateKey.generate("else")
    with pytest.raises(LogBroken, match="a new key takes over with `switchboard audit rotate`"):
        make_checkpoint(log.db, new, log.place)
    make_checkpoint(log.db, old, log.place, new)
    # The service signs nothing until it is restarted with the new one, and says so.
    with pytest.raises(Misconfigured, match="has handed over to"):
        make_checkpoint(log.db, old, log.place)
    for _ in range(3):
        make_checkpoint(log.db, new, log.place)
    for trusted in (old, new):
        found = verify(log.db, None, Elsewhere(log.kept(), [trusted.public]))
        assert isinstance(found, Verified)
        assert found.checkpoints == found.kept == 5
    found = verify(log.db, None, Elsewhere(log.kept(), [other.public]))
    assert isinstance(found, Broken)
    assert "signed by no key that is trusted" in found.what
    with pytest.raises(LogBroken):
        make_checkpoint(log.db, other, log.place)


def test_the_key_before_cannot_sign_once_the_new_one_has(log: SealedLog) -> None:
    """Somebody has stolen it, and the database."""
    new = PrivateKey.generate("desk.example/audit")
    make_checkpoint(log.db, log.key, log.place, new)
    last = make_checkpoint(log.db, new, log.place)
    assert last is not None
    said = last.checkpoint
    forged = draw_up(
        type(said)(said.origin, 0, said.root, said.at, said.head, said.number + 1, last.digest), log.key
    )
    log.db.run(proofs.add_checkpoint, said.number + 1, forged.written)
    for trusted in (log.key, new):
        assert isinstance(verify(log.db, None, Elsewhere((), [trusted.public])), Broken)


def test_a_past_that_only_names_the_key_before_is_not_signed(log: SealedLog) -> None:
    """Somebody has the database, and knows what the key before was called."""
    new = PrivateKey.generate("desk.example/audit")
    made = make_checkpoint(log.db, log.key, log.place, new)
    assert made is not None
    said = made.checkpoint
    forged = draw_up(
        type(said)(said.origin, 0, said.root, said.at, said.head, said.number + 1, made.digest), log.key
    )
    worthless = forged.written.replace("head 0", "head 1")
    log.db.run(proofs.add_checkpoint, said.number + 1, worthless)
    with pytest.raises(LogBroken, match="was not signed by"):
        make_checkpoint(log.db, new, NoPlace())


def test_a_checkpoint_that_is_published_is_the_one_that_is_read(log: SealedLog) -> None:
    made = log.signed()
    assert read(json.loads(published(made))["checkpoint"]) == made
    for wrong in ("", "x\n", made.written.replace("at 2", "at x"), made.written.replace("number", "nombre")):
        with pytest.raises(Unreadable):
            read(wrong)


def test_key_files_are_for_their_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "audit.key"
    public = make_private(file, "desk.example/audit")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert load_private(file).public == public
    file.chmod(0o440)
    assert load_private(file).public == public
    for mode in (0o604, 0o620, 0o666, 0o640 | 0o004):
        file.chmod(mode)
        with pytest.raises(Misconfigured, match="chmod 600"):
            load_private(file)
    file.chmod(0o600)
    with pytest.raises(Misconfigured, match="never written over"):
        make_private(file, "desk.example/audit")
    with pytest.raises(Misconfigured, match="cannot be the name"):
        make_private(tmp_path / "other", "two words")
    with pytest.raises(Misconfigured, match="cannot be read"):
        load_private(tmp_path / "none")
    with pytest.raises(Misconfigured, match="not a key"):
        load_secret(file)
    file.write_text("PRIVATE+KEY+x")
    with pytest.raises(Misconfigured) as caught:
        load_private(file)
    assert "PRIVATE" not in str(caught.value)


def test_public_keys_are_read_one_a_line(tmp_path: Path) -> None:
    file, secret = tmp_path / "keys", tmp_path / "secret"
    file.write_text(f"# of the phone desk\n{THEIR_KEY}\n\n{KEY.public}\n")
    assert load_public(file) == [PublicKey.parse(THEIR_KEY), KEY.public]
    for text in ("", "# none\n", "x\n"):
        file.write_text(text)
        with pytest.raises(Misconfigured, match="public key"):
            load_public(file)
    make_secret(secret)
    assert len(load_secret(secret)) == 32
