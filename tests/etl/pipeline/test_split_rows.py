"""The rows of bulk tables: which chart and day they belong to, and which are set aside."""

from __future__ import annotations

import pytest

from etl.lake import open_lake
from etl.lake.partitions import read_manifests
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.bulk_tables import (
    LARGE,
    land,
    land_text,
    lines,
    pending,
    row,
)
from tests.support.small_lakes import archived_names, query_rows


@pytest.fixture
def lake(tmp_path):
    return open_lake(str(tmp_path / "lake"))


@pytest.fixture
def landed(lake, tmp_path):
    """Lands a table that is given as text; returns what became of it."""
    return lambda text, name="table-daily.csv": land_text(lake, tmp_path / name, text)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (row(market="Narnia"), "no known market or chart"),
        (row(day="soon"), "no date"),
        (row(day=""), "no date"),
        (row(day="2005-12-31"), "no date from 2006 on"),
        (row(day="0001-01-01"), "no date from 2006 on"),
        (row(rank=""), "no rank"),
        (row(rank=10**9), "no rank"),
        (row(rank="0"), "no rank"),
        (LARGE, "it has the header again"),
        (row() + ",more", "the row does not have one cell for each column"),
        (row()[:20], "the row does not have one cell for each column"),
        (row(song="a,b"), "the row does not have one cell for each column"),
        (row().replace(":track:", ":album:"), "the address is not that of an entry of the chart"),
        (row().replace(",5", ",5e3"), "a count is not a whole number"),
        (row().replace("Song", "x" * 100_000), "the row has more than 100,000 characters"),
        (row().replace(",Song", ',"Song'), "the row does not have one cell for each column"),
        (row(day="3/4/2026"), "the date can be read in two ways"),
    ],
)
def test_rows_that_cannot_be_placed_are_set_aside_and_the_others_land(lake, landed, bad, reason):
    table = landed(lines(row("2026-01-01"), bad, row("2026-01-02")))
    assert dict(table.set_aside.counts) == {reason: 1}
    assert table.set_aside.lines[reason] == [3]
    assert table.rows == 2
    assert process_pending(lake, "parquet").published == 2


def test_bytes_that_are_no_text_cost_only_their_row(lake, tmp_path):
    body = lines(row(), row(rank=2), row(rank=3)).encode().replace(b"Song", b"\xff\xfe", 1)
    (tmp_path / "daily.csv").write_bytes(body)
    (table,) = land(lake, tmp_path / "daily.csv")
    assert (table.rows, dict(table.set_aside.counts)) == (2, {"the text cannot be read": 1})


def test_a_row_that_stands_twice_counts_once(landed):
    table = landed(lines(row(), row(), row(rank=2)))
    assert (table.rows, table.repeated) == (2, 1)


def test_rows_that_contradict_each_other_are_set_aside(landed):
    table = landed(lines(row(song="a"), row(song="b"), row(rank=2)))
    assert table.rows == 1
    assert table.set_aside.counts == {"another row has the same chart, day and rank": 2}


@pytest.mark.parametrize("spellings", [("US", "USA", "United States", "us")])
def test_a_market_may_be_spelt_in_several_ways(lake, landed, spellings):
    rows = [row(market=market, rank=rank) for rank, market in enumerate(spellings, 1)]
    landed(lines(*rows))
    assert process_pending(lake, "parquet").published == 1
    assert archived_names(lake) == {"regional-us-daily-2026-01.csv"}


def test_no_market_is_the_world_where_other_rows_have_one(lake, landed):
    landed(lines(row(market=""), row(market="us")))
    assert set(pending(lake)) == {
        "regional-global-daily-2026-01.csv",
        "regional-us-daily-2026-01.csv",
    }


def test_no_market_is_unknown_where_no_row_has_one(landed):
    assert landed(lines(row(market=""))).set_aside.counts == {"no known market or chart": 1}


