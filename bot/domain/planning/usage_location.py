"""The country a person's licences and number belong to: never guessed, confirmed by people (R18, J06)."""

from __future__ import annotations

from bot.domain.people import Person
from bot.domain.plans import HumanTask, Refusal, SetUsageLocation
from bot.domain.tasks import TaskKind
from bot.domain.values import CountryCode

__all__ = ["country_refusal", "usage_location_steps"]


def country_refusal(person: Person, country: CountryCode) -> Refusal | None:
    """Why the person cannot have anything in this country (R18, R68).

    Somebody without a usage location is only held back by a directory that names another country: the
    usage location itself is asked for, not required.
    """
    home = person.usage_location
    params = {"name": person.name, "country": country}
    if home is None:
        elsewhere = person.country is not None and person.country != country
        return _refusal("SB-LOC-07", params, person.country) if elsewhere else None
    return _refusal("SB-NUM-04", params, home) if home != country else None


def usage_location_steps(
    person: Person, country: CountryCode
) -> tuple[()] | tuple[HumanTask, SetUsageLocation]:
    """What comes before everything else for somebody without a usage location (J06).

    An administrator says that the country is right; only then is it set. Call `country_refusal` first.
    """
    if person.usage_location is not None:
        return ()
    params = {"country": country, "person": person.upn, "name": person.name}
    return (
        HumanTask(task=TaskKind.CONFIRM_LOCATION, params=params, rules=("R18",)),
        SetUsageLocation(country=country, rules=("R18",)),
    )


def _refusal(code: str, params: dict[str, str], home: CountryCode | None) -> Refusal:
    return Refusal(code=code, params={**params, "location_country": home or ""})
