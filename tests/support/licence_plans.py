"""Planning wishes for licences over the fixture tenant, and reading what comes of them."""

from __future__ import annotations

from bot.domain.catalogue.products import E3, MCOEV, MCOPSTN1, product_name
from bot.domain.people import AccountType, Holdings, VoiceProfile
from bot.domain.planning import plan
from bot.domain.plans import ChangeLicences, Notice, Plan, Refusal
from bot.domain.tenant import TenantFacts, TenantView
from bot.domain.wishes import LicenceWish, MeetingOrganiserWish, PhoneUserWish, SwapWish, Wish
from tests.support.contoso import FACTS, NOW, WITH_CALLING, holdings, number, person, tenant

__all__ = [
    "added",
    "ana_with_a_number",
    "change",
    "codes",
    "facts",
    "kinds",
    "licence",
    "made",
    "notice",
    "organiser",
    "phone_user",
    "refused",
    "removed",
    "resource_account",
    "swap",
]


def made(wish: Wish, who: Holdings, view: TenantView | None = None) -> Plan | Refusal:
    return plan(wish, who, view or tenant(), NOW)


def licence(who: Holdings, product: str, view: TenantView | None = None, **more: object) -> Plan | Refusal:
    fields = {"beneficiary_id": who.person.id, "product": product, **more}
    return made(LicenceWish.model_validate(fields), who, view)


def swap(
    who: Holdings, give_up: str, get: str, view: TenantView | None = None, **more: object
) -> Plan | Refusal:
    fields = {"beneficiary_id": who.person.id, "give_up": give_up, "get": get, **more}
    return made(SwapWish.model_validate(fields), who, view)


def phone_user(who: Holdings, view: TenantView | None = None, **more: object) -> Plan | Refusal:
    here = who.person.usage_location or "FR"
    fields = {"beneficiary_id": who.person.id, "country": here, **more}
    return made(PhoneUserWish.model_validate(fields), who, view)


def organiser(who: Holdings, view: TenantView | None = None, **more: object) -> Plan | Refusal:
    fields = {"beneficiary_id": who.person.id, "leads_meetings": True, **more}
    return made(MeetingOrganiserWish.model_validate(fields), who, view)


def refused(found: Plan | Refusal) -> Refusal:
    assert isinstance(found, Refusal), found
    return found


def change(found: Plan | Refusal) -> ChangeLicences:
    """The one call of a plan; that there is only one is part of what is asked."""
    assert isinstance(found, Plan), found
    calls = [step for step in found.steps if isinstance(step, ChangeLicences)]
    assert len(calls) == 1
    return calls[0]


def added(found: Plan | Refusal) -> list[str]:
    return [add.part_number for add in change(found).add]


def removed(found: Plan | Refusal) -> list[str]:
    return sorted(product_name(one) for one in change(found).remove)


def kinds(found: Plan | Refusal) -> list[str]:
    assert isinstance(found, Plan), found
    return [step.kind for step in found.steps]


def codes(found: Plan | Refusal) -> list[str]:
    assert isinstance(found, Plan), found
    return [one.code for one in found.notices]


def notice(found: Plan | Refusal, code: str) -> Notice:
    assert isinstance(found, Plan), found
    return next(one for one in found.notices if one.code == code)


def facts(**more: object) -> TenantFacts:
    return FACTS.model_copy(update=more)


def ana_with_a_number() -> Holdings:
    """E3 with Teams Phone and a Calling Plan, and a Paris number."""
    mine = number("+33123450777")
    return holdings(person("ana"), E3, MCOEV, MCOPSTN1, voice=WITH_CALLING, numbers=(mine,))


def resource_account(*held: str, country: str = "FR") -> Holdings:
    """An account of a call queue; such accounts cannot sign in."""
    voice = VoiceProfile(account_type=AccountType.RESOURCE_ACCOUNT)
    return holdings(person("queue", country, enabled=False), *held, voice=voice)
