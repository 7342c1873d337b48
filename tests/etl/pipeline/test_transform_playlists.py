from datetime import datetime

import pytest

from etl.pipeline.identify import landing_name
from tests.support import made_up
from tests.support.transforming import CAPTURED_AT, LANDED_AT, query_tables, transform_files

TRACK_PAGE = made_up.page(made_up.songs(1, 2, 3))
ITEM_PAGE = made_up.page([made_up.entry(made_up.track(n), "item") for n in (1, 2, 3)])
PLAYLIST = {
    "id": made_up.PLAYLIST,
    "type": "playlist",
    "href": f"{made_up.BASE}playlists/{made_up.PLAYLIST}",
}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param(TRACK_PAGE, id="a page with tracks"),
        pytest.param(ITEM_PAGE, id="a page with items"),
        pytest.param(
            made_up.page(
                [made_up.entry(made_up.track(n), "item", track=made_up.track(n)) for n in (1, 2, 3)]
            ),
            id="a page with both",
        ),
        pytest.param(PLAYLIST | {"tracks": TRACK_PAGE}, id="a playlist with tracks"),
        pytest.param(PLAYLIST | {"items": ITEM_PAGE}, id="a playlist with items"),
        pytest.param([TRACK_PAGE], id="a page in a list"),
        pytest.param([PLAYLIST | {"tracks": TRACK_PAGE}], id="a playlist with tracks in a list"),
        pytest.param([PLAYLIST | {"items": ITEM_PAGE}], id="a playlist with items in a list"),
        pytest.param(TRACK_PAGE["items"], id="bare items"),
        pytest.param(TRACK_PAGE["items"][:1], id="one bare item"),
    ],
)
def test_every_shape_of_a_response_has_the_same_rows(tmp_path, document):
    name = landing_name(made_up.PLAYLIST, datetime.fromisoformat(CAPTURED_AT))
    batch = transform_files(tmp_path, {name: made_up.as_json(document)})
    assert not batch.rejected
    rows = query_tables(tmp_path, "select position, song_id, artist_id, album_id, isrc from songs")
    assert rows == [
        (n, f"song000{n}", f"artist000{n}", f"album000{n}", f"QZABC260000{n}")
        for n in range(1, len(rows) + 1)
    ]
    assert len(rows) == (
        1 if isinstance(document, list) and document == TRACK_PAGE["items"][:1] else 3
    )


def test_an_envelope_outranks_its_name(tmp_path):
    body = made_up.envelope(TRACK_PAGE, at="2026-01-02T08:07:08+02:00")
    transform_files(tmp_path, {"spotify_raw_other_20250101T000000Z.json": body})
    assert query_tables(
        tmp_path, "select distinct chart_id, snapshot_at, snapshot_date from songs"
    ) == [(made_up.PLAYLIST, datetime(2026, 1, 2, 6, 7, 8), datetime(2026, 1, 2).date())]


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("tracks.json", LANDED_AT),
        ("spotify_raw_2023-03-27 18:24:36.954996.json", datetime(2023, 3, 27, 18, 24, 36, 954996)),
        ("spotify_raw_named_20250101T000000Z.json", datetime(2025, 1, 1)),
    ],
)
def test_the_time_comes_from_the_name_or_from_the_landing(tmp_path, name, moment):
    batch = transform_files(tmp_path, {name: made_up.as_json(TRACK_PAGE)})
    (partition,) = batch.snapshots
    (snapshot,) = batch.snapshots[partition]
    assert snapshot.snapshot_at.replace(tzinfo=None) == moment.replace(tzinfo=None)
    assert partition.chart_id == ("named" if "named" in name else made_up.PLAYLIST)


def test_entries_without_a_track_keep_their_position(tmp_path):
    local = made_up.track(
        4, id=None, uri="spotify:local:A:B:C:1", is_local=True, external_ids={}, external_urls={},
        artists=[made_up.artist(4, id=None)], album=made_up.album(4, id=None, artists=[]),
    )  # fmt: skip
    episode = {"id": "ep1", "type": "episode", "name": "Talk", "duration_ms": 9, "explicit": False}
    taken_down = made_up.track(5, id=None)
    entries = [
        *made_up.songs(1),
        made_up.entry(None),
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


def test_pages_are_sorted_by_offset_or_kept_in_order(tmp_path):
    second = made_up.page(made_up.songs(3, 4), offset=2, total=4)
    no_offsets = [{"items": made_up.songs(1, 2)}, {"items": made_up.songs(3, 4)}]
    files = {
        "a.json": made_up.envelope(
            made_up.page(made_up.songs(1, 2), total=4), second, at=CAPTURED_AT
        ),
        "b.json": made_up.envelope(*no_offsets, at=CAPTURED_AT, chart_id="b"),
    }
    transform_files(tmp_path, files)
    expected = [(n, f"song000{n}") for n in (1, 2, 3, 4)]
    for chart_id in (made_up.PLAYLIST, "b"):
        sql = f"select position, song_id from songs where chart_id = '{chart_id}' order by all"
        assert query_tables(tmp_path, sql) == expected


@pytest.mark.parametrize(
    ("fields", "expected_entries", "is_complete"),
    [
        ({}, 2, True),
        ({"total": 5}, 5, False),
        ({"next": "https://api.spotify.com/v1/next"}, 2, False),
        ({"total": None}, 2, True),
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
        made_up.entry(made_up.track(1, external_ids={"isrc": "qz-abc-26-00001"})),
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
