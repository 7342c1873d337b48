import csv
from datetime import date

import pytest

from etl.errors import InvalidRawFile
from etl.sources.chart_columns import COLUMNS
from etl.sources.chart_files import ROW_CHARACTERS, normalized

CHART = "regional-us-weekly"
THURSDAY = date(2026, 1, 1)
HEADER = "rank,uri,track_name,artist_names,streams"
ROW = "1,spotify:track:a,Song,Artist,7"


def rows(text, chart_id=CHART, chart_date=THURSDAY):
    """The rows of a chart file: the number of the line, and the cells by column."""
    lines = csv.reader(normalized(text, 5, chart_id, chart_date).splitlines())
    return [(int(line), dict(zip(COLUMNS, row, strict=True))) for _, line, *row in lines]


def cells(text, *columns, **given):
    return [tuple(row[column] for column in columns) for _, row in rows(text, **given)]


def offence(text, **given):
    """The rule that a chart file breaks, and what breaks it."""
    with pytest.raises(InvalidRawFile) as caught:
        rows(text, **given)
    return str(caught.value)


def with_column(name, *values):
    """A chart file with one more column."""
    return "\n".join([f"{HEADER},{name}", *(f"{ROW},{value}" for value in values)])


@pytest.mark.parametrize(
    "header",
    [
        "rank,uri,track_name,artist_names,streams",
        'Position,URL,"Track Name",Artist,Streams',
        "\ufeff Track-Position , TRACK_URL,trackName,artist name,Stream Count ",
        "daily_rank,spotify_id,name,artists,daily_streams",
        "chart_position,spotify_uri,song,performer,weekly_streams",
        "current_pos,track_uri,title,artist,streams",
    ],
)
def test_columns_are_found_by_any_of_their_names(header):
    found = cells(f"{header}\n{ROW}\n", "rank", "address", "title", "artist", "streams")
    assert found == [("1", "spotify:track:a", "Song", "Artist", "7")]


def test_columns_may_be_many_and_in_any_order():
    many = ",".join(f"f{number}" for number in range(30))
    values = ",".join(["0.5"] * 30)
    text = f"{many},streams,title,artist,uri,rank\n{values},7,Song,Artist,spotify:track:a,1\n"
    assert cells(text, "rank", "streams", "peak") == [("1", "7", "")]


def test_the_header_may_stand_below_notes():
    text = f',,,"Note, with a comma"\n\nweek 1\n{HEADER}\n{ROW}\n\n,,,,\n{ROW}\n'
    assert [line for line, _ in rows(text)] == [5, 8]


@pytest.mark.parametrize(
    ("row", "finding"), [(f"{ROW},more", "line 3 has 6"), ("1,spotify:track:a", "line 3 has 2")]
)
def test_a_row_with_more_or_fewer_cells_than_the_header_is_rejected(row, finding):
    assert f"{finding} instead of 5" in offence(f"{HEADER}\n{ROW},,\n{row}\n{ROW}\n")


@pytest.mark.parametrize("line_break", ["\n", "\r", "\r\n"])
def test_a_row_that_goes_over_several_lines_is_rejected(line_break):
    text = f'{HEADER}\n1,spotify:track:a,"So{line_break}ng",Artist,7\n{ROW}\n'
    assert "a cell goes on to line 3; a quote may be missing" in offence(text)


@pytest.mark.parametrize(
    ("header", "findings"),
    [
        ("rank,uri,artist_names,streams", ("no column for title;", "title may be called track")),
        ("uri,who,title,streams", ("no column for rank, artist;", 'unknown columns: "who"')),
        ("rank,url,title,artist", ("no column for streams;", "unknown columns: none")),
        ("url,who", ("no column for rank, title, artist, streams;", 'unknown columns: "who"')),
    ],
)
def test_a_file_that_lacks_columns_is_rejected_with_their_names(header, findings):
    found = offence(f"{header}\n1,2,3,4\n")
    assert all(finding in found for finding in findings)


