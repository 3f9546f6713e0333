"""What planning for one person costs once the snapshot is there, in CPU time. The last line is JSON.

python bench/planning.py [--rounds 300]
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from datetime import UTC, datetime

from bot.domain.catalogue.products import E3, E5, MCOEV, MCOPSTN1, plan_ids, products
from bot.domain.numbers import Capability, NumberType, PhoneNumber
from bot.domain.people import HeldLicence, Holdings, Person, VoiceProfile
from bot.domain.planning import plan
from bot.domain.plans import Plan
from bot.domain.tenant import ServicePlan, Sku, TenantFacts, TenantView
from bot.domain.wishes import (
    LicenceWish,
    MeetingOrganiserWish,
    NumberWish,
    PhoneUserWish,
    SwapWish,
    Wish,
)

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
FREE_NUMBERS = 1000
FUNDED = TenantFacts(credits_funded=True)


def tenant() -> TenantView:
    """Every product of the catalogue, and a thousand free numbers."""
    return TenantView(
        skus=tuple(
            Sku(
                sku_id=one.sku_id,
                part_number=one.part_number,
                plans=tuple(ServicePlan(id=plan_id, name=plan_id) for plan_id in sorted(one.plan_ids)),
                enabled=100,
            )
            for one in products().values()
        ),
        free_numbers=tuple(
            PhoneNumber(
                telephone_number=f"+3312345{index:04}",
                number_type=NumberType.CALLING_PLAN,
                country="FR",
                city="Paris",
                capabilities=frozenset({Capability.USER}),
                location_id="paris",
            )
            for index in range(FREE_NUMBERS)
        ),
        facts=FUNDED,
    )


def somebody(*held: str) -> Holdings:
    return Holdings(
        person=Person(id="ana", upn="ana@contoso.com", name="Ana", usage_location="FR"),
        licences=tuple(HeldLicence(sku_id=one) for one in held),
        enabled_plans=frozenset().union(*(plan_ids(one) for one in held)),
        voice=VoiceProfile(feature_types=frozenset({"Teams"})),
    )


def cases() -> dict[str, tuple[Wish, Holdings]]:
    newcomer, caller = somebody(E3), somebody(E3, MCOEV, MCOPSTN1)
    return {
        "number": (NumberWish(beneficiary_id="ana", country="FR"), newcomer),
        "licence": (LicenceWish(beneficiary_id="ana", product="domestic"), newcomer),
        "phone user": (PhoneUserWish(beneficiary_id="ana", country="FR", with_credits=True), newcomer),
        "meeting organiser": (MeetingOrganiserWish(beneficiary_id="ana", leads_meetings=True), newcomer),
        "swap": (SwapWish(beneficiary_id="ana", give_up="", get=E5), caller),
    }


def cpu_ms(wish: Wish, holdings: Holdings, view: TenantView, rounds: int) -> float:
    """The median of single plans; the first one reads the catalogue and does not count."""
    found = plan(wish, holdings, view, NOW)
    assert isinstance(found, Plan), found
    spent = []
    for _ in range(rounds):
        before = time.process_time()
        plan(wish, holdings, view, NOW)
        spent.append((time.process_time() - before) * 1000)
    return statistics.median(spent)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=300)
    rounds = parser.parse_args().rounds
    view = tenant()
    found = {name: round(cpu_ms(*case, view, rounds), 3) for name, case in cases().items()}
    for name, spent in found.items():
        print(f"{name:20}{spent:8.3f} ms")
    print(json.dumps({"planning_cpu_ms": found}))


if __name__ == "__main__":
    main()
