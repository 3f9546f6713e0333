"""An Adaptive Card as something Rich can print: pure, from the JSON alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rich.columns import Columns
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bot.demo.markup import marked

__all__ = ["buttons", "render_card"]

Json = dict[str, Any]
Values = Mapping[str, str]

_TONES = {"good": "green", "attention": "red", "warning": "yellow", "accent": "cyan", "emphasis": "blue"}
_BUTTONS = {"positive": "bold green", "destructive": "bold red"}
_SPACED = frozenset({"Medium", "Large", "ExtraLarge"})


def render_card(card: Json, values: Values | None = None) -> RenderableType:
    """What a person sees of a card; `values` stand in its inputs instead of the card's own.

    Elements that are not known are shown by their fallback, or not at all.
    """
    body = list(_elements(card.get("body", ()), values or {}))
    row = buttons(card.get("actions", ()))
    return Group(*body, Padding(row, (1, 0, 0, 0))) if row.plain else Group(*body)


def buttons(actions: Iterable[Json]) -> Text:
    """A row of buttons: `[ Approve ]  [ Reject ]`."""
    shown = [
        Text(f"[ {action.get('title', '')} ]", style=_BUTTONS.get(str(action.get("style")), "bold"))
        for action in actions
        if action.get("title")
    ]
    return Text("  ").join(shown)


def _elements(nodes: Iterable[Json], values: Values) -> Iterable[RenderableType]:
    for node in nodes:
        if not node.get("isVisible", True):
            continue
        shown = _element(node, values)
        if shown is None:
            continue
        yield Padding(shown, (1, 0, 0, 0)) if _stands_apart(node) else shown


def _stands_apart(node: Json) -> bool:
    return node.get("spacing") in _SPACED or bool(node.get("separator"))


def _element(node: Json, values: Values) -> RenderableType | None:
    show = _SHOWN.get(str(node.get("type")))
    if show is not None:
        return show(node, values)
    fallback = node.get("fallback")
    return _element(fallback, values) if isinstance(fallback, dict) else None


def _text_block(node: Json, values: Values) -> RenderableType:
    style = [_TONES.get(str(node.get("color", "")).lower(), "")]
    if node.get("weight") == "Bolder":
        style.append("bold")
    if node.get("isSubtle"):
        style.append("dim")
    return marked(str(node.get("text", "")), " ".join(filter(None, style)))


def _rich_text(node: Json, values: Values) -> RenderableType:
    runs = (run if isinstance(run, str) else str(run.get("text", "")) for run in node.get("inlines", ()))
    return Text("".join(runs))


def _facts(node: Json, values: Values) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(style="bold", no_wrap=True)
    grid.add_column(overflow="fold")
    for fact in node.get("facts", ()):
        grid.add_row(marked(str(fact.get("title", ""))), marked(str(fact.get("value", ""))))
    return grid


def _container(node: Json, values: Values) -> RenderableType:
    inside = Group(*_elements(node.get("items", ()), values))
    tone = _TONES.get(str(node.get("style", "")).lower())
    return inside if tone is None else _barred(inside, tone)


def _barred(inside: RenderableType, tone: str) -> RenderableType:
    grid = Table.grid(padding=(0, 1, 0, 0), expand=True)
    grid.add_column(width=1)
    grid.add_column(ratio=1)
    grid.add_row(Text("▌", style=tone), inside)
    return grid


def _columns(node: Json, values: Values) -> RenderableType:
    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    cells = [Group(*_elements(column.get("items", ()), values)) for column in node.get("columns", ())]
    for column in node.get("columns", ()):
        if column.get("width") == "auto":
            grid.add_column(no_wrap=True)
        else:
            grid.add_column(ratio=1)
    grid.add_row(*cells)
    return grid


def _table(node: Json, values: Values) -> RenderableType:
    table = Table.grid(padding=(0, 2, 0, 0))
    for _ in node.get("columns", ()):
        table.add_column(overflow="fold")
    for row in node.get("rows", ()):
        table.add_row(*(Group(*_elements(cell.get("items", ()), values)) for cell in row.get("cells", ())))
    return table


def _action_set(node: Json, values: Values) -> RenderableType:
    return buttons(node.get("actions", ()))


def _field(node: Json, values: Values) -> RenderableType:
    label = marked(str(node.get("label") or node.get("placeholder") or node.get("id", "")), "dim")
    value = _value_of(node, values)
    held = Text(f"[{value or ' ' * 12}]", style="cyan" if value else "dim")
    return Columns([label, held], padding=(0, 1))


def _toggle(node: Json, values: Values) -> RenderableType:
    on = values.get(str(node.get("id")), str(node.get("value", "")))
    ticked = on == str(node.get("valueOn", "true"))
    box = Text("[x] " if ticked else "[ ] ", style="cyan")
    return box.append_text(marked(str(node.get("title", ""))))


def _value_of(node: Json, values: Values) -> str:
    value = str(values.get(str(node.get("id")), node.get("value") or ""))
    chosen = [
        str(choice.get("title", ""))
        for choice in node.get("choices", ())
        if str(choice.get("value")) in value.split(",")
    ]
    return ", ".join(chosen) or value


_SHOWN: Mapping[str, Callable[[Json, Values], RenderableType]] = {
    "TextBlock": _text_block,
    "RichTextBlock": _rich_text,
    "FactSet": _facts,
    "Container": _container,
    "ColumnSet": _columns,
    "Table": _table,
    "ActionSet": _action_set,
    "Input.Text": _field,
    "Input.Number": _field,
    "Input.Date": _field,
    "Input.Time": _field,
    "Input.ChoiceSet": _field,
    "Input.Toggle": _toggle,
}
