"""Whoever leaves a stage is replaced, by somebody who may decide, and only as far as it takes."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.approval import (
    ApproverSource,
    GroupApprovers,
    ManagerApprover,
    NamedApprovers,
    Policy,
    ResolvedStage,
    Seat,
    SeatOrigin,
    StageSpec,
    given_up,
)
from bot.domain.people import Person
from bot.domain.requests import Request
from bot.usecases.standing import GONE, NO_ROLE, refilled
from tests.support.contoso import ref
from tests.support.requests_sample import sample_request

TEAM, ADMINS = "team", "admins"


@dataclass(frozen=True)
class Rules:
    policy: Policy = field(default_factory=lambda: Policy(version="p", rules=()))
    admin_group: str = ADMINS


@dataclass
class Town:
    """A directory small enough to see."""

    managers: dict[str, str] = field(default_factory=dict)
    groups: dict[str, tuple[str, ...]] = field(default_factory=dict)
    off: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()
    guests: frozenset[str] = frozenset()

    async def person(self, person_id: str) -> Person | None:
        return None if person_id in self.gone else self._somebody(person_id)

    async def manager(self, person_id: str) -> Person | None:
        above = self.managers.get(person_id)
        return None if above is None or person_id in self.gone else await self.person(above)

    async def belongs(self, person_id: str, group_id: str) -> bool:
        return person_id in self.groups.get(group_id, ()) and person_id not in self.gone

    async def members(self, group_id: str) -> tuple[Person, ...]:
        names = self.groups.get(group_id, ())
        return tuple(self._somebody(name) for name in names if name not in self.gone)

    def _somebody(self, name: str) -> Person:
        return Person(
            id=name, upn=f"{name}@x.example", name=name, enabled=name not in self.off,
            guest=name in self.guests,
        )  # fmt: skip


def asks(source: ApproverSource, *people: str, need: int | str = "any", **more: object) -> ResolvedStage:
    spec = StageSpec.model_validate({"approvers": source, "need": need, **more})
    seats = tuple(Seat(holder=ref(one), source=source) for one in people)
    return ResolvedStage(spec=spec, seats=seats)


def for_ana(stage: ResolvedStage) -> Request:
    return sample_request(stages=(stage,))


async def now(town: Town, stage: ResolvedStage) -> ResolvedStage:
    found = await refilled(Rules(), town, for_ana(stage), stage)
    # Looking again finds nothing more to do.
    assert await refilled(Rules(), town, for_ana(found), found) is found
    return found


def asked(stage: ResolvedStage) -> list[str]:
    return [seat.holder.id for seat in stage.voices]


def left(stage: ResolvedStage) -> dict[str, str]:
    return {seat.holder.id: seat.left for seat in stage.seats if not seat.active}


BOSS = ManagerApprover()


async def test_where_nothing_changed_the_stage_is_the_same() -> None:
    stage = asks(BOSS, "marc")
    assert await now(Town({"ana": "marc"}), stage) is stage


async def test_the_new_manager_takes_the_voice_of_the_old_one() -> None:
    found = await now(Town({"ana": "helene"}), asks(BOSS, "marc"))
    (seat,) = found.voices
    assert (seat.holder.id, seat.origin, seat.source) == ("helene", SeatOrigin.REPLACEMENT, BOSS)
    assert seat.after is not None
    assert (seat.after.id, left(found)) == ("marc", {"marc": NO_ROLE})


async def test_without_a_new_manager_the_fallback_is_asked() -> None:
    town = Town({"ana": "marc"}, {TEAM: ("tom", "ana")}, off=frozenset({"marc"}))
    found = await now(town, asks(BOSS, "marc", fallback=GroupApprovers(id=TEAM)))
    assert (asked(found), left(found)) == (["tom"], {"marc": GONE})


async def test_without_a_fallback_the_next_manager_up_who_may_decide() -> None:
    chain = {"ana": "marc", "marc": "ana", "x": "y"}
    town = Town({**chain, "marc": "guy", "guy": "ana", "ana": "marc"}, {ADMINS: ("tom",)})
    town.off, town.guests = frozenset({"marc"}), frozenset({"guy"})
    # Above Marc are a guest and Ana herself, in a circle: then it is the voice admins.
    assert asked(await now(town, asks(BOSS, "marc"))) == ["tom"]
    town.guests = frozenset()
    assert asked(await now(town, asks(BOSS, "marc"))) == ["guy"]


async def test_of_an_account_that_is_gone_nobody_knows_the_manager() -> None:
    town = Town({"ana": "marc", "marc": "helene"}, {ADMINS: ("tom", "ana")}, gone=frozenset({"marc"}))
    found = await now(town, asks(BOSS, "marc"))
    assert (asked(found), left(found)) == (["tom"], {"marc": GONE})


async def test_a_group_without_one_of_its_members_is_enough_where_enough_are_left() -> None:
    town = Town(groups={TEAM: ("tom", "new")})
    team = GroupApprovers(id=TEAM)
    assert asked(await now(town, asks(team, "tom", "marc"))) == ["tom"]
    assert asked(await now(town, asks(team, "tom", "marc", need="all"))) == ["tom"]
    # New members have a voice only where it takes them.
    assert asked(await now(town, asks(team, "tom", "marc", need=2))) == ["tom", "new"]


async def test_whoever_was_silent_is_not_asked_instead_of_himself() -> None:
    stage = given_up(asks(GroupApprovers(id=TEAM), "tom", "marc"), "marc", "SB-APP-43")
    town = Town(groups={TEAM: ("marc",), ADMINS: ("priya",)})
    assert asked(await now(town, stage)) == ["priya"]


async def test_where_nobody_may_decide_nobody_is_asked() -> None:
    town = Town({"ana": "marc"}, {ADMINS: ("ana",)}, off=frozenset({"marc"}))
    assert asked(await now(town, asks(BOSS, "marc"))) == []


NAMES = ("ana", "marc", "helene", "tom", "priya", "grace")
somebody = st.sampled_from(NAMES)
some = st.frozensets(somebody)


@given(
    managers=st.dictionaries(somebody, somebody),
    team=some,
    admins=some,
    off=some,
    gone=some,
    guests=some,
    people=st.lists(somebody.filter(lambda one: one != "ana"), min_size=1, max_size=4, unique=True),
    need=st.sampled_from(["any", "all", 2]),
    source=st.sampled_from([BOSS, GroupApprovers(id=TEAM), NamedApprovers(ids=("marc", "tom"))]),
)
async def test_whatever_the_directory_looks_like(
    managers: dict[str, str],
    team: frozenset[str],
    admins: frozenset[str],
    off: frozenset[str],
    gone: frozenset[str],
    guests: frozenset[str],
    people: list[str],
    need: str | int,
    source: ApproverSource,
) -> None:
    """Only people who may decide are asked, nothing is forgotten, and whoever can be found is."""
    groups = {TEAM: tuple(sorted(team)), ADMINS: tuple(sorted(admins))}
    town = Town(managers, groups, off, gone, guests)
    before = asks(source, *people, need=need)
    found = await now(town, before)
    unfit = off | gone | guests | {"ana"}
    assert not set(asked(found)) & unfit
    assert set(people) <= {seat.holder.id for seat in found.seats}
    assert all(seat.left for seat in found.seats if not seat.active)
    if admins - unfit:
        assert asked(found)
