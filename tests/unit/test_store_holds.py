"""What is promised to one request is not promised to another."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from bot.store import holds
from bot.store.database import Database, Transaction
from tests.support.requests_sample import stored_request

NUMBER = "+33140000001"


@pytest.fixture
def ids(db: Database) -> list[str]:
    """Requests that can hold something."""
    found = [f"SB-{number:05}" for number in range(12)]

    def fill(tx: Transaction) -> None:
        for request_id in found:
            stored_request(tx, request_id)

    db.run(fill)
    return found


def test_seats_are_promised_up_to_the_capacity(db: Database, ids: list[str]) -> None:
    taken = [db.run(holds.take_seat, request_id, "sku", 2) for request_id in ids[:4]]
    assert taken == [True, True, False, False]
    assert db.run(holds.take_seat, ids[3], "other", 1)
    assert db.run_read(holds.active_seats) == {"sku": 2, "other": 1}
    assert db.run_read(lambda tx: holds.active_seats(tx, except_request=ids[0])) == {"sku": 1, "other": 1}


def test_a_request_holds_one_seat_however_often_it_asks(db: Database, ids: list[str]) -> None:
    assert db.run(holds.take_seat, ids[0], "sku", 1)
    assert db.run(holds.take_seat, ids[0], "sku", 1)
    assert db.run(holds.take_seat, ids[0], "sku", 0)
    assert db.run_read(holds.active_seats) == {"sku": 1}


def test_a_number_has_one_holder(db: Database, ids: list[str]) -> None:
    assert db.run(holds.take_number, ids[0], NUMBER)
    assert not db.run(holds.take_number, ids[1], NUMBER)
    assert db.run(holds.take_number, ids[0], NUMBER)
    assert db.run_read(holds.active_numbers) == {NUMBER}
    assert db.run_read(lambda tx: holds.active_numbers(tx, except_request=ids[0])) == set()


def test_what_is_given_back_can_be_promised_again(db: Database, ids: list[str]) -> None:
    db.run(holds.take_number, ids[0], NUMBER)
    db.run(holds.take_seat, ids[0], "sku", 1)
    db.run(holds.take_seat, ids[0], "other", 1)
    db.run(holds.release, ids[0], "seat", "other")
    assert [(hold.kind, hold.key) for hold in db.run_read(holds.of_request, ids[0])] == [
        ("number", NUMBER),
        ("seat", "sku"),
    ]
    db.run(holds.release, ids[0], "seat")
    assert db.run_read(holds.active_seats) == {}
    db.run(holds.release, ids[0])
    assert db.run_read(holds.of_request, ids[0]) == []
    assert db.run(holds.take_number, ids[1], NUMBER)
    assert db.run(holds.take_seat, ids[1], "sku", 1)


def test_releasing_leaves_others_alone(db: Database, ids: list[str]) -> None:
    db.run(holds.take_seat, ids[0], "sku", 2)
    db.run(holds.take_seat, ids[1], "sku", 2)
    db.run(holds.release, ids[0])
    db.run(holds.release, ids[0])
    assert db.run_read(holds.active_seats) == {"sku": 1}


def at_once(db: Database, ids: list[str], take: Callable[[Transaction, str], bool]) -> list[bool]:
    with ThreadPoolExecutor(len(ids)) as threads:
        return list(threads.map(partial(db.run, take), ids))


def test_rivals_for_seats_get_exactly_as_many_as_there_are(db: Database, ids: list[str]) -> None:
    taken = at_once(db, ids, lambda tx, request_id: holds.take_seat(tx, request_id, "sku", 5))
    assert sum(taken) == 5
    assert db.run_read(holds.active_seats) == {"sku": 5}


def test_rivals_for_a_number_leave_one_holder(db: Database, ids: list[str]) -> None:
    taken = at_once(db, ids, lambda tx, request_id: holds.take_number(tx, request_id, NUMBER))
    assert sum(taken) == 1
    winner = ids[taken.index(True)]
    assert [hold.key for hold in db.run_read(holds.of_request, winner)] == [NUMBER]


def test_rivals_for_two_things_in_opposite_order_all_come_to_an_end(db: Database, ids: list[str]) -> None:
    def both(tx: Transaction, request_id: str) -> bool:
        numbers = [NUMBER, "+33140000002"]
        if int(request_id[3:]) % 2:
            numbers.reverse()
        first, second = (holds.take_number(tx, request_id, number) for number in numbers)
        if not (first and second):
            holds.release(tx, request_id)
        return first and second

    at_once(db, ids, both)
    held = [len(db.run_read(holds.of_request, request_id)) for request_id in ids]
    assert set(held) <= {0, 2}
    assert sum(held) <= 2
