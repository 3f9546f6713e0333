"""What a Teams client does with a card: collects its inputs, checks them, and makes the click.

It refuses whatever a person could not do on the real client: a button that is not there, an input the card
does not have, a required field left empty. Behaviour follows the Adaptive Cards 1.5 specification and
Microsoft's renderer; Teams shows six buttons of a row at most.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

__all__ = [
    "ADAPTIVE_CARD",
    "CannotClick",
    "card_of",
    "collect",
    "execute",
    "find_action",
    "submit_value",
    "text_of",
]

Json = dict[str, Any]
ADAPTIVE_CARD = "application/vnd.microsoft.card.adaptive"
VISIBLE_BUTTONS = 6
SHOWN = ("text", "title", "label", "placeholder", "value", "altText")
"""Properties of card elements whose words a person sees."""


class CannotClick(AssertionError):
    """The client would not let a person do this."""


def card_of(activity: Json) -> Json | None:
    """The Adaptive Card an activity carries, if any."""
    cards = (one for one in activity.get("attachments") or () if one.get("contentType") == ADAPTIVE_CARD)
    return next((card["content"] for card in cards), None)


def text_of(activity: Json) -> str:
    """Everything a person reads in a message: its text and all words on its card, a line each."""
    lines = [activity["text"]] if activity.get("text") else []
    card = card_of(activity)
    if card is not None:
        lines += [_words(node, name) for node in _nodes(card) for name in SHOWN if _words(node, name)]
    return "\n".join(lines)


def _words(node: Json, name: str) -> str:
    value = node.get(name)
    hidden = name == "value" and node.get("type") in ("Input.ChoiceSet", "Input.Toggle")
    return value if isinstance(value, str) and not hidden else ""


def _nodes(node: object) -> Iterator[Json]:
    """Every visible object of a card, depth first. An action's data and fallback are not shown."""
    if isinstance(node, list):
        for item in node:
            yield from _nodes(item)
    elif isinstance(node, dict) and node.get("isVisible", True):
        yield node
        for name, inner in node.items():
            if name == "choices":
                yield from ({"title": choice.get("title")} for choice in inner)
            elif name not in ("data", "fallback", "refresh", "authentication", "msteams"):
                yield from _nodes(inner)


def _check_shown(card: Json) -> None:
    if card.get("type") != "AdaptiveCard" or not card.get("version"):
        raise CannotClick("a card without a version is not shown on mobile clients")


def _rows(node: object) -> Iterator[list[Json]]:
    """Every row of buttons: `actions` of the card, of action sets and of cards they show; select actions."""
    for found in _nodes(node):
        if isinstance(found.get("actions"), list):
            yield found["actions"][:VISIBLE_BUTTONS]
        for name in ("selectAction", "inlineAction"):
            if isinstance(found.get(name), dict):
                yield [found[name]]


def find_action(card: Json, wanted: str) -> Json:
    """The button with this verb, title, tooltip or id; raises CannotClick when a person would not find it."""
    _check_shown(card)
    buttons = [button for row in _rows(card) for button in row]
    matching = [button for button in buttons if wanted in _names(button)]
    if not matching:
        shown = ", ".join(sorted({str(button.get("title")) for button in buttons})) or "none"
        raise CannotClick(f"the card has no button {wanted!r}; its buttons: {shown}")
    if not matching[0].get("isEnabled", True):
        raise CannotClick(f"the button {wanted!r} is greyed out")
    return matching[0]


def _names(button: Json) -> tuple[Any, ...]:
    data = button.get("data")
    verb = data.get("verb") if isinstance(data, dict) else None
    return button.get("verb"), button.get("title"), button.get("tooltip"), button.get("id"), verb


def collect(card: Json, action: Json, given: Mapping[str, Any]) -> dict[str, str]:
    """The values sent with a click: what was filled in and the card's defaults, all as strings.

    Raises CannotClick for an input the card does not have and for a value the client would not let through.
    """
    inputs = {node["id"]: node for node in _inputs(card) if "id" in node}
    if unknown := sorted(set(given) - set(inputs)):
        raise CannotClick(f"the card has no input {', '.join(unknown)}; its inputs: {', '.join(inputs)}")
    if action.get("associatedInputs") == "none":
        return {}
    values = {name: _value(node, given.get(name)) for name, node in inputs.items()}
    for name, node in inputs.items():
        _check(node, name, values[name])
    return {name: value for name, value in values.items() if value or _sends_empty(inputs[name])}


