"""Every shape in which people keep responses, and what names the chart and the time."""

import json
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
        pytest.param(
            [
                made_up.page(made_up.songs(2, 3), offset=1, total=3),
                made_up.page(made_up.songs(1), total=3),
            ],
            id="pages in another order",
        ),
        pytest.param(
            [{"items": made_up.songs(1, 2)}, {"items": made_up.songs(3)}],
            id="pages without anything else",
        ),
        pytest.param(
            [
                PLAYLIST | {"tracks": made_up.page(made_up.songs(1, 2), total=3)},
                made_up.page(made_up.songs(3), offset=2, total=3),
            ],
            id="a playlist and its second page",
        ),
        pytest.param(json.dumps(TRACK_PAGE), id="a page dumped twice"),
        pytest.param(json.dumps(TRACK_PAGE["items"], indent=2), id="bare items dumped twice"),
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


@pytest.mark.parametrize(
    "document",
    [
        TRACK_PAGE | {"name": 5},
        ITEM_PAGE | {"playlist": [None]},
        PLAYLIST | {"tracks": TRACK_PAGE, "artists": "none"},
        PLAYLIST | {"items": ITEM_PAGE, "tracks": 3},
        json.loads(made_up.envelope(TRACK_PAGE, at=CAPTURED_AT)) | {"items": {"items": 7}},
    ],
    ids=["a name", "a playlist", "artists", "tracks", "the items of an envelope"],
)
def test_members_that_do_not_matter_may_be_anything(tmp_path, document):
    for folder, body in (("odd", document), ("plain", TRACK_PAGE)):
        name = landing_name(made_up.PLAYLIST, datetime.fromisoformat(CAPTURED_AT))
        batch = transform_files(tmp_path / folder, {name: made_up.as_json(body)})
        assert not batch.rejected
    odd, plain = (query_tables(tmp_path / folder, "from songs") for folder in ("odd", "plain"))
    assert len(odd) == 3 and odd == plain


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


def test_lines_of_json_are_pages_or_entries(tmp_path):
    lines = b"\n".join(made_up.as_json(entry) for entry in TRACK_PAGE["items"])
    pages = b"\r\n".join(
        made_up.as_json(made_up.page(made_up.songs(n), offset=n - 1, total=3)) for n in (3, 1, 2)
    )
    batch = transform_files(
        tmp_path,
        {
            landing_name("entries", datetime.fromisoformat(CAPTURED_AT)): lines + b"\n",
            landing_name("pages", datetime.fromisoformat(CAPTURED_AT)): pages,
        },
    )
    assert not batch.rejected
    sql = "select chart_id, position, song_id from songs order by all"
    assert query_tables(tmp_path, sql) == [
        (chart_id, n, f"song000{n}") for chart_id in ("entries", "pages") for n in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "href",
    [
        f"https://api.spotify.com/v1/users/spotify/playlists/{made_up.PLAYLIST}/tracks?offset=0",
        f"https://open.spotify.com/user/spotify/playlist/{made_up.PLAYLIST}",
        f"https://open.spotify.com/intl-de/playlist/{made_up.PLAYLIST}?si=0123",
        f"spotify:user:spotify:playlist:{made_up.PLAYLIST}",
    ],
)
def test_old_addresses_name_the_playlist(tmp_path, href):
    page = made_up.page(made_up.songs(1), href=href)
    transform_files(tmp_path, {"a_2026-01-02.json": made_up.as_json(page)})
    assert query_tables(tmp_path, "select chart_id from songs") == [(made_up.PLAYLIST,)]


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        (
            b'{"entries": [], "chart": {}}',
            "it has no pages or entries of a playlist, but entries, chart",
        ),
        (b"{}", "it has no pages or entries of a playlist"),
        (b'{"entries": [', "it is not JSON, or of no known shape"),
    ],
)
def test_other_json_is_rejected_with_what_it_has(tmp_path, body, finding):
    (rejection,) = transform_files(tmp_path, {"a_2026-01-02.json": body}).rejected
    assert rejection.offenders[0].startswith(finding)
