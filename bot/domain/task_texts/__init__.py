"""What every kind of task for people says, and what it asks them for.

One module a subject. A new kind of task has its parameters in `params` and one function that makes its
text. Menu paths are those of Microsoft's admin centres in November 2026; where a cmdlet does the same,
it is given filled in.
"""

from bot.domain.task_texts.params import required_params
from bot.domain.task_texts.rows import EvidenceField, EvidenceKind, EvidenceProblems, TaskText, Text

__all__ = [
    "EvidenceField",
    "EvidenceKind",
    "EvidenceProblems",
    "TaskText",
    "Text",
    "required_params",
]
