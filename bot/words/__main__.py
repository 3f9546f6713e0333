"""`python -m bot.words extract`: bring the catalogues up to date. `python -m bot.words check`: judge them."""

from __future__ import annotations

import sys
from pathlib import Path

from bot.words.extraction import collect, faults, other_languages, translated_share, update


def extract() -> int:
    template = collect(Path.cwd())
    for language in other_languages():
        update(template, language)
        print(f"{language}: {translated_share(language):.0%} translated")
    return 0


def check() -> int:
    found = [fault for language in other_languages() for fault in faults(language)]
    print("\n".join(found) or "every translation fits its text")
    return 1 if found else 0


def main(arguments: list[str]) -> int:
    commands = {"extract": extract, "check": check}
    if len(arguments) != 1 or arguments[0] not in commands:
        print(__doc__)
        return 2
    return commands[arguments[0]]()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
