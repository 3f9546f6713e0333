"""`switchboard catalogue`: what is known of products and countries, and whether your own tables fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

if TYPE_CHECKING:
    from bot.domain.catalogue.addons import AddOn
    from bot.domain.catalogue.products import Found, Product

__all__ = ["catalogue_app"]

catalogue_app = typer.Typer(
    help="Look into the catalogue of products and countries, and check tables of your own.",
    no_args_is_help=True,
)
out = Console(highlight=False)


@catalogue_app.command("check")
def check(
    folder: Annotated[
        Path | None,
        typer.Argument(help="Folder with your own tables; without it the one at SWITCHBOARD_CATALOGUE."),
    ] = None,
) -> None:
    """Check your own tables, and say what is in force: rows, how many are yours, how old the rest is.

    A table of your own has the name and the columns of the one it is laid over. Its rows replace those with
    the same key and add the rest. Exit code 1, with file, row and what to change, when something is wrong.
    """
    from bot.domain.catalogue.own_tables import table_states, use_own_tables
    from bot.settings import load_catalogue_folder

    chosen = folder or load_catalogue_folder()
    use_own_tables(chosen)
    for table in table_states(chosen):
        yours = f", {table.own} of them yours" if table.own else ""
        _say(f"{table.file_name:<14} {table.rows:>4} rows{yours}, as of {table.as_of}")
    _say(f"catalogue: everything fits{f', with {chosen}' if chosen else ''}")


@catalogue_app.command("show")
def show(
    product: Annotated[str, typer.Argument(help="A name, part number or skuId, as people would type it.")],
) -> None:
    """Show what is known of a product: its ids, what it is for, where, and what can be added to it.

    Exit code 1, with the nearest there are, when the text means no one product.
    """
    from bot.domain.catalogue.own_tables import use_own_tables
    from bot.domain.catalogue.products import find_product
    from bot.settings import load_catalogue_folder

    use_own_tables(load_catalogue_folder())
    found = find_product(product)
    if found.product is None:
        for line in _several(product, found):
            _say(line)
        raise typer.Exit(1)
    for label, value in (*_facts(found.product), *_decisions(found.product)):
        _say(f"{label:<24} {value}")


def _several(text: str, found: Found) -> Iterator[str]:
    from bot.domain.catalogue.products import use_name

    if found.use:
        known = "several products" if found.nearest else "products without a published skuId"
        yield f"“{text}” means {known} for {use_name(found.use)}{':' if found.nearest else ''}"
    else:
        yield f"“{text}” is no product that matters for calling.{' The nearest:' if found.nearest else ''}"
    yield from (f"  {one.name}, {one.part_number}, {one.sku_id}" for one in found.nearest)


def _facts(one: Product) -> Iterator[tuple[str, str]]:
    from bot.domain.catalogue.products import plan_name, use_name

    yield "Name", one.name
    yield "Part number", one.part_number
    yield "skuId", one.sku_id
    yield "For", f"{use_name(one.use)} ({one.use})" if one.use else "only recognised, never proposed"
    yield "Sale", one.sale.replace("_", " ")
    yield "Clouds", ", ".join(one.clouds)
    if one.segment:
        yield "Made for", one.segment
    yield "Countries", _countries(one)
    yield "Plans inside", ", ".join(sorted(plan_name(plan_id) for plan_id in one.plan_ids)) or "none"
    if one.aliases:
        yield "Also called", " | ".join(one.aliases)


def _decisions(one: Product) -> Iterator[tuple[str, str]]:
    from bot.domain.catalogue.addons import add_ons

    for row in add_ons().values():
        if one.family and row.base == one.family:
            yield f"{row.feature} ({row.era})", _decided(row)


def _countries(one: Product) -> str:
    if one.only_in:
        return f"only {', '.join(one.only_in)}"
    return f"all but {', '.join(one.not_in)}" if one.not_in else "all"


def _decided(row: AddOn) -> str:
    parts = [row.decision.replace("_", " ")]
    if row.upgrade_to:
        parts.append(f"to {' or '.join(row.upgrade_to)}")
    if row.add_ons:
        parts.append(f"{'then ' if row.decision == 'upgrade' else ''}{' > '.join(row.add_ons)}")
    if row.alternative:
        parts.append(f"or {' > '.join(row.alternative)}")
    return f"{' '.join(parts)} (as of {row.as_of}, confidence {row.confidence})"


def _say(line: str) -> None:
    out.print(line, markup=False, soft_wrap=True)
