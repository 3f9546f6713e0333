"""The service as it is, counting its transactions; on SIGUSR1 the counts go to the file named first.

What is counted is handed over between threads, so a count may be one behind; means over many do not mind.
"""

from __future__ import annotations

import json
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from bot.cli import main
from bot.store.database import Database

COUNTED = {"run": "moves", "_run_note": "notes", "run_read": "reads"}
"""Methods of `Database` by what they are called in the figures."""


def count(name: str, called: str, counts: Counter[str]) -> None:
    plain = getattr(Database, name)

    def counted(self: Database, *args: Any, **kwargs: Any) -> Any:
        counts[called] += 1
        return plain(self, *args, **kwargs)

    setattr(Database, name, counted)


def serve(target: Path) -> None:
    counts: Counter[str] = Counter()
    for name, called in COUNTED.items():
        count(name, called, counts)

    def tell(*_: object) -> None:
        draft = target.with_suffix(".draft")
        draft.write_text(json.dumps(counts))
        draft.replace(target)

    signal.signal(signal.SIGUSR1, tell)
    sys.argv = ["switchboard", "serve"]
    main()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))