def _inputs(card: Json) -> Iterator[Json]:
    """Inputs of the card, hidden ones included: the client sends their values too."""
    for node in _all_nodes(card):
        if str(node.get("type", "")).startswith("Input."):
            yield node


def _all_nodes(node: object) -> Iterator[Json]:
    if isinstance(node, list):
        for item in node:
            yield from _all_nodes(item)
    elif isinstance(node, dict):
        yield node
        for name, inner in node.items():
            if name not in ("data", "fallback", "refresh"):
                yield from _all_nodes(inner)


def _value(node: Json, given: Any) -> str:
    chosen = node.get("value") if given is None else given
    if node["type"] == "Input.Toggle":
        return _toggled(node, chosen)
    if isinstance(chosen, list | tuple):
        return ",".join(str(one) for one in chosen)
    return "" if chosen is None else str(chosen)


def _toggled(node: Json, chosen: Any) -> str:
    on, off = str(node.get("valueOn", "true")), str(node.get("valueOff", "false"))
    return on if chosen in (True, on) else off


def _sends_empty(node: Json) -> bool:
    """An empty text or date is sent as ""; an empty choice or number is left out."""
    return node["type"] in ("Input.Text", "Input.Date", "Input.Time")


def _check(node: Json, name: str, value: str) -> None:
    if not value:
        if node.get("isRequired"):
            raise CannotClick(f"{name} is required: {node.get('errorMessage', '')}")
        return
    problem = _problem(node, value)
    if problem:
        raise CannotClick(f"{name}={value!r} {problem}: {node.get('errorMessage', '')}")


def _problem(node: Json, value: str) -> str | None:
    """What the client would mark red, None when the value is fine."""
    match node["type"]:
        case "Input.Text":
            return _text_problem(node, value)
        case "Input.Number":
            return _number_problem(node, value)
        case "Input.ChoiceSet":
            return _choice_problem(node, value)
        case "Input.Toggle" if node.get("isRequired") and value != str(node.get("valueOn", "true")):
            return "must be ticked"
        case _:
            return None


def _text_problem(node: Json, value: str) -> str | None:
    if len(value) > int(node.get("maxLength") or len(value)):
        return "is too long to be typed"
    if node.get("regex") and not re.search(node["regex"], value):
        return "does not match the pattern"
    return None


def _number_problem(node: Json, value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "is not a number"
    low, high = float(node.get("min", "-inf")), float(node.get("max", "inf"))
    return None if low <= number <= high else "is out of range"


def _choice_problem(node: Json, value: str) -> str | None:
    """A people picker or filtered list takes values it looked up elsewhere."""
    if "choices.data" in node:
        return None
    offered = {str(choice["value"]) for choice in node.get("choices", ())}
    chosen = value.split(",") if node.get("isMultiSelect") else [value]
    return None if offered.issuperset(chosen) else f"is not offered; offered: {', '.join(sorted(offered))}"


def execute(action: Json, inputs: Mapping[str, str]) -> Json:
    """The `value.action` of an invoke; raises CannotClick when the button sends none."""
    if action.get("type") != "Action.Execute":
        raise CannotClick(f"{action.get('type')} makes no invoke")
    sent: Json = {name: action[name] for name in ("type", "id", "title", "verb") if name in action}
    return sent | {"data": _merged(action.get("data"), inputs)}


def submit_value(action: Json, inputs: Mapping[str, str]) -> tuple[Json, str | None]:
    """What an old client sends instead: the value of the Action.Submit, and the text of a messageBack.

    The Action.Submit is the action itself or its fallback; raises CannotClick when there is neither.
    """
    submit = action if action.get("type") == "Action.Submit" else action.get("fallback")
    if not isinstance(submit, dict) or submit.get("type") != "Action.Submit":
        raise CannotClick(f"{action.get('title')!r} has no Action.Submit to fall back to")
    value = _merged(submit.get("data"), inputs)
    teams = value.pop("msteams", None) or {}
    if teams.get("type") == "messageBack":
        return _merged(teams.get("value"), value), teams.get("text")
    return value, None


def _merged(data: object, inputs: Mapping[str, str]) -> Json:
    return {**(data if isinstance(data, dict) else {}), **inputs}
