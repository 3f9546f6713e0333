"""Questions that several forms ask: country, city, digits, place of work, products, ticks, reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.domain.catalogue.products import product, product_name
from bot.domain.tenant import EmergencyLocation
from bot.domain.views import CityStock, ProductChoice, WishOptions
from bot.words import N_, Words, words_for
from cards.forms import ANY, InputKind
from cards.wording import number
from dialogs.forms.spec import Choice, Field, Values

__all__ = [
    "ANYWHERE",
    "ANY_NUMBER",
    "CITY",
    "CITY_NAME",
    "COUNTRY",
    "ENDING",
    "LOCATION",
    "NEW_PLACE",
    "NO_EMERGENCY",
    "REASON",
    "WHO",
    "always",
    "country_field",
    "loss_tick",
    "numbers_today",
    "place_chosen",
    "product_choices",
    "said",
]

NEW_PLACE = "new"
"""The choice "none of these places" (J10)."""

WHO = N_("Who is it for? Write **me**, or a name.")
_MOST_CITIES = 60
_SPEAKERS = tuple(words_for(tag) for tag in ("en", "fr", "zh"))


def always(_options: WishOptions, _values: Values) -> bool:
    return True


def said(values: Values, name: str) -> str | None:
    """An answer, or None where there is none."""
    return values.get(name) or None


def _country_choices(options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    return [
        Choice(
            one.country,
            words.country(one.country),
            (one.country, one.name, *(speaker.country(one.country) for speaker in _SPEAKERS)),
        )
        for one in options.countries
    ]


def _home(options: WishOptions) -> str:
    """The only country there is, or where the directory says the person works: a proposal (J06)."""
    first = options.countries[0].country if options.countries else ""
    alone = len(options.countries) == 1
    return first if alone or first == options.beneficiary.country else ""


def country_field(label: str, ask: str, *, default: Callable[[WishOptions], str] = _home) -> Field:
    """The country, asked for in its own words."""
    return Field(
        id="country",
        kind=InputKind.CHOICE,
        label=label,
        ask=ask,
        wrong=N_("please choose a country of the list."),
        required=always,
        choices=_country_choices,
        default=default,
    )


COUNTRY = country_field(N_("Country (required)"), N_("Which country?"))
ANYWHERE = country_field(
    N_("Country (required)"), N_("Which country? Write its name."), default=lambda _options: ""
)


def _here(options: WishOptions, values: Values) -> list[CityStock]:
    return [stock for stock in options.cities if stock.country == values.get("country")]


def _city_choices(options: WishOptions, values: Values, words: Words) -> Sequence[Choice]:
    here = sorted(_here(options, values), key=lambda stock: -stock.free)
    free = sum(stock.free for stock in here)
    anywhere = (
        words("Any city ({n} free)", n=free)
        if free
        else words("Any city (none free right now: the request would wait)")
    )
    cities = [
        Choice(one.city, words("{city} ({n} free)", city=one.city, n=one.free), (one.city,))
        for one in here
        if one.city
    ][:_MOST_CITIES]
    return [Choice(ANY, anywhere), *cities]


CITY = Field(
    id="city",
    kind=InputKind.CHOICE,
    label=N_("City (free numbers right now)"),
    ask=N_("Which city? Write its name or number, or **any**."),
    wrong=N_("there is no free number in this city right now. Choose another city, or any city."),
    shown=lambda _options, values: bool(values.get("country")),
    choices=_city_choices,
)

CITY_NAME = Field(
    id="city",
    kind=InputKind.TEXT,
    label=N_("City or area (optional)"),
    ask=N_("Which city or area? Write its name, or **any**."),
    most=60,
)

ENDING = Field(
    id="ending",
    kind=InputKind.DIGITS,
    label=N_("Should it end in certain digits? (optional, up to 6 digits)"),
    ask=N_("Should it end in certain digits? Write up to 6 digits, or **any**."),
    wrong=N_("the ending takes digits only, at most 6."),
    most=6,
    pattern="^[0-9]{0,6}$",
    spoken=lambda options, _values: bool(options.cities),
)

ANY_NUMBER = Field(
    id="any_number",
    kind=InputKind.TOGGLE,
    label=N_("If the preferred number is taken"),
    caption=N_("Another number of the same city is fine"),
    ask=N_("If the preferred number is taken"),
    default=lambda _options: "true",
    spoken=lambda _options, _values: False,
)


def _place_asked(options: WishOptions, values: Values) -> bool:
    """R66. Where no place is known at all, the planner says who can add one."""
    needs = {choice.country for choice in options.countries if choice.needs_location}
    return values.get("country") in needs and bool(options.locations)


def _no_help(options: WishOptions, values: Values) -> bool:
    """R66, in Japan: whoever gets a number there must know that it cannot call for help."""
    without = {choice.country for choice in options.countries if choice.no_emergency_calls}
    return values.get("country") in without and values.get("calls") != "inside"


def _place(one: EmergencyLocation) -> Choice:
    title = " · ".join(filter(None, (one.name, one.address, one.city)))
    return Choice(one.id, title, (one.name, f"{one.name} {one.city}", one.id))


def _place_choices(options: WishOptions, _values: Values, words: Words) -> Sequence[Choice]:
    none = Choice(NEW_PLACE, words("None of these: an administrator adds my place first"), (words("none"),))
    return [*(_place(one) for one in options.locations), none]


def place_chosen(values: Values) -> tuple[str | None, bool]:
    """The id of the place, and whether a new one has to be made first."""
    place = said(values, "location")
    return (None, True) if place == NEW_PLACE else (place, False)


LOCATION = Field(
    id="location",
    kind=InputKind.CHOICE,
    label=N_("Place of work, for emergency calls (required)"),
    ask=N_("Where is the place of work? Emergency services are sent there."),
    wrong=N_("please choose the place of work: emergency services are sent there."),
    shown=_place_asked,
    required=always,
    choices=_place_choices,
    proposal=lambda options: options.locations[0].id if len(options.locations) == 1 else "",
)

NO_EMERGENCY = Field(
    id="accepts_no_emergency_calls",
    kind=InputKind.TOGGLE,
    label=N_("Calls for help (required)"),
    caption=N_("I know that emergency calls are not possible with a number of this country"),
    ask=N_(
        "Emergency calls are not possible with a number of this country. Is that right? Write **yes** or "
        "**no**."
    ),
    wrong=N_("please confirm that you know that emergency calls are not possible."),
    shown=_no_help,
    required=always,
)

REASON = Field(
    id="reason",
    kind=InputKind.TEXT,
    label=N_("Reason, for the approver (optional)"),
    ask=N_("What is it for? The approver reads this. Write a line, or **skip**."),
    most=500,
    multiline=True,
)


def product_choices(products: Sequence[ProductChoice], words: Words) -> list[Choice]:
    return [Choice(one.sku_id, words(product_name(one.sku_id)), _names_of(one.sku_id)) for one in products]


def _names_of(sku_id: str) -> tuple[str, ...]:
    known = product(sku_id)
    return (known.name, known.part_number, known.use, *known.aliases) if known else (sku_id,)


def loss_tick(label: str, caption: str, ask: str) -> Field:
    """Said yes to losing something (R20): nothing is sent without it."""
    return Field(
        id="confirms_loss",
        kind=InputKind.TOGGLE,
        label=label,
        caption=caption,
        ask=ask,
        wrong=N_("please confirm that you know what is lost."),
        required=always,
    )


def numbers_today(options: WishOptions, words: Words) -> tuple[str, ...]:
    """The person's numbers, for forms that change them."""
    held = words.listing([number(one) for one in options.numbers])
    return (words("Number today: {numbers}", numbers=held),) if options.numbers else ()
