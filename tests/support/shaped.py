"""A person drawn at will and put into the simulated tenant, with all that is there to be had."""

from __future__ import annotations

from dataclasses import dataclass, replace

from hypothesis import strategies as st

from bot.domain.tenant import EmergencyLocation, TenantFacts
from bot.sandbox import shaping, telephony
from bot.sandbox.model import Group, Location, Number, Person
from bot.sandbox.products import find_product
from bot.sandbox.tenant import Tenant

__all__ = ["ME", "PLACES", "Shape", "give_seats", "home_of", "put_into", "shapes"]

ME = "6f8a3d52-90a1-4d7e-8a55-0d5f6c1f7e01"
NAME = "Eve Moreau"
CARRIER_GROUP = "ca221e20-0000-4000-8000-000000000001"
LICENCE_GROUP = "a11ce000-0000-4000-8000-000000000001"
SUITES = ("ENTERPRISEPACK", "ENTERPRISEPREMIUM", "Microsoft_365_E3_(no_Teams)", "DESKLESSPACK", "SPE_E3")
PARTS = (
    "MCOEV",
    "MCOPSTN1",
    "MCOPSTN2",
    "MCOPSTN_5",
    "MCOTEAMS_ESSENTIALS",
    "MCOMEETADV",
    "MCOPSTNC",
    "Microsoft_Teams_Enterprise_New",
    "ENTERPRISEPREMIUM",
    "Microsoft_Teams_Calling_Plan_pay_as_you_go_(country_zone_1)",
    "PHONESYSTEM_VIRTUALUSER",
    "Microsoft_Teams_Rooms_Basic",
    "Microsoft_Teams_Rooms_Pro",
)
SENSIBLE = (
    ("ENTERPRISEPACK",),
    ("ENTERPRISEPACK", "MCOEV"),
    ("ENTERPRISEPACK", "MCOEV", "MCOPSTN1"),
    ("ENTERPRISEPACK", "MCOEV", "MCOPSTN_5", "MCOMEETADV"),
    ("ENTERPRISEPREMIUM",),
    ("ENTERPRISEPREMIUM", "MCOPSTN2", "MCOPSTNC"),
    ("Microsoft_365_E3_(no_Teams)",),
    ("Microsoft_365_E3_(no_Teams)", "Microsoft_Teams_Enterprise_New", "MCOEV"),
    ("ENTERPRISEPACK", "MCOTEAMS_ESSENTIALS"),
    ("Microsoft_Teams_Rooms_Basic",),
    ("Microsoft_Teams_Rooms_Pro",),
    (),
)
"""Sets of licences that Microsoft would let somebody have."""
HOMES = ("FR", "US", "CA", "GB", "DE", "MX", "KE")
PREFIX = {"FR": "+3312345", "US": "+1425555", "CA": "+1416555", "GB": "+4420794", "DE": "+4930123"}
ELSEWHERE = {iso2: f"5a1e0000-0000-4000-8000-0000000001{index:02}" for index, iso2 in enumerate(HOMES)}
"""Where the person's own number is placed, by country."""
PLACES = {iso2: f"5a1e0000-0000-4000-8000-0000000000{index:02}" for index, iso2 in enumerate(HOMES)}