def test_only_viral_charts_have_no_streams():
    text = "rank,uri,track_name,artist_names\n1,spotify:track:a,Song,Artist\n"
    assert cells(text, "rank", "streams", chart_id="viral-us-daily") == [("1", "")]
    assert "no column for streams" in offence(text, chart_id="regional-us-daily")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("a;b;c", 'the first one is "a;b;c"'),
        ("<!doctype html>", 'the first one is "<!doctype html>"'),
        (" \n", 'the first one is ""'),
    ],
)
def test_a_file_without_a_header_is_rejected_with_what_it_seems_to_be(text, finding):
    assert finding in offence(text)


@pytest.mark.parametrize("kind", ["artist", "album"])
def test_columns_of_songs_under_the_name_of_another_chart_are_rejected_as_what_they_are(kind):
    found = offence(f"{HEADER}\n{ROW}\n", chart_id=f"{kind}-global-weekly")
    assert f"{kind}-global-weekly has " in found
    assert found.endswith(" of songs; it seems to be a song chart")


@pytest.mark.parametrize(
    ("chart_id", "text", "finding"),
    [
        ("regional-us-weekly", "rank,uri,artist_name,peak_rank\n1,spotify:artist:a,Ada,1\n",
         "has addresses of artists; it seems to be an artist chart"),
        ("regional-us-weekly", "rank,url,artists,album,label\n"
         "1,https://open.spotify.com/intl-de/album/a,Ada,Sol,L\n",
         "has addresses of albums; it seems to be an album chart"),
        ("viral-us-daily", "rank,artist_names,album_name\n1,Ada,Sol\n",
         "has columns of albums; it seems to be an album chart"),
        ("regional-us-weekly", "rank,artist_name,peak_rank\n1,Ada,1\n",
         "has columns of artists; it seems to be an artist chart"),
        ("album-us-weekly", "rank,artist_name\n1,Ada\n",
         "has columns of artists; it seems to be an artist chart"),
        ("album-us-weekly", "rank,uri,artist_name\n1,spotify:artist:a,Ada\n",
         "has addresses of artists; it seems to be an artist chart"),
        ("artist-us-weekly", "rank,artist,album\n1,Ada,Sol\n",
         "has columns of albums; it seems to be an album chart"),
        ("artist-us-weekly", "rank,artist,track\n1,Ada,Sol\n",
         "has columns of songs; it seems to be a song chart"),
    ],
)  # fmt: skip
def test_a_chart_of_another_kind_than_its_name_says_is_rejected(chart_id, text, finding):
    assert finding in offence(text, chart_id=chart_id)


@pytest.mark.parametrize(
    "header",
    [
        "rank,uri,artist_name,peak_rank",
        "Position,Artist URL,name,peak",
        "rank,link,artist,Peak Pos",
    ],
)
def test_columns_of_an_artist_chart_are_found_by_their_names(header):
    found = cells(
        f"{header}\n1,spotify:artist:a,Ada,2\n", "rank", "address", "title", "artist", "peak",
        chart_id="artist-global-daily",
    )  # fmt: skip
    assert found == [("1", "spotify:artist:a", "", "Ada", "2")]


@pytest.mark.parametrize(
    "header",
    [
        "rank,uri,album_name,artist_names,label,total_weeks",
        "Rank,Album ID,Album,Artist,source,weeks_on_chart",
        "pos,spotify album uri,title,artists,Record Label,weeks on chart",
    ],
)
def test_columns_of_an_album_chart_are_found_by_their_names(header):
    wanted = ("rank", "address", "title", "artist", "label", "periods")
    found = cells(
        f'{header}\n1,spotify:album:a,Sol,"Ada, Ben",L,3\n', *wanted, chart_id="album-xx-weekly"
    )
    assert found == [("1", "spotify:album:a", "Sol", "Ada, Ben", "L", "3")]


