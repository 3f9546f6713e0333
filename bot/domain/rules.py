"""The rules of the phone desk: what Switchboard knows of licences, numbers and credits, by number.

The numbers R01-R82 are quoted by steps, notices and refusals, and never change their meaning. Each row says
how the rule is applied, how old the newest word of Microsoft's on it is, and where it is implemented;
`docs/rules.md` adds the tests that prove it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["RULES", "Rule", "Status"]


def N_(text: str) -> str:
    """Marks a text for translation; it is translated where it is shown."""
    return text


class Status(StrEnum):
    IN_FORCE = "in force"
    OFF = "off by default"
    """No longer true for most; kept as data, and switched on by `tenant.toml`."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    title: str
    verbs: tuple[str, ...]
    """What is done: VALIDATE, REFUSE, WARN, STEP, WAIT, ALERT, MANUAL (a person does it), INFO."""
    as_of: str
    """Year and month of the newest source."""
    where: tuple[str, ...]
    """Modules and names that apply it, such as `bot.domain.planning.planner:plan`."""
    status: Status = Status.IN_FORCE
    reason: str = ""
    """Of a rule that is off: why it no longer holds, and how it is switched on."""


def _rule(title: str, verbs: str, as_of: str, *where: str, off: str = "") -> Rule:
    """`off`: why the rule is off by default."""
    status = Status.OFF if off else Status.IN_FORCE
    return Rule(title, tuple(verbs.split()), as_of, where, status, off)


