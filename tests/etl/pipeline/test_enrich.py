"""Enrichment: real spotipy against the stand-in, MusicBrainz against a server that counts."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from demo.accounts import CLIENT_ID, CLIENT_SECRET
from demo.faults import Faulty
from demo.render import chart_csv, chart_file_name
from demo.web_api import WebApi
from demo.world import World
from etl.errors import LakeError, ServiceUnavailable
from etl.lake import open_lake
from etl.lake.layout import REFERENCE
from etl.mirror.refresh import refresh
from etl.pipeline.enrich import enrich
from etl.pipeline.learn import genre_coverage, learn
from etl.pipeline.process import process_pending
from etl.pipeline.rebuild import rebuild
from etl.settings import load_settings
from etl.sources.musicbrainz import SECONDS_BETWEEN_REQUESTS, MusicBrainz
from etl.sources.references import Answer, Reference, read_references, write_reference
from tests.support import made_up
from tests.support.scripted_spotify import answer, refusal, scripted
from tests.support.small_lakes import ask, contents, drop, everything_right_of_raw, tables

WORLD = World(3)
WEEKS = 2
NOW = datetime(2026, 11, 20, 6, tzinfo=UTC)


def name_of(week):
    return chart_file_name("global", WORLD.week_end(week))


@pytest.fixture
def web_api(location, tmp_path, monkeypatch):
    """The invented world, and a lake with two of its chart files."""
    monkeypatch.chdir(tmp_path)
    with WebApi(WORLD, {}) as running:
        given = {
            "CHARTLAKE_LAKE": location,
            "CHARTLAKE_SPOTIFY_API_URL": running.api_url,
            "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": running.accounts_url,
            "SPOTIPY_CLIENT_ID": CLIENT_ID,
            "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
        }
        for name, value in given.items():
            monkeypatch.setenv(name, value)
        charts = {week: WORLD.chart(week)[:40] for week in range(WEEKS)}
        files = {name_of(week): chart_csv(charts[week]) for week in charts}
        drop(open_lake(location), files)
        process_pending(open_lake(location), "parquet")
        yield running


def run(budget=1000):
    settings = load_settings()
    return enrich(open_lake(settings.lake), settings, budget)


def mirrored(sql):
    return ask(load_settings().mirror, sql)


def test_chart_files_get_albums_artists_and_genres(web_api):
    assert run().stopped == ()
    lacking = "select count(*) from songs where artist_ids is null or album_id is null"
    assert mirrored(lacking) == [(0,)]
    for song_id, artist_ids, album_id, duration_ms in mirrored(
        "select song_id, artist_ids, album_id, duration_ms from songs"
    ):
        track = WORLD.track(song_id)
        assert artist_ids == [artist.artist_id for artist in track.artists]
        assert (album_id, duration_ms) == (track.album.album_id, track.duration_ms)
    known = dict(mirrored("select artist_id, any_value(genres) from artists group by artist_id"))
    assert known == {artist_id: list(WORLD.artist(artist_id).genres) for artist_id in known}
    coverage = genre_coverage(load_settings())
    assert coverage.artists == len(known)
    assert coverage.artists_with_genres == sum(bool(genres) for genres in known.values())
    assert mirrored("select count(*) from albums where release_year is null") == [(0,)]


def test_what_was_asked_for_is_never_asked_for_again(web_api):
    run()
    asked = len(web_api.requests)
    again = run()
    assert (again.tracks, again.artists, again.partitions) == (0, 0, ())
    assert len(web_api.requests) == asked


def test_a_budget_is_kept_and_the_next_run_goes_on(web_api):
    run(budget=10)
    assert len([path for _, path in web_api.requests if path.startswith("/v1/")]) == 10
    runs = 1
    while run(budget=60).partitions:
        runs += 1
    assert runs > 1
    assert mirrored("select count(*) from songs where artist_ids is null") == [(0,)]
    assert mirrored("select count(*) from artists where genres is null") == [(0,)]


def test_a_used_up_quota_ends_the_run_politely_and_keeps_what_was_learned(web_api):
    web_api.fault = Faulty("quota")
    enriched = run()
    assert enriched.tracks == 1
    assert "quota is used up" in enriched.stopped[0]
    web_api.fault = None
    assert run().stopped == ()
    assert mirrored("select count(*) from songs where artist_ids is null") == [(0,)]


def test_without_credentials_it_says_so_and_changes_nothing(web_api, monkeypatch):
    lake = open_lake(load_settings().lake)
    before = contents(lake)
    monkeypatch.delenv("SPOTIPY_CLIENT_SECRET")
    assert "SPOTIPY_CLIENT_SECRET is not set" in run().stopped[0]
    assert contents(lake) == before


def test_a_rebuild_applies_what_was_learned_since_and_is_the_same_every_time(web_api):
    settings = load_settings()
    lake = open_lake(settings.lake)
    refresh(lake, settings.mirror)
    learn(lake, settings, 1000)
    rebuild(lake, "parquet")
    rebuilt = everything_right_of_raw(lake)
    refresh(lake, settings.mirror)
    whole = tables(settings.mirror)
    run()
    assert everything_right_of_raw(lake) == rebuilt
    assert tables(settings.mirror) == whole
    assert mirrored("select count(*) from songs where artist_ids is null") == [(0,)]


def test_a_new_snapshot_is_published_with_what_is_known(web_api):
    run()
    asked = len(web_api.requests)
    lake = open_lake(load_settings().lake)
    name = chart_file_name("xx", WORLD.week_end(0))
    drop(lake, {name: chart_csv(WORLD.chart(0)[:40])})
    process_pending(lake, "parquet")
    refresh(lake, load_settings().mirror)
    lacking = "select count(*) from songs where chart_id like '%-xx-%' and artist_ids is null"
    assert mirrored(lacking) == [(0,)]
    assert len(web_api.requests) == asked


def test_an_id_that_does_not_exist_is_remembered_as_such(web_api):
    lake = open_lake(load_settings().lake)
    drop(lake, {"regional-xx-weekly-2026-01-01.csv": made_up.chart_file([made_up.chart_row(1, 1)])})
    process_pending(lake, "parquet")
    assert run().stopped == ()
    nothing = [
        one.id for file in read_references(lake) for one in file.answers if one.response is None
    ]
    assert len(nothing) == 1
    assert run().stopped == ()


def test_a_damaged_reference_is_named(web_api):
    lake = open_lake(load_settings().lake)
    lake.write(f"{REFERENCE}spotify_track_x.json", b"{")
    with pytest.raises(LakeError, match=r"spotify_track_x\.json cannot be read"):
        read_references(lake)


def test_two_runs_within_one_second_keep_what_each_of_them_learned(lake):
    for number in (1, 2):
        known = Answer(f"song{number}", {"id": f"song{number}"})
        write_reference(lake, Reference("spotify", "track", NOW, (known,)))
    kept = {answer.id for file in read_references(lake) for answer in file.answers}
    assert kept == {"song1", "song2"}


URL = {"relations": [{"artist": {"id": "mbid"}}]}
ARTIST = {"genres": [{"name": "samba", "count": 1}, {"name": "bossa nova", "count": 5}]}


@contextmanager
def musicbrainz(monkeypatch, *answers):
    with scripted(*answers) as (url, asked):
        monkeypatch.setenv("CHARTLAKE_MUSICBRAINZ_URL", url)
        monkeypatch.setenv("CHARTLAKE_CONTACT", "me@example.org")
        yield asked


def test_genres_that_spotify_lacks_come_from_musicbrainz_the_most_voted_first(web_api, monkeypatch):
    lake = open_lake(load_settings().lake)
    drop(
        lake,
        {"list 2026-01-01.json": made_up.envelope(made_up.page(made_up.songs(1)), at="2026-01-01")},
    )
    process_pending(lake, "parquet")
    none = Answer("artist0001", {"id": "artist0001", "genres": []})
    write_reference(lake, Reference("spotify", "artist", NOW, (none,)))
    with musicbrainz(monkeypatch, answer(200, URL), answer(200, ARTIST)) as asked:
        run()
    assert "artist0001" in asked[0] and "artist-rels" in asked[0]
    genres = "select distinct genres from artists where artist_id = 'artist0001'"
    assert mirrored(genres) == [(["bossa nova", "samba"],)]


def test_musicbrainz_is_asked_once_a_second_at_the_most_and_told_who_asks(monkeypatch):
    slept: list[float] = []
    with musicbrainz(monkeypatch, answer(200, URL), answer(200, ARTIST)):
        settings = load_settings()
        with MusicBrainz(settings, sleep=slept.append, clock=lambda: 100.0) as door:
            assert door.artist("x") == {"url": URL, "artist": ARTIST}
            agent = str(door._session.headers["User-Agent"])
    assert slept == [SECONDS_BETWEEN_REQUESTS]
    assert agent.startswith("chartlake/") and "me@example.org" in agent


def test_an_artist_whom_musicbrainz_does_not_know_is_none(monkeypatch):
    with (
        musicbrainz(monkeypatch, answer(404, {"error": "Not Found"})),
        MusicBrainz(load_settings()) as door,
    ):
        assert door.artist("x") is None


def test_a_busy_musicbrainz_may_be_asked_later(monkeypatch):
    with (
        musicbrainz(monkeypatch, refusal(503)),
        MusicBrainz(load_settings()) as door,
        pytest.raises(ServiceUnavailable, match="MusicBrainz does not answer now"),
    ):
        door.artist("x")


def test_without_a_contact_musicbrainz_is_not_asked(web_api, monkeypatch):
    with scripted(answer(200, URL)) as (url, asked):
        monkeypatch.setenv("CHARTLAKE_MUSICBRAINZ_URL", url)
        run()
    assert asked == []


def test_answers_are_kept_word_for_word(web_api):
    run()
    lake = open_lake(load_settings().lake)
    keys = [one.key for one in lake.list(REFERENCE)]
    document = json.loads(lake.read(keys[-1]).body)
    assert list(document) == ["source", "kind", "fetched_at", "answers"]
    assert document["answers"][0]["response"]["external_urls"]
