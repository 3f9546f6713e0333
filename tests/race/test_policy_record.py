"""Many replicas start at once: one policy is in force, and at most one waits for agreement."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.audit.chain import seal
from bot.audit.reading import entries
from bot.audit.verify import Verified, verify
from bot.domain.policy_text import parse_policy
from bot.domain.policy_views import PolicyState
from bot.store import policies
from bot.store.database import Database, Transaction, open_database
from bot.usecases.policy_change import take_up

REPLICAS = 8


def text(number: int, needs: int = 0) -> str:
    return f"""
        # {number}
        [policy]
        change_needs = {needs}
        [[rule]]
        name = "everything"
        [[rule.stages]]
        approvers = "voice_admins"
    """


def start_all(url: str, texts: list[str]) -> None:
    """Replicas with these files start at the same moment, each with a database of its own."""

    def start(one: str) -> None:
        replica = open_database(url, seal)
        try:
            replica.run(take_up, parse_policy(one).version, one)
        finally:
            replica.close_now()

    with ThreadPoolExecutor(len(texts)) as replicas:
        list(replicas.map(start, texts))


def moves(tx: Transaction) -> list[str]:
    return [entry.action for entry in entries(tx, limit=1000)]


@pytest.mark.parametrize("files", [1, 3])
def test_replicas_that_start_together_agree_on_what_is_in_force(
    database_url: str, db: Database, files: int
) -> None:
    start_all(database_url, [text(number % files) for number in range(REPLICAS)])
    known = {parse_policy(text(number)).version for number in range(files)}
    assert db.run_read(policies.active_version) in known
    assert db.run_read(policies.proposed) is None
    if files == 1:
        assert db.run_read(moves) == ["policy.activated"]
    assert isinstance(verify(db), Verified)


def test_replicas_with_other_files_leave_one_proposal_and_what_is_in_force(
    database_url: str, db: Database
) -> None:
    governed = text(0, needs=2)
    start_all(database_url, [governed])
    start_all(database_url, [text(1 + number % 3) for number in range(REPLICAS)])
    assert db.run_read(policies.active_version) == parse_policy(governed).version
    proposed = db.run_read(policies.proposed)
    assert proposed is not None
    assert proposed.state is PolicyState.PROPOSED
    assert db.run_read(moves).count("policy.activated") == 1
