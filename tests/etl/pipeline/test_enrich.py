"""Enrichment, with stand-ins for Spotify and MusicBrainz."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from demo.accounts import CLIENT_ID, CLIENT_SECRET
from demo.faults import Faulty
from demo.render import chart_csv, chart_file_name
from demo.web_api import WebApi
from demo.world import World
from etl.errors import LakeError
from etl.lake import open_lake
from etl.lake.layout import REFERENCE
from etl.mirror.refresh import refresh
from etl.pipeline.enrich import enrich
from etl.pipeline.learn import genre_coverage, learn
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.settings import load_settings
from etl.sources.references import Answer, Reference, read_references, write_reference
from tests.support import made_up
from tests.support.musicbrainz import ARTIST_RESPONSE, URL_RESPONSE, musicbrainz
from tests.support.places import IN_A_DIRECTORY
from tests.support.scripted_spotify import reply, scripted_server
from tests.support.small_lakes import (
    derived_objects,
    lake_contents,
    put_pending,
    query_rows,
    table_rows,
)

WORLD = World(3)
WEEKS = 2
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


@pytest.fixture
def web_api(location, tmp_path, monkeypatch):
    """The stand-in for Spotify, and a lake with two chart files."""
    monkeypatch.chdir(tmp_path)
    with WebApi(WORLD, {}) as server:
        variables = {
            "CHARTLAKE_LAKE": location,
            "CHARTLAKE_SPOTIFY_API_URL": server.api_url,
            "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": server.accounts_url,
            "SPOTIPY_CLIENT_ID": CLIENT_ID,
            "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        files = {
            chart_file_name("global", WORLD.week_end(week)): chart_csv(WORLD.chart(week)[:40])
            for week in range(WEEKS)
        }
        put_pending(open_lake(location), files)
        process_pending(open_lake(location), "parquet")
        yield server


def run(budget=1000):
    settings = load_settings()
    return enrich(open_lake(settings.lake), settings, budget)


def mirror_rows(sql):
    return query_rows(load_settings().mirror, sql)


@pytest.mark.slow
def test_chart_files_get_albums_artists_and_genres(web_api):
    assert run().stopped == ()
    missing = "select count(*) from songs where artist_ids is null or album_id is null"
    assert mirror_rows(missing) == [(0,)]
    for song_id, artist_ids, album_id, duration_ms in mirror_rows(
        "select song_id, artist_ids, album_id, duration_ms from songs"
    ):
        track = WORLD.track(song_id)
        assert artist_ids == [artist.artist_id for artist in track.artists]
        assert (album_id, duration_ms) == (track.album.album_id, track.duration_ms)
    genres = dict(
        mirror_rows("select artist_id, any_value(genres) from artists group by artist_id")
    )
    assert genres == {artist_id: list(WORLD.artist(artist_id).genres) for artist_id in genres}
    coverage = genre_coverage(load_settings())
    assert coverage.artists == len(genres)
    assert coverage.artists_with_genres == sum(map(bool, genres.values()))
    assert mirror_rows("select count(*) from albums where release_year is null") == [(0,)]


@IN_A_DIRECTORY
@pytest.mark.slow
def test_an_id_is_requested_only_once(web_api):
    run()
    requested = len(web_api.requests)
    enriched = run()
    assert (enriched.tracks, enriched.artists, enriched.partitions) == (0, 0, ())
    assert len(web_api.requests) == requested


@IN_A_DIRECTORY
@pytest.mark.slow
def test_a_run_stays_within_its_budget_and_the_next_one_continues(web_api):
    run(budget=10)
    assert len([path for _, path in web_api.requests if path.startswith("/v1/")]) == 10
    runs = 1
    while run(budget=60).partitions:
        runs += 1
    assert runs > 1
    assert mirror_rows("select count(*) from songs where artist_ids is null") == [(0,)]
    assert mirror_rows("select count(*) from artists where genres is null") == [(0,)]


@IN_A_DIRECTORY
@pytest.mark.slow
def test_a_used_up_quota_stops_the_run_and_keeps_the_answers(web_api):
    web_api.fault = Faulty("quota")
    enriched = run()
    assert enriched.tracks == 1
    assert "quota is used up" in enriched.stopped[0]
    web_api.fault = None
    assert run().stopped == ()
    assert mirror_rows("select count(*) from songs where artist_ids is null") == [(0,)]


@IN_A_DIRECTORY
def test_a_run_without_credentials_changes_nothing(web_api, lake, monkeypatch):
    before = lake_contents(lake)
    monkeypatch.delenv("SPOTIPY_CLIENT_SECRET")
    assert "SPOTIPY_CLIENT_SECRET is not set" in run().stopped[0]
    assert lake_contents(lake) == before


@IN_A_DIRECTORY
@pytest.mark.slow
def test_a_rebuild_applies_the_references_and_is_deterministic(web_api, lake):
    settings = load_settings()
    refresh(lake, settings.mirror)
    learn(lake, settings, 1000)
    rebuild(lake, "parquet")
    rebuilt = derived_objects(lake)
    refresh(lake, settings.mirror)
    expected = table_rows(settings.mirror)
    run()
    assert derived_objects(lake) == rebuilt
    assert table_rows(settings.mirror) == expected
    assert mirror_rows("select count(*) from songs where artist_ids is null") == [(0,)]


@IN_A_DIRECTORY
@pytest.mark.slow
def test_new_snapshots_are_published_with_known_references(web_api, lake):
    run()
    requested = len(web_api.requests)
    name = chart_file_name("xx", WORLD.week_end(0))
    put_pending(lake, {name: chart_csv(WORLD.chart(0)[:40])})
    process_pending(lake, "parquet")
    refresh(lake, load_settings().mirror)
    missing = "select count(*) from songs where chart_id like '%-xx-%' and artist_ids is null"
    assert mirror_rows(missing) == [(0,)]
    assert len(web_api.requests) == requested


@IN_A_DIRECTORY
@pytest.mark.slow
def test_an_id_that_does_not_exist_is_remembered(web_api, lake):
    chart = made_up.chart_file([made_up.chart_row(1, 1)])
    put_pending(lake, {"regional-xx-weekly-2026-01-01.csv": chart})
    process_pending(lake, "parquet")
    assert run().stopped == ()
    answers = [answer for reference in read_references(lake) for answer in reference.answers]
    assert sum(answer.response is None for answer in answers) == 1
    assert run().stopped == ()


def test_the_error_names_a_damaged_reference(web_api, lake):
    lake.write(f"{REFERENCE}spotify_track_x.json", b"{")
    with pytest.raises(LakeError, match=r"spotify_track_x\.json cannot be read"):
        read_references(lake)


def test_two_references_of_the_same_second_are_both_kept(lake):
    for number in (1, 2):
        answer = Answer(f"song{number}", {"id": f"song{number}"})
        write_reference(lake, Reference("spotify", "track", NOW, (answer,)))
    ids = {answer.id for reference in read_references(lake) for answer in reference.answers}
    assert ids == {"song1", "song2"}


@IN_A_DIRECTORY
@pytest.mark.slow
def test_genres_that_spotify_lacks_come_from_musicbrainz_sorted_by_votes(
    web_api, lake, monkeypatch
):
    playlist = made_up.envelope(made_up.page(made_up.songs(1)), at="2026-01-01")
    put_pending(lake, {"list 2026-01-01.json": playlist})
    process_pending(lake, "parquet")
    answer = Answer("artist0001", {"id": "artist0001", "genres": []})
    write_reference(lake, Reference("spotify", "artist", NOW, (answer,)))
    with musicbrainz(
        monkeypatch, reply(200, URL_RESPONSE), reply(200, ARTIST_RESPONSE)
    ) as requested:
        run()
    assert "artist0001" in requested[0] and "artist-rels" in requested[0]
    genres = "select distinct genres from artists where artist_id = 'artist0001'"
    assert mirror_rows(genres) == [(["bossa nova", "samba"],)]


@IN_A_DIRECTORY
def test_homes_are_learned_also_of_artists_whose_genres_spotify_knows(web_api, lake, monkeypatch):
    playlist = made_up.envelope(made_up.page(made_up.songs(1)), at="2026-01-01")
    put_pending(lake, {"list 2026-01-01.json": playlist})
    process_pending(lake, "parquet")
    answer = Answer("artist0001", {"id": "artist0001", "genres": ["samba"]})
    write_reference(lake, Reference("spotify", "artist", NOW, (answer,)))
    artist = reply(200, ARTIST_RESPONSE | {"country": "BR"})
    monkeypatch.delenv("SPOTIPY_CLIENT_SECRET")
    with musicbrainz(monkeypatch, reply(200, URL_RESPONSE), artist):
        run(budget=2)
    assert mirror_rows("from artist_homes") == [("artist0001", "br")]


@IN_A_DIRECTORY
@pytest.mark.slow
def test_musicbrainz_is_not_used_without_a_contact(web_api, monkeypatch):
    with scripted_server(reply(200, URL_RESPONSE)) as (url, requested):
        monkeypatch.setenv("CHARTLAKE_MUSICBRAINZ_URL", url)
        run()
    assert requested == []


@IN_A_DIRECTORY
@pytest.mark.slow
def test_references_contain_unchanged_responses(web_api, lake):
    run()
    keys = [stored.key for stored in lake.list(REFERENCE)]
    document = json.loads(lake.read(keys[-1]).body)
    assert list(document) == ["source", "kind", "fetched_at", "answers"]
    assert document["answers"][0]["response"]["external_urls"]
