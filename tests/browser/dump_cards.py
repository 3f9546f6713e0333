"""Write every sample card as JSON, for `render_cards.mjs`: `dump_cards.py build/cards en fr zh-CN`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from bot.words import words_for
from tests.support.card_samples import cards


def main(folder: str, *tags: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for tag in tags or ("en",):
        for name, card in cards(words_for(tag)):
            text = json.dumps(card, ensure_ascii=False, indent=1)
            (target / f"{tag}-{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