def test_a_column_of_dates_may_have_two_formats(lake, landed):
    landed(lines(row("2026-01-01"), row("1/2/2026"), row("1/15/2026")))
    assert process_pending(lake, "parquet").published == 3
    assert archived_names(lake) == {"regional-us-daily-2026-01.csv"}


@pytest.mark.parametrize("written", ["January 2, 2026", "Jan 02 2026", "2 Jan 2026", "2-jan-2026"])
def test_the_month_of_a_date_may_be_a_word(lake, landed, written):
    assert landed(lines(f'"{written}"' + row()[10:])).rows == 1
    assert process_pending(lake, "parquet").published == 1


def test_another_column_may_show_the_order_of_dates(lake, landed):
    header = f"{LARGE},release_date"
    landed(lines(row("2/1/2026") + ",11/21/2024", header=header))
    assert set(pending(lake)) == {"regional-us-daily-2026-02.csv"}


@pytest.mark.parametrize(
    ("days", "cadence"),
    [
        (("2026-01-01", "2026-01-02"), "daily"),
        (("2026-01-01", "2026-01-08"), "weekly"),
        (("2026-01-03",), "daily"),
        (("2026-01-01",), "weekly"),
    ],
)
def test_the_spacing_of_dates_tells_whether_a_chart_is_daily(lake, landed, days, cadence):
    landed(lines(*map(row, days)), "table.csv")
    assert set(pending(lake)) == {f"regional-us-{cadence}-2026-01.csv"}


def test_a_table_that_may_be_daily_or_weekly_is_set_aside(landed):
    table = landed(lines(row("2026-01-02")), "table.csv")
    assert table.set_aside.counts == {"nothing says daily or weekly": 1}


def test_a_column_may_state_the_chart(lake, landed):
    header = LARGE.replace("region", "chart")
    landed(lines(row(market="viral-fr-weekly"), header=header))
    assert set(pending(lake)) == {"viral-fr-weekly-2026-01.csv"}


def test_charts_of_artists_are_split_too(lake, landed):
    header = "date,country,rank,uri,artist_name,peak_rank,previous_rank,days_on_chart"
    landed(lines("2026-01-01,us,1,spotify:artist:a,Artist,1,1,3", header=header))
    assert set(pending(lake)) == {"artist-us-daily-2026-01.csv"}
    assert process_pending(lake, "parquet").published == 1


def test_an_artist_of_an_artist_chart_may_have_a_bar_in_the_name(lake, landed, tmp_path):
    header = "date,country,daily rank,uri,artist"
    landed(lines("2026-01-01,us,1,spotify:artist:a,Ann|Bob", header=header))
    process_pending(lake, "parquet")
    refresh(lake, tmp_path / "mirror.duckdb")
    assert query_rows(tmp_path / "mirror.duckdb", "select artist_name from artists") == [
        ("Ann|Bob",)
    ]


@pytest.mark.parametrize(
    ("header", "market", "reason"),
    [
        ("chart,region", "viral-fr-weekly,Germany", "market and chart contradict each other"),
        ("country,region", "fr,Germany", "it names two markets"),
    ],
)
def test_rows_that_name_two_markets_are_set_aside(landed, header, market, reason):
    table = landed(lines(row(market=market), header=LARGE.replace("region", header)))
    assert table.set_aside.counts == {reason: 1}


def test_a_continent_beside_a_country_does_not_matter(lake, landed):
    header = LARGE.replace("region", "country,region")
    landed(lines(row(market="Argentina,South America"), header=header))
    assert set(pending(lake)) == {"regional-ar-daily-2026-01.csv"}
    assert process_pending(lake, "parquet").published == 1


def test_a_table_whose_ranks_count_from_0_is_set_aside_as_that(landed):
    table = landed(
        lines(*(row(day, rank=rank) for day in ("2026-01-01", "2026-01-02") for rank in (0, 1)))
    )
    assert dict(table.set_aside.counts) == {"ranks count from 0 instead of 1": 4}


