"""Settings, from the environment and `.env`: all problems reported at once, secrets never shown."""

from __future__ import annotations

import codecs
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import (
    AliasChoices,
    BeforeValidator,
    Field,
    HttpUrl,
    PrivateAttr,
    SecretStr,
    ValidationError,
    field_validator,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from etl.errors import ConfigurationError

ENV_FILE = ".env"
_ENCODING = "utf-8-sig"
WEEKLY_TOP_SONGS_GLOBAL = "37i9dQZEVXbNG2KDcFcKOF"
# An id, or an address on the web or in the Web API, or a URI; old addresses name the owner, too.
_PLAYLIST = re.compile(
    r"(?:(?:https?://)?(?:open|play|api)\.spotify\.com/"
    r"(?:(?:intl-[A-Za-z-]+|embed|v1|users?/[^/\s]+)/)*playlists?/"
    r"|spotify:(?:user:[^:\s]+:)?playlist:)?"
    r"([A-Za-z0-9]+)(?:/(?:tracks|items)?)?(?:[?#]\S*)?"
)
# Variables of other programs keep their own names.
_FOREIGN = ("SPOTIPY_", "PREFECT_")


def playlist_id(text: str) -> str:
    """The playlist id in an id, a URL or a URI. Raises ValueError where there is none."""
    match = _PLAYLIST.fullmatch(text.strip())
    if not match:
        raise ValueError(f"{text!r} is not a playlist id or URL")
    return match[1]


def _with_slash(url: Any) -> Any:
    return url if not isinstance(url, str) or url.endswith("/") else f"{url}/"


BaseUrl = Annotated[HttpUrl, BeforeValidator(_with_slash)]


def _variable(name: str, default: str | None = None) -> Any:
    return Field(default=default, validation_alias=AliasChoices(name, name.lower()))


class Settings(BaseSettings):
    """Everything that can be set; the table in the README describes each."""

    model_config = SettingsConfigDict(
        env_prefix="CHARTLAKE_",
        env_file=ENV_FILE,
        env_file_encoding=_ENCODING,
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
    label_owners: Path | None = None
    musicbrainz_url: BaseUrl = HttpUrl("https://musicbrainz.org/ws/2/")
    spotify_api_url: BaseUrl = HttpUrl("https://api.spotify.com/v1/")
    spotify_accounts_url: BaseUrl = HttpUrl("https://accounts.spotify.com/")
    spotify_client_id: str | None = _variable("SPOTIPY_CLIENT_ID")
    spotify_client_secret: SecretStr | None = _variable("SPOTIPY_CLIENT_SECRET")
    spotify_redirect_uri: str = _variable("SPOTIPY_REDIRECT_URI", "http://127.0.0.1:8888/callback")
    spotify_token: Path = Path(".spotify-token.json")
    prefect_api_url: str | None = _variable("PREFECT_API_URL")
    prefect_api_key: SecretStr | None = _variable("PREFECT_API_KEY")
    prefect_api_auth_string: SecretStr | None = _variable("PREFECT_API_AUTH_STRING")

    _aws: dict[str, str] = PrivateAttr(default_factory=dict)

    @property
    def aws(self) -> Mapping[str, str]:
        """Those of AWS's own variables that `.env` sets and the environment does not."""
        return self._aws

    @field_validator("charts", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        parts = re.split(r"[,\s]+", value.strip()) if isinstance(value, str) else value
        return tuple(playlist_id(part) for part in parts if part)

    @field_validator("lake", "mirror", "label_owners", "spotify_token", mode="before")
    @classmethod
    def _at_home(cls, value: Any) -> Any:
        if not str(value).startswith("~"):
            return value
        try:
            return str(Path(value).expanduser())
        except RuntimeError:
            raise ValueError("begins with the ~ of a user who is not known here") from None

    @field_validator("lake")
    @classmethod
    def _located(cls, value: str) -> str:
        if "://" in value and not re.fullmatch(r"s3://[^/]+(/.*)?", value):
            raise ValueError("must be a directory or s3://bucket[/prefix]")
        return value


def load_settings(aws: Mapping[str, str] | None = None, **given: Any) -> Settings:
    """The settings: what is `given`, then the environment, then `.env`, then the defaults.

    `aws` has AWS's own variables for where neither the environment nor `.env` sets them. Raises
    ConfigurationError, which names every problem, or `.env` where that cannot be read.
    """
    _check_env_file()
    try:
        settings = Settings(**given)
    except ValidationError as error:
        problems = [
            f"  {_name(problem['loc'])}: {problem['msg'].removeprefix('Value error, ')}"
            for problem in error.errors()
        ]
        first = "Nothing was done. Correct these settings, in the environment or in .env:"
        raise ConfigurationError("\n".join([first, *sorted(problems)])) from None
    found = dict(aws or {}) | _aws_variables()
    settings._aws.update((name, value) for name, value in found.items() if name not in os.environ)
    return settings


def is_set(variable: str) -> bool:
    """Whether the environment or `.env` sets that variable. Raises ConfigurationError."""
    return bool(os.environ.get(variable) or _env_file().get(variable))


def _aws_variables() -> dict[str, str]:
    found = _env_file().items()
    return {name: value for name, value in found if name.startswith("AWS_") and value}


def _env_file() -> Mapping[str, str | None]:
    _check_env_file()
    return dotenv_values(ENV_FILE, encoding=_ENCODING)


def _check_env_file() -> None:
    """Check that `.env` is a text file in UTF-8, or absent. Raises ConfigurationError."""
    try:
        body = Path(ENV_FILE).read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise _bad_env_file(f"cannot be read: {error.strerror}") from error
    if b"\0" in body or body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _bad_env_file("is not text in UTF-8; it may be UTF-16, as PowerShell writes it")
    try:
        body.decode()
    except UnicodeDecodeError as error:
        raise _bad_env_file(f"is not text in UTF-8: byte {error.start + 1} is not") from error


def _bad_env_file(problem: str) -> ConfigurationError:
    path = Path(ENV_FILE).absolute()
    return ConfigurationError(
        f"{path} {problem}. Nothing was done. Save it as a text file in UTF-8, or move it away."
    )


def _name(location: tuple[int | str, ...]) -> str:
    name = str(location[0]).upper() if location else "?"
    return name if name.startswith(_FOREIGN) else f"CHARTLAKE_{name}"
