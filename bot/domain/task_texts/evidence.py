"""Reading what somebody put on record for a task: untrusted, checked field by field."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from bot.domain.amounts import money_text, read_amount
from bot.domain.payments import PAID_FOR, payment_problems
from bot.domain.plans import Refusal
from bot.domain.task_texts.making import task_text
from bot.domain.task_texts.rows import EvidenceField, EvidenceKind, EvidenceProblems
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantFacts

__all__ = ["read_evidence"]

_LONGEST = 300
_LARGEST = 1_000_000
_YES = frozenset({"yes", "true", "1"})
_NO = frozenset({"no", "false", "0"})


def read_evidence(
    kind: TaskKind, raw: Mapping[str, str], params: Mapping[str, str], today: date
) -> Mapping[str, str] | EvidenceProblems:
    """What was typed, as it is kept: by field, amounts as `money_text`, days as ISO 8601, yes or no.

    `raw` comes from a card or a chat and may hold anything; fields nobody asked for are dropped, and empty
    ones that may be empty are left out. `params` are the task's; `today` is the day in UTC, and a day
    after it is no day on which something was done (one is allowed for who is ahead of UTC).
    """
    fields = task_text(kind, params, TenantFacts()).evidence
    reader = _Reader(params, today)
    values: dict[str, str] = {}
    problems: dict[str, Refusal] = {}
    for field in fields:
        found = reader.read(field, raw.get(field.id, "").strip())
        if isinstance(found, Refusal):
            problems[field.id] = found
        elif found:
            values[field.id] = found
    if kind is TaskKind.CONFIRM_LOCATION and "country" in values:
        values["country"] = values["country"].upper()
        if values["country"] != params["country"]:
            problems["country"] = Refusal(code="SB-TSK-27", params={"country": params["country"]})
    if kind in PAID_FOR and not problems:
        problems = {**payment_problems(params, values, today)}
    return EvidenceProblems(problems) if problems else values


class _Reader:
    """Reads fields of one task."""

    def __init__(self, params: Mapping[str, str], today: date) -> None:
        self._params = params
        self._today = today
        self._kinds: Mapping[EvidenceKind, Callable[[EvidenceField, str], str | Refusal]] = {
            "text": self._text,
            "money": self._money,
            "date": self._date,
            "number": self._number,
            "yes_no": self._yes_no,
        }

    def read(self, field: EvidenceField, typed: str) -> str | Refusal:
        """The value as it is kept; empty where nothing was typed and nothing has to be."""
        if not typed:
            return Refusal(code="SB-TSK-21") if field.required else ""
        if len(typed) > _LONGEST or any(unicodedata.category(char) in ("Cc", "Cs") for char in typed):
            return Refusal(code="SB-TSK-22")
        return self._kinds[field.kind](field, typed)

    def _text(self, field: EvidenceField, typed: str) -> str | Refusal:
        fits = field.pattern is None or re.fullmatch(field.pattern, typed)
        return typed if fits else Refusal(code="SB-TSK-22")

    def _money(self, _field: EvidenceField, typed: str) -> str | Refusal:
        currency = self._params.get("currency", "")
        amount = read_amount(typed, currency)
        if amount is None or amount.minor <= 0:
            return Refusal(code="SB-TSK-23", params={"currency": currency})
        return money_text(amount)

    def _date(self, _field: EvidenceField, typed: str) -> str | Refusal:
        try:
            day = date.fromisoformat(typed)
        except ValueError:
            return Refusal(code="SB-TSK-24")
        return day.isoformat() if day <= self._today + timedelta(days=1) else Refusal(code="SB-TSK-24")

    def _number(self, _field: EvidenceField, typed: str) -> str | Refusal:
        whole = int(typed) if typed.isascii() and typed.isdigit() else 0
        return str(whole) if 0 < whole <= _LARGEST else Refusal(code="SB-TSK-25")

    def _yes_no(self, field: EvidenceField, typed: str) -> str | Refusal:
        said = typed.casefold()
        if said in _YES:
            return "yes"
        if said in _NO:
            return Refusal(code="SB-TSK-26") if field.required else "no"
        return Refusal(code="SB-TSK-22")
