"""The command that lands files: what it takes of a folder, and what it prints."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from etl.cli import app
from etl.errors import AccessDenied, LakeError, ServiceUnavailable
from etl.lake import open_lake
from etl.lake.layout import Partition, manifest_key
from tests.support import made_up
from tests.support.refusals import refuse
from tests.support.small_lakes import chart_body, chart_name, playlist_body, playlist_name


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


def test_the_gaps_of_a_playlist_are_shown_under_the_name_that_lands_with_it(chartlake, tmp_path):
    for week in (0, 1, 2, 4, 5):
        (tmp_path / playlist_name(week)).write_bytes(playlist_body(week))
    output = chartlake("land", *map(playlist_name, (0, 1, 2, 4, 5)))[1]
    assert output.splitlines()[-1] == "Made up still lacks 1 period: 2026-01-22"


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


@pytest.fixture
def downloads(tmp_path):
    """A folder with six chart files."""
    folder = tmp_path / "downloads"
    folder.mkdir()
    for week in range(6):
        (folder / chart_name(week)).write_bytes(chart_body(week))
    return folder


def test_a_manifest_that_cannot_be_read_does_not_stop_a_landing(chartlake, downloads):
    chartlake("land", downloads / chart_name(0))
    chartlake("process")
    manifest = manifest_key(Partition("regional-xx-weekly", "2026-01"))
    open_lake("lake").write(manifest, b"{")
    status, output, error = chartlake("land", downloads)
    assert (status, output.count("landed ")) == (1, 6)
    assert error.count(f"The manifest {manifest} cannot be read") == 1
    assert "run `chartlake rebuild`" in error


@pytest.mark.parametrize(
    "error",
    [
        ServiceUnavailable("The disk is full.", service="the disk"),
        LakeError("The lake may not be written."),
        AccessDenied("S3 does not allow that.", service="S3"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_landing_ends_at_the_first_error_of_the_lake_and_says_how_far_it_came(
    chartlake, downloads, monkeypatch, error
):
    refuse(monkeypatch, "write", error, lambda key: chart_name(2) in key)
    status, output, errors = chartlake("land", downloads)
    assert (status, output.count("landed ")) == (1, 2)
    assert errors.count(str(error)) == 1
    assert "2 of 6 files landed" in errors


def test_a_file_that_cannot_be_read_or_named_does_not_stop_a_landing(
    chartlake, downloads, monkeypatch
):
    (downloads / f"{'x' * 240}.json").write_bytes(b"{}")
    refuse(monkeypatch, "write", LakeError("The name is too long."), lambda key: "xxx" in key)
    status, output, error = chartlake("land", "no-such-file.csv", downloads)
    assert (status, output.count("landed ")) == (1, 6)
    assert "no-such-file.csv cannot be read" in error
    assert "the name of a raw file has at most 200 bytes. Rename it." in error


def test_a_pending_file_that_cannot_be_read_is_named(chartlake, downloads, monkeypatch):
    chartlake("land", downloads)
    refuse(monkeypatch, "read", LakeError("Permission denied."), lambda key: chart_name(2) in key)
    assert chartlake("process") == (
        1,
        "published 5 snapshots\n",
        "still pending: Permission denied.\n",
    )
    refuse(monkeypatch, "read", LakeError("Permission denied."), lambda key: chart_name(3) in key)
    status, output, error = chartlake("rebuild")
    assert (status, output) == (1, "rebuilt from 4 raw files\n")
    assert error == "not read: Permission denied. What was published of it still is.\n"


def test_json_with_bytes_that_are_no_text_lands_and_is_quarantined_as_that(chartlake, downloads):
    (downloads / "table.json").write_bytes(b'{"date": "\xfd"}')
    assert chartlake("land", downloads / "table.json")[:2] == (0, "landed table.json\n")
    status, _, error = chartlake("process")
    assert (status, "the file is text in UTF-8" in error) == (1, True)
