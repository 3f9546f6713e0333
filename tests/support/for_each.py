"""One test for many cases, where a test for each would cost more than what it looks at.

The test's own parameters are filled from the cases; it goes through all of them, whatever fails on the way,
and says of which they failed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

__all__ = ["for_each"]


def for_each(
    cases: Mapping[str, tuple[object, ...]],
) -> Callable[[Callable[..., None]], Callable[[], None]]:
    """Call the decorated test with every case, by its name. Raises `ExceptionGroup` of all failures."""
    assert cases, "a test of nothing holds always"

    def decorate(check: Callable[..., None]) -> Callable[[], None]:
        def test() -> None:
            failures = [one for name, case in cases.items() if (one := _failure(check, name, case))]
            if failures:
                raise ExceptionGroup(f"{len(failures)} of {len(cases)} cases", failures)

        # Not `functools.wraps`: pytest would see the parameters through it, and look for fixtures.
        test.__name__, test.__qualname__ = check.__name__, check.__qualname__
        test.__module__, test.__doc__ = check.__module__, check.__doc__
        return test

    return decorate


def _failure(check: Callable[..., None], name: str, case: tuple[object, ...]) -> Exception | None:
    try:
        check(*case)
    except Exception as failure:  # noqa: BLE001  all of them are reported together
        failure.add_note(f"of {name}")
        return failure
    return None
