"""Any person, holdings and tenant: for whom planning is shown to hold.

A case is plain but for a few aspects (`ASPECTS`), in which it is as odd as Graph and people can make it: so
plans come out as often as refusals.
"""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from bot.domain.catalogue.products import E3, E5, MCOEV, MCOPSTN1, plan_ids, products
from bot.domain.numbers import ActivationState, AssignmentStatus, Capability, NumberType, PhoneNumber
from bot.domain.people import AccountType, HeldLicence, Holdings, Person, VoiceProfile
from bot.domain.tenant import Acquired, EmergencyLocation, Resting, ServicePlan, Sku, TenantFacts, TenantView
from tests.support.contoso import NOW

__all__ = [
    "ASPECTS",
    "CITIES",
    "ME",
    "OWN_PRODUCT",
    "Odd",
    "any_country",
    "any_e164",
    "any_holdings",
    "any_sku_id",
    "any_tenant",
    "any_text",
]

ASPECTS = ("account", "directory", "licences", "teams", "numbers", "tenant", "facts", "wish")
"""What may be out of the ordinary."""

ME = "6f8a3d52-90a1-4d7e-8a55-0d5f6c1f7e01"
HOME_COUNTRIES = ("FR", "US", "CA", "DE", "GB", "MX")
COUNTRIES = (*HOME_COUNTRIES, "CN", "KE", "JP", "AU", "HK", "IN", "SG", "ZZ")
CITIES = ("Paris", "paris", "Redmond", "Lyon")
SHAPES = {
    "FR": ("+33123", 6),
    "US": ("+1425", 7),
    "CA": ("+1416", 7),
    "DE": ("+4930", 7),
    "GB": ("+442079", 6),
    "MX": ("+5255", 8),
    "JP": ("+813", 8),
    "AU": ("+6128", 7),
}
"""What numbers of a country begin with, and how many digits follow."""
TOLL_FREE_SHAPES = {"FR": ("+33800", 6), "US": ("+1800", 7), "CA": ("+1888", 7), "GB": ("+44800", 7)}
ANY_SHAPE = ("+8888", 6)
SOLD_BY_NAME = (
    "Microsoft_Teams_Domestic_Calling_Plan_(Mexico)",
    "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_2)",
)
"""Products whose skuIds are not published: only a tenant's own list has them."""
OWN_PRODUCT = "b0b0b0b0-0000-4000-8000-000000000001"
"""A product that no catalogue knows."""
SKUS = tuple(products())
USUAL: tuple[tuple[str, ...], ...] = (
    (E3,),
    (E3, MCOEV),
    (E3, MCOEV, MCOPSTN1),
    (E5,),
    (E5, MCOPSTN1),
    (),
)
LIKELY = (E3, E3, E5, MCOEV, MCOPSTN1)
GROUP = "a11ce000-0000-4000-8000-000000000001"
PLACES = tuple(
    EmergencyLocation(id=f"loc-{iso2}", name=f"Office {iso2}", country=iso2, city="Redmond", address=address)
    for iso2, address in (("FR", "1 rue X"), ("US", "4567 150 Ave NE"), ("CA", "1 Bay St"), ("DE", "Weg 1"))
)


Odd = frozenset[str]
"""Aspects that are out of the ordinary in one case."""

any_sku_id = st.sampled_from((*LIKELY * 10, *SKUS))
any_country = st.sampled_from((*HOME_COUNTRIES * 2, *COUNTRIES))
any_text = st.sampled_from(("", "Reception", "O'Neil {x} %s", "客服"))


@st.composite
def _licences(draw: st.DrawFn, odd: Odd) -> HeldLicence:
    sku_id = draw(any_sku_id)
    if "licences" not in odd:
        return HeldLicence(sku_id=sku_id)
    inside = sorted(plan_ids(sku_id))
    off = draw(st.sets(st.sampled_from(inside))) if inside else set()
    return HeldLicence(
        sku_id=sku_id,
        disabled_plans=frozenset(off),
        assigned_by_group=draw(st.sampled_from((None, GROUP))),
        state=draw(st.sampled_from(("Active", "Active", "ActiveWithError", "Error"))),
    )


