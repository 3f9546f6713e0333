"""An organisation's own tables, laid over the shipped ones, and the check that everything fits together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.domain.catalogue.addons import AddOn, add_ons
from bot.domain.catalogue.countries import Country, countries
from bot.domain.catalogue.limits import Limit
from bot.domain.catalogue.products import Product, ServicePlanFacts, Unlisted, UseFacts, products
from bot.domain.catalogue.tables import Row, as_of, lay_over, own_rows, read_table
from bot.domain.errors import Bug, Misconfigured

__all__ = ["TABLES", "TableState", "misfits", "table_states", "use_own_tables"]

TABLES: dict[str, type[Row]] = {
    "products.csv": Product,
    "plans.csv": ServicePlanFacts,
    "uses.csv": UseFacts,
    "unlisted.csv": Unlisted,
    "countries.csv": Country,
    "addons.csv": AddOn,
    "limits.csv": Limit,
}

_ON_PREMISES = frozenset({"sfb_server"})
"""Families that no product of the cloud belongs to."""


@dataclass(frozen=True, slots=True)
class TableState:
    """What is in force of a table."""

    file_name: str
    rows: int
    own: int
    """Rows of the organisation's, which replaced others or were added."""
    as_of: str
    """Of the shipped table."""


def use_own_tables(folder: Path | None) -> None:
    """Lay the rows of the files in `folder` over the shipped tables, by their keys; None: nothing.

    Raises `Misconfigured`, one line with file, row and what to change, when a file cannot be used; then the
    shipped tables are in force.
    """
    try:
        _only_tables(folder)
        lay_over(folder)
        wrong = next(misfits(), None)
        if wrong:
            raise Misconfigured(f"{folder}: {wrong}") if folder else Bug(wrong)
    except Misconfigured:
        lay_over(None)
        raise


def table_states(folder: Path | None) -> list[TableState]:
    """Every table as it is in force; `folder` is the one that was laid over them."""
    return [
        TableState(name, len(read_table(name, kind)), len(own_rows(folder, name, kind)), as_of(name))
        for name, kind in TABLES.items()
    ]


def _only_tables(folder: Path | None) -> None:
    if folder is None:
        return
    if not folder.is_dir():
        raise Misconfigured(f"catalogue: no folder at {folder}; set SWITCHBOARD_CATALOGUE to an existing one")
    unknown = sorted(path.name for path in folder.glob("*.csv") if path.name not in TABLES)
    if unknown:
        known = ", ".join(TABLES)
        raise Misconfigured(f"{folder / unknown[0]}: there is no such table; rename it to one of {known}")


def misfits() -> Iterator[str]:
    """What does not fit between the tables, one line each: the file, the row, what to change.

    Raises `Misconfigured` or `Bug` for a table that cannot be read at all.
    """
    for name, kind in TABLES.items():
        read_table(name, kind)
    yield from _plan_codes()
    yield from _of_products()
    yield from _of_add_ons()
    yield from _of_countries()
    yield from _of_uses()


def _plan_codes() -> Iterator[str]:
    rows = read_table("plans.csv", ServicePlanFacts)
    yield from _twice("plans.csv", ((row.key, row.code) for row in rows), "code")


def _of_products() -> Iterator[str]:
    codes = {row.code for row in read_table("plans.csv", ServicePlanFacts)}
    bases = {row.base for row in add_ons().values()}
    for one in products().values():
        for code in set(one.plans) - codes:
            yield f"products.csv: {one.key}: plan {code} is not in plans.csv; add it there"
        if one.family and one.family not in bases:
            yield f"products.csv: {one.key}: family {one.family} is no base in addons.csv; leave it empty"
        yield from _unknown_countries("products.csv", one.key, (*one.only_in, *one.not_in))
    for other in read_table("unlisted.csv", Unlisted):
        yield from _unknown_countries("unlisted.csv", other.key, other.only_in)


def _unknown_countries(file_name: str, key: str, named: Iterable[str]) -> Iterator[str]:
    for iso2 in named:
        if iso2 not in countries():
            yield f"{file_name}: {key}: country {iso2} is not in countries.csv; add it there"


def _of_add_ons() -> Iterator[str]:
    families = {one.family for one in products().values()} | _ON_PREMISES | {""}
    for row in add_ons().values():
        for family in {row.base, *row.upgrade_to} - families:
            yield f"addons.csv: {row.key}: no product of products.csv has the family {family}; name one"


def _of_countries() -> Iterator[str]:
    part_numbers = {row.part_number for row in read_table("unlisted.csv", Unlisted)}
    part_numbers |= {one.part_number for one in products().values()}
    for row in countries().values():
        if row.plan_part_number and row.plan_part_number not in part_numbers:
            yield (
                f"countries.csv: {row.key}: plan {row.plan_part_number} is neither in products.csv nor in "
                "unlisted.csv; add it there"
            )


def _of_uses() -> Iterator[str]:
    rows = read_table("uses.csv", UseFacts)
    named = [(row.key, name.casefold()) for row in rows for name in (row.name, *row.aliases)]
    yield from _twice("uses.csv", named, "name")


def _twice(file_name: str, named: Iterable[tuple[str, str]], column: str) -> Iterator[str]:
    first: dict[str, str] = {}
    for key, name in named:
        if first.setdefault(name, key) != key:
            yield f"{file_name}: {key}: {column} {name} is that of {first[name]} too; choose another"
