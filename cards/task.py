"""The card of a task: what to do by hand, where, and what to put on record. It follows the task."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from microsoft_teams.cards.core import (
    Action,
    ActionSet,
    CardElement,
    Container,
    DateInput,
    OpenUrlAction,
    RichTextBlock,
    TextInput,
    TextRun,
    ToggleInput,
)

from bot.domain.codes import COUNTRY_PARAMS
from bot.domain.plans import Refusal
from bot.domain.task_texts import EvidenceField, Text
from bot.domain.task_views import TaskView
from bot.domain.tasks import Task, TaskState
from bot.words import N_, Words
from cards.codes import in_one_line
from cards.elements import (
    Card,
    boxed,
    button,
    card,
    facts,
    heading,
    moment,
    rows,
    subtle,
    text,
    title,
)
from cards.markdown import bare, plain

__all__ = [
    "COLUMN",
    "EVIDENCE",
    "MAX_EVIDENCE",
    "MAX_REASON",
    "MOST_NUMBERS",
    "REASON",
    "build",
    "headline",
    "state",
]

EVIDENCE = "evidence_"
"""What the ids of inputs for evidence begin with, before the field's own id."""
REASON = "reason"
MAX_REASON = 500
MAX_EVIDENCE = 300
COLUMN = "PhoneNumber"
"""The only column of the file of an order to port (J16)."""
MOST_NUMBERS = 50
"""Of a file that a card shows as a whole: more would not fit into a message."""
_FIRST_NUMBERS = 10
_YES, _NO = "yes", "no"


