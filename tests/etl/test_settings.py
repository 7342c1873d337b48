from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from etl.errors import ConfigurationError
from etl.settings import WEEKLY_TOP_SONGS_GLOBAL, is_set, load_settings

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
        f"https://open.spotify.com/playlist/{CHART}?si=0123&pi=a",
        f"https://open.spotify.com/intl-pt-BR/playlist/{CHART}/",
        f"open.spotify.com/playlist/{CHART}",
        f"https://open.spotify.com/user/spotify/playlist/{CHART}?si=0123",
        f"https://open.spotify.com/embed/user/some.body/playlist/{CHART}",
        f"https://api.spotify.com/v1/users/spotify/playlists/{CHART}/tracks?offset=0",
        f"https://api.spotify.com/v1/playlists/{CHART}",
        f"spotify:playlist:{CHART}",
        f"spotify:user:spotify:playlist:{CHART}",
    ],
)
def test_a_chart_may_be_an_id_or_a_link(text, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_CHARTS", text)
    assert load_settings().charts == (CHART,)


@pytest.mark.parametrize(
    "text",
    [
        f"https://open.spotify.com/album/{CHART}",
        f"https://example.org/playlist/{CHART}",
        f"lists/{CHART}",
        f"spotify:album:{CHART}",
    ],
)
def test_the_address_of_something_else_is_no_chart(text):
    with pytest.raises(ConfigurationError, match="is not a playlist id or URL"):
        load_settings(charts=[text])


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


def test_a_tilde_is_the_home_folder(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder / "home"))
    monkeypatch.setenv("CHARTLAKE_MIRROR", "~/mirror.duckdb")
    (folder / ".env").write_text("CHARTLAKE_LAKE=~/lake\nCHARTLAKE_SPOTIFY_TOKEN=~/token\n")
    settings = load_settings()
    assert settings.lake == str(folder / "home/lake")
    assert settings.mirror == folder / "home/mirror.duckdb"
    assert settings.spotify_token == folder / "home/token"
    assert load_settings(lake="s3://a/~b").lake == "s3://a/~b"


def test_the_home_folder_of_nobody_is_an_error(monkeypatch):
    monkeypatch.setenv("CHARTLAKE_LAKE", "~no-such-user/lake")
    with pytest.raises(ConfigurationError, match=r"CHARTLAKE_LAKE: .*a user who is not known"):
        load_settings()


TEXT = "CHARTLAKE_LAKE=mine\n"


def test_the_dotenv_file_may_have_a_byte_order_mark(folder):
    (folder / ".env").write_bytes(TEXT.encode("utf-8-sig"))
    assert load_settings().lake == "mine"
    assert is_set("CHARTLAKE_LAKE")


@pytest.mark.parametrize(
    "body",
    [
        TEXT.encode("utf-16"),
        TEXT.encode("utf-16-le"),
        TEXT.encode("utf-16-be"),
        TEXT.encode() + b"\0",
        "CHARTLAKE_LAKE=é".encode("latin-1"),
    ],
)
def test_the_error_about_another_encoding_names_the_dotenv_file(folder, body):
    (folder / ".env").write_bytes(body)
    named = f"{re.escape(str(folder / '.env'))} is not text in UTF-8.*Nothing was done"
    for read in (load_settings, lambda: is_set("CHARTLAKE_LAKE")):
        with pytest.raises(ConfigurationError, match=named):
            read()


def test_the_error_about_a_folder_names_the_dotenv_file(folder):
    (folder / ".env").mkdir()
    with pytest.raises(ConfigurationError, match=r"\.env cannot be read: Is a directory"):
        load_settings()


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
