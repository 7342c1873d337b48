from __future__ import annotations

import os

import pytest

from etl.lake import open_lake
from etl.pipeline.folder import Left, raw_files_in
from tests.support import made_up
from tests.support.small_lakes import chart_body, chart_name

PAGE = made_up.as_json(made_up.page(made_up.songs(1)))


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "downloads"
    path.mkdir()
    return path


@pytest.fixture
def search(folder):
    """Searches the folder; returns what may be landed, and what was left and why."""

    def run(location="elsewhere"):
        found = list(raw_files_in(folder, open_lake(str(folder / location))))
        taken = [str(one.relative_to(folder)) for one in found if not isinstance(one, Left)]
        return taken, {str(one.path): one.why for one in found if isinstance(one, Left)}

    return run


@pytest.mark.parametrize(
    ("name", "body"),
    [
        *((name, b"?") for name in ("a.csv", "a.CSV", "a.csv.txt", "a.csv (1).txt", "a.csv ")),
        *(
            (name, b"?")
            for name in ("a.json", "a.jsonl", "a.ndjson", "a.Json.txt", "a.csv.gz", "a.json.zst")
        ),
        *((name, PAGE) for name in ("a", "a.txt", "a.response", "a.json.bak")),
        *((name, chart_body(0)) for name in ("a", "a.txt", "a.dat")),
        ("dumped", made_up.as_json(PAGE.decode())),
    ],
)
def test_a_raw_file_is_known_by_its_name_or_its_content(folder, search, name, body):
    (folder / name).write_bytes(body)
    assert search() == ([name], {})


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("README.md", b"# Charts\n"),
        ("badge.md", b"[![passing](badge)](tests)\n"),
        ("notes.txt", b"rank and file\n"),
        ("lake.duckdb", bytes(5000)),
        ("settings.yaml", b"{a: 1}"),
        ("empty", b""),
        ("charts.tar.gz", b"\x1f\x8b\x08"),
    ],
)
def test_other_files_are_left(folder, search, name, body):
    (folder / name).write_bytes(body)
    assert search() == ([], {name: "not a chart file or JSON"})


def test_hidden_files_and_folders_are_left_without_a_word(folder, search):
    (folder / ".git").mkdir()
    (folder / ".git/a.json").write_bytes(PAGE)
    (folder / ".a.csv").write_bytes(chart_body(0))
    assert search() == ([], {})


def test_links_are_not_followed_out_of_the_folder(folder, search, tmp_path):
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/a.csv").write_bytes(chart_body(0))
    (folder / "file.csv").symlink_to(tmp_path / "outside/a.csv")
    (folder / "folder").symlink_to(tmp_path / "outside")
    (folder / "nowhere.csv").symlink_to("missing.csv")
    (folder / "itself.csv").symlink_to("itself.csv")
    assert search() == (
        [],
        {
            "file.csv": "a link out of the folder",
            "folder": "a link to a folder",
            "nowhere.csv": "a link that leads nowhere",
            "itself.csv": "a link that leads nowhere",
        },
    )


def test_each_file_is_found_once_although_links_lead_in_circles(folder, search):
    below = folder / "below"
    below.mkdir()
    (below / "blob").write_bytes(b"?")
    (below / "up").symlink_to(folder)
    (folder / chart_name(0)).symlink_to("below/blob")
    assert search() == (
        [chart_name(0)],
        {"below/up": "a link to a folder", "below/blob": "not a chart file or JSON"},
    )


def test_the_lake_is_not_landed_in_itself(folder, search):
    (folder / "lake").mkdir()
    (folder / "lake/a.json").write_bytes(PAGE)
    (folder / "b.json").write_bytes(PAGE)
    assert search("lake") == (["b.json"], {"lake": "it is the lake"})
    found = list(raw_files_in(folder / "lake", open_lake(str(folder / "lake"))))
    assert found == [Left(folder / "lake", "it is the lake")]


def test_what_is_no_file_and_the_reasons_of_quarantine_are_left(folder, search):
    os.mkfifo(folder / "pipe.csv")
    (folder / "a.json.reason.json").write_bytes(b"{}")
    assert search() == (
        [],
        {"pipe.csv": "not a file", "a.json.reason.json": "the reason of a quarantined file"},
    )


def test_what_cannot_be_listed_or_read_is_not_left(folder, search, monkeypatch):
    (folder / "closed").mkdir()
    (folder / "opaque").write_bytes(PAGE)
    scan, read = os.scandir, os.open

    def refuse(path, *arguments, **options):
        if str(path).endswith(("closed", "opaque")):
            raise PermissionError(13, "Permission denied", str(path))
        return (scan if not arguments else read)(path, *arguments, **options)

    monkeypatch.setattr(os, "scandir", refuse)
    monkeypatch.setattr("pathlib.Path.open", refuse)
    assert search() == (["opaque", "closed"], {})
