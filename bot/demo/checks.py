"""What the story must show, and whether it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

__all__ = ["Check", "Checks"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was to be seen; `expected` and `seen` are for people."""

    what: str
    expected: str
    seen: str
    held: bool


@dataclass
class Checks:
    """Collects checks, telling each as it is made."""

    tell: Callable[[Check], None]
    made: list[Check] = field(default_factory=list)

    def same(self, what: str, expected: object, seen: object) -> None:
        """Both must be equal."""
        self._add(Check(what, str(expected), str(seen), expected == seen))

    def holds(self, what: str, held: bool, expected: str, seen: object) -> None:
        """`held` must be true; the texts say what that means."""
        self._add(Check(what, expected, str(seen), held))

    def broken_off(self, why: str) -> None:
        """The story could not be told to its end."""
        self._add(Check("the story is told to its end", "every scene is played", why, False))

    @property
    def failed(self) -> list[Check]:
        return [check for check in self.made if not check.held]

    def verdict(self) -> str:
        """The last line."""
        total, failed = len(self.made), len(self.failed)
        return f"demo: FAILED ({failed} of {total} checks)" if failed else f"demo: ok ({total} checks)"

    def _add(self, check: Check) -> None:
        self.made.append(check)
        self.tell(check)
