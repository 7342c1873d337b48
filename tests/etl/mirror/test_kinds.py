"""Artist charts and album charts have the same history as song charts, and are no songs."""

from datetime import timedelta

import pytest

from etl.database import connect, models, rows
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.pipeline.verify import verify
from etl.report import write_report
from tests.support.places import IN_A_DIRECTORY
from tests.support.small_lakes import (
    THURSDAY,
    chart_body,
    chart_name,
    playlist_body,
    playlist_name,
    put_pending,
    query_rows,
)

ARTISTS, ALBUMS = "artist-xx-weekly", "album-xx-weekly"
HEADERS = {
    ARTISTS: "rank,uri,artist_name,peak_rank,previous_rank,weeks_on_chart",
    ALBUMS: "rank,uri,album_name,artist_names,label,peak_rank,previous_rank,weeks_on_chart",
}
HISTORY = (
    "select position, entry_name, previous_position, status, peak_position, periods_on_chart"
    " from movements where chart_id = '{}' order by snapshot_at, position"
)


@pytest.fixture
def mirror(tmp_path):
    return tmp_path / "mirror.duckdb"


def files(chart_id, *weeks):
    """A chart file for each week that is not None; a name is its own id, in lower case."""
    return {
        f"{chart_id}-{THURSDAY + timedelta(weeks=week)}.csv": "\n".join(
            [HEADERS[chart_id], *(row(chart_id, *ranked) for ranked in enumerate(names, 1)), ""]
        ).encode()
        for week, names in enumerate(weeks)
        if names is not None
    }


def row(chart_id, position, name):
    kind = chart_id.partition("-")[0]
    more = ',"Ada, Ben",L' if chart_id == ALBUMS else ""
    return f"{position},spotify:{kind}:{name.lower()},{name}{more},{position},-1,1"


def publish(lake, mirror, *batches):
    for batch in batches:
        put_pending(lake, batch)
        assert not process_pending(lake, "parquet").quarantined
        refresh(lake, mirror)


@IN_A_DIRECTORY
@pytest.mark.parametrize("chart_id", [ARTISTS, ALBUMS])
def test_movements_of_three_weeks_have_a_re_entry(lake, mirror, chart_id):
    weeks = [["Ada", "Ben"], ["Ben", "Cleo"], ["Cleo", "Ben", "Ada"]]
    publish(lake, mirror, *({name: body} for name, body in files(chart_id, *weeks).items()))
    assert query_rows(mirror, HISTORY.format(chart_id)) == [
        (1, "Ada", None, "UNKNOWN", 1, 1),
        (2, "Ben", None, "UNKNOWN", 2, 1),
        (1, "Ben", 2, "UP", 1, 2),
        (2, "Cleo", None, "NEW", 2, 1),
        (1, "Cleo", 2, "UP", 1, 2),
        (2, "Ben", 1, "DOWN", 1, 3),
        (3, "Ada", None, "RE-ENTRY", 1, 2),
    ]
    runs = "select entry_id, entry_name, song_id, periods, is_over from chart_runs order by all"
    assert query_rows(mirror, runs) == [
        ("ada", "Ada", None, 2, False),
        ("ben", "Ben", None, 3, False),
        ("cleo", "Cleo", None, 2, False),
    ]
    assert verify(lake, mirror).agrees


@IN_A_DIRECTORY
def test_gaps_and_the_agreement_with_spotify_cover_all_kinds(lake, mirror):
    publish(lake, mirror, files(ARTISTS, ["Ada"], None, ["Ada"]) | files(ALBUMS, ["Sol"], ["Sol"]))
    assert query_rows(mirror, "select chart_id, period_end from gaps") == [
        (ARTISTS, THURSDAY + timedelta(weeks=1))
    ]
    agreement = "select chart_id, figure, compared, agreeing from rank_agreement order by all"
    assert query_rows(mirror, agreement) == [
        (ALBUMS, "peak", 2, 2),
        (ALBUMS, "periods", 2, 1),
        (ALBUMS, "previous", 1, 0),
        (ARTISTS, "peak", 2, 2),
        (ARTISTS, "periods", 2, 1),
    ]


