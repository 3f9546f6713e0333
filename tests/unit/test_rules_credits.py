"""Communications Credits, rule by rule, over the fixture tenant (R38-R54, R81)."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.catalogue.countries import countries
from bot.domain.catalogue.limits import dial_out_minutes
from bot.domain.codes import CODES
from bot.domain.credits import Charge, Entry, Purchase, balances, expiries, suggested_amount, warning_days
from bot.domain.planning import plan, precheck
from bot.domain.plans import HumanTask, NoticeLevel, Plan, Refusal
from bot.domain.task_texts import task_text
from bot.domain.tasks import TaskKind
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.values import Money
from bot.domain.wishes import CreditsWish
from tests.support.contoso import NOW, STOCK, ana, sku, tenant

AGREEMENTS = ("123", "456")


def euros(amount: int) -> Money:
    return Money(minor=amount * 100, currency="EUR")


def facts(**more: object) -> TenantFacts:
    return TenantFacts.model_validate({"billing": "MOSA", **more})


def asks(amount: int = 500, view: TenantView | None = None, **more: object) -> Plan | Refusal:
    wish = CreditsWish.model_validate(
        {"beneficiary_id": "ana", "amount": euros(amount), "usage": (euros(400),), **more}
    )
    return plan(wish, ana(), view or tenant(facts=facts()), NOW)


def planned(amount: int = 500, view: TenantView | None = None, **more: object) -> Plan:
    found = asks(amount, view, **more)
    assert isinstance(found, Plan), found
    return found


def refused(amount: int = 500, view: TenantView | None = None, **more: object) -> str:
    found = asks(amount, view, **more)
    assert isinstance(found, Refusal), found
    return found.code


def codes(found: Plan) -> set[str]:
    return {notice.code for notice in found.notices}


def task(found: Plan) -> HumanTask:
    (step,) = found.steps
    assert isinstance(step, HumanTask)
    return step


def checklist(found: Plan, about: TenantFacts | None = None) -> str:
    text = task_text(task(found).task, task(found).params, about or facts())
    return "\n".join(line.msgid.format(**line.params) for line in (*text.checklist, *text.warnings))


def test_r37_no_credits_in_the_cloud_operated_by_21vianet() -> None:
    assert refused(view=tenant(facts=facts(cloud="china"))) == "SB-LIC-37"


def test_r38_115_conferencing_licences_share_6900_minutes() -> None:
    assert dial_out_minutes(115) == 6_900


def test_r38_a_call_to_zimbabwe_always_takes_credits() -> None:
    zone_a = {one.iso2 for one in countries().values() if one.zone_a}
    assert "FR" in zone_a
    assert "ZW" not in zone_a
    assert "Anything else takes credits" in CODES["SB-CONF-11"].says


def test_r39_the_plan_says_what_credits_are_for() -> None:
    assert "toll-free" in CODES["SB-CRE-26"].says
    assert "SB-CRE-26" in codes(planned())


def test_r40_what_happens_without_money_is_said() -> None:
    notice = next(one for one in planned().notices if one.code == "SB-CRE-21")
    assert notice.level is NoticeLevel.WARN
    assert "calls end" in CODES[notice.code].says


@pytest.mark.parametrize(
    ("owned", "fits"),
    [
        (("ENTERPRISEPACK",), False),
        (("ENTERPRISEPACK", "MCOMEETADV"), True),
        (("ENTERPRISEPACK", "MCOEV"), False),
        (("ENTERPRISEPACK", "MCOPSTN1"), False),
        (("ENTERPRISEPACK", "MCOEV", "MCOPSTN1"), True),
        (("MCOTEAMS_ESSENTIALS",), True),
        (("ENTERPRISEPREMIUM",), True),
    ],
)
def test_r41_credits_take_conferencing_or_a_phone_with_a_plan(owned: tuple[str, ...], fits: bool) -> None:
    view = tenant(stock=dict.fromkeys(owned, (10, 1)), facts=facts())
    found = asks(view=view)
    assert isinstance(found, Plan) is fits
    if not fits:
        assert isinstance(found, Refusal)
        assert found.code == "SB-CRE-03"


def test_r41_what_was_suspended_or_never_filled_does_not_count() -> None:
    suspended = tenant(stock={"ENTERPRISEPACK": (10, 1)}, facts=facts())
    for conferencing in (sku("MCOMEETADV", 10, 1, status="Suspended"), sku("MCOMEETADV", 0, 0)):
        view = suspended.model_copy(update={"skus": (*suspended.skus, conferencing)})
        assert refused(view=view) == "SB-CRE-03"


def test_r42_the_task_reminds_of_the_licence_also_for_e5() -> None:
    assert "credits licence, also people with E5" in checklist(planned())


def test_r43_licences_for_credits_do_not_run_out() -> None:
    taken = sku("MCOPSTNC", 10_000_000, 10_000_000)
    view = tenant(stock=STOCK).model_copy(update={"skus": (taken,)})
    assert view.free_seats(taken.sku_id) > 0


def test_r44_people_buy_them_by_the_steps_of_2024() -> None:
    found = planned(800, purpose="set_up")
    assert task(found).task is TaskKind.ADD_FUNDS
    said = checklist(found)
    assert "Marketplace → All products → Communication Credits → Details → Buy" in said
    assert "Add funds" not in said
    later = checklist(planned(800, purpose="top_up"))
    assert "Billing → Your products → Communication Credits → Add funds" in later
    assert "Marketplace" not in later
    assert "Amount: 800.00 EUR" in said
    text = task_text(task(found).task, task(found).params, facts())
    assert [field.id for field in text.evidence if field.required] == ["order", "amount", "bought_on"]


def test_r45_trigger_50_and_recharge_200_are_fine() -> None:
    found = planned(recharge=euros(200), trigger=euros(50))
    assert "SB-CRE-21" not in codes(found)
    assert "on; add 200.00 EUR when 50.00 EUR are left" in checklist(found)


@pytest.mark.parametrize(
    ("amount", "more", "code"),
    [
        (0, {}, "SB-CRE-05"),
        (-5, {}, "SB-CRE-05"),
        (500, {"recharge": euros(0), "trigger": euros(0)}, "SB-CRE-07"),
        (500, {"recharge": euros(200), "trigger": euros(0)}, "SB-CRE-07"),
        (500, {"recharge": euros(50), "trigger": euros(200)}, "SB-CRE-07"),
        (500, {"recharge": euros(200)}, "SB-CRE-06"),
        (500, {"trigger": euros(50)}, "SB-CRE-06"),
        (500, {"recharge": Money(minor=9, currency="USD"), "trigger": euros(1)}, "SB-CRE-04"),
        (500, {"usage": (Money(minor=9, currency="USD"),)}, "SB-CRE-04"),
    ],
)
def test_r45_amounts_that_cannot_be_meant_are_refused(
    amount: int, more: dict[str, object], code: str
) -> None:
    assert refused(amount, **more) == code


def test_r45_without_auto_recharge_the_approver_sees_the_risk() -> None:
    found = planned()
    assert next(one for one in found.notices if one.code == "SB-CRE-21").level is NoticeLevel.WARN
    assert "Auto-recharge: off" in checklist(found)


def test_r46_a_purchase_of_mid_march_is_warned_about_three_times() -> None:
    assert warning_days(date(2026, 3, 15)) == (date(2027, 1, 14), date(2027, 2, 13), date(2027, 3, 8))


def test_r46_the_approver_and_the_buyer_hear_that_money_expires() -> None:
    found = planned()
    assert "SB-CRE-27" in codes(found)
    assert "within 12 months" in checklist(found)


def test_r47_the_oldest_money_is_spent_first() -> None:
    spent: list[Entry] = [
        Purchase(id="jan", on=date(2026, 1, 10), amount=euros(100)),
        Purchase(id="jun", on=date(2026, 6, 10), amount=euros(100)),
        Charge(id="calls", on=date(2026, 7, 1), amount=euros(120)),
    ]
    (balance,) = balances(spent, date(2026, 7, 2))
    assert [lot.left for lot in balance.lots] == [euros(0), euros(80)]
    (later,) = balances(spent, date(2027, 1, 10))
    assert later.lots[0].forfeited == euros(0), "the end of January's money loses nothing"
    assert expiries(spent, date(2027, 1, 5)) == ()


def test_r48_the_budget_owner_hears_of_invoices_where_money_recharges_itself() -> None:
    with_recharge = planned(recharge=euros(200), trigger=euros(50))
    assert "SB-CRE-22" in codes(with_recharge)
    assert "invoice of its own" in checklist(with_recharge)
    assert "SB-CRE-22" not in codes(planned())


def test_r49_nobody_takes_it_for_granted_that_microsoft_writes_to_them() -> None:
    assert "SB-CRE-28" in codes(planned())


def test_r50_whoever_pays_after_use_is_refused_with_the_reason() -> None:
    assert refused(500, tenant(facts=facts(billing="MCA"))) == "SB-CRE-02"
    row = CODES["SB-CRE-02"]
    assert "after they were made" in row.says
    assert "auto-recharge switched off" in row.next_step


def test_r50_billing_comes_before_everything_else() -> None:
    assert refused(0, tenant(stock={}, facts=facts(billing="MCA"))) == "SB-CRE-02"


def test_r50_use_that_is_paid_afterwards_needs_no_credits() -> None:
    assert refused(view=tenant(facts=facts(post_usage=True))) == "SB-CRE-02"


def test_r50_a_partners_customer_asks_the_partner() -> None:
    found = planned(500, tenant(facts=facts(billing="CSP", purchase_order_required=True)))
    assert task(found).task is TaskKind.PARTNER_FUNDS
    assert task(found).params == {"amount": "500.00", "currency": "EUR"}
    assert "Ask the partner to fund" in checklist(found)


def test_r50_nobody_guesses_how_the_organisation_pays() -> None:
    assert refused(view=tenant(facts=TenantFacts())) == "SB-CRE-01"
    assert "tenant.toml" in CODES["SB-CRE-01"].next_step


@pytest.mark.parametrize("billing", ["MOSA", "EA"])
def test_r50_others_go_on(billing: str) -> None:
    found = planned(view=tenant(facts=facts(billing=billing, agreements=("123",))))
    assert task(found).params["billing"] == billing


def test_r51_one_of_two_agreements_has_to_be_picked() -> None:
    two = tenant(facts=facts(agreements=AGREEMENTS))
    assert refused(view=two, pay_by_agreement=True) == "SB-CRE-09"
    assert refused(view=two, agreement_number="789") == "SB-CRE-10"
    found = planned(view=two, pay_by_agreement=True, agreement_number="456")
    assert task(found).params["agreement"] == "456"
    assert "number 456" in checklist(found)


def test_r51_a_single_agreement_needs_no_picking() -> None:
    found = planned(view=tenant(facts=facts(agreements=("123",))), pay_by_agreement=True)
    assert task(found).params["agreement"] == "123"


def test_r51_agreements_have_to_be_known() -> None:
    assert refused(pay_by_agreement=True) == "SB-CRE-08"


def test_r51_who_pays_otherwise_needs_no_agreement() -> None:
    found = planned(view=tenant(facts=facts(agreements=AGREEMENTS)))
    assert task(found).params["agreement"] == ""


def test_r51_no_order_without_the_purchase_order_number_the_policy_wants() -> None:
    strict = tenant(facts=facts(purchase_order_required=True, purchase_order_format="PO-[0-9]{6}"))
    assert refused(view=strict, purchase_order="PO-12") == "SB-CRE-12"
    assert refused(view=strict, purchase_order="PO-123456 or so") == "SB-CRE-12"
    found = planned(view=strict, purchase_order="PO-123456")
    assert "support has to switch it on" in checklist(found)


def test_r51_without_the_number_the_policy_wants_nobody_can_approve() -> None:
    found = planned(view=tenant(facts=facts(purchase_order_required=True)))
    assert found.lacks == ("SB-CRE-11",)
    assert "SB-CRE-11" in codes(found)
    assert [step.kind for step in found.steps] == ["human_task"]
    complete = planned(view=tenant(facts=facts(purchase_order_required=True)), purchase_order="4711")
    assert complete.lacks == ()


def test_r51_where_the_number_may_follow_nothing_is_ordered_before_it_is_there() -> None:
    lenient = tenant(facts=facts(purchase_order_required=True, purchase_order_may_follow=True))
    found = planned(view=lenient)
    assert found.lacks == ()
    assert "SB-CRE-41" in codes(found)
    assert [step.kind for step in found.steps] == ["await_purchase_order", "human_task"]
    assert [step.kind for step in planned(view=lenient, purchase_order="4711").steps] == ["human_task"]


def test_r51_the_same_purchase_order_twice_is_warned_about() -> None:
    before = tenant(facts=facts()).model_copy(update={"purchase_orders": {"po-17": "SB-4K7Q2"}})
    (notice,) = (one for one in planned(view=before, purchase_order="PO-17").notices if "order" in one.params)
    assert (notice.code, notice.level) == ("SB-CRE-40", NoticeLevel.WARN)
    assert notice.params == {"order": "PO-17", "request": "SB-4K7Q2"}
    assert "SB-CRE-40" not in codes(planned(view=before, purchase_order="PO-18"))


def test_r50_whoever_pays_after_use_can_have_automatic_recharging_switched_off() -> None:
    for billing in ("MCA", "MOSA", "EA"):
        view = tenant(facts=facts(billing=billing, agreements=AGREEMENTS, purchase_order_required=True))
        found = planned(0, view, purpose="recharge_off")
        assert task(found).task is TaskKind.SET_RECHARGE
        assert "Auto-recharge: off" in checklist(found)
        assert found.lacks == ()
    paying_later = tenant(facts=facts(billing="MCA"))
    on = refused(0, paying_later, purpose="auto_recharge", recharge=euros(200), trigger=euros(50))
    assert on == "SB-CRE-02"


def test_r45_automatic_recharging_alone_takes_both_amounts_and_buys_nothing_now() -> None:
    found = planned(0, purpose="auto_recharge", recharge=euros(200), trigger=euros(50))
    assert "add 200.00 EUR when 50.00 EUR are left" in checklist(found)
    assert "SB-CRE-22" in codes(found), "each recharge is money that nobody approves again"
    text = task_text(task(found).task, task(found).params, facts())
    assert [field.id for field in text.evidence if field.required] == ["changed_on"]
    assert refused(0, purpose="auto_recharge", recharge=euros(200)) == "SB-CRE-06"
    assert refused(0, purpose="auto_recharge") == "SB-CRE-06"
    assert refused(0, purpose="auto_recharge", recharge=euros(20), trigger=euros(50)) == "SB-CRE-07"


def test_r50_of_a_partners_customer_the_partner_recharges_too() -> None:
    view = tenant(facts=facts(billing="CSP"))
    found = planned(0, view, purpose="auto_recharge", recharge=euros(200), trigger=euros(50))
    assert "only the partner can set it" in checklist(found)


def test_r48_what_recharges_itself_is_approved_like_what_it_adds() -> None:
    """J08: each recharge takes as much, and nobody is asked about it again."""

    def at_stake(amount: int, **more: object) -> Money:
        return CreditsWish.model_validate({"beneficiary_id": "ana", "amount": euros(amount), **more}).at_stake

    assert at_stake(400) == euros(400)
    assert at_stake(400, recharge=euros(200), trigger=euros(50)) == euros(400)
    assert at_stake(50, recharge=euros(900), trigger=euros(50)) == euros(900)
    assert at_stake(0, purpose="recharge_off") == euros(0)


def test_r52_an_agreement_of_another_region_is_warned_about() -> None:
    about = facts(agreements=("123",), agreement_elsewhere=True)
    by_agreement = planned(view=tenant(facts=about), pay_by_agreement=True)
    assert next(one for one in by_agreement.notices if one.code == "SB-CRE-25").level is NoticeLevel.WARN
    assert "another region" in checklist(by_agreement, about)
    assert "SB-CRE-25" not in codes(planned(view=tenant(facts=about)))


def test_r53_usage_of_80_100_and_120_suggests_120() -> None:
    usage = (euros(80), euros(100), euros(120))
    assert suggested_amount(usage) == euros(120)
    notice = next(one for one in planned(usage=usage).notices if one.code == "SB-CRE-24")
    assert notice.params == {"amount": "120.00 EUR"}


def test_r53_only_the_last_three_months_count() -> None:
    assert suggested_amount((euros(9_000), euros(80), euros(100), euros(120))) == euros(120)


def test_r53_whoever_does_not_know_the_usage_says_so() -> None:
    assert "SB-CRE-23" in codes(planned(usage=()))
    assert suggested_amount(()) is None


def test_r54_credits_alone_are_no_plan() -> None:
    """Who pays for calls is one thing, who may call another: funding gives nobody a licence."""
    found = planned()
    assert [step.kind for step in found.steps] == ["human_task"]
    assert found.seats == ()


def test_r81_no_price_is_quoted_but_what_the_requester_gave() -> None:
    found = planned(500, recharge=euros(200), trigger=euros(50), usage=())
    assert all(step.monthly_cost is None for step in found.steps)
    shown = {value for notice in found.notices for value in notice.params.values()}
    assert not any("EUR" in value for value in shown)
    assert {task(found).params[name] for name in ("amount", "recharge", "trigger")} == {
        "500.00",
        "200.00",
        "50.00",
    }


def test_the_checks_are_made_again_before_anybody_is_asked_to_pay() -> None:
    wish = CreditsWish(beneficiary_id="ana", amount=euros(500))
    agreed = plan(wish, ana(), tenant(facts=facts()), NOW)
    assert isinstance(agreed, Plan)
    assert precheck(wish, ana(), tenant(facts=facts()), agreed) is None
    changed = precheck(wish, ana(), tenant(facts=facts(billing="MCA")), agreed)
    assert changed is not None
    assert changed.code == "SB-CRE-02"
    stricter = precheck(wish, ana(), tenant(facts=facts(purchase_order_required=True)), agreed)
    assert stricter is not None
    assert stricter.code == "SB-CRE-11", "nothing is ordered without the number"
