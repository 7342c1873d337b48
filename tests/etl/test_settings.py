from __future__ import annotations

import os
from pathlib import Path

import pytest

from etl.errors import ConfigurationError
from etl.settings import WEEKLY_TOP_SONGS_GLOBAL, load_settings

CHART = "3cEYpjA9oz9GiPac4AsH4n"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_defaults():
    settings = load_settings()
    assert (settings.lake, settings.mirror) == ("lake", Path("mirror.duckdb"))
    assert settings.charts == (WEEKLY_TOP_SONGS_GLOBAL,)
    assert (settings.format, settings.glue_crawler) == ("parquet", None)
    assert str(settings.spotify_api_url) == "https://api.spotify.com/v1/"
    assert str(settings.spotify_accounts_url) == "https://accounts.spotify.com/"


@pytest.mark.parametrize(
    "text",
    [
        CHART,
        f" {CHART} ",
        f"https://open.spotify.com/playlist/{CHART}",
        f"https://open.spotify.com/intl-de/playlist/{CHART}?si=0123",
        f"spotify:playlist:{CHART}",
    ],
)
def test_a_chart_may_be_an_id_or_a_link(text, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_CHARTS", text)
    assert load_settings().charts == (CHART,)


@pytest.mark.parametrize("separator", [",", " ", ", ", "\n"])
def test_charts_are_separated_by_commas_or_whitespace(separator, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_CHARTS", f"{CHART}{separator}another")
    assert load_settings().charts == (CHART, "another")


def test_the_environment_outranks_the_dotenv_file(folder, monkeypatch):
    (folder / ".env").write_text("CHARTLAKE_LAKE=file\nCHARTLAKE_FORMAT=csv\nOTHER=x\n")
    monkeypatch.setenv("CHARTLAKE_LAKE", "environment")
    settings = load_settings()
    assert (settings.lake, settings.format) == ("environment", "csv")


def test_the_dotenv_file_may_contain_aws_variables(folder, monkeypatch):
    (folder / ".env").write_text("AWS_ENDPOINT_URL=http://127.0.0.1:1\nAWS_PROFILE=file\n")
    monkeypatch.setenv("AWS_PROFILE", "environment")
    before = dict(os.environ)
    assert load_settings().aws == {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    assert dict(os.environ) == before


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("CHARTLAKE_GLUE_CRAWLER", "")
    monkeypatch.setenv("CHARTLAKE_LAKE", "")
    assert (load_settings().glue_crawler, load_settings().lake) == (None, "lake")


def test_a_url_may_lack_its_trailing_slash(monkeypatch):
    monkeypatch.setenv("CHARTLAKE_SPOTIFY_API_URL", "http://127.0.0.1:8765/v1")
    assert str(load_settings().spotify_api_url) == "http://127.0.0.1:8765/v1/"


def test_the_error_lists_all_invalid_variables(monkeypatch):
    monkeypatch.setenv("CHARTLAKE_LAKE", "s3://")
    monkeypatch.setenv("CHARTLAKE_FORMAT", "orc")
    monkeypatch.setenv("CHARTLAKE_CHARTS", "https://example.org/playlist/x")
    monkeypatch.setenv("CHARTLAKE_SPOTIFY_API_URL", "nowhere")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    variables = [line.split(":")[0].strip() for line in str(caught.value).splitlines()[1:]]
    assert variables == [
        f"CHARTLAKE_{name}" for name in ("CHARTS", "FORMAT", "LAKE", "SPOTIFY_API_URL")
    ]


def test_the_secret_is_never_shown(monkeypatch):
    monkeypatch.setenv("SPOTIPY_CLIENT_SECRET", "very-secret")
    settings = load_settings()
    assert "very-secret" not in f"{settings!r} {settings} {settings.model_dump_json()}"
    monkeypatch.setenv("CHARTLAKE_FORMAT", "orc")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "very-secret" not in str(caught.value)