@st.composite
def _all_licences(draw: st.DrawFn, odd: Odd) -> tuple[HeldLicence, ...]:
    """What people usually have, and more; or nothing at all."""
    usual = tuple(HeldLicence(sku_id=one) for one in draw(st.sampled_from(USUAL)))
    every = (*usual, *draw(st.lists(_licences(odd), max_size=3)))
    # Graph lists a product once for each way it was given.
    return tuple({(one.sku_id, one.assigned_by_group): one for one in every}.values())


def _inside(held: tuple[HeldLicence, ...]) -> list[str]:
    return sorted({p for one in held if one.in_force for p in plan_ids(one.sku_id) - one.disabled_plans})


@st.composite
def _people(draw: st.DrawFn, home: str, odd: Odd) -> Person:
    """Somebody who works in `home`."""
    about: dict[str, object] = {"usage_location": home, "country": home}
    if "directory" in odd:
        about["usage_location"] = draw(st.one_of(st.none(), st.none(), any_country))
        about["country"] = draw(st.one_of(st.just(home), st.none(), any_country))
        about["created_at"] = draw(st.sampled_from((None, NOW)))
    if "account" in odd:
        about |= {"enabled": draw(st.booleans()), "guest": draw(st.booleans())}
    name = draw(st.sampled_from(("Eve Moreau", "O'Neil {x}")))
    city = draw(st.sampled_from((None, "Paris")))
    plain = {"id": ME, "upn": "eve@contoso.com", "created_at": NOW - timedelta(days=400)}
    return Person.model_validate({**plain, "name": name, "city": city, **about})


_FEATURES = ("Teams", "PhoneSystem", "CallingPlan", "AudioConferencing")


@st.composite
def _voices(draw: st.DrawFn, held: tuple[PhoneNumber, ...], odd: Odd) -> VoiceProfile | None:
    known = tuple(one.telephone_number for one in held)
    if "teams" not in odd:
        return VoiceProfile(feature_types=frozenset(_FEATURES), numbers=known)
    if draw(st.booleans()):
        return None
    return VoiceProfile(
        account_type=draw(st.sampled_from(list(AccountType))),
        enterprise_voice=draw(st.booleans()),
        feature_types=draw(st.frozensets(st.sampled_from(_FEATURES))),
        numbers=draw(st.sampled_from((known, (), ("+33100000099",)))),
    )


@st.composite
def any_e164(draw: st.DrawFn, iso2: str) -> str:
    toll_free = draw(st.sampled_from((False, False, False, True)))
    start, digits = (TOLL_FREE_SHAPES if toll_free else SHAPES).get(iso2, ANY_SHAPE)
    return start + str(draw(st.integers(2 * 10 ** (digits - 1), 10**digits - 1)))


def _different(
    numbers: st.SearchStrategy[PhoneNumber], max_size: int, min_size: int = 0
) -> st.SearchStrategy[list[PhoneNumber]]:
    return st.lists(numbers, min_size=min_size, max_size=max_size, unique_by=lambda one: one.telephone_number)


_KINDS = (NumberType.CALLING_PLAN, *NumberType)
_FOR_PEOPLE = frozenset({Capability.USER})
_FOR_SERVICES = frozenset({Capability.VOICE_APPLICATION, Capability.CONFERENCE})


