"""The commands about access: what we may read, and logging in."""

from __future__ import annotations

import webbrowser
from typing import Annotated

import typer

from etl.cli.app import app, read_settings, warn

# How long the browser may take to return, in seconds.
PATIENCE = 300


@app.command()
def login(
    paste: Annotated[
        bool, typer.Option("--paste", help="Paste the address from a browser elsewhere.")
    ] = False,
) -> None:
    """Log in to Spotify in a browser, for playlists that only you may read."""
    from etl.sources.spotify.callback import wait_for_browser
    from etl.sources.spotify.login import begin_login

    settings = read_settings()
    begun = begin_login(settings)
    print(f"Agree on this page:\n\n  {begun.url}\n", flush=True)
    port = begun.loopback_port
    if paste or port is None or not webbrowser.open(begun.url):
        address = typer.prompt("Then paste the whole address that the browser shows", type=str)
    else:
        print("Waiting for the browser …", flush=True)
        address = wait_for_browser(port, begun.state, PATIENCE)
    begun.complete(address)
    print(f"logged in; the login is kept in {settings.spotify_token} for six months")


@app.command()
def doctor() -> None:
    """Check what we have access to: lake, mirror, crawler, Spotify."""
    from etl.cli.doctor import examine

    failed = False
    for finding in examine(read_settings()):
        print(f"{'ok' if finding.is_well else '--'}  {finding.subject}: {finding.sentence}")
        failed = failed or (finding.is_needed and not finding.is_well)
    if failed:
        warn("Something that is needed does not work; see the lines that begin with --.")
        raise typer.Exit(1)