@IN_A_DIRECTORY
def test_entries_of_artist_and_album_charts_are_no_songs(lake, mirror):
    song_files = {chart_name(0): chart_body(0), playlist_name(0): playlist_body(0)}
    others = files(ARTISTS, ["Ada"]) | files(ALBUMS, ["Sol"])
    publish(lake, mirror, song_files | others)
    relations = ("songs", "current_songs", "entry_artists")
    counts = ", ".join(f"(select count(*) from {relation})" for relation in relations)
    assert query_rows(mirror, f"select {counts}") == [(10, 5, 10)]
    named = "select kind, count(*), count(song_id), count(entry_id) from movements group by all"
    assert query_rows(mirror, f"{named} order by all") == [
        ("album", 1, 0, 1),
        ("artist", 1, 0, 1),
        ("song", 10, 10, 10),
    ]
    with connect(mirror, read_only=True) as connection:
        for report in ("song_trends", "artist_shares", "artist_histories"):
            answers = rows(connection, models("reports")[report])
            assert {answer["chart_id"] for answer in answers}.isdisjoint({ARTISTS, ALBUMS})


@IN_A_DIRECTORY
def test_reports_name_artists_and_albums(lake, mirror):
    publish(lake, mirror, files(ARTISTS, ["Ada"]) | files(ALBUMS, ["Sol"]))
    with connect(mirror, read_only=True) as connection:
        for report in ("this_week", "longest_runs", "number_ones", "trajectories"):
            answers = rows(connection, models("reports")[report])
            assert {answer["song_name"] for answer in answers} == {"Ada", "Sol"}


@IN_A_DIRECTORY
def test_a_corrected_chart_replaces_its_entries(lake, mirror):
    publish(lake, mirror, files(ARTISTS, ["Ada", "Ben"]), files(ARTISTS, ["Ben", "Cleo"]))
    assert query_rows(mirror, "select position, entry_name from movements order by all") == [
        (1, "Ben"),
        (2, "Cleo"),
    ]
    names = "select artist_name from current_artists order by all"
    assert query_rows(mirror, names) == [("Ben",), ("Cleo",)]


@IN_A_DIRECTORY
def test_artists_without_an_address_are_matched_by_name_but_namesakes_are_not(lake, mirror):
    named = ["1,,Ada,1,,", "2,spotify:artist:nova1,Nova,2,,", "3,spotify:artist:nova2,Nova,3,,"]
    later = ["1,spotify:artist:nova2,Nova,1,,", "2,spotify:artist:ada, ADA,1,,"]
    names = list(files(ARTISTS, ["x"], ["x"]))
    bodies = ("\n".join([HEADERS[ARTISTS], *lines, ""]).encode() for lines in (named, later))
    publish(lake, mirror, dict(zip(names, bodies, strict=True)))
    found = "select entry_id, previous_position, peak_position from movements where position < 3"
    latest = f"{found} and status <> 'UNKNOWN' order by position"
    assert query_rows(mirror, latest) == [("nova2", 3, 1), ("ada", 1, 1)]


@IN_A_DIRECTORY
def test_the_page_calls_the_entries_of_each_chart_what_they_are(lake, mirror, tmp_path):
    others = files(ARTISTS, ["Ada", "Ben"], ["Ben", "Ada"]) | files(ALBUMS, ["Sol"])
    publish(lake, mirror, others | {chart_name(0): chart_body(0)})
    assert write_report(mirror, tmp_path / "page.html") == 3
    page = (tmp_path / "page.html").read_text("utf-8")
    for heading in ("<h2>Ben</h2>", 'Sol <span class="soft">by Ada, Ben</span>'):
        assert heading in page
    for kind in ("Song", "Artist", "Album"):
        assert f'<th scope="col">{kind}</th>' in page
    assert ">None<" not in page