@st.composite
def _numbers(draw: st.DrawFn, home: str, capabilities: frozenset[Capability], odd: Odd) -> PhoneNumber:
    strange = "numbers" in odd
    iso2 = draw(any_country) if strange and draw(st.booleans()) else home
    made = PhoneNumber(
        telephone_number=draw(any_e164(iso2)),
        number_type=draw(st.sampled_from((NumberType.CALLING_PLAN, NumberType.DIRECT_ROUTING))),
        country=iso2,
        city=draw(st.sampled_from((None, *CITIES))),
        location_id=f"loc-{iso2}",
        capabilities=capabilities,
    )
    if not strange:
        return made
    about = {
        "number_type": draw(st.sampled_from(_KINDS)),
        "location_id": draw(st.sampled_from((None, f"loc-{iso2}"))),
        "capabilities": draw(st.frozensets(st.sampled_from(list(Capability)))),
        "assignment_status": draw(st.sampled_from((AssignmentStatus.UNASSIGNED, *AssignmentStatus))),
        "ported": draw(st.booleans()),
    }
    return made.model_copy(update=about)


@st.composite
def _own_numbers(draw: st.DrawFn, home: str, odd: Odd) -> tuple[PhoneNumber, ...]:
    several = 2 if "numbers" in odd else 1
    found = draw(_different(_numbers(home, _FOR_PEOPLE, odd), min_size=1, max_size=several))
    states = st.sampled_from(list(ActivationState) if "numbers" in odd else [ActivationState.ACTIVATED])
    return tuple(
        one.model_copy(
            update={
                "assignment_status": AssignmentStatus.USER,
                "target_id": ME,
                "activation_state": draw(states),
                "location_id": draw(st.sampled_from((None, f"loc-{one.country}"))),
                "on_premises": "account" in odd and draw(st.booleans()),
            }
        )
        for one in found
    )


@st.composite
def any_holdings(draw: st.DrawFn, home: str, odd: Odd, numbered: st.SearchStrategy[bool]) -> Holdings:
    held = draw(_all_licences(odd))
    inside = _inside(held)
    pending = bool(inside) and "licences" in odd and draw(st.booleans())
    effective = draw(st.sets(st.sampled_from(inside))) if pending else set(inside)
    mine = draw(_own_numbers(home, odd)) if draw(numbered) else ()
    return Holdings(
        person=draw(_people(home, odd)),
        licences=held,
        enabled_plans=frozenset(effective),
        voice=draw(_voices(mine, odd)),
        numbers=mine,
        own_pstn=draw(st.sampled_from((False, False, True))),
        has_mailbox=draw(st.sampled_from((None, True, False))),
    )


@st.composite
def _skus(draw: st.DrawFn, held: tuple[HeldLicence, ...], odd: Odd) -> tuple[Sku, ...]:
    """What is held has been bought, as a rule; what else there is may be anything."""
    bought = {one.sku_id for one in held if "tenant" not in odd or draw(st.booleans())}
    bought |= set(draw(st.lists(any_sku_id, max_size=5)))
    found = [_known(sku_id, draw) for sku_id in sorted(bought)]
    if draw(st.booleans()):
        found += [_named(name, index, draw) for index, name in enumerate(SOLD_BY_NAME)]
    if "tenant" in odd:
        found.append(_unknown(draw))
    return tuple(found)


def _seats(draw: st.DrawFn) -> dict[str, object]:
    enabled = draw(st.sampled_from((500, 0, 1, 5, 10_000_000)))
    return {
        "enabled": enabled,
        "warning": draw(st.sampled_from((0, 0, 2))),
        "consumed": draw(st.sampled_from((0, enabled, max(enabled - 1, 0), enabled + 1))),
        "status": draw(st.sampled_from(("Enabled",) * 5 + ("Warning", "Suspended", "LockedOut"))),
    }


def _known(sku_id: str, draw: st.DrawFn) -> Sku:
    listed = tuple(ServicePlan(id=one, name=one) for one in sorted(plan_ids(sku_id)))
    about: dict[str, object] = {"sku_id": sku_id, "part_number": products()[sku_id].part_number}
    return Sku.model_validate({**about, "plans": listed if draw(st.booleans()) else (), **_seats(draw)})


