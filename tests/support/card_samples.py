"""One sample of every card in its main states, for the card tests and for looking at pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from bot.domain.approval import Decision, ManagerApprover, ResolvedStage, StageSpec, Verdict
from bot.domain.catalogue.countries import countries
from bot.domain.numbers import NumberType
from bot.domain.people import Person, PersonRef
from bot.domain.plans import (
    AssignNumber,
    AwaitVoice,
    ChangeLicences,
    LicenceAdd,
    Notice,
    NoticeLevel,
    Notify,
    Plan,
    StockLine,
    WaitReason,
)
from bot.domain.requests import Outcome, Request, RequestState, StepRecord, StepState
from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.domain.values import Money
from bot.domain.views import CityStock, CountryChoice, Preview, ProductChoice, RequestView, WishOptions
from bot.domain.wishes import NumberWish, Wish
from bot.store.drafts import Draft
from bot.words import Words
from cards import approval, forms, list_check, notice, outcome, progress, requests_list, review, welcome
from cards.codes import explain
from cards.elements import Card
from cards.groups import GROUPS
from dialogs.forms import FORMS
from dialogs.forms.settling import with_defaults
from dialogs.forms.showing import form_view
from dialogs.wish_draft import Filled, WishDraft
from tests.support.approval_samples import approval_cards
from tests.support.audit_samples import audit_cards
from tests.support.command_samples import command_cards
from tests.support.credit_samples import credit_cards
from tests.support.delegation_samples import delegation_cards
from tests.support.delivery_samples import delivery_cards
from tests.support.drift_samples import drift_cards
from tests.support.explain_samples import explain_cards
from tests.support.list_samples import checked_list, worst_list
from tests.support.looking_samples import looking_cards
from tests.support.order_samples import order_cards
from tests.support.policy_samples import confirm_cards, policy_cards
from tests.support.report_samples import report_cards
from tests.support.silence_samples import silence_cards
from tests.support.task_samples import task_cards
from tests.support.undo_samples import undo_cards

MCOEV = "e43b5b99-8dfb-405f-9987-dc307f34bcbd"
MCOMEETADV = "0c266dff-15dd-4b49-8397-2bb16070ed52"
MCOPSTN1 = "0dab259f-bf13-4952-b7f8-7db8f131b28d"
NUMBER = "+33170189942"
AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)

DORA = PersonRef(id="00000000-0000-0000-0000-00000000d05a", name="Dora Dubois", upn="dora@contoso.com")
MARC = PersonRef(id="00000000-0000-0000-0000-00000000a5c0", name="Marc Moreau", upn="marc@contoso.com")
NOBODY = "00000000-0000-0000-0000-000000000000"

PLAN = Plan(
    steps=(
        ChangeLicences(
            add=(
                LicenceAdd(sku_id=MCOEV, part_number="MCOEV"),
                LicenceAdd(sku_id=MCOPSTN1, part_number="MCOPSTN1"),
            ),
            monthly_cost=Money(minor=1840, currency="EUR"),
            rules=("R05", "R10"),
        ),
        AwaitVoice(plans=("4828c8ec-dc2e-4779-b502-87ac9ce28ab7",)),
        AssignNumber(
            number_type=NumberType.CALLING_PLAN,
            country="FR",
            city="Paris",
            ending="42",
            telephone_number=NUMBER,
        ),
        Notify(),
    ),
    notices=(Notice(code="SB-LIC-07", level=NoticeLevel.INFO, params={"name": "Dora Dubois", "base": "E3"}),),
    stock=(
        StockLine(label="Teams Phone Standard", kind="seat", key=MCOEV, free_before=3, free_after=2),
        StockLine(label="Domestic Calling Plan", kind="seat", key=MCOPSTN1, free_before=1, free_after=0),
        StockLine(label="France, Paris", kind="number", key="FR", free_before=3, free_after=2),
    ),
)

WISH = NumberWish(
    beneficiary_id=DORA.id,
    country="FR",
    city="Paris",
    ending="42",
    reason="I start in sales on Monday and customers have to reach me.",
)

STAGE = ResolvedStage.of(StageSpec(approvers=ManagerApprover()), MARC)


def request(state: RequestState = RequestState.SUBMITTED, **changes: object) -> Request:
    base = Request(
        id="SB-4K7Q2",
        version=3,
        state=state,
        requester=DORA,
        beneficiary=DORA,
        wish=WISH,
        plan=PLAN,
        policy_version="p1",
        stages=(STAGE,),
        created_at=AT,
        updated_at=AT,
    )
    return base.model_copy(update=changes)


def decided(verdict: Verdict, comment: str = "") -> Decision:
    return Decision(
        stage_index=0, approver=MARC, verdict=verdict, comment=comment, at=AT + timedelta(hours=2)
    )


APPROVED = (decided(Verdict.APPROVE, "Welcome on board."),)
REJECTED = (decided(Verdict.REJECT, "Please use the team's shared number."),)
STEPS_HALF = (StepRecord(index=0, kind="change_licences", state=StepState.DONE),)
STEPS_ALL = tuple(
    StepRecord(index=index, kind=step.kind, state=StepState.DONE) for index, step in enumerate(PLAN.steps)
)

OPTIONS_FR = WishOptions(
    beneficiary=Person(id=DORA.id, name=DORA.name, upn=DORA.upn, usage_location="FR"),
    countries=(CountryChoice(country="FR", name="France", needs_location=False),),
    cities=(
        CityStock(country="FR", city="Lyon", free=1),
        CityStock(country="FR", city="Paris", free=3),
    ),
    locations=(),
)
OPTIONS_US = WishOptions(
    beneficiary=Person(id=NOBODY, name="Ben Baker", upn="ben@contoso.com", usage_location="US"),
    countries=(CountryChoice(country="US", name="United States", needs_location=True),),
    cities=(CityStock(country="US", city="Redmond", free=2),),
    locations=(
        EmergencyLocation(
            id="loc-1", name="Redmond HQ", country="US", city="Redmond", address="1 Contoso Way"
        ),
        EmergencyLocation(
            id="loc-2", name="Seattle Hub", country="US", city="Seattle", address="500 Pine St"
        ),
    ),
)


OPTIONS_ALL = OPTIONS_US.model_copy(
    update={
        "beneficiary": OPTIONS_FR.beneficiary,
        "countries": (
            CountryChoice(country="FR", name="France", needs_location=False),
            CountryChoice(country="US", name="United States", needs_location=True),
            *(
                CountryChoice(country=one.iso2, name=one.name, needs_location=False)
                for one in list(countries().values())[:97]
            ),
        ),
        "offered": (
            ProductChoice(sku_id=MCOEV, use="phone", free=3),
            ProductChoice(sku_id=MCOPSTN1, use="domestic", free=1),
            ProductChoice(sku_id=MCOMEETADV, use="conferencing", free=28),
        ),
        "held": (ProductChoice(sku_id=MCOEV, use="phone"), ProductChoice(sku_id=MCOPSTN1, use="domestic")),
        "numbers": (NUMBER,),
        "currencies": ("EUR", "USD"),
        "facts": TenantFacts(
            agreements=("123", "456"),
            purchase_order_format="PO-[0-9]{4}",
            hybrid_conferencing=True,
            purchase_channel="volume",
        ),
    }
)
"""Everything there is to choose from."""

FILLED: Mapping[str, Mapping[str, str]] = {
    "number": {"country": "FR"},
    "number_change": {"country": "US", "ending": "42", "location": "loc-1"},
    "number_release": {"confirms_loss": "true", "reason": "I use the mobile only."},
    "usage_location": {"country": "FR"},
    "licence": {"product": MCOMEETADV, "leads_meetings": "yes", "provider": "InterCall",
                "accepts_change": "true"},
    "phone_user": {"country": "US", "location": "new", "calls": "outside", "calling_plan": "payg",
                   "with_credits": "true"},
    "meeting_organiser": {"leads_meetings": "yes", "pay_per_minute": "true"},
    "swap": {"give_up": MCOPSTN1, "get": MCOEV, "confirms_loss": "true"},
    "leaver": {"last_day": "2026-11-27", "successor": MARC.id, "successor_name": MARC.name,
               "forward_to": "the front desk", "confirms_loss": "true"},
    "mover": {"country": "US", "location": "loc-2", "confirms_loss": "true"},
    "emergency_location": {"location": "loc-2"},
    "service_number": {"purpose": "queue", "country": "FR", "city": "Paris", "tariff": "toll_free",
                       "name": "Support", "outbound_calls": "true"},
    "number_order": {"country": "FR", "city": "Paris", "quantity": "40", "usage": "conference",
                     "tariff": "toll"},
    "number_port": {"country": "FR", "numbers": "+33170189942\n+33170189943", "usage": "user",
                    "operator": "Telco"},
    "credits": {"purpose": "top_up", "currency": "EUR", "amount": "800", "recharge": "200",
                "trigger": "50.50", "usage": "80 100 120", "agreement": "123", "purchase_order": "PO-1234"},
}  # fmt: skip
"""Every form filled in so that nothing is left to correct, over `OPTIONS_ALL`."""


def wish_of(kind: str) -> Wish:
    """What the filled form wishes for."""
    return FORMS[kind].to_wish(DORA.id, FILLED[kind])


def form(
    kind: str,
    options: WishOptions,
    words: Words,
    *,
    values: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
    remarks: tuple[str, ...] = (),
) -> Card:
    """The form of a wish, as Dora sees it."""
    one = FORMS[kind]
    wish = WishDraft(
        beneficiary_id=options.beneficiary.id,
        version=one.version,
        values=with_defaults(one, options, values or {}),
    )
    stored = Draft(id="d1", owner_id=DORA.id, kind=kind, data={}, created_at=AT, updated_at=AT)
    view = form_view(Filled(stored, one, wish), options, DORA.id, words, errors=errors or {}, remarks=remarks)
    return forms.build(view, words)


def preview(**changes: object) -> Preview:
    base = Preview(wish=WISH, requester=DORA, beneficiary=DORA, plan=PLAN, stages=(STAGE,))
    return base.model_copy(update=changes)


WAITING_PLAN = PLAN.model_copy(
    update={
        "waits_for": WaitReason.LICENCES,
        "notices": (
            Notice(code="SB-LIC-04", level=NoticeLevel.WARN, params={"product": "Domestic Calling Plan"}),
        ),
    }
)


def cards(words: Words) -> Iterator[tuple[str, Card]]:
    """Every card under a name."""
    yield from _form_cards(words)
    yield from _request_cards(words)
    yield from task_cards(words)
    yield from order_cards(words, request())
    yield from approval_cards(words, request())
    yield from policy_cards(words)
    yield from delegation_cards(words, request())
    yield from silence_cards(words, request())
    yield from undo_cards(words, request())
    yield from credit_cards(words)
    yield from report_cards(words)
    yield from delivery_cards(words, request())
    yield from drift_cards(words)
    yield from looking_cards(words, request())
    yield from audit_cards(words, request())
    yield from confirm_cards(words, RequestView(request=request()))
    yield "welcome", welcome.build(words)
    yield from command_cards(words, request())
    for group in GROUPS:
        yield f"help_{group}", welcome.help_card(words, group)
    people = [OPTIONS_FR.beneficiary, OPTIONS_US.beneficiary]
    yield from explain_cards(words, people, request())
    yield "list", list_check.build(checked_list(), words)
    yield "list_long", list_check.build(worst_list(), words)
    yield "closed", notice.closed(words("Cancelled. Nothing was sent."), words)
    advice = explain("SB-CONF-01", {}, words)
    yield "answered", notice.answered(words("Dial-in numbers for meetings"), advice, "d1", words)


def _form_cards(words: Words) -> Iterator[tuple[str, Card]]:
    yield "form", form("number", OPTIONS_FR, words)
    yield (
        "form_errors",
        form(
            "number",
            OPTIONS_US,
            words,
            values={"ending": "12ab", "reason": "Support desk", "any_number": "false"},
            errors={"ending": words("the ending takes digits only, at most 6.")},
            remarks=(words("The form is now for the person you chose. Please check country and city."),),
        ),
    )
    for kind, values in FILLED.items():
        yield f"form_{kind}", form(kind, OPTIONS_ALL, words, values=values)
        wished = preview(wish=wish_of(kind))
        yield f"review_{kind}", review.build(wished, "d1", "abc", words)
    yield "review", review.build(preview(), "d1", "abc", words)
    nobody = preview(stages=(), rule="small *licences*", auto_approved=True)
    yield "review_automatic", review.build(nobody, "d1", "abc", words)
    yield "review_waiting", review.build(preview(plan=WAITING_PLAN), "d1", "abc", words)


def _request_cards(words: Words) -> Iterator[tuple[str, Card]]:
    submitted = RequestView(request=request())
    rejected = RequestView(request=request(RequestState.REJECTED, decisions=REJECTED))
    running = RequestView(
        request=request(RequestState.WAITING, waiting=WaitReason.PROPAGATION, decisions=APPROVED),
        steps=STEPS_HALF,
    )
    done = RequestView(
        request=request(RequestState.DONE, decisions=APPROVED, outcome=Outcome(telephone_number=NUMBER)),
        steps=STEPS_ALL,
    )
    failed = RequestView(
        request=request(
            RequestState.PARTLY_DONE,
            decisions=APPROVED,
            outcome=Outcome(notices=(Notice(code="SB-REQ-07", level=NoticeLevel.WARN),)),
        ),
        steps=STEPS_HALF,
    )
    for kind in FILLED:
        own = request(RequestState.DONE, wish=wish_of(kind), outcome=Outcome())
        yield f"outcome_{kind}", outcome.build(RequestView(request=own), DORA.id, words)
        asked = request(wish=wish_of(kind))
        yield f"approval_{kind}", approval.build(RequestView(request=asked), MARC.id, words)
    yield "approval", approval.build(submitted, MARC.id, words)
    yield (
        "approval_error",
        approval.build(submitted, MARC.id, words, error=words("Please say why you reject.")),
    )
    yield "approval_decided", approval.build(running, MARC.id, words)
    yield "approval_rejected", approval.build(rejected, MARC.id, words)
    yield "progress_submitted", progress.build(submitted, DORA.id, words)
    yield "progress_waiting", progress.build(running, DORA.id, words)
    by_itself = request(RequestState.APPROVED, stages=(), rule="small *licences*", auto_approved=True)
    yield "progress_automatic", progress.build(RequestView(request=by_itself), DORA.id, words)
    yield "progress_done", progress.build(done, DORA.id, words)
    yield "progress_rejected", progress.build(rejected, DORA.id, words)
    yield "outcome_done", outcome.build(done, DORA.id, words)
    yield "outcome_other", outcome.build(done, MARC.id, words)
    yield "outcome_rejected", outcome.build(rejected, DORA.id, words)
    yield "outcome_partly", outcome.build(failed, DORA.id, words)
    page = [submitted, running, done, rejected, failed]
    yield "requests", requests_list.build(page, 0, words)
    yield "requests_none", requests_list.build([], 0, words)
