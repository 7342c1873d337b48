from datetime import datetime

import pytest

from etl.pipeline.identify import landing_name
from tests.support import made_up
from tests.support.transforming import CAPTURED_AT, query_tables, transform_files

TRACK_PAGE = made_up.page(made_up.songs(1, 2, 3))
ITEM_PAGE = made_up.page([made_up.entry(made_up.track(n), "item") for n in (1, 2, 3)])
PLAYLIST = {
    "id": made_up.PLAYLIST,
    "type": "playlist",
    "href": f"{made_up.BASE}playlists/{made_up.PLAYLIST}",
}


def test_entries_without_a_track_keep_their_position(tmp_path):
    local = made_up.track(
        4, id=None, uri="spotify:local:A:B:C:1", is_local=True, external_ids={}, external_urls={},
        artists=[made_up.artist(4, id=None)], album=made_up.album(4, id=None, artists=[]),
    )  # fmt: skip
    episode = {"id": "ep1", "type": "episode", "name": "Talk", "duration_ms": 9, "explicit": False}
    taken_down = made_up.track(5, id=None, name="")
    entries = [
        *made_up.songs(1),
        None,
        made_up.entry(local, is_local=True),
        made_up.entry(episode),
        made_up.entry(taken_down),
        *made_up.songs(1),
    ]
    transform_files(tmp_path, {"a_2026-01-02.json": made_up.as_json(made_up.page(entries))})
    assert query_tables(
        tmp_path, "select position, entry_type, song_id from songs order by all"
    ) == [
        (1, "track", "song0001"),
        (2, "unavailable", None),
        (3, "local", None),
        (4, "episode", "ep1"),
        (5, "unavailable", None),
        (6, "track", "song0001"),
    ]
    assert query_tables(tmp_path, "select artist_ids from songs where position in (2, 3)") == [
        (None,),
        ([],),
    ]
    assert query_tables(tmp_path, "select count(*) from albums") == [(2,)]


@pytest.mark.parametrize(
    ("fields", "expected_entries", "is_complete"),
    [
        ({}, 2, True),
        ({"total": 5}, 5, False),
        ({"next": "https://api.spotify.com/v1/next"}, 2, True),
        ({"next": "https://api.spotify.com/v1/next", "total": None}, 2, False),
        ({"next": "https://api.spotify.com/v1/next", "total": -1}, 2, False),
        ({"total": None}, 2, True),
        ({"total": "5"}, 5, False),
        ({"total": 1}, 2, True),
        ({"offset": 3, "total": 5}, 5, False),
    ],
)
def test_a_partial_playlist_is_marked_as_incomplete(
    tmp_path, fields, expected_entries, is_complete
):
    batch = transform_files(
        tmp_path, {"a.json": made_up.as_json(made_up.page(made_up.songs(1, 2), **fields))}
    )
    ((snapshot,),) = batch.snapshots.values()
    assert (snapshot.entries, snapshot.expected_entries, snapshot.is_complete) == (
        2,
        expected_entries,
        is_complete,
    )


def test_without_a_total_the_last_page_says_whether_more_follow(tmp_path):
    last = {"items": made_up.songs(2), "offset": 1, "next": None}
    first = {"items": made_up.songs(1), "offset": 0, "next": "https://api.spotify.com/v1/next"}
    batch = transform_files(
        tmp_path,
        {
            "a.json": made_up.envelope(last, first, at=CAPTURED_AT, chart_id="whole"),
            "b.json": made_up.envelope(first, at=CAPTURED_AT, chart_id="part"),
        },
    )
    assert {
        partition.chart_id: snapshot.is_complete
        for partition, (snapshot,) in batch.snapshots.items()
    } == {"whole": True, "part": False}


