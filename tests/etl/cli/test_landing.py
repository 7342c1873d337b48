"""The command that lands files: what it takes of a folder, and what it prints."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from etl.cli import app
from tests.support import made_up
from tests.support.small_lakes import chart_body, chart_name, playlist_body


@pytest.fixture
def chartlake(tmp_path, monkeypatch):
    """Runs the command in an empty folder; returns its exit status, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        completed = CliRunner().invoke(app, list(map(str, arguments)))
        return completed.exit_code, completed.stdout, completed.stderr

    return run


def test_landing_a_folder_lands_its_files_and_names_what_it_left(chartlake, tmp_path):
    folder = tmp_path / "downloads"
    folder.mkdir()
    (folder / chart_name(0)).write_bytes(chart_body(0))
    (folder / chart_name(1)).write_bytes(chart_body(1))
    (folder / ".DS_Store").write_bytes(b"hidden")
    (folder / "README.md").write_text("# Charts")
    (folder / "a\nb").write_text("?")
    status, output, _ = chartlake("land", folder)
    assert (status, output.splitlines()) == (
        0,
        [
            "left README.md: not a chart file or JSON",
            "left a\\nb: not a chart file or JSON",
            f"landed {chart_name(0)}",
            f"landed {chart_name(1)}",
        ],
    )


def test_chart_and_time_can_be_given_as_options(chartlake, tmp_path):
    page = made_up.page(made_up.songs(1, 2), href=None)
    (tmp_path / "tracks.json").write_bytes(json.dumps(page).encode())
    options = ("--chart", "my.chart", "--at", "2026-01-02T03:04:05+01:00")
    _, output, _ = chartlake("land", "tracks.json", *options)
    assert output == "landed spotify_raw_my.chart_20260102T020405Z.json\n"
    assert chartlake("process")[1] == "published 1 snapshot\n"


def test_an_invalid_chart_id_does_not_stop_a_landing(chartlake, tmp_path):
    for name in ("a.json", "b.json"):
        body = playlist_body(0).replace(made_up.PLAYLIST.encode(), b"../x")
        (tmp_path / name).write_bytes(body)
    assert chartlake("land", "a.json", "b.json") == (0, "landed a.json\nlanded b.json\n", "")


def test_an_envelope_cannot_be_landed_as_another_chart(chartlake, tmp_path):
    (tmp_path / "envelope.json").write_bytes(playlist_body(0))
    status, _, error = chartlake("land", "envelope.json", "--chart", "other")
    assert status == 1 and "land it without --chart and --at" in error