def test_columns_that_mean_the_same_are_united():
    text = (
        f"{HEADER},url,position\n"
        "1,spotify:track:a,Song,Artist,7,https://open.spotify.com/track/a?si=b,1.0\n"
        ",,Song,Artist,7,https://open.spotify.com/track/b,2\n"
    )
    assert cells(text, "rank", "address") == [
        ("1", "spotify:track:a"),
        ("2", "https://open.spotify.com/track/b"),
    ]


def test_columns_that_mean_the_same_and_differ_are_rejected():
    found = offence(with_column("position", "1", "2"))
    assert found.startswith("columns of a chart file that mean the same say the same: ")
    assert found.endswith('"rank" is "1" and "position" is "2" in line 3')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("End Date", "2026-01-01"),
        ("End Date", "2026-01-02"),
        ("Start_Date", "2025-12-26"),
        ("date", "2026-01-01 00:00:00"),
        ("date", "1/1/2026"),
        ("date", "12/29/2025"),
        ("week", "1"),
        ("chart date", ""),
        ("region", "US"),
        ("country", "United States"),
        ("country", "Narnia"),
        ("region", "North America"),
        ("chart", "top200"),
        ("chart_id", "regional-us-weekly"),
        ("chart", "My chart"),
    ],
)
def test_columns_about_chart_and_date_may_agree_or_not_be_comparable(name, value):
    assert cells(with_column(name, value, value), "rank") == [("1",), ("1",)]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("End Date", "2026-01-03"),
        ("Start_Date", "2025-12-25"),
        ("date", "2026-01-08T00:00:00"),
        ("date", "3/2/2026"),
        ("region", "fr"),
        ("country code", "GB"),
        ("region", "Global"),
        ("region", "France"),
        ("chart", "viral50"),
        ("chart_id", "regional-us-daily"),
    ],
)
def test_columns_that_contradict_chart_or_date_are_rejected(name, value):
    found = offence(with_column(name, value))
    assert f'"{name}" is "{value}", and the file is taken for {CHART} on 2026-01-01' in found


def test_a_date_in_a_daily_chart_is_that_day():
    text = with_column("date", "2025-12-31")
    assert '"date" is "2025-12-31"' in offence(text, chart_id="regional-us-daily")


def test_a_code_contradicts_a_global_chart_and_uk_is_gb():
    assert '"region" is "us"' in offence(with_column("region", "us"), chart_id="viral-global-daily")
    assert cells(with_column("region", "uk"), "rank", chart_id="regional-gb-weekly")


@pytest.mark.parametrize("chart_id", [CHART, None])
def test_a_table_of_several_charts_or_dates_is_rejected_with_how_to_split_it(chart_id):
    text = f"{HEADER},Date,Region\n{ROW},2026-01-01,us\n{ROW},2026-01-02,fr\n{ROW},2026-01-03,us\n"
    found = offence(text, chart_id=chart_id)
    assert '"Date" has 3 values, from "2026-01-01" to "2026-01-03"' in found
    assert '"Region" has 2 values, from "fr" to "us"' in found
    assert "split it into one file for each chart and date" in found


def test_a_row_that_is_too_long_is_rejected():
    text = f"{HEADER}\n1,spotify:track:a,{'x' * (ROW_CHARACTERS // 2)},{'y' * ROW_CHARACTERS},7\n"
    assert offence(text) == "a row of a chart file has at most 100,000 characters: line 2"


def test_what_is_not_csv_is_rejected_with_the_line():
    assert offence(f'{HEADER}\n1,"{"x" * 200_000}').startswith("a chart file is CSV: line 2: field")


def test_a_song_chart_may_name_the_albums():
    text = "daily_rank,spotify_id,name,artists,album_name,streams\n1,spotify:track:a,Sol,Ada,Al,7\n"
    assert cells(text, "title", "artist", chart_id="regional-us-daily") == [("Sol", "Ada")]
