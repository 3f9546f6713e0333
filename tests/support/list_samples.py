"""Checked lists for tests of their card: an ordinary one, and the longest there can be."""

from __future__ import annotations

from bot.domain.list_check import CheckedLine, LineState, ListCheck, ListWish
from bot.domain.lists import ListLine, Slip
from bot.domain.people import PersonRef
from bot.domain.plans import Refusal

__all__ = ["checked_list", "ordinary_list", "worst_list"]


def _ready(number: int, upn: str = "dora@contoso.com", name: str = "Dora Lefèvre") -> CheckedLine:
    person = PersonRef(id=f"person-{number:04}", name=name, upn=upn)
    return CheckedLine(line=ListLine(line=number, text=upn, upn=upn), state=LineState.READY, person=person)


def _other(number: int, state: LineState, upn: str, because: Refusal, suggestion: str = "") -> CheckedLine:
    line = ListLine(line=number, text=upn, upn=upn)
    return CheckedLine(line=line, state=state, because=because, suggestion=suggestion)


def checked_list() -> ListCheck:
    """One line of every kind."""
    formula = ListLine(line=6, text="=cmd|' /C calc'!A0", slip=Slip.NOT_AN_ADDRESS)
    return ListCheck(
        wish=ListWish(),
        lines=(
            _ready(1),
            _other(
                2,
                LineState.THERE,
                "ana@contoso.com",
                Refusal(code="SB-NUM-01", params={"name": "Ana Moreau", "number": "+33199001001"}),
            ),
            _other(
                3,
                LineState.WAITS,
                "zoe@contoso.com",
                Refusal(code="SB-LIC-04", params={"product": "Domestic Calling Plan"}),
            ),
            _other(4, LineState.CANNOT, "ana@contso.com", Refusal(code="SB-WHO-01"), "ana@contoso.com"),
            _other(5, LineState.CANNOT, "dora@contoso.com", Refusal(code="SB-WHO-10", params={"line": "1"})),
            CheckedLine(
                line=formula,
                state=LineState.CANNOT,
                because=Refusal(code="SB-WHO-09", params={"text": formula.text}),
            ),
        ),
    )


def ordinary_list(*, ready: int) -> ListCheck:
    """Fifty lines, of which so many are ready; the others stand below."""
    unknown = Refusal(code="SB-WHO-01")
    good = (_ready(number) for number in range(1, ready + 1))
    rest = (_other(at, LineState.CANNOT, f"x{at}@contoso.com", unknown) for at in range(ready + 1, 51))
    return ListCheck(wish=ListWish(), lines=(*good, *rest))


def worst_list() -> ListCheck:
    """Fifty lines as long as they get, the first five with buttons."""
    long = f"{'*' * 64}@{'x' * 44}.com"
    name = "*Ana* " * 30
    waits = Refusal(code="SB-NUM-10", params={"city": name, "cities": name})
    worst = (_other(number, LineState.CANNOT, long, waits, suggestion=long) for number in range(6, 51))
    good = (_ready(number, long, name) for number in range(1, 6))
    return ListCheck(wish=ListWish(), lines=(*good, *worst))