def build(
    view: TaskView,
    viewer_id: str,
    words: Words,
    *,
    remark: str | None = None,
    problems: Mapping[str, Refusal] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Card:
    """`remark` says why a click changed nothing; `problems` stand at their fields; `typed` is kept."""
    task = view.task
    body: list[CardElement] = [title(headline(view, words)), subtle(_about(task, words))]
    if remark:
        body.append(boxed("warning", remark))
    body.extend(_standing(task, words))
    body.extend(_waiting(view, words))
    if task.ended:
        body.extend(_on_record(view, words))
        return card(_summary(view, words), body)
    body.extend(_what_to_do(view, words))
    body.extend(_asked_for(view, problems or {}, typed or {}, words))
    return card(_summary(view, words), body, _buttons(view, words))


def headline(view: TaskView, words: Words) -> str:
    """What is to be done, in a line."""
    return _said(view.text.title, words)


def _said(said: Text, words: Words, safe: Callable[[str, int], str] = plain) -> str:
    shown = {
        name: words.country(value) if name in COUNTRY_PARAMS else safe(value, MAX_EVIDENCE)
        for name, value in said.params.items()
    }
    return words(said.msgid, **shown)


def _about(task: Task, words: Words) -> str:
    return words("Task {id} · since {when}", id=task.id, when=moment(task.created_at))


def _standing(task: Task, words: Words) -> list[CardElement]:
    """Who is on it, or how it ended."""
    name = plain(task.claimed_by.name, 80) if task.claimed_by else ""
    when = moment(task.updated_at)
    match task.state:
        case TaskState.OPEN:
            return []
        case TaskState.CLAIMED:
            return [boxed("emphasis", words("{name} is working on it.", name=name))]
        case TaskState.DONE if task.confirmed_by_graph:
            return [boxed("good", words("Done: Microsoft's directory shows it, {when}.", when=when))]
        case TaskState.DONE:
            return [boxed("good", words("Done by {name}, {when}.", name=name, when=when))]
        case TaskState.CANNOT:
            said = words("Cannot be done, says {name}, {when}.", name=name, when=when)
            return [
                boxed("attention", said, words("Reason: {reason}", reason=plain(task.reason, MAX_REASON)))
            ]
        case TaskState.DROPPED:
            return [boxed("emphasis", words("Not needed any more: nobody waits for it. {when}", when=when))]


def _waiting(view: TaskView, words: Words) -> list[CardElement]:
    """Who waits, and what is known of how much may be asked for."""
    if view.task.ended or not view.waiting:
        return []
    left = view.task.params.get("left")
    limit = [(words("May be ordered"), left)] if left else []
    named = [f"{one.request_id} ({plain(one.person.name, 80)})" for one in view.waiters]
    more = view.waiting - len(named)
    if more > 0:
        named.append(words("{count} more", count=str(more)))
    pairs = [(words("Waiting"), str(view.waiting)), (words("Requests"), words.listing(named))]
    return [facts([*pairs, *limit])]


def _what_to_do(view: TaskView, words: Words) -> list[CardElement]:
    said = view.text
    body: list[CardElement] = [heading(words("What to do"))]
    body.append(
        rows(f"{number}\\. {_said(line, words)}" for number, line in enumerate(said.checklist, start=1))
    )
    # Among the buttons below it would leave too little room for their names.
    body.append(ActionSet(actions=[OpenUrlAction(title=words("Open the admin centre"), url=said.link)]))
    body.extend(boxed("warning", _said(line, words)) for line in said.warnings)
    if said.powershell:
        body.append(heading(words("Or with PowerShell")))
        body.append(_script(said.powershell.splitlines()))
    return [*body, *_column(view, words)]


def _column(view: TaskView, words: Words) -> list[CardElement]:
    """The file that an order to port wants; of a long one only the beginning, since a card has its limits."""
    if not view.numbers:
        return []
    whole = len(view.numbers) <= MOST_NUMBERS
    shown = view.numbers if whole else view.numbers[:_FIRST_NUMBERS]
    body: list[CardElement] = [heading(words("The file")), _script([COLUMN, *shown])]
    if not whole:
        all_of_them = words(
            "{n} numbers in all. Write **numbers {id}** to have every one of them here in the chat.",
            n=str(len(view.numbers)),
            id=view.task.id,
        )
        body.append(text(all_of_them))
    return [*body, subtle(words("Save it with a text editor: spreadsheets take the plus signs away."))]


def _script(lines: Iterable[str]) -> Container:
    """To be copied, so nothing in it may be taken for Markdown: rich text has none."""
    return Container(
        style="emphasis",
        items=[
            RichTextBlock(inlines=[TextRun(text=line, font_type="Monospace")], spacing="None")
            for line in lines
            if line.strip()
        ],
    )


def _asked_for(
    view: TaskView, problems: Mapping[str, Refusal], typed: Mapping[str, str], words: Words
) -> list[CardElement]:
    """What has to be put on record, and why it cannot be done if it cannot."""
    body: list[CardElement] = []
    if view.text.evidence:
        body.append(heading(words("Once it is done")))
    for field in view.text.evidence:
        if field.id in problems:
            body.append(boxed("attention", in_one_line(problems[field.id], words)))
        body.append(_input(field, typed.get(field.id, ""), words))
    body.append(
        TextInput(
            id=REASON,
            label=words("Reason, only if it cannot be done"),
            is_multiline=True,
            max_length=MAX_REASON,
            value=typed.get(REASON) or None,
        )
    )
    return body


def _input(field: EvidenceField, value: str, words: Words) -> TextInput | DateInput | ToggleInput:
    """Nothing is required by the client: whoever says that it cannot be done has nothing to fill in."""
    label = words("{label} (required)", label=words(field.label)) if field.required else words(field.label)
    name = f"{EVIDENCE}{field.id}"
    match field.kind:
        case "date":
            return DateInput(id=name, label=label, value=value or None)
        case "yes_no":
            return ToggleInput(
                id=name,
                label=label,
                title=words("Yes"),
                value_on=_YES,
                value_off=_NO,
                value=value or _NO,
            )
        case _:
            return TextInput(id=name, label=label, max_length=MAX_EVIDENCE, value=value or None)


def _buttons(view: TaskView, words: Words) -> list[Action]:
    task = view.task
    data = {"task": task.id, "version": task.version}
    claim = [button(words("I take it"), "task.claim", data)] if task.state is TaskState.OPEN else []
    return [
        *claim,
        button(words("Done"), "task.done", data, style="positive", inputs="auto"),
        button(words("Cannot be done"), "task.cannot", data, style="destructive", inputs="auto"),
    ]


def _on_record(view: TaskView, words: Words) -> list[CardElement]:
    """The evidence that was put in."""
    labels = {field.id: words(field.label) for field in view.text.evidence}
    pairs = [(labels.get(name, name), plain(value)) for name, value in view.task.evidence.items()]
    return [facts(pairs)] if pairs else []


_STATES = {
    TaskState.OPEN: N_("to do"),
    TaskState.CLAIMED: N_("taken on"),
    TaskState.DONE: N_("done"),
    TaskState.CANNOT: N_("cannot be done"),
    TaskState.DROPPED: N_("not needed any more"),
}


def state(task: Task, words: Words) -> str:
    """How far it is, in a word or two."""
    return words(_STATES[task.state])


def _summary(view: TaskView, words: Words) -> str:
    what = _said(view.text.title, words, bare)
    return words("Task {id}: {title} ({state})", id=view.task.id, title=what, state=state(view.task, words))
