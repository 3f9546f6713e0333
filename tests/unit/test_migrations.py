"""The revisions make exactly the schema the code works with, once, whoever runs them."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.domain.errors import Misconfigured
from bot.store.engines import writing_engine
from bot.store.every_table import metadata
from bot.store.migrations import _config, check_schema, current, newest, prepare, upgrade
from bot.store.tables import card_copies


def definitions(engine: sa.Engine) -> set[str]:
    """Every table and index as the database itself spells it, without the parts that are mere spelling."""
    if engine.dialect.name == "sqlite":
        query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'alembic%'"
    else:
        query = """
            SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'alembic_version'
            UNION ALL
            SELECT concat_ws(' ', table_name, column_name, data_type, character_maximum_length,
                             is_nullable, column_default)
              FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> 'alembic_version'
            UNION ALL
            SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid))
              FROM pg_constraint WHERE connamespace = 'public'::regnamespace
               AND conrelid <> 'alembic_version'::regclass"""
    with engine.connect() as conn:
        return {clauses(sql) for sql in conn.scalars(sa.text(query))}


def clauses(sql: str) -> str:
    """Columns and constraints of a table in any order, as they stand after it was altered or copied."""
    text = re.sub(r"\s+", " ", sql).replace('"', "").strip()
    if not text.startswith("CREATE TABLE"):
        return text
    head, _, body = text.removesuffix(")").partition("(")
    return "\n".join([head.strip(), *sorted(part.strip() for part in parted(body))])


def parted(body: str) -> list[str]:
    """What commas divide; those inside brackets belong to a key, or to the arguments of a type."""
    parts, depth = [""], 0
    for sign in body:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def test_revisions_make_the_schema_of_the_tables(unmigrated_url: str) -> None:
    upgrade(unmigrated_url)
    engine = writing_engine(unmigrated_url)
    migrated = definitions(engine)
    with engine.begin() as conn:
        assert compare_metadata(MigrationContext.configure(conn, opts={"compare_type": True}), metadata) == []
        metadata.drop_all(conn)
        metadata.create_all(conn)
    assert migrated == definitions(engine)
    engine.dispose()


def test_what_the_first_revision_kept_is_there_after_the_second(unmigrated_url: str) -> None:
    engine = writing_engine(unmigrated_url)
    with engine.begin() as conn:
        command.upgrade(_config(conn, None), "0001")
        conn.execute(
            sa.text(
                "INSERT INTO card_copies (request_id, template, recipient_id, conversation_id, service_url, "
                "activity_id, shown_version) "
                "VALUES ('SB-00001', 'progress', 'ana', 'a:1', 'https://x', 'm1', 3)"
            )
        )
    upgrade(unmigrated_url)
    check_schema(engine)
    with engine.begin() as conn:
        (row,) = conn.execute(sa.select(card_copies))
        assert (row.request_id, row.task_id, row.activity_id, row.gone) == ("SB-00001", None, "m1", False)
        again = {**row._asdict(), "id": row.id + 1, "request_id": None, "task_id": "TK-00001"}
        with pytest.raises(sa.exc.IntegrityError), conn.begin_nested():
            conn.execute(card_copies.insert().values(again))
        conn.execute(card_copies.insert().values({**again, "activity_id": "m2"}))
    engine.dispose()


def test_an_upgraded_database_is_accepted_and_upgrading_again_changes_nothing(unmigrated_url: str) -> None:
    told: list[str] = []
    upgrade(unmigrated_url, told.append)
    upgrade(unmigrated_url, told.append)
    engine = writing_engine(unmigrated_url)
    check_schema(engine)
    assert current(engine) == newest()
    assert len(told) == int(newest())
    engine.dispose()


def test_an_empty_database_is_refused_with_the_command_to_run(unmigrated_url: str) -> None:
    engine = writing_engine(unmigrated_url)
    with pytest.raises(Misconfigured, match=r"^the database is empty: run `switchboard db upgrade`$"):
        check_schema(engine)
    engine.dispose()


def test_serving_upgrades_the_embedded_file_only(unmigrated_url: str, backend: str) -> None:
    if backend == "sqlite":
        prepare(unmigrated_url)
        prepare(unmigrated_url)
    else:
        with pytest.raises(Misconfigured, match="switchboard db upgrade"):
            prepare(unmigrated_url)


def test_a_database_from_the_future_is_refused(unmigrated_url: str) -> None:
    upgrade(unmigrated_url)
    engine = writing_engine(unmigrated_url)
    with engine.begin() as conn:
        conn.execute(sa.text("UPDATE alembic_version SET version_num = 'zz99'"))
    with pytest.raises(Misconfigured, match="zz99"):
        check_schema(engine)
    with pytest.raises(Misconfigured, match="zz99"):
        upgrade(unmigrated_url)
    engine.dispose()


def test_replicas_upgrading_at_once_upgrade_once(unmigrated_url: str) -> None:
    told: list[str] = []
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: upgrade(unmigrated_url, told.append), range(8)))
    assert len(told) == int(newest())


def test_a_new_file_opened_by_many_at_once_waits_for_each_other(tmp_path: Path) -> None:
    for number in range(10):
        url = f"sqlite:///{tmp_path / f'{number}.db'}"
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(upgrade, [url] * 8))


def test_the_genesis_is_in_place(database_url: str) -> None:
    engine = writing_engine(database_url)
    with engine.connect() as conn:
        assert conn.execute(sa.text("SELECT id, seq, hash FROM audit_head")).all() == [(1, 0, "0" * 64)]
    engine.dispose()


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://desk:secret@host/db", "'mysql' is not supported"),
        ("sqlite://", "in memory"),
        ("sqlite:////no/such/folder/x.db", "there is no folder"),
        ("what?", "not a database address"),
    ],
)
def test_unusable_addresses_are_refused_in_one_line_without_the_password(url: str, why: str) -> None:
    with pytest.raises(Misconfigured, match=why) as caught:
        writing_engine(url)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_unreachable_server_is_reported_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be reached") as caught:
        upgrade(f"postgresql://desk:secret@/db?host={tmp_path}")
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value)
