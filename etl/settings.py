"""Settings: from the environment or `.env`, all problems reported at once, secrets never shown."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    HttpUrl,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from etl.errors import Misconfigured
from etl.snapshot import is_chart_id

ENV_FILE = ".env"
WEEKLY_TOP_SONGS_GLOBAL = "37i9dQZEVXbNG2KDcFcKOF"
_PLAYLIST = re.compile(
    r"(?:https?://open\.spotify\.com/(?:intl-[a-z-]+/)?playlist/|spotify:playlist:)?"
    r"([A-Za-z0-9]+)(?:\?.*)?"
)


def playlist_id(text: str) -> str:
    """The playlist id in an id, a URL or a URI; raises ValueError where there is none."""
    match = _PLAYLIST.fullmatch(text.strip())
    if not match or not is_chart_id(match[1]):
        raise ValueError(f"{text!r} is not a playlist id or URL")
    return match[1]


def _slashed(url: Any) -> Any:
    return url if not isinstance(url, str) or url.endswith("/") else f"{url}/"


BaseUrl = Annotated[HttpUrl, BeforeValidator(_slashed)]


def _named(name: str, default: str | None = None) -> Any:
    return Field(default=default, validation_alias=AliasChoices(name, name.lower()))


class Settings(BaseSettings):
    """Everything that can be set; the README's table names each."""

    model_config = SettingsConfigDict(
        env_prefix="CHARTLAKE_",
        env_file=ENV_FILE,
        extra="ignore",
        env_ignore_empty=True,
        frozen=True,
    )

    lake: str = "lake"
    mirror: Path = Path("mirror.duckdb")
    charts: Annotated[tuple[str, ...], NoDecode] = (WEEKLY_TOP_SONGS_GLOBAL,)
    format: Literal["parquet", "csv"] = "parquet"
    glue_crawler: str | None = None
    athena_database: str | None = None
    athena_workgroup: str | None = None
    queue_url: HttpUrl | None = None
    contact: str | None = None
    musicbrainz_url: BaseUrl = HttpUrl("https://musicbrainz.org/ws/2/")
    spotify_api_url: BaseUrl = HttpUrl("https://api.spotify.com/v1/")
    spotify_accounts_url: BaseUrl = HttpUrl("https://accounts.spotify.com/")
    spotify_client_id: str | None = _named("SPOTIPY_CLIENT_ID")
    spotify_client_secret: SecretStr | None = _named("SPOTIPY_CLIENT_SECRET")
    spotify_redirect_uri: str = _named("SPOTIPY_REDIRECT_URI", "http://127.0.0.1:8888/callback")
    spotify_token: Path = Path(".spotify-token.json")

    @field_validator("charts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        parts = re.split(r"[,\s]+", value.strip()) if isinstance(value, str) else value
        return tuple(playlist_id(part) for part in parts if part)

    @field_validator("lake")
    @classmethod
    def _located(cls, value: str) -> str:
        if "://" in value and not re.fullmatch(r"s3://[^/]+(/.*)?", value):
            raise ValueError("must be a directory or s3://bucket[/prefix]")
        return value


def load_settings(**given: Any) -> Settings:
    """The settings; `given` outranks the environment. Raises Misconfigured, naming all faults.

    What `.env` says of AWS's and Prefect's own variables enters the environment, where they are
    read.
    """
    _export_foreign_variables()
    try:
        return Settings(**given)
    except ValidationError as error:
        faults = [
            f"  {_setting(fault['loc'])}: {fault['msg'].removeprefix('Value error, ')}"
            for fault in error.errors()
        ]
        sentence = "Nothing was done. Set these right, in the environment or in .env:"
        raise Misconfigured("\n".join([sentence, *sorted(faults)])) from None


def is_set(variable: str) -> bool:
    """Whether the environment, or `.env`, sets the variable of that name."""
    return bool(os.environ.get(variable) or dotenv_values(ENV_FILE).get(variable))


def _export_foreign_variables() -> None:
    for name, value in dotenv_values(ENV_FILE).items():
        if name.startswith(("AWS_", "PREFECT_API_")) and value:
            os.environ.setdefault(name, value)


def _setting(location: tuple[int | str, ...]) -> str:
    name = str(location[0]) if location else "?"
    return name.upper() if name.upper().startswith("SPOTIPY_") else f"CHARTLAKE_{name.upper()}"
