"""What becomes of each number, and how many there are of a place."""

from __future__ import annotations

from typing import Any

from bot.domain.numbers import AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.stock_views import NumberState, Why, by_place, stocked


def number(last: int, **more: Any) -> PhoneNumber:
    fields = {
        "telephone_number": f"+3319900100{last}",
        "number_type": NumberType.CALLING_PLAN,
        "country": "FR",
        "city": "Paris",
        "capabilities": frozenset({Capability.USER}),
    }
    return PhoneNumber.model_validate(fields | more)


def test_a_number_in_use_is_in_use_whatever_else_is_said_of_it() -> None:
    used = number(1, assignment_status=AssignmentStatus.USER)
    (one,) = stocked([used], {used.telephone_number: Why(NumberState.AT_REST)})
    assert one.state is NumberState.IN_USE


def test_what_is_not_offered_has_its_reason_and_the_rest_is_free() -> None:
    kept = Why(NumberState.KEPT_BACK, said="leaflet")
    found = stocked([number(1), number(2)], {"+33199001002": kept, "+33199001009": kept})
    assert [one.why for one in found] == [Why(NumberState.FREE), kept]


def test_places_kinds_and_uses_are_counted_apart() -> None:
    service = frozenset({Capability.VOICE_APPLICATION})
    numbers = [
        number(1),
        number(2),
        number(3, capabilities=service),
        number(4, number_type=NumberType.DIRECT_ROUTING, city=None),
        number(5, country="DE", city="Berlin"),
    ]
    found = by_place(stocked(numbers, {"+33199001002": Why(NumberState.PROMISED)}))
    told = [(one.country, one.city, one.for_people, sum(one.counts.values())) for one in found]
    assert told == [("DE", "Berlin", True, 1), ("FR", "", True, 1), ("FR", "Paris", False, 1),
                    ("FR", "Paris", True, 2)]  # fmt: skip
    paris = found[-1]
    assert (paris.count(NumberState.FREE), paris.count(NumberState.PROMISED)) == (1, 1)
    assert paris.count(NumberState.IN_USE) == 0
