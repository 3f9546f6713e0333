"""A progress bar for work that takes long enough to wonder about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

__all__ = ["progress_bar"]


@contextmanager
def progress_bar(console: Console, what: str) -> Iterator[Callable[[int], None]]:
    """Yield `advance(done)`, which shows how many pieces are done; draws nothing without a terminal."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.completed:,.0f}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)

        def advance(done: int) -> None:
            bar.update(task, completed=done)

        yield advance
