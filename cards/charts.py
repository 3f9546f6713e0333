"""Charts that Teams draws, each with a table that says the same where a client cannot draw them.

Teams' charts are elements of their own beside the Adaptive Cards schema; a client that does not know them
shows the `fallback`. What a chart shows by colour and place, the table says in words and figures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from microsoft_teams.cards.core import (
    BarChartDataValue,
    ChartColor,
    ColumnDefinition,
    DonutChart,
    DonutChartData,
    GroupedVerticalBarChart,
    GroupedVerticalBarChartData,
    HorizontalBarChart,
    HorizontalBarChartDataValue,
    LineChart,
    LineChartData,
    LineChartValue,
    Table,
    TableCell,
    TableRow,
    TextBlock,
    VerticalBarChart,
    VerticalBarChartDataValue,
)

__all__ = ["Point", "Series", "bars", "donut", "grouped", "line", "lying", "table"]

_MOST_ROWS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a chart."""

    at: str
    """Where it stands: a day as `2026-11-21` in a line, a name elsewhere."""
    value: float
    label: str
    """`at` as the reader reads it; Markdown, safe to show."""
    shown: str
    """`value` as the reader reads it."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line of a chart, or what has one colour of several in it."""

    name: str
    points: Sequence[Point]
    color: ChartColor


def line(heading: str, across: str, series: Sequence[Series]) -> LineChart:
    """Lines over days, from nothing upwards. `across` says what the days are, for the table.

    A message is not to be heavier for its table than it has to be: of each line a few points stand in it,
    the first and the last among them.
    """
    return LineChart(
        title=heading,
        y_min=0,
        data=[
            LineChartData(
                legend=one.name,
                color=one.color,
                values=[LineChartValue(x=point.at, y=point.value) for point in one.points],
            )
            for one in series
        ],
        fallback=table([across, *(one.name for one in series)], _by_place(series)),
    )


def _by_place(series: Sequence[Series]) -> list[list[str]]:
    """One row a place, in the order of places, with the value of each line there."""
    few = [_few(one.points) for one in series]
    labels = {point.at: point.label for points in few for point in points}
    values = [{point.at: point.shown for point in points} for points in few]
    return [[labels[at], *(found.get(at, "–") for found in values)] for at in sorted(labels)]


def _few(points: Sequence[Point]) -> list[Point]:
    last = len(points) - 1
    return [
        points[at] for at in sorted({round(last * step / (_MOST_ROWS - 1)) for step in range(_MOST_ROWS)})
    ]


def bars(heading: str, columns: tuple[str, str], points: Sequence[Point]) -> VerticalBarChart:
    """Columns side by side, in the order given. `columns` are the names of the table's."""
    return VerticalBarChart(
        title=heading,
        y_min=0,
        data=[VerticalBarChartDataValue(x=point.at, y=point.value) for point in points],
        fallback=table(columns, [[point.label, point.shown] for point in points]),
    )


def lying(heading: str, columns: tuple[str, str], points: Sequence[Point]) -> HorizontalBarChart:
    """Bars below each other, for names that have no room side by side."""
    return HorizontalBarChart(
        title=heading,
        data=[HorizontalBarChartDataValue(x=point.at, y=point.value) for point in points],
        fallback=table(columns, [[point.label, point.shown] for point in points]),
    )


def grouped(heading: str, across: str, series: Sequence[Series]) -> GroupedVerticalBarChart:
    """Columns beside each other at each place. `across` says what the places are, for the table.

    Every series has a point at each place, in the same order.
    """
    rows = [
        [here[0].label, *(point.shown for point in here)]
        for here in zip(*(one.points for one in series), strict=True)
    ]
    return GroupedVerticalBarChart(
        title=heading,
        y_min=0,
        data=[
            GroupedVerticalBarChartData(
                legend=one.name,
                color=one.color,
                values=[BarChartDataValue(x=point.at, y=point.value) for point in one.points],
            )
            for one in series
        ],
        fallback=table([across, *(one.name for one in series)], rows),
    )


def donut(heading: str, columns: tuple[str, str], points: Sequence[Point], whole: str) -> DonutChart:
    """Parts of a whole, which is written in the middle. `columns` are the names of the table's."""
    return DonutChart(
        title=heading,
        value=whole,
        data=[DonutChartData(legend=point.at, value=point.value) for point in points],
        fallback=table(columns, [[point.label, point.shown] for point in points]),
    )


def table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Figures in columns, the first of which says what they are of."""
    return Table(
        first_row_as_headers=True,
        show_grid_lines=False,
        columns=[_column(at) for at in range(len(columns))],
        rows=[_row(cells) for cells in (columns, *rows)],
    )


def _column(at: int) -> ColumnDefinition:
    return ColumnDefinition(width=1, horizontal_cell_content_alignment="Right" if at else "Left")


def _row(cells: Sequence[str]) -> TableRow:
    return TableRow(cells=[TableCell(items=[TextBlock(text=text, wrap=True)]) for text in cells])
