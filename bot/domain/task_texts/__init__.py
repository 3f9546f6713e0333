"""What every kind of task for people says, what it asks them for, and how Graph shows that it is done.

One module a subject. A new kind of task has its parameters in `params`, a function that makes its text,
and, where Graph can tell, one that looks. Menu paths are those of Microsoft's admin centres in November
2026; where a cmdlet does the same, it is given filled in.
"""

from bot.domain.task_texts.confirming import confirmation_needs, confirmed, opening_params
from bot.domain.task_texts.evidence import read_evidence
from bot.domain.task_texts.making import task_text
from bot.domain.task_texts.params import required_params
from bot.domain.task_texts.rows import EvidenceField, EvidenceKind, EvidenceProblems, TaskText, Text

__all__ = [
    "EvidenceField",
    "EvidenceKind",
    "EvidenceProblems",
    "TaskText",
    "Text",
    "confirmation_needs",
    "confirmed",
    "opening_params",
    "read_evidence",
    "required_params",
    "task_text",
]