def _named(part_number: str, index: int, draw: st.DrawFn) -> Sku:
    """A Calling Plan that is known by its name only."""
    plans = tuple(ServicePlan(id=one, name=one) for one in sorted(plan_ids(MCOPSTN1)))
    sku_id = f"c0c0c0c0-0000-4000-8000-00000000000{index}"
    about: dict[str, object] = {"sku_id": sku_id, "part_number": part_number, "plans": plans}
    return Sku.model_validate({**about, **_seats(draw)})


def _unknown(draw: st.DrawFn) -> Sku:
    plans = (ServicePlan(id="d0d0d0d0-0000-4000-8000-000000000001", name="SOMETHING"),)
    about: dict[str, object] = {"sku_id": OWN_PRODUCT, "part_number": "SOMETHING_OF_OURS", "plans": plans}
    return Sku.model_validate({**about, **_seats(draw)})


@st.composite
def _facts(draw: st.DrawFn, odd: Odd) -> TenantFacts:
    yes_no = st.booleans()
    usual: dict[str, object] = {
        "emergency_locations": PLACES if draw(st.booleans()) else draw(_some_places),
        "billing": draw(st.sampled_from(("MOSA", "EA", "CSP"))),
        "credits_funded": draw(yes_no),
        "agreements": draw(st.sampled_from((("S-1",), ("S-1", "S-2"), ()))),
        "rest_days": draw(st.sampled_from((0, 30))),
        "purchase_channel": draw(st.sampled_from(("volume", "direct"))),
    }
    if "facts" not in odd:
        return TenantFacts.model_validate(usual)
    strange: dict[str, object] = {
        "billing": draw(st.sampled_from((None, "MOSA", "MCA", "CSP", "EA"))),
        "post_usage": draw(yes_no),
        "count_warning_seats": draw(yes_no),
        "purchase_order_required": draw(yes_no),
        "purchase_order_format": draw(st.sampled_from(("", r"PO-\d+"))),
        "era": draw(st.sampled_from(("current", "seeds"))),
        "cloud": draw(st.sampled_from(("commercial", "commercial", "gcc", "gcc_high", "dod", "china"))),
        "segment": draw(st.sampled_from(("enterprise", "education", "nonprofit"))),
        "purchase_channel": draw(st.sampled_from(("direct", "volume", "reseller", "godaddy"))),
        "partner_benefits": draw(yes_no),
        "monthly_commitment": draw(yes_no),
        "agreement_elsewhere": draw(yes_no),
        "hybrid_conferencing": draw(yes_no),
    }
    return TenantFacts.model_validate(usual | strange)


_some_places = st.lists(st.sampled_from(PLACES), max_size=3, unique_by=lambda one: one.id).map(tuple)


@st.composite
def any_tenant(draw: st.DrawFn, home: str, who: Holdings, odd: Odd) -> TenantView:
    free = tuple(draw(_different(_numbers(home, _FOR_PEOPLE, odd), max_size=4)))
    services = tuple(draw(_different(_numbers(home, _FOR_SERVICES, odd), max_size=3)))
    every = (*free, *services)
    skus = draw(_skus(who.licences, odd))
    some = st.sampled_from((False, False, False, True))
    kept_for = st.sampled_from((None, ME, "somebody-else"))
    return TenantView(
        skus=skus,
        free_numbers=free,
        service_numbers=services,
        facts=draw(_facts(odd)),
        reserved_seats={one.sku_id: draw(st.integers(0, 2)) for one in skus if draw(some)},
        held_numbers=frozenset(one.telephone_number for one in every if draw(some)),
        acquired=Acquired(user=draw(st.sampled_from((0, 3, 10_000)))),
        resting=tuple(
            Resting(
                telephone_number=one.telephone_number,
                until=NOW + timedelta(days=9),
                kept_for=draw(kept_for),
            )
            for one in every
            if draw(some)
        ),
    )
