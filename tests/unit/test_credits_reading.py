"""Call records are read window by window and page by page, each counted once, whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.domain.errors import Conflict, Throttled
from bot.domain.usage import Usage, rounded, total
from bot.graph.errors import Forbidden
from bot.store import credit_readings
from bot.store import credits as ledger
from bot.store.credit_readings import Reading
from bot.store.database import Database
from bot.usecases.credits_reading import look_up_departments, read_on
from tests.support.call_log import TODAY, Books, books
from tests.support.shifted_time import ShiftedTime

pytestmark = pytest.mark.either_database("postgres")

EUR, USD = "EUR", "USD"
LOG = r"/getPstnCalls\("
REPORT = "DialoutReport"


@pytest.fixture
async def book(db: Database, clock: ShiftedTime) -> AsyncIterator[Books]:
    async with books(db, clock) as running:
        # It is asked for day by day, so that only what is about it has it.
        await running.sandbox.fault({"kind": "status", "status": 403}, path=REPORT, times=None)
        yield running


def ago(days: float) -> datetime:
    return TODAY - timedelta(days=days)


async def stopped_at(book: Books, page: int) -> None:
    """Graph wants to be left alone for longer than anybody waits."""
    busy = {"kind": "status", "status": 429, "retry_after": 1000}
    await book.sandbox.fault(busy, path=LOG, nth=page)


async def with_report(book: Books) -> None:
    await book.sandbox.control("DELETE", "faults")


def call(name: str, days_ago: float, charge: float, **more: Any) -> dict[str, Any]:
    return {"id": name, "user": "ana", "began": ago(days_ago).isoformat(), "charge": charge, **more}


async def test_the_first_night_reads_ninety_days_and_the_next_only_the_last(book: Books) -> None:
    await book.calls(call("old", 85, 1.0), call("older", 120, 5.0), call("new", 1, 0.5, currency=USD))
    first = await book.nights()
    assert (first.records, first.charged) == (2, 2)
    assert await book.charges() == {(ago(85).date(), EUR): 100, (ago(1).date(), USD): 50}
    second = await book.nights()
    assert (second.records, second.charged, second.corrected) == (1, 0, 0)
    assert await book.db.read(ledger.read_until) == second.until


async def test_what_was_not_read_for_long_is_read_in_windows_of_ninety_days(book: Books) -> None:
    await book.nights()
    await book.pass_days(200)
    await book.calls(*(call(f"c{days}", -days, 1.0) for days in (20, 100, 190)))
    last = await book.nights()
    assert last.charged == 3
    assert len(await book.sandbox.log(path=LOG)) == 1 + 3


async def test_a_call_at_the_edge_of_two_windows_counts_once(book: Books) -> None:
    edge = ago(200) + timedelta(days=90)
    await book.calls({"id": "edge", "user": "ana", "began": edge.isoformat(), "charge": 2.5})
    done = await book.imported(ago(200), TODAY)
    assert (done.records, done.charged) == (2, 1)
    assert await book.totals() == {EUR: 2_500_000}


async def test_records_that_come_late_are_found_when_the_days_are_read_again(book: Books) -> None:
    shown = (TODAY + timedelta(days=4)).isoformat()
    await book.calls(call("late", 1, 0.8, shown_at=shown), call("there", 1, 0.2))
    await book.nights()
    assert await book.totals() == {EUR: 200_000}
    await book.nights(4)
    assert await book.charges() == {(ago(1).date(), EUR): 100}


async def test_a_corrected_record_corrects_the_sums_also_to_nothing(book: Books) -> None:
    await book.calls(call("one", 1, 0.8), call("two", 1, 0.2))
    await book.nights()
    await book.corrected("one", 0.3)
    assert (await book.nights()).corrected == 1
    assert await book.charges() == {(ago(1).date(), EUR): 50}
    await book.corrected("one", 0)
    await book.nights()
    (left,) = await book.usage()
    assert (left.calls, left.millionths) == (1, 200_000)


async def test_once_a_month_what_is_older_than_the_last_days_is_read_again(book: Books) -> None:
    await book.calls(call("one", 1, 0.8))
    await night_of(book, 10)
    await night_of(book, 20)
    await book.corrected("one", 0.5)
    assert (await night_of(book, 21)).corrected == 0
    assert (await night_of(book, 1)).corrected == 1
    assert await book.totals() == {EUR: 500_000}


async def night_of(book: Books, day: int) -> Reading:
    """What was read in the next night of this day of a month."""
    night = book.clock.at(datetime.now(UTC)) + timedelta(days=1)
    days = 1
    while night.day != day:
        night, days = night + timedelta(days=1), days + 1
    await book.pass_days(days - 1)
    return await book.nights()


async def test_fractions_of_a_cent_are_added_up_before_they_are_rounded(book: Books) -> None:
    await book.calls(*(call(f"c{index}", 1, 0.0035) for index in range(100)))
    await book.nights()
    assert await book.charges() == {(ago(1).date(), EUR): 35}
    assert total(await book.usage(), EUR).minor == 35


def test_halves_of_a_cent_go_to_the_even_neighbour() -> None:
    assert [rounded(half, EUR).minor for half in (5_000, 15_000, 25_000, 25_001)] == [0, 2, 2, 3]
    assert rounded(1_500_000, "JPY").minor == 2


async def test_who_called_where_is_summed_and_departments_come_from_the_directory(book: Books) -> None:
    await book.calls(
        call("a", 1, 1.0),
        call("b", 1, 0.5, seconds=30),
        call("c", 1, 0.25, destination="Nowhere", number="+861066609900"),
        call("d", 1, 2.0, user="ben", kind="conf_out"),
    )
    await book.nights()
    await look_up_departments(book.db, book.graph)
    found = [(one.person, one.department, one.country, one.calls, one.seconds) for one in await book.usage()]
    assert sorted(found) == [
        ("Ana Moreau", "Sales", "CN", 1, 60),
        ("Ana Moreau", "Sales", "DE", 2, 90),
        ("Ben Carter", "Sales", "DE", 1, 60),
    ]
    before = len(await book.sandbox.log())
    await look_up_departments(book.db, book.graph)
    assert len(await book.sandbox.log()) == before, "asked once a month"


async def test_neither_numbers_nor_calls_that_cost_nothing_are_kept(book: Books, db: Database) -> None:
    await book.calls(call("free", 1, 0), call("paid", 1, 0.5, number="+493023125987"))
    assert (await book.nights()).records == 2
    kept = db.run_read(lambda tx: str(tx.conn.exec_driver_sql("SELECT * FROM call_charges").all()))
    assert "paid" in kept
    assert "free" not in kept
    assert "23125987" not in kept


async def test_a_thousand_records_are_a_page_and_all_pages_are_read(book: Books) -> None:
    await book.sandbox.control("PUT", "calls", {"records": 3500, "days": 60, "free": 0})
    done = await book.nights()
    assert (done.records, done.charged, done.unreadable) == (3500, 3500, 0)
    assert len(await book.sandbox.log(path=LOG)) == 4
    assert sum(one.calls for one in await book.usage()) == 3500


async def test_it_goes_on_with_the_page_where_it_was_stopped(book: Books) -> None:
    await book.sandbox.control("PUT", "calls", {"records": 4500, "days": 60})
    await stopped_at(book, 4)
    with pytest.raises(Throttled):
        await book.nights()
    stopped = await book.unfinished("nightly")
    assert stopped is not None
    assert stopped.records == 3000
    await book.sandbox.control("DELETE", "requests")
    await read_on(book.reader)
    assert len(await book.sandbox.log(path=LOG)) == 2 + 1, "two pages that lacked, and the last days anew"
    assert await book.totals() == await whole(book)


async def whole(book: Books) -> dict[str, int]:
    """The same without anything going wrong: everything read anew changes nothing."""
    before = await book.totals()
    done = await book.imported(ago(89), TODAY + timedelta(days=60))
    assert (done.charged, done.corrected) == (0, 0)
    return before


async def test_a_link_graph_has_forgotten_begins_the_window_anew(book: Books) -> None:
    await book.sandbox.control("PUT", "calls", {"records": 1500, "days": 30})
    await stopped_at(book, 2)
    with pytest.raises(Throttled):
        await book.nights()
    await book.sandbox.fault({"kind": "status", "status": 410}, path=LOG)
    await read_on(book.reader)
    assert (await book.db.read(credit_readings.unfinished, "nightly")) is None
    await whole(book)


async def test_it_waits_as_long_as_graph_asks_and_leaves_it_when_that_is_too_long(book: Books) -> None:
    await book.calls(call("one", 1, 0.8))
    busy = {"kind": "status", "status": 429, "retry_after": 40}
    await book.sandbox.fault(busy, path=LOG, times=2)
    assert (await book.nights()).charged == 1
    assert book.waited == [40, 40]
    await book.sandbox.fault(busy | {"retry_after": 1000}, path=LOG)
    with pytest.raises(Throttled):
        await book.nights()


async def test_two_who_read_the_same_do_not_mix_up_where_they_are(book: Books) -> None:
    await book.sandbox.control("PUT", "calls", {"records": 1500, "days": 30})
    await stopped_at(book, 2)
    with pytest.raises(Throttled):
        await book.nights()
    begun = await book.unfinished("nightly")
    assert begun is not None
    await book.reader.run(begun)
    with pytest.raises(Conflict):
        await book.reader.run(begun)


async def test_without_the_permission_nothing_is_read(book: Books) -> None:
    kept = [role for role in book.sandbox.server.identity.app.roles if not role.startswith("CallRecord")]
    await book.sandbox.roles(*kept)
    with pytest.raises(Forbidden):
        await book.nights()
    assert await book.db.read(ledger.read_until) is None


async def test_dial_out_that_has_no_record_is_added_from_the_report_and_never_twice(book: Books) -> None:
    await with_report(book)
    await book.calls(call("known", 1, 1.5, kind="conf_out"))
    await dial_out(book, 1, 0.7)
    await book.nights()
    assert await book.charges() == {(ago(1).date(), EUR): 220}
    # The record comes after all: what it accounts for is not added any more.
    await book.sandbox.control("DELETE", "calls")
    await book.sandbox.control("PUT", "calls", {"records": 0})
    await book.calls(call("known", 1, 1.5, kind="conf_out"), call("late", 1, 0.7, kind="conf_out"))
    await book.nights()
    assert await book.charges() == {(ago(1).date(), EUR): 220}
    assert {one.call_type for one in await book.usage()} == {"conf_out"}


async def dial_out(book: Books, days_ago: float, charge: float) -> None:
    wish = {"user": "ana", "began": ago(days_ago).isoformat(), "charge": charge}
    await book.sandbox.control("POST", "dial-out", wish)


@pytest.mark.parametrize("status", [403, 404, 400, 503])
async def test_a_report_that_cannot_be_had_keeps_nothing_else_from_being_read(
    book: Books, status: int
) -> None:
    await with_report(book)
    await book.calls(call("one", 1, 0.8))
    await dial_out(book, 1, 0.7)
    await book.sandbox.fault({"kind": "status", "status": status}, path=REPORT, times=None)
    assert (await book.nights()).done_at is not None
    assert await book.totals() == {EUR: 800_000}


async def test_an_import_goes_on_where_it_was_stopped_and_reads_what_has_come_since(book: Books) -> None:
    await book.sandbox.control("PUT", "calls", {"records": 4000, "days": 300})
    await stopped_at(book, 3)
    with pytest.raises(Throttled):
        await book.imported(ago(301), ago(20))
    done = await book.imported(ago(301), TODAY)
    assert (done.records, done.since, done.until) == (4000, ago(301), TODAY)
    usage: tuple[Usage, ...] = await book.usage()
    assert sum(one.calls for one in usage) == done.charged


async def test_what_is_known_has_no_gap(book: Books) -> None:
    await book.imported(ago(300), ago(200))
    assert await book.db.read(credit_readings.known) == (ago(300), ago(200))
    last = await book.nights()
    assert await book.db.read(credit_readings.known) == (ago(300), last.until), "read on from where it ended"
    await book.imported(ago(500), ago(400))
    assert await book.db.read(credit_readings.known) == (ago(300), last.until)
    await book.imported(ago(410), ago(290))
    assert await book.db.read(credit_readings.known) == (ago(500), last.until)


async def test_every_reading_is_audited_with_what_it_found(book: Books) -> None:
    await book.calls(call("one", 1, 0.8))
    await book.nights()
    said = book.db.run_read(
        lambda tx: [
            str(body)
            for body in tx.conn.exec_driver_sql("SELECT body FROM audit_entries ORDER BY seq").scalars()
        ]
    )
    assert "credits.reading.begun" in said[0]
    assert '"charged":1' in said[1].replace(" ", "")
