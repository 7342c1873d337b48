"""The answers that the page is made of: the rows of models and reports about each chart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from etl.database import in_little_memory, models, rows, set_variables

Row = dict[str, Any]
Answers = defaultdict[str, list[Row]]

# DuckDB's share of the memory; what does not fit goes to a scratch folder, at little cost.
MEMORY_LIMIT = "128MB"
# Fewer periods have no records to speak of. The records of all charts at once would take several
# times the memory.
ENOUGH_FOR_RECORDS = 12
RECORDS_AT_ONCE = 3

_MODELS = ("latest_entries", "recent_positions", "artist_coverage")
_REPORTS = (
    *("number_ones", "longest_runs", "artist_shares", "genre_shares", "churn", "concentration"),
    *("song_trends", "coverage", "seasonal_returns", "half_life"),
)
_FIRST = "qualify row_number() over (partition by chart_id order by row_place) <="
# Of these reports, the page shows the latest years, or the first rows; of others, all rows.
_SHOWN = {
    "artist_shares": "where month > drawn_from",
    "genre_shares": "where month > drawn_from",
    "song_trends": "where month > drawn_from",
    "churn": "where period_end > drawn_from",
    "concentration": "where period_end > drawn_from",
    "longest_runs": f"{_FIRST} 20",
    "seasonal_returns": f"{_FIRST} 15",
}


def find_answers(
    connection: duckdb.DuckDBPyConnection, chart_ids: Sequence[str]
) -> dict[str, Answers]:
    """What the page shows of each of these charts, by the name of the model or report."""
    by_chart: dict[str, Answers] = {}

    def work(connection: duckdb.DuckDBPyConnection) -> None:
        by_chart.clear()
        by_chart.update({chart_id: defaultdict(list) for chart_id in chart_ids})
        _find_rows(connection, by_chart)

    with TemporaryDirectory() as scratch:
        connection.execute("set temp_directory = ?", [scratch])
        in_little_memory(connection, work, MEMORY_LIMIT)
    return by_chart


def find_overlaps(connection: duckdb.DuckDBPyConnection, chart_ids: Sequence[str]) -> list[Row]:
    """How many songs each two of these charts share, by month, if they stand for their markets."""
    select = f"select * from ({models('page')['chart_overlaps']})"
    both = "where list_contains($1, chart_id) and list_contains($1, other_chart_id)"
    return rows(connection, f"{select} {both}", [list(chart_ids)])


def _find_rows(connection: duckdb.DuckDBPyConnection, by_chart: dict[str, Answers]) -> None:
    times = f"select * from ({models('page')['drawn_times']}) where list_contains(?, chart_id)"
    connection.execute(f"create or replace temp table drawn_times as {times}", [list(by_chart)])
    for name, select in _selects():
        for row in rows(connection, select):
            by_chart[row.pop("chart_id")][name].append(row)
    _find_records(connection, by_chart)


def _find_records(connection: duckdb.DuckDBPyConnection, by_chart: dict[str, Answers]) -> None:
    long_ones = [
        chart_id
        for chart_id, answers in by_chart.items()
        if sum(row["state"] != "missing" for row in answers["coverage"]) >= ENOUGH_FOR_RECORDS
    ]
    for first in range(0, len(long_ones), RECORDS_AT_ONCE):
        set_variables(connection, charts=long_ones[first : first + RECORDS_AT_ONCE])
        for row in rows(connection, models("reports")["record_watch"]):
            by_chart[row.pop("chart_id")]["record_watch"].append(row)


def _selects() -> Iterator[tuple[str, str]]:
    """What the page shows of each model and report."""
    selects = models("page") | models("reports")
    for name in (*_MODELS, *_REPORTS):
        # A join does not keep the order of rows.
        yield (
            name,
            "select answer.* exclude (row_place)"
            f" from (select *, row_number() over () as row_place from ({selects[name]})) as answer"
            f" inner join drawn_times using (chart_id) {_SHOWN.get(name, '')}"
            " order by answer.row_place",
        )
