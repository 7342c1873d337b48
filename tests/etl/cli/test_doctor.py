from __future__ import annotations

import pytest

from demo.accounts import CLIENT_ID, CLIENT_SECRET
from demo.faults import Faulty
from demo.render import Playlist
from demo.web_api import WebApi
from demo.world import World
from etl.aws import glue
from etl.cli.doctor import examine
from etl.errors import CrawlFailed
from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from etl.settings import WEEKLY_TOP_SONGS_GLOBAL, load_settings
from tests.support.small_lakes import history, put_pending

OWN = "5FN6Ego7eLX6zHuCMovIR2"


@pytest.fixture
def web_api(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    playlists = {OWN: Playlist("Mine"), WEEKLY_TOP_SONGS_GLOBAL: Playlist("Top Songs - Global")}
    with WebApi(World(2), playlists) as server:
        variables = {
            "CHARTLAKE_CHARTS": OWN,
            "CHARTLAKE_SPOTIFY_API_URL": server.api_url,
            "CHARTLAKE_SPOTIFY_ACCOUNTS_URL": server.accounts_url,
            "SPOTIPY_CLIENT_ID": CLIENT_ID,
            "SPOTIPY_CLIENT_SECRET": CLIENT_SECRET,
        }
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        yield server


def findings_by_subject():
    return {finding.subject: finding for finding in examine(load_settings())}


def test_extended_quota(web_api):
    findings = findings_by_subject()
    assert all(finding.is_well for finding in findings.values())
    assert "“Mine” can be read, 50 entries" in findings[f"chart {OWN}"].sentence
    assert findings["artists"].sentence.startswith("can be read; the first one has genres")
    assert findings["you have"].sentence.startswith("extended quota")


def test_an_app_that_can_read_only_its_own_playlists(web_api):
    web_api.fault = Faulty("editorial-404")
    findings = findings_by_subject()
    assert findings[f"chart {OWN}"].is_well
    assert not findings[f"chart {WEEKLY_TOP_SONGS_GLOBAL}"].is_well
    assert findings["you have"].sentence.startswith("a playlist of your own")


@pytest.mark.parametrize("fault", ["forbidden-403", "quota", "html-200"])
def test_without_access_to_playlists_chart_files_remain(web_api, fault):
    web_api.fault = Faulty(fault)
    assert findings_by_subject()["you have"].sentence.startswith("chart files")


def test_without_credentials_chart_files_remain(web_api, monkeypatch):
    monkeypatch.delenv("SPOTIPY_CLIENT_SECRET")
    findings = findings_by_subject()
    assert "SPOTIPY_CLIENT_SECRET is not set" in findings["Spotify"].sentence
    assert findings["you have"].sentence.startswith("chart files")


def test_the_finding_about_the_mirror(web_api, tmp_path, monkeypatch):
    lake = open_lake("lake")
    assert "does not exist yet" in findings_by_subject()["mirror"].sentence
    put_pending(lake, history(2))
    process_pending(lake, "parquet")
    refresh(open_lake(str(tmp_path / "empty")), tmp_path / "mirror.duckdb")
    assert "lacks 3 partitions" in findings_by_subject()["mirror"].sentence
    refresh(lake, tmp_path / "mirror.duckdb")
    assert "up to date" in findings_by_subject()["mirror"].sentence
    monkeypatch.setenv("CHARTLAKE_LAKE", "typo")
    mirror = findings_by_subject()["mirror"]
    assert not mirror.is_well and "Nothing is published in the lake typo" in mirror.sentence


def test_broken_parts_that_are_needed_are_marked(web_api, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("CHARTLAKE_LAKE", "file")
    monkeypatch.setenv("CHARTLAKE_GLUE_CRAWLER", "charts")
    findings = findings_by_subject()
    for subject in ("lake", "crawler"):
        assert (findings[subject].is_well, findings[subject].is_needed) == (False, True)


def test_the_finding_about_the_crawler(web_api, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_GLUE_CRAWLER", "charts")
    monkeypatch.setattr(glue.Crawler, "state", lambda crawler: "READY")
    assert findings_by_subject()["crawler"].sentence == "charts is READY"

    def fail(crawler):
        raise CrawlFailed("There is none.")

    monkeypatch.setattr(glue.Crawler, "state", fail)
    assert not findings_by_subject()["crawler"].is_well


def test_the_examination_leaves_nothing_in_the_lake(web_api):
    findings_by_subject()
    assert open_lake("lake").list("") == []
