"""Every card keeps the rules of Teams and of people who do not see colours."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.domain.errors import Bug
from bot.domain.messages import Template
from bot.domain.pending import PendingList
from bot.domain.plans import Refusal
from bot.domain.requests import RequestState
from bot.domain.tasks import ENDED_TASKS, TaskKind, TaskState
from bot.domain.views import RequestView
from bot.words import words_for
from cards import approval, choice, outcome, progress, review, task
from cards.elements import MAX_ACTIONS, button, card, text
from cards.render import About, render
from dialogs.forms import FORMS
from tests.support.card_samples import (
    DORA,
    FILLED,
    MARC,
    NOBODY,
    NUMBER,
    OPTIONS_ALL,
    OPTIONS_FR,
    OPTIONS_US,
    cards,
    preview,
    request,
)
from tests.support.card_samples import form as form_card
from tests.support.delegation_samples import TOLD
from tests.support.drift_samples import found
from tests.support.for_each import for_each
from tests.support.policy_samples import proposal
from tests.support.report_samples import NOW, sample_report
from tests.support.task_samples import PRIYA, sample_view

EN = words_for("en")
SAMPLES = [(f"{tag}-{name}", one) for tag in ("en", "fr", "zh-CN") for name, one in cards(words_for(tag))]
REPORT = sample_report(NOW.date()).model_dump_json()
GOLDEN = Path(__file__).parents[1] / "golden" / "cards"

every_card = for_each({name: (one,) for name, one in SAMPLES})


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def of_type(sample: dict[str, Any], prefix: str) -> list[dict[str, Any]]:
    return [node for node in nodes(sample) if str(node.get("type", "")).startswith(prefix)]


@every_card
def test_is_plain_json_with_a_version_and_words_for_readers(sample: dict[str, Any]) -> None:
    assert json.loads(json.dumps(sample, allow_nan=False)) == sample
    assert sample["version"] == "1.5"
    assert sample["fallbackText"]
    assert sample["speak"] == sample["fallbackText"]
    assert "$schema" not in sample


@every_card
def test_fits_well_into_a_message(sample: dict[str, Any]) -> None:
    assert len(json.dumps(sample, ensure_ascii=False).encode("utf-16-le")) < 28_000


@every_card
def test_every_button_has_its_older_twin(sample: dict[str, Any]) -> None:
    for one in of_type({**sample, "refresh": None}, "Action.Execute"):
        twin = one["fallback"]
        assert twin["type"] == "Action.Submit"
        assert twin["title"] == one["title"]
        assert twin["data"] == one["data"] | {"verb": one["verb"]}
        assert twin["associatedInputs"] == one["associatedInputs"]
    kinds = {one["type"] for one in of_type(sample, "Action.")}
    assert kinds <= {"Action.Execute", "Action.Submit", "Action.OpenUrl"}


@every_card
def test_links_lead_to_microsofts_admin_centres_only(sample: dict[str, Any]) -> None:
    for one in of_type(sample, "Action.OpenUrl"):
        assert urlsplit(one["url"]).scheme == "https"
        assert (urlsplit(one["url"]).hostname or "").endswith(".microsoft.com")


@every_card
def test_no_more_buttons_than_teams_shows(sample: dict[str, Any]) -> None:
    """Those of a row of a list stand in a set of their own."""
    rows = [one["actions"] for one in of_type(sample, "ActionSet")]
    assert all(len(row) <= MAX_ACTIONS for row in rows)
    in_rows = {id(one) for row in rows for one in row}
    others = [one for one in of_type(sample, "Action.Execute") if id(one) not in in_rows]
    assert len(others) <= MAX_ACTIONS


@every_card
def test_every_input_says_what_it_wants(sample: dict[str, Any]) -> None:
    inputs = of_type(sample, "Input.")
    assert len({one["id"] for one in inputs}) == len(inputs)
    for one in inputs:
        assert one["label"]
        if one.get("isRequired"):
            assert one["errorMessage"]


@every_card
def test_texts_wrap_and_leave_no_gap(sample: dict[str, Any]) -> None:
    for block in of_type(sample, "TextBlock"):
        assert block["wrap"]
        assert block["text"].strip()
        assert "{" not in block["text"].replace("{{DATE(", "").replace("{{TIME(", "")


@pytest.mark.parametrize(
    "name",
    [
        "form",
        "review",
        "approval",
        "progress_waiting",
        "outcome_done",
        "requests",
        "list",
        "task_buy_seats",
        "task_is_done",
        "tasks",
    ],
)
def test_wire_json_is_what_it_was(name: str) -> None:
    """Golden files; SWITCHBOARD_WRITE_GOLDEN=1 writes them anew, for a change that is meant."""
    sample = dict(cards(EN))[name]
    path = GOLDEN / f"{name}.json"
    shown = json.dumps(sample, indent=1, sort_keys=True, ensure_ascii=False) + "\n"
    if os.environ.get("SWITCHBOARD_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(shown, encoding="utf-8")
    assert path.read_text(encoding="utf-8") == shown


@pytest.mark.parametrize("kind", FORMS)
def test_required_is_said_in_the_label(kind: str) -> None:
    form = form_card(kind, OPTIONS_ALL, EN, values=FILLED[kind])
    for one in of_type(form, "Input."):
        assert bool(one.get("isRequired")) == ("(required)" in one["label"])


def test_the_form_asks_for_the_place_of_work_only_where_the_country_wants_it() -> None:
    def ids(form: dict[str, Any]) -> set[str]:
        return {one["id"] for one in of_type(form, "Input.")}

    assert "location" in ids(form_card("number", OPTIONS_US, EN))
    assert "location" not in ids(form_card("number", OPTIONS_FR, EN))


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong_beside_it() -> None:
    values = {"ending": "12ab", "reason": "sales", "city": "Paris"}
    body = form_card("number", OPTIONS_FR, EN, values=values, errors={"ending": "digits only"})["body"]
    at = next(index for index, one in enumerate(body) if one.get("id") == "ending")
    assert body[at]["value"] == "12ab"
    assert "digits only" in json.dumps(body[at - 1])


def test_choices_show_free_numbers() -> None:
    form = json.dumps(form_card("number", OPTIONS_FR, EN))
    assert "Paris (3 free)" in form
    assert "Any city (4 free)" in form


def test_cancel_and_change_do_not_send_the_form() -> None:
    form = form_card("number", OPTIONS_US, EN)
    sends = {one["verb"]: one["associatedInputs"] for one in of_type(form, "Action.Execute")}
    assert sends == {"wish.review": "auto", "wish.cancel": "none"}


def verbs(sample: dict[str, Any]) -> set[str]:
    return {one["verb"] for one in of_type(sample, "Action.Execute")}


def test_only_somebody_asked_sees_the_buttons() -> None:
    view = RequestView(request=request())
    assert verbs(approval.build(view, MARC.id, EN)) >= {"request.approve", "request.reject", "request.ask"}
    assert verbs(approval.build(view, DORA.id, EN)) == set()
    assert verbs(approval.build(view, NOBODY, EN)) == set()


@pytest.mark.parametrize("state", [state for state in RequestState if state is not RequestState.SUBMITTED])
def test_nothing_can_be_decided_once_it_is_decided(state: RequestState) -> None:
    assert verbs(approval.build(RequestView(request=request(state)), MARC.id, EN)) == set()


def test_the_approver_sees_who_what_why_cost_and_stock() -> None:
    shown = json.dumps(approval.build(RequestView(request=request()), MARC.id, EN), ensure_ascii=False)
    for part in ("Dora Dubois (dora@contoso.com)", "Paris, France", "I start in sales", "€18.40 a month",
                 "Domestic Calling Plan: 1 free now, 0 after this", "+33 1 70 18 99 42"):  # fmt: skip
        assert part in shown


def test_a_cost_that_is_not_known_is_called_unknown() -> None:
    first, *rest = preview().plan.steps
    free = preview().plan.model_copy(
        update={"steps": (first.model_copy(update={"monthly_cost": None}), *rest)}
    )
    shown = json.dumps(review.build(preview(plan=free), "d", "f", EN))
    assert "Cost: unknown" in shown


def test_only_the_requester_may_withdraw_and_only_while_it_lasts() -> None:
    open_, ended = RequestView(request=request()), RequestView(request=request(RequestState.DONE))
    assert verbs(progress.build(open_, DORA.id, EN)) == {"request.edit", "request.withdraw"}
    assert verbs(progress.build(open_, MARC.id, EN)) == set()
    assert verbs(progress.build(ended, DORA.id, EN)) == set()


def test_the_number_is_shown_as_dialled_abroad_at_home_and_as_stored() -> None:
    done = next(one for name, one in cards(EN) if name == "outcome_done")
    shown = json.dumps(done)
    for part in ("+33 1 70 18 99 42", "01 70 18 99 42", NUMBER, "Calls, above the dial pad"):
        assert part in shown


def test_the_last_word_names_the_person_to_others() -> None:
    view = RequestView(request=request(RequestState.REJECTED))
    assert outcome.build(view, DORA.id, EN)["fallbackText"] == "Your request was rejected"
    assert outcome.build(view, MARC.id, EN)["fallbackText"] == "The request for Dora Dubois was rejected"


def test_names_and_reasons_are_shown_not_obeyed() -> None:
    evil = DORA.model_copy(update={"name": "**[Dora](https://evil.example)** <at>Marc</at>"})
    wish = request().wish.model_copy(update={"reason": "[approve](https://evil.example)"})
    view = RequestView(request=request(beneficiary=evil, requester=evil, wish=wish))
    for built in (approval.build(view, MARC.id, EN), progress.build(view, evil.id, EN)):
        for one in of_type(built, "TextBlock"):
            assert "[Dora](" not in one["text"]
            assert "<at>" not in one["text"].replace(r"\<at\>", "")
        assert "](https" not in json.dumps(built).replace("\\\\](https", "")


def test_seven_buttons_are_a_mistake() -> None:
    buttons = [button("x", "help.show", {}) for _ in range(MAX_ACTIONS + 1)]
    with pytest.raises(ValueError, match="7 buttons"):
        card("x", [text("x")], buttons)


@pytest.mark.parametrize("template", list(Template))
def test_everything_the_service_says_on_its_own_renders(template: Template) -> None:
    others: dict[Template, About] = {
        Template.TASK: sample_view(),
        Template.POLICY_CHANGE: proposal(),
        Template.DIGEST: PendingList(items=(), total=0),
        Template.DRIFT: found(),
    }
    about = others.get(template, RequestView(request=request()))
    told = {"code": "SB-PRP-02", "name": "Dora", "report": REPORT, **TOLD}
    rendered = render(template, about, told, DORA.id, EN)
    assert (rendered.card is None) != (rendered.text is None)
    assert rendered.summary


def test_a_notice_has_what_happened_the_next_step_and_who() -> None:
    told = render(Template.NOTICE, None, {"code": "SB-LOC-01", "name": "*Dora*"}, DORA.id, EN).text or ""
    assert r"\*Dora\*" in told
    assert "What to do next:" in told
    assert "SB-LOC-01" in told


def test_a_code_from_another_version_is_still_quoted() -> None:
    assert "SB-XXX-99" in (render(Template.NOTICE, None, {"code": "SB-XXX-99"}, DORA.id, EN).text or "")


@pytest.mark.parametrize(
    "template", [Template.TASK, Template.APPROVAL, Template.PROGRESS, Template.OUTCOME, Template.DECIDED]
)
def test_a_card_about_nothing_is_a_bug(template: Template) -> None:
    with pytest.raises(Bug):
        render(template, None, {}, DORA.id, EN)


def test_namesakes_become_buttons_that_carry_their_ids() -> None:
    people = [OPTIONS_FR.beneficiary, OPTIONS_US.beneficiary]
    chosen = choice.who_of(people, "asked.meant", {"said": "a number for Do", "as": "number"}, EN)
    data = [one["data"]["person"] for one in of_type(chosen, "Action.Execute")]
    assert data == [DORA.id, NOBODY]


def test_a_task_can_be_taken_on_only_while_nobody_has_it() -> None:
    def shown(**changes: Any) -> set[str]:
        return verbs(task.build(sample_view(**changes), PRIYA.id, EN))

    assert shown() == {"task.claim", "task.done", "task.cannot"}
    assert shown(state=TaskState.CLAIMED, claimed_by=PRIYA) == {"task.done", "task.cannot"}
    for state in ENDED_TASKS:
        assert shown(state=state, claimed_by=PRIYA) == set()


def test_powershell_is_shown_as_it_is_to_be_pasted() -> None:
    view = sample_view(TaskKind.CLEAR_LINE)
    runs = [
        run["text"]
        for one in of_type(task.build(view, PRIYA.id, EN), "RichTextBlock")
        for run in one["inlines"]
    ]
    assert view.text.powershell is not None
    assert runs == [line for line in view.text.powershell.splitlines() if line.strip()]


def test_what_was_put_on_record_is_shown_not_obeyed() -> None:
    done = sample_view(state=TaskState.DONE, claimed_by=PRIYA, evidence={"order": "[4711](https://evil)"})
    assert "](https" not in json.dumps(task.build(done, PRIYA.id, EN)).replace("\\\\](https", "")


def test_what_was_typed_stays_beside_what_is_wrong_with_it() -> None:
    wrong = {"quantity": Refusal(code="SB-TSK-25")}
    body = task.build(sample_view(), PRIYA.id, EN, problems=wrong, typed={"quantity": "many"})["body"]
    at = next(index for index, one in enumerate(body) if one.get("id") == "evidence_quantity")
    assert body[at]["value"] == "many"
    assert "not a whole number" in json.dumps(body[at - 1])
