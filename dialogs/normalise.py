"""Typed text as words that can be compared: width, case, accents and punctuation do not matter."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["has_han", "normalise", "tokens"]

_NOT_WORD = re.compile(r"[^\w+]+")
_HAN = re.compile(r"[\u3400-\u9fff]")
# The few traditional forms that occur in what people ask a phone desk for.
_SIMPLIFIED = str.maketrans(
    "號碼電話請個給為幫單說這麼樣嗎進開訂撤銷許證會議點數",
    "号码电话请个给为帮单说这么样吗进开订撤销许证会议点数",
)


def normalise(text: str) -> str:
    """NFKC, case-folded, without accents, punctuation as single blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    bare = "".join(
        char for char in unicodedata.normalize("NFD", folded) if unicodedata.category(char) != "Mn"
    )
    spaced = _NOT_WORD.sub(" ", bare).replace("_", " ")
    return " ".join(spaced.translate(_SIMPLIFIED).split())


def tokens(text: str) -> list[str]:
    """The words of a normalised text."""
    return normalise(text).split()


def has_han(text: str) -> bool:
    return _HAN.search(text) is not None