def test_tracks_without_ids_are_tracks_if_they_have_a_title(tmp_path):
    names = [("Song 1", "Artist 1"), ("Song 2", "Artist 2"), (" ", "Artist 3")]
    entries = [{"track": {"name": song, "artists": [{"name": artist}]}} for song, artist in names]
    files = {
        landing_name("names", datetime.fromisoformat(CAPTURED_AT)): made_up.as_json(
            {"items": entries}
        ),
        "regional-xx-weekly-2026-01-01.csv": made_up.chart_file(
            [made_up.chart_row(1, 2), made_up.chart_row(2, 1)]
        ),
    }
    batch = transform_files(tmp_path, files)
    assert not batch.rejected
    sql = """
        select position, entry_type, song_id, artist_credit from songs
        where chart_id = 'names' order by all
    """
    assert query_tables(tmp_path, sql) == [
        (1, "track", None, "Artist 1"),
        (2, "track", None, "Artist 2"),
        (3, "unavailable", None, "Artist 3"),
    ]
    sql = """
        select count(*) from songs
        where chart_id <> 'names'
        and recording_id in (select recording_id from songs where chart_id = 'names')
    """
    assert query_tables(tmp_path, sql) == [(2,)]


def test_an_empty_id_is_none(tmp_path):
    artists = [made_up.artist(1, id="", name="Q"), made_up.artist(2, id="", name="Z")]
    tracks = [
        made_up.track(number, album=made_up.album(number, id=""), artists=artists)
        for number in (1, 2)
    ]
    page = made_up.page([made_up.entry(track) for track in tracks])
    transform_files(tmp_path, {"a.json": made_up.as_json(page)})
    select = "select distinct album_id, artist_id, artist_ids, artist_credit from songs"
    assert query_tables(tmp_path, select) == [(None, None, [], "Q, Z")]
    assert query_tables(tmp_path, "select count(*) from albums") == [(0,)]
    assert query_tables(tmp_path, "select count(*) from artists") == [(0,)]


def test_an_empty_playlist_is_a_snapshot_without_entries(tmp_path):
    files = {
        "a.json": made_up.as_json(made_up.page([])),
        "b.json": made_up.envelope(at=CAPTURED_AT),
    }
    batch = transform_files(tmp_path, files)
    assert not batch.rejected
    assert {
        snapshot.entries for snapshots in batch.snapshots.values() for snapshot in snapshots
    } == {0}
    assert query_tables(tmp_path, "select count(*) from songs") == [(0,)]


def test_unknown_genres_differ_from_no_genres(tmp_path):
    artists = [{"id": "artist0001", "genres": ["nu folk"], "followers": {"total": 7}},
               {"id": "artist0002", "genres": []}]  # fmt: skip
    transform_files(
        tmp_path, {"a.json": made_up.envelope(TRACK_PAGE, at=CAPTURED_AT, artists=artists)}
    )
    assert query_tables(tmp_path, "select artist_id, genres, followers from artists") == [
        ("artist0001", ["nu folk"], 7),
        ("artist0002", [], None),
        ("artist0003", None, None),
    ]


def test_a_recording_is_identified_by_isrc_or_by_folded_name_and_credit(tmp_path):
    entries = [
        made_up.entry(made_up.track(1, external_ids={"isrc": " qz-abc-26-00001 "})),
        made_up.entry(
            made_up.track(2, external_ids={}, name="Sól  Rísa", artists=[made_up.artist(9)])
        ),
    ]
    chart = made_up.chart_file(
        [made_up.chart_row(1, 7, track_name=" SOL rísa", artist_names="artist 9")]
    )
    transform_files(
        tmp_path,
        {
            "a.json": made_up.as_json(made_up.page(entries)),
            "regional-xx-weekly-2026-01-01.csv": chart,
        },
    )
    recordings = dict(query_tables(tmp_path, "select song_id, recording_id from songs"))
    assert recordings["song0001"] == "QZABC2600001"
    assert recordings["song0002"] == recordings["song0007"]


@pytest.mark.parametrize("release_date", ["1975", "1975-04", "1975-04-12", "0000", "", None])
def test_release_dates_are_kept_unchanged(tmp_path, release_date):
    item = made_up.track(1, album=made_up.album(1, release_date=release_date))
    transform_files(tmp_path, {"a.json": made_up.as_json(made_up.page([made_up.entry(item)]))})
    year = 1975 if release_date and release_date.startswith("1975") else None
    assert query_tables(tmp_path, "select release_date, release_year from albums") == [
        (release_date, year)
    ]
