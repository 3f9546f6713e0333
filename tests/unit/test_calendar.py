"""Working time: it only passes while people work, and it never runs backwards."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.calendar import WorkingHours, WorkingTime, between, is_open, later, next_open, plus

ZONES = ("UTC", "Europe/Paris", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe", "Asia/Kathmandu")
moments = st.timedeltas(timedelta(), timedelta(days=1095)).map(
    lambda since: datetime(2025, 1, 1, tzinfo=UTC) + since
)
spans = st.builds(WorkingTime, days=st.integers(0, 12), hours=st.integers(0, 30), minutes=st.integers(0, 600))
some_time = st.timedeltas(timedelta(), timedelta(hours=90)).map(
    lambda span: span - span % timedelta(minutes=1)
)


@st.composite
def offices(draw: st.DrawFn) -> WorkingHours:
    begin = draw(st.integers(0, 22))
    end = draw(st.integers(begin + 1, 24))
    return WorkingHours(
        days=tuple(draw(st.sets(st.integers(0, 6), min_size=1))),
        begin=time(begin),
        end=time(end % 24),
        zone=draw(st.sampled_from(ZONES)),
        holidays=tuple(draw(st.sets(st.dates(date(2025, 1, 1), date(2028, 3, 1)), max_size=15))),
    )


@given(moments, spans, offices())
def test_it_lands_in_working_time_and_never_before(
    start: datetime, span: WorkingTime, hours: WorkingHours
) -> None:
    then = plus(start, span, hours)
    assert then >= start
    assert is_open(then, hours)
    assert then.tzinfo is UTC


@given(moments, moments, spans, offices())
def test_who_begins_later_ends_no_earlier(
    one: datetime, other: datetime, span: WorkingTime, hours: WorkingHours
) -> None:
    first, second = sorted((one, other))
    assert plus(first, span, hours) <= plus(second, span, hours)


@given(moments, spans, st.integers(0, 5), st.integers(0, 600), offices())
def test_more_time_ends_no_earlier(
    start: datetime, span: WorkingTime, days: int, minutes: int, hours: WorkingHours
) -> None:
    more = WorkingTime(days=span.days + days, hours=span.hours, minutes=span.minutes + minutes)
    assert plus(start, span, hours) <= plus(start, more, hours)


@given(moments, some_time, some_time, offices())
def test_what_passes_is_what_is_counted(
    start: datetime, first: timedelta, second: timedelta, hours: WorkingHours
) -> None:
    half = later(start, first, hours)
    assert between(start, half, hours) == first
    assert later(half, second, hours) == later(start, first + second, hours)


@given(moments, offices())
def test_nothing_passes_backwards_or_while_nobody_works(start: datetime, hours: WorkingHours) -> None:
    opens = next_open(start, hours)
    assert between(start, opens, hours) == timedelta()
    assert between(opens, start, hours) == timedelta()


PARIS = WorkingHours(begin=time(9), end=time(17), zone="Europe/Paris", holidays=(date(2026, 5, 1),))


@pytest.mark.parametrize(
    ("start", "span", "then"),
    [
        # Thursday; Friday is a holiday; Saturday and Sunday.
        ("2026-04-30T15:00+02:00", "1d", "2026-05-04T15:00+02:00"),
        ("2026-04-30T16:00+02:00", "2h", "2026-05-04T10:00+02:00"),
        ("2026-05-01T12:00+02:00", "1d", "2026-05-05T09:00+02:00"),
        # What would end with the day ends in the morning.
        ("2026-05-04T09:00+02:00", "8h", "2026-05-05T09:00+02:00"),
        # Clocks go forward on Sunday, 29 March 2026, and back on 25 October.
        ("2026-03-27T15:00+01:00", "1d", "2026-03-30T15:00+02:00"),
        ("2026-10-23T16:30+02:00", "1h", "2026-10-26T09:30+01:00"),
        ("2026-10-23T10:00+02:00", "2d 4h", "2026-10-27T14:00+01:00"),
    ],
)
def test_weekends_holidays_and_clocks_that_change(start: str, span: str, then: str) -> None:
    passed = plus(datetime.fromisoformat(start), WorkingTime.model_validate(span), PARIS)
    assert passed == datetime.fromisoformat(then)


def test_ten_years_of_holidays_do_not_keep_it_from_happening() -> None:
    never = WorkingHours(holidays=tuple(date(2026, 1, 1) + timedelta(days=day) for day in range(3_680)))
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert plus(start, WorkingTime(hours=5), never) == start + timedelta(hours=5)
