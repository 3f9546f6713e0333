"""What waits for whom follows every move of a request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from bot.domain.approval import Decision, ResolvedStage, Verdict
from bot.domain.messages import Template
from bot.domain.requests import Request, RequestState
from bot.store import askings, digests, outbox, requests, tables
from bot.store.approval_tables import askings as rows
from bot.store.database import Database, Transaction
from tests.support.requests_sample import person, stored_request

SAMPLE = "SB-00001"
ANN, BOB = person("ann"), person("bob")


def opened(tx: Transaction, request: Request) -> Request:
    """The request, its stage open to Ann and Bob."""
    stage = ResolvedStage.of(request.stages[0].spec, ANN, BOB).model_copy(update={"opened_at": tx.now})
    return request.model_copy(update={"stages": (stage,), "state": RequestState.SUBMITTED, "waiting": None})


def waits(tx: Transaction) -> dict[str, list[str]]:
    return {one.id: [request_id for request_id, _ in askings.waiting_for(tx, one.id)] for one in (ANN, BOB)}


def test_a_request_waits_for_nobody_before_its_stage_opens_and_after_it_ends(db: Database) -> None:
    def work(tx: Transaction) -> None:
        request = stored_request(tx)
        assert waits(tx) == {ANN.id: [], BOB.id: []}
        request = requests.save(tx, opened(tx, request))
        assert waits(tx) == {ANN.id: [SAMPLE], BOB.id: [SAMPLE]}
        requests.save(tx, request.model_copy(update={"state": RequestState.WITHDRAWN}))
        assert waits(tx) == {ANN.id: [], BOB.id: []}

    db.run(work)


def test_whoever_has_voted_is_waited_for_no_more_until_the_vote_is_void(db: Database) -> None:
    def work(tx: Transaction) -> None:
        request = requests.save(tx, opened(tx, stored_request(tx)))
        vote = Decision(stage_index=0, approver=ANN, verdict=Verdict.APPROVE, at=tx.now)
        request = requests.save(tx, request.model_copy(update={"decisions": (vote,)}))
        assert waits(tx) == {ANN.id: [], BOB.id: [SAMPLE]}
        void = vote.model_copy(update={"void": "SB-APP-02"})
        requests.save(tx, request.model_copy(update={"decisions": (void,)}))
        assert waits(tx) == {ANN.id: [SAMPLE], BOB.id: [SAMPLE]}

    db.run(work)


def test_another_round_is_another_asking(db: Database) -> None:
    def work(tx: Transaction) -> None:
        request = requests.save(tx, opened(tx, stored_request(tx)))
        requests.save(tx, request.model_copy(update={"round": 1}))
        assert {row.round for row in tx.conn.execute(rows.select())} == {1}
        assert waits(tx) == {ANN.id: [SAMPLE], BOB.id: [SAMPLE]}

    db.run(work)


def test_the_count_is_of_one_person_and_stops_at_the_most_asked_for(db: Database) -> None:
    def work(tx: Transaction) -> None:
        for number in range(4):
            requests.save(tx, opened(tx, stored_request(tx, f"SB-0000{number + 2}")))
        assert askings.count_for(tx, ANN.id) == 4
        assert askings.count_for(tx, ANN.id, most=3) == 3
        assert askings.count_for(tx, "somebody-else") == 0
        assert [one for one, _ in askings.waiting_for(tx, BOB.id, limit=2, offset=1)] == [
            "SB-00003",
            "SB-00004",
        ]

    db.run(work)


def queued(tx: Transaction) -> list[tuple[int | None, dict[str, str]]]:
    """Updates of lists that are on their way."""
    found = tx.conn.execute(
        tables.outbox.select().where(tables.outbox.c.state == "pending").order_by(tables.outbox.c.id)
    )
    return [(row.copy_id, row.params) for row in found]


def test_a_list_card_follows_and_ends_with_the_last_request(db: Database) -> None:
    def work(tx: Transaction) -> None:
        request = requests.save(tx, opened(tx, stored_request(tx)))
        assert digests.need_message(tx, ANN.id) == 1
        assert digests.need_message(tx, ANN.id) is None
        digests.placed(tx, ANN.id, 7, 1)
        assert queued(tx) == []
        requests.save(tx, request.model_copy(update={"state": RequestState.WITHDRAWN}))
        assert queued(tx) == [(7, {})]
        assert digests.need_message(tx, ANN.id) == 3

    db.run(work)


def test_what_changed_while_the_list_was_on_its_way_is_shown_afterwards(db: Database) -> None:
    def work(tx: Transaction) -> None:
        requests.save(tx, opened(tx, stored_request(tx)))
        assert digests.need_message(tx, ANN.id) == 1
        requests.save(tx, opened(tx, stored_request(tx, "SB-00002")))
        digests.placed(tx, ANN.id, 7, 1)
        assert queued(tx) == [(7, {})]

    db.run(work)


def test_a_list_that_did_not_arrive_is_made_anew(db: Database) -> None:
    def work(tx: Transaction) -> None:
        assert digests.need_message(tx, ANN.id) == 1
        digests.lost(tx, ANN.id)
        assert digests.need_message(tx, ANN.id) == 2

    db.run(work)


def test_of_several_who_want_to_send_the_list_at_once_one_does(db: Database) -> None:
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda _: db.run(digests.need_message, ANN.id), range(8)))
    assert sorted(found, key=str) == [1] + [None] * 7


def test_a_message_may_wait_for_the_morning(db: Database) -> None:
    def work(tx: Transaction) -> None:
        later = tx.now + timedelta(hours=9)
        outbox.enqueue(tx, Template.WELCOME, ANN.id, dedupe_key="x", due_at=later)
        assert outbox.next_due(tx) == later
        assert outbox.claim_due(tx, "t", timedelta(seconds=5), 5) == []

    db.run(work)