Held = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A person, and what the tenant has for people."""

    home: str
    usage_location: str | None
    directory: str | None
    licences: Held
    """Part numbers with the plans that are switched off."""
    by_group: tuple[str, ...]
    kind: str
    """person, guest, disabled or machine."""
    age: float
    """Minutes since the account was created."""
    settled: bool
    """Whether the licences have come into force."""
    own_pstn: bool
    number: str | None
    """The type of the number the person has, if the licences are for one."""
    placed: bool
    """Whether numbers come with an emergency location."""
    free: int
    """Free numbers of the home country."""
    seats: int
    """Free seats of whatever is owned."""
    unowned: frozenset[str]
    funded: bool
    rest_days: int


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    home = draw(st.sampled_from((*HOMES[:4], *HOMES)))
    odd = draw(st.frozensets(st.sampled_from(("account", "directory", "licences", "time")), max_size=1))
    licences: tuple[tuple[str, tuple[str, ...]], ...] = tuple(
        (part, ()) for part in draw(st.sampled_from(SENSIBLE))
    )
    by_group: tuple[str, ...] = ()
    if "licences" in odd:
        chosen = draw(st.lists(st.sampled_from((*SUITES, *PARTS)), max_size=4, unique=True))
        licences = tuple((part, draw(_some_off(part))) for part in chosen)
        by_group = tuple(draw(st.lists(st.sampled_from(("MCOEV", "MCOPSTN1", "ENTERPRISEPACK")), max_size=2)))
    return Shape(
        home=home,
        usage_location=draw(st.sampled_from((None, home, "US"))) if "directory" in odd else home,
        directory=draw(st.sampled_from((None, home, "FR"))) if "directory" in odd else home,
        licences=licences,
        by_group=tuple(dict.fromkeys(by_group)),
        kind=draw(st.sampled_from(("guest", "disabled", "machine"))) if "account" in odd else "person",
        age=draw(st.sampled_from((5.0, 400.0))) if "time" in odd else 60.0 * 24 * 400,
        settled="time" not in odd,
        own_pstn=draw(st.sampled_from((False, False, True))),
        number=draw(st.sampled_from((None, "callingPlan", "directRouting"))),
        placed=draw(st.sampled_from((True, True, False))),
        free=draw(st.sampled_from((3, 3, 1, 0))),
        seats=draw(st.sampled_from((5, 1, 0))),
        unowned=frozenset(draw(st.lists(st.sampled_from(PARTS), max_size=2))),
        funded=draw(st.booleans()),
        rest_days=draw(st.sampled_from((0, 30))),
    )


def _some_off(part: str) -> st.SearchStrategy[tuple[str, ...]]:
    product = find_product(part)
    names = [plan.name for plan in product.plans] if product else []
    matter = [one for one in names if one in ("TEAMS1", "MCOEV", "MCOMEETADV", "MCOPSTN1")]
    some: st.SearchStrategy[tuple[str, ...]] = st.lists(st.sampled_from(matter), unique=True).map(tuple)
    return st.one_of(st.just(()), some) if matter else st.just(())


def home_of(shape: Shape) -> str:
    """The country a wish of this person would name."""
    return shape.usage_location or shape.directory or shape.home


def put_into(tenant: Tenant, shape: Shape) -> TenantFacts:
    """Make the tenant this shape and nothing else; what its admins have told us is returned."""
    tenant.clear()
    _own(tenant, shape)
    for iso2, key in (*PLACES.items(), *ELSEWHERE.items()):
        civic = tenant.stable_id(f"civic/{iso2}")
        tenant.locations[key] = Location(key, civic, f"Office {iso2}", iso2, "Town", "1 Main St")
    person = _add_person(tenant, shape)
    _add_numbers(tenant, shape, person)
    return TenantFacts(
        emergency_locations=tuple(
            EmergencyLocation(id=one.id, name=one.name, country=one.country, city=one.city)
            for one in tenant.locations.values()
        ),
        own_pstn_group=CARRIER_GROUP,
        credits_funded=shape.funded,
        rest_days=shape.rest_days,
        billing="MOSA",
        purchase_channel="volume",
    )


def _own(tenant: Tenant, shape: Shape) -> None:
    held = {part for part, _ in shape.licences} | set(shape.by_group)
    for part in {*SUITES, *PARTS, *held} - (shape.unowned - held):
        seats = shape.seats + (part in held)
        shaping.add_sku(tenant, shaping.NewSku(sku=part, enabled=seats))


def _add_person(tenant: Tenant, shape: Shape) -> Person:
    new = shaping.NewPerson(
        displayName=NAME,
        id=ME,
        userPrincipalName="eve@contoso.com",
        usageLocation=shape.usage_location,
        country=shape.directory,
        accountEnabled=shape.kind != "disabled",
        guest=shape.kind == "guest",
        createdMinutesAgo=shape.age,
    )
    person = shaping.add_person(tenant, new)
    person.resource_account = shape.kind == "machine"
    person.country = shape.directory
    wishes = tuple(shaping.LicenceWish(sku=part, disabled_plans=off) for part, off in shape.licences)
    changes = shaping.PersonChanges(licences=wishes, settled=shape.settled)
    shaping.change_person(tenant, person, changes)
    if shape.own_pstn:
        tenant.groups[CARRIER_GROUP] = Group(CARRIER_GROUP, "Carrier", "", person.created_at, [ME])
    if shape.by_group:
        _license_by_group(tenant, shape, person)
    return person


def _license_by_group(tenant: Tenant, shape: Shape, person: Person) -> None:
    given = {shaping.sku_of(tenant, part).sku_id: frozenset[str]() for part in shape.by_group}
    group = Group(LICENCE_GROUP, "Everybody", "", person.created_at, [], given)
    tenant.groups[LICENCE_GROUP] = group
    shaping.add_member(tenant, group, ME)
    if shape.settled:
        person.history[:] = [replace(person.now, since=person.created_at)]


def _add_numbers(tenant: Tenant, shape: Shape, person: Person) -> None:
    country = home_of(shape)
    place = PLACES.get(country) if shape.placed and country not in ("US", "CA") else None
    for index in range(shape.free):
        kinds = ("callingPlan", "directRouting") if shape.own_pstn else ("callingPlan",)
        for offset, kind in enumerate(kinds):
            _number(tenant, country, 10 + index * 2 + offset, kind, place)
    if shape.number and telephony.lets_hold(shape.number, tenant.enabled_plans(person.now)):
        mine = _number(tenant, country, 90, shape.number, ELSEWHERE.get(country))
        shaping.change_number(tenant, mine, shaping.NumberChanges(assignmentTargetId=person.id))


def _number(tenant: Tenant, country: str, index: int, kind: str, place: str | None) -> Number:
    e164 = f"{PREFIX.get(country, '+888812')}{index:04}"
    new = {"telephoneNumber": e164, "numberType": kind, "isoCountryCode": country, "city": "Town"}
    return shaping.add_number(tenant, shaping.NewNumber.model_validate({**new, "locationId": place}))


def give_seats(tenant: Tenant, sku_id: str, seats: int) -> None:
    """Buy licences, of what is owned or of what is not."""
    if sku_id not in tenant.skus:
        shaping.add_sku(tenant, shaping.NewSku(sku=sku_id, enabled=0))
    sku = tenant.skus[sku_id]
    enabled = sku.enabled + seats
    shaping.change_sku(tenant, sku, shaping.SkuChanges(enabled=enabled, status="Enabled"))
