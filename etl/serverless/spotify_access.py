"""Access to Spotify, where no file outlives a call: its secrets are in the Parameter Store."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from etl.aws.parameters import LOGIN, SECRET, ParameterStore
from etl.files import scratch_folder, write_file
from etl.settings import Settings, load_settings

# The variable that names the folder of the parameters in the store.
FOLDER = "CHARTLAKE_PARAMETERS"


@contextmanager
def spotify_settings() -> Iterator[Settings]:
    """The settings, with the app's secret and the user's login that the store has.

    Spotify accepts a login once, and sends another one for it. So a login that was renewed takes
    the place of the one in the store. Raises ConfigurationError, and the errors of ParameterStore.
    """
    folder = os.environ.get(FOLDER)
    if not folder:
        yield load_settings()
        return
    store = ParameterStore(folder, {})
    kept = store.read(SECRET, LOGIN)
    with scratch_folder() as scratch:
        path = Path(scratch) / LOGIN
        given: dict[str, Any] = {"spotify_token": path}
        if SECRET in kept:
            given["SPOTIPY_CLIENT_SECRET"] = kept[SECRET].strip()
        if LOGIN in kept:
            write_file(path, kept[LOGIN].encode(), is_private=True)
        try:
            yield load_settings(**given)
        finally:
            if LOGIN in kept and (login := path.read_text(encoding="utf-8")) != kept[LOGIN]:
                store.replace(LOGIN, login)