RULES: Mapping[str, Rule] = {
    "R01": _rule(
        N_("A licence belongs to one person's account"),
        "VALIDATE STEP",
        "2026-08",
        "bot.domain.planning.person:unlicensable",
        "bot.domain.planning.account:account_refusal",
    ),
    "R02": _rule(
        N_("Products are matched by id, not by their part number"),
        "VALIDATE REFUSE",
        "2026-08",
        "bot.domain.catalogue.products:find_product",
        "bot.domain.planning.wanted:wanted",
    ),
    "R03": _rule(
        N_("Communications Credits have two part numbers"),
        "VALIDATE",
        "2026-08",
        "bot.domain.catalogue.products:find_product",
    ),
    "R04": _rule(
        N_("Office 365 E5 has two names and is one product"),
        "INFO",
        "2026-08",
        "bot.domain.catalogue.products:find_product",
    ),
    "R05": _rule(
        N_("A Calling Plan needs Teams Phone first"),
        "VALIDATE STEP",
        "2026-08",
        "bot.domain.planning.licences:foundation",
        "bot.domain.planning.afterwards:orphan",
        "bot.domain.planning.licence_precheck:precheck_licences",
    ),
    "R06": _rule(
        N_("Who calls over the organisation's own carrier gets no Calling Plan"),
        "REFUSE",
        "2025-07",
        "bot.domain.planning.person:number_type_of",
        "bot.domain.planning.calling_rules:calling_refusal",
        "bot.graph.holdings:holdings",
    ),
    "R07": _rule(
        N_("A licence can take up to 24 hours to work"),
        "WAIT ALERT",
        "2023-01",
        "bot.domain.planning.readiness:voice_ready",
        "bot.execution.steps.propagation:not_yet",
        "bot.execution.steps.plans:PlansHandler",
        "bot.execution.steps.voice:VoiceHandler",
    ),
    "R08": _rule(
        N_("Teams may not know a new account for some hours"),
        "WAIT",
        "2022-11",
        "bot.domain.planning.number_part:newcomer_notices",
        "bot.execution.steps.voice:VoiceHandler",
    ),
    "R09": _rule(
        N_("What is out of stock is bought and waited for"),
        "VALIDATE MANUAL",
        "2024-01",
        "bot.domain.tenant:TenantView",
        "bot.domain.planning.notices:offer_notices",
        "bot.execution.steps.taking_seats:take_seats",
        "bot.domain.task_texts.stock:buy_seats",
    ),
    "R10": _rule(
        N_("Licences come before numbers"),
        "STEP",
        "2024-01",
        "bot.domain.planning.order:in_order",
    ),
    "R11": _rule(
        N_("A list names one person a line"),
        "VALIDATE",
        "2025-03",
        "bot.domain.lists:read_list",
        "bot.domain.list_check:verdict",
        "cards.list_check:build",
    ),
    "R12": _rule(
        N_("There are templates for a phone user and for a meeting organiser"),
        "INFO",
        "2026-08",
        "bot.domain.planning.templates:plan_phone_user",
        "bot.domain.planning.templates:plan_organiser",
    ),
    "R13": _rule(
        N_("A person has one Calling Plan; another one replaces it"),
        "VALIDATE WARN",
        "2023-01",
        "bot.domain.planning.exchange:replaced_by",
        "bot.domain.planning.calling_rules:step_up_notices",
        "bot.domain.planning.swap_wish:plan_swap",
    ),
    "R14": _rule(
        N_("How many domestic minutes a plan has depends on the country"),
        "INFO",
        "2023-01",
        "bot.domain.planning.calling_rules:calling_notices",
        "bot.domain.planning.notices:minutes_notices",
        "bot.domain.catalogue.countries:Country",
    ),
    "R15": _rule(
        N_("The plans of 120 and 240 minutes are not for the United States"),
        "REFUSE WARN",
        "2022-09",
        "bot.domain.planning.calling_rules:calling_refusal",
        "bot.domain.planning.choice:calling_plan",
    ),
    "R16": _rule(
        N_("An international plan has domestic and international minutes"),
        "INFO",
        "2022-09",
        "bot.domain.planning.calling_rules:calling_notices",
        "bot.domain.catalogue.countries:Minutes",
    ),
    "R17": _rule(
        N_("People with the same plan in one country share their minutes"),
        "INFO ALERT",
        "2023-01",
        "bot.domain.planning.calling_rules:calling_notices",
        "bot.domain.planning.notices:minutes_notices",
    ),
    "R18": _rule(
        N_("The usage location decides, and it is never guessed"),
        "VALIDATE STEP",
        "2025-07",
        "bot.domain.planning.usage_location:usage_location_steps",
        "bot.domain.planning.usage_location:country_refusal",
        "bot.domain.planning.mover:plan_mover",
        "bot.execution.steps.usage_location:UsageLocationHandler",
    ),
    "R19": _rule(
        N_("Licences are exchanged in one request, so that the number stays"),
        "STEP",
        "2025-05",
        "bot.domain.planning.exchange:exchange_plan",
        "bot.execution.steps.licences:LicencesHandler",
        "bot.execution.steps.keep:KeepHandler",
        "bot.graph.licences:change_licences",
    ),
    "R20": _rule(
        N_("Taking Teams Phone or the Calling Plan away frees the number"),
        "WARN",
        "2025-05",
        "bot.domain.planning.afterwards:lost_number",
        "bot.domain.planning.releasing:release_notice",
        "bot.domain.planning.releasing:unconfirmed",
        "bot.domain.acknowledgements:to_acknowledge",
    ),
    "R21": _rule(
        N_("What a suite can be extended with is looked up, never guessed"),
        "VALIDATE REFUSE",
        "2023-01",
        "bot.domain.catalogue.addons:decision",
        "bot.domain.planning.base_rules:base_refusal",
    ),
    "R22": _rule(
        N_("Business Premium could not carry a phone in 2018"),
        "VALIDATE",
        "2018-01",
        "bot.domain.catalogue.addons:decision",
        "bot.domain.planning.base_rules:base_refusal",
        off=N_("Business Premium takes Teams Phone today. Who still lives by 2018 sets `era` to `seeds`."),
    ),
    "R23": _rule(
        N_("Several add-ons may cost more than a suite that includes them"),
        "INFO",
        "2018-01",
        "bot.domain.planning.notices:offer_notices",
    ),
    "R24": _rule(
        N_("Voicemail needs a mailbox"),
        "WARN VALIDATE",
        "2023-01",
        "bot.domain.planning.notices:mailbox_notices",
    ),
    "R25": _rule(
        N_("A suite without Teams needs Teams first"),
        "VALIDATE STEP REFUSE",
        "2025-11",
        "bot.domain.planning.licences:foundation",
        "bot.domain.planning.afterwards:orphan",
    ),
    "R26": _rule(
        N_("A service plan that is switched off is switched on, not bought again"),
        "STEP",
        "2026-08",
        "bot.domain.planning.standing:standing",
        "bot.domain.planning.licence_change:licensed_already",
        "bot.domain.planning.licences:licences_for",
    ),
    "R27": _rule(
        N_("Subscriptions bought from some resellers cannot be extended directly"),
        "MANUAL",
        "2018-01",
        "bot.domain.planning.purchases:purchase_notices",
        "bot.domain.task_texts.stock:buy_seats",
    ),
    "R28": _rule(
        N_("Subscriptions by the month sometimes cannot be extended"),
        "WARN",
        "2018-01",
        "bot.domain.planning.purchases:purchase_notices",
        "bot.domain.task_texts.stock:buy_seats",
    ),
    "R29": _rule(
        N_("Partner benefits need a bought seat before add-ons appear"),
        "INFO",
        "2018-01",
        "bot.domain.planning.purchases:purchase_notices",
        "bot.domain.task_texts.stock:buy_seats",
    ),
    "R30": _rule(
        N_("Numbers can be ordered only where the organisation owns a voice licence"),
        "VALIDATE",
        "2024-01",
        "bot.domain.planning.number_order:plan_number_order",
        "bot.domain.planning.number_order:precheck_number_order",
    ),
    "R31": _rule(
        N_("Only who schedules or leads meetings needs Audio Conferencing"),
        "VALIDATE WARN",
        "2025-01",
        "bot.domain.planning.conferencing_rules:conferencing_refusal",
    ),
    "R32": _rule(
        N_("Pay-per-minute conferencing needs funded credits"),
        "REFUSE",
        "2025-01",
        "bot.domain.planning.conferencing_rules:conferencing_refusal",
    ),
    "R33": _rule(
        N_("Microsoft replaces a third-party conferencing provider"),
        "WARN",
        "2021-07",
        "bot.domain.planning.conferencing_rules:conferencing_refusal",
        "bot.domain.task_texts.people:conference_provider",
        off=N_(
            "Teams never worked with other providers; only users of Skype for Business Server can have "
            "one. Where there are such users, set `hybrid_conferencing`."
        ),
    ),
    "R34": _rule(
        N_("The conferencing provider had to be assigned by hand"),
        "STEP",
        "2018-01",
        "bot.domain.planning.conferencing_rules:conferencing_tasks",
        off=N_("Teams sets the provider by itself. Who still lives by 2018 sets `era` to `seeds`."),
    ),
    "R35": _rule(
        N_("Audio Conferencing is not sold in every country"),
        "VALIDATE REFUSE",
        "2022-07",
        "bot.domain.planning.conferencing_rules:conferencing_refusal",
        "bot.domain.catalogue.countries:Country",
    ),
    "R36": _rule(
        N_("Invitations, languages and PIN length can be set after conferencing"),
        "INFO",
        "2023-01",
        "bot.domain.planning.conferencing_rules:conferencing_notices",
    ),
    "R37": _rule(
        N_("Voice is limited in the cloud operated by 21Vianet"),
        "REFUSE",
        "2023-01",
        "bot.domain.planning.planner:plan",
        "bot.domain.planning.credits_wish:plan_credits",
    ),
    "R38": _rule(
        N_("Conferencing licences share minutes for calling out"),
        "INFO",
        "2023-01",
        "bot.domain.planning.conferencing_rules:conferencing_notices",
        "bot.domain.catalogue.limits:dial_out_minutes",
    ),
    "R39": _rule(
        N_("Toll-free numbers need Communications Credits"),
        "VALIDATE",
        "2024-11",
        "bot.domain.planning.service_numbers:toll_free_refusal",
        "bot.domain.planning.calling_rules:calling_notices",
        "bot.domain.planning.templates:plan_phone_user",
    ),
    "R40": _rule(
        N_("Without minutes and without credits no call goes out"),
        "WARN ALERT",
        "2024-11",
        "bot.domain.planning.calling_rules:calling_notices",
        "bot.domain.planning.credits_wish:plan_credits",
    ),
    "R41": _rule(
        N_("Credits need a phone or conferencing licence first"),
        "VALIDATE",
        "2024-11",
        "bot.domain.planning.licence_wish:credits_change",
        "bot.domain.planning.credits_wish:plan_credits",
    ),
    "R42": _rule(
        N_("Everybody who uses credits gets the licence for them"),
        "STEP WARN",
        "2024-11",
        "bot.domain.planning.licence_wish:credits_change",
        "bot.usecases.credits_for_all:ask_for_all",
        "bot.domain.planning.templates:plan_phone_user",
    ),
    "R43": _rule(
        N_("Licences for credits do not run out"),
        "VALIDATE",
        "2024-11",
        "bot.domain.tenant:TenantView",
        "bot.domain.catalogue.limits:unlimited_seats",
    ),
    "R44": _rule(
        N_("Credits are bought by hand in the admin centre"),
        "MANUAL",
        "2024-11",
        "bot.domain.task_texts.money:add_funds",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.usecases.payments:paid_in",
    ),
    "R45": _rule(
        N_("Automatic recharge needs an amount and a trigger"),
        "VALIDATE WARN",
        "2024-11",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.domain.task_texts.money:set_recharge",
        "bot.domain.task_texts.money:add_funds",
        "dialogs.forms.credits:CREDITS",
    ),
    "R46": _rule(
        N_("Credits expire twelve months after they were bought"),
        "ALERT",
        "2024-11",
        "bot.domain.credits:expiries",
        "bot.domain.credits:warning_days",
    ),
    "R47": _rule(
        N_("The oldest credits are used first"),
        "INFO",
        "2024-11",
        "bot.domain.credits:balances",
    ),
    "R48": _rule(
        N_("An invoice comes when a recharge is made"),
        "INFO",
        "2022-01",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.domain.task_texts.money:add_funds",
    ),
    "R49": _rule(
        N_("Microsoft writes when a recharge works, fails, or nothing is left"),
        "INFO ALERT",
        "2024-11",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.usecases.credit_events:trouble",
    ),
    "R50": _rule(
        N_("The type of the billing account decides whether credits are sold"),
        "VALIDATE REFUSE MANUAL",
        "2024-11",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.domain.task_texts.money:partner_funds",
        "bot.domain.task_texts.money:set_recharge",
    ),
    "R51": _rule(
        N_("Payment by agreement needs the agreement's number"),
        "VALIDATE",
        "2022-01",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.domain.planning.purchase_orders:number_notices",
        "bot.domain.task_texts.money:add_funds",
    ),
    "R52": _rule(
        N_("An agreement of another region may not be able to buy"),
        "WARN",
        "2024-11",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.domain.task_texts.money:add_funds",
    ),
    "R53": _rule(
        N_("The amount follows from what was used in three months"),
        "VALIDATE INFO",
        "2022-01",
        "bot.domain.credits:suggested_amount",
        "bot.domain.planning.credits_wish:plan_credits",
        "bot.domain.monthly_spend:last_months",
    ),
    "R54": _rule(
        N_("A licence for credits alone lets nobody call"),
        "STEP WARN",
        "2024-11",
        "bot.domain.planning.licence_wish:credits_change",
        "bot.domain.planning.templates:plan_phone_user",
    ),
    "R55": _rule(
        N_("How numbers are got depends on the country"),
        "INFO MANUAL",
        "2024-01",
        "bot.domain.planning.number_order:plan_number_order",
        "bot.domain.planning.numbers:shortage",
        "bot.domain.task_texts.numbers:order_numbers",
    ),
    "R56": _rule(
        N_("An order of numbers names place and quantity"),
        "VALIDATE",
        "2024-01",
        "bot.domain.planning.number_order:plan_number_order",
        "bot.domain.task_texts.numbers:order_numbers",
    ),
    "R57": _rule(
        N_("How many numbers may be had depends on the licences"),
        "VALIDATE",
        "2024-01",
        "bot.domain.catalogue.limits:user_numbers",
        "bot.domain.catalogue.limits:service_numbers",
        "bot.domain.planning.number_order:user_numbers_left",
        "bot.graph.numbers:acquired",
    ),
    "R58": _rule(
        N_("Numbers that were picked are held for ten minutes"),
        "MANUAL",
        "2024-01",
        "bot.domain.catalogue.limits:reservation_minutes",
        "bot.domain.task_texts.numbers:order_numbers",
    ),
    "R59": _rule(
        N_("Up to 999 numbers are ported by wizard, more by request"),
        "MANUAL",
        "2023-01",
        "bot.domain.catalogue.limits:port_path",
        "bot.domain.planning.number_port:plan_number_port",
        "bot.domain.task_texts.numbers:port_numbers",
    ),
    "R60": _rule(
        N_("What a number may be used for is a property of the number"),
        "VALIDATE REFUSE",
        "2025-07",
        "bot.domain.planning.service_numbers:CAPABILITY",
        "bot.domain.planning.service_numbers:fitting_services",
        "bot.domain.planning.numbers:fitting",
        "bot.domain.planning.service_wish:plan_service_number",
    ),
    "R61": _rule(
        N_("Toll and toll-free numbers are ported separately"),
        "VALIDATE",
        "2023-01",
        "bot.domain.planning.number_port:ported_numbers",
        "bot.domain.planning.number_port:plan_number_port",
        "bot.domain.task_texts.numbers:port_numbers",
    ),
    "R62": _rule(
        N_("Service numbers could not be had outside the United States"),
        "REFUSE",
        "2019-01",
        "bot.domain.planning.service_numbers:offered",
        "bot.domain.planning.service_numbers:availability",
        off=N_(
            "Many countries have service numbers in the admin centre today, and the table of countries "
            "says which. Who still lives by 2019 sets `era` to `seeds`."
        ),
    ),
    "R63": _rule(
        N_("Service numbers once carried a label of their type"),
        "INFO",
        "2019-01",
        "bot.domain.planning.service_numbers:CAPABILITY",
        "bot.graph.numbers:parse_numbers",
        off=N_(
            "Labels changed with every portal. What a number can be assigned to decides, and there is "
            "nothing to switch on."
        ),
    ),
    "R64": _rule(
        N_("A validated emergency address is not proof that it is right"),
        "MANUAL WARN",
        "2024-05",
        "bot.domain.planning.emergency_location:place_notices",
        "bot.domain.planning.number_part:number_part",
        "bot.domain.task_texts.places:emergency_address",
    ),
    "R65": _rule(
        N_("A street named by a number is written as 150th"),
        "VALIDATE",
        "2019-01",
        "bot.domain.planning.emergency_location:street_hint",
        "bot.domain.task_texts.places:emergency_address",
    ),
    "R66": _rule(
        N_("The country says when the emergency address must be there"),
        "VALIDATE",
        "2024-05",
        "bot.domain.planning.person:location_refusal",
        "bot.domain.planning.numbers:fitting",
        "bot.domain.planning.notices:country_notices",
        "bot.domain.acknowledgements:to_acknowledge",
        "bot.execution.steps.number:NumberHandler",
    ),
    "R67": _rule(
        N_("A number is assigned with its location, and none is left on premises"),
        "STEP REFUSE",
        "2025-07",
        "bot.domain.planning.person:unlicensable",
        "bot.graph.numbers:assign_number",
        "bot.domain.task_texts.people:clear_line",
    ),
    "R68": _rule(
        N_("Person and number belong to the same country"),
        "REFUSE",
        "2025-07",
        "bot.domain.planning.usage_location:country_refusal",
        "bot.domain.planning.person:eligible_country",
        "bot.domain.planning.mover:plan_mover",
    ),
    "R69": _rule(
        N_("The person is told the number once it works"),
        "STEP",
        "2025-07",
        "bot.domain.plans:Notify",
        "bot.execution.steps.number:NumberHandler",
        "cards.outcome:build",
    ),
    "R70": _rule(
        N_("Microsoft converts a free number between person and service"),
        "MANUAL",
        "2023-01",
        "bot.domain.planning.service_wish:plan_service_number",
        "bot.domain.task_texts.numbers:convert_number",
    ),
    "R71": _rule(
        N_("First of all the country must offer it"),
        "VALIDATE",
        "2024-01",
        "bot.domain.planning.person:eligible_country",
        "bot.domain.planning.account:admitted",
        "bot.domain.catalogue.countries:country",
    ),
    "R72": _rule(
        N_("Mexico has Calling Plans of its own"),
        "REFUSE",
        "2022-12",
        "bot.domain.planning.choice:country_plan",
        "bot.domain.planning.calling_rules:calling_refusal",
        "bot.domain.planning.licences:no_calling_plan",
    ),
    "R73": _rule(
        N_("Call queues and auto attendants need a resource account"),
        "VALIDATE MANUAL",
        "2023-01",
        "bot.domain.planning.service_wish:plan_service_number",
        "bot.domain.task_texts.services:voice_application",
        "bot.execution.steps.taking_services:take_service",
    ),
    "R74": _rule(
        N_("Resource accounts have a licence of their own, of which there is a fixed number"),
        "VALIDATE REFUSE",
        "2025-05",
        "bot.domain.planning.resource_account:account_part",
        "bot.domain.planning.account:account_refusal",
        "bot.domain.catalogue.limits:resource_accounts",
    ),
    "R75": _rule(
        N_("Service numbers are assigned to resource accounts and to the bridge by hand"),
        "MANUAL",
        "2023-01",
        "bot.domain.task_texts.services:service_number",
        "bot.domain.task_texts.services:voice_application",
    ),
    "R76": _rule(
        N_("Resource accounts that call out need a pay-as-you-go plan"),
        "VALIDATE REFUSE",
        "2026-08",
        "bot.domain.planning.resource_account:account_part",
        "bot.domain.planning.account:account_refusal",
    ),
    "R77": _rule(
        N_("Rooms have licences of their own"),
        "VALIDATE REFUSE",
        "2023-01",
        "bot.domain.planning.room_number:plan_room_number",
        "bot.domain.planning.account:account_refusal",
        "bot.domain.catalogue.limits:rooms_basic",
    ),
    "R78": _rule(
        N_("Government, education and non-profit organisations have products of their own"),
        "VALIDATE",
        "2018-01",
        "bot.domain.planning.choice:offers",
        "bot.domain.planning.wanted:wanted",
        "bot.domain.catalogue.products:products_for",
    ),
    "R79": _rule(
        N_("Every dead end says why, what is next, and who can help"),
        "VALIDATE",
        "2026-08",
        "bot.domain.codes:CODES",
        "cards.codes:explain",
    ),
    "R80": _rule(
        N_("Calls inside the organisation need no Calling Plan"),
        "VALIDATE INFO",
        "2023-01",
        "bot.domain.planning.licence_wish:plan_licence",
        "bot.domain.planning.templates:plan_phone_user",
        "dialogs.intents:understand",
    ),
    "R81": _rule(
        N_("Prices come from the organisation's own list"),
        "VALIDATE",
        "2024-11",
        "bot.domain.planning.money:monthly_cost",
        "bot.domain.planning.money:unpriced",
        "cards.wording:cost",
    ),
    "R82": _rule(
        N_("PINs and conference ids belong to the bridge"),
        "INFO",
        "2023-01",
        "dialogs.intents:understand",
        "bot.domain.codes.conferencing:CONF",
    ),
}
"""All rules by number."""