@pytest.mark.parametrize(
    ("column", "written", "day"),
    [
        ("week start", "2026-01-02", "2026-01-08"),
        ("start_date", "2025-12-26", "2026-01-01"),
        ("Week Ending", "2026-01-02", "2026-01-01"),
        ("end_date", "2026-01-01", "2026-01-01"),
        ("week", "2026-01-08", "2026-01-08"),
    ],
)
def test_a_week_has_the_date_of_the_thursday_on_which_it_ends(lake, landed, column, written, day):
    header = LARGE.replace("date", column)
    landed(lines(row(written), header=header), "weekly.csv")
    assert set(pending(lake)) == {"regional-us-weekly-2026-01.csv"}
    process_pending(lake, "parquet")
    (manifest,) = read_manifests(lake)
    assert [f"{one.snapshot_at:%Y-%m-%d}" for one in manifest.snapshots] == [day]


def test_the_first_day_of_a_week_is_no_chart_date_of_a_daily_chart(lake, landed):
    landed(lines(row("2026-01-02"), header=LARGE.replace("date", "start_date")))
    process_pending(lake, "parquet")
    (manifest,) = read_manifests(lake)
    assert manifest.snapshots[0].snapshot_at.day == 2


TWO_ADDRESSES = f"{LARGE},track_id"
ADDRESS = "0123456789012345678901"


@pytest.mark.parametrize("track_id", [ADDRESS, "", "NaN"])
def test_columns_that_mean_the_same_may_repeat_it_or_be_empty(lake, landed, track_id):
    table = landed(lines(f"{row(song=ADDRESS)},{track_id}", header=TWO_ADDRESSES))
    assert table.rows == 1
    assert process_pending(lake, "parquet").published == 1


def test_a_row_in_which_columns_of_one_meaning_differ_is_set_aside(landed):
    rows = [f"{row(song=ADDRESS, rank=rank)},{rank}{ADDRESS[1:]}" for rank in (1, 2)]
    same = f"{row(song=ADDRESS, rank=3)},{ADDRESS}"
    table = landed(lines(*rows, same, header=TWO_ADDRESSES))
    reason = "columns that mean the same say different things"
    assert (table.rows, dict(table.set_aside.counts)) == (1, {reason: 2})


def test_rows_above_the_header_are_set_aside_and_notes_are_not_counted(landed):
    above = "Note that these figures are estimates\n" + row(rank=1).replace("Artist", "Ann") + "\n"
    table = landed(above + lines(row(rank=2)))
    assert (table.rows, dict(table.set_aside.counts)) == (1, {"it stands above the header": 1})


def test_rows_below_a_header_with_other_columns_are_set_aside(landed):
    other = LARGE.replace("artist,title", "title,artist")
    rows = [row(rank=1), other, row(rank=2), row(rank=3), LARGE, row(rank=4)]
    table = landed(lines(*rows))
    assert table.rows == 2
    assert dict(table.set_aside.counts) == {
        "it has the header again": 2,
        "it stands below a header with other columns": 2,
    }


def test_tables_one_after_the_other_are_one_table(landed):
    header = "rank,date,region,uri,artist,title,streams"
    rows = [
        "1,2026-01-01,us,spotify:track:a,Ann,Song,5",
        "2,2026-01-01,us,spotify:track:b,Ann,Song,5",
    ]
    text = "".join(f"\ufeff{header}\r\n{one}\r\n" for one in rows)
    table = landed(text)
    assert (table.rows, dict(table.set_aside.counts)) == (2, {"it has the header again": 1})


def test_a_week_may_be_named_from_friday_to_friday(lake, landed):
    landed(lines(row("2019-12-20--2019-12-27"), row("2019-12-27--2020-01-03")), "weekly.csv")
    assert set(pending(lake)) == {
        "regional-us-weekly-2019-12.csv",
        "regional-us-weekly-2020-01.csv",
    }
    assert process_pending(lake, "parquet").published == 2
