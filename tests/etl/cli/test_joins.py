"""How well songs are joined to recordings, as `chartlake status --joins` says."""

from __future__ import annotations

import json

import pytest

from etl.lake import open_lake
from etl.mirror.refresh import refresh
from etl.pipeline.process import process_pending
from tests.support.commands import run_command
from tests.support.small_lakes import chart_name, put_pending

HEADER = "rank,uri,artist_names,track_name,source,peak_rank,previous_rank,weeks_on_chart,streams\n"


def chart_file(*songs):
    """A chart file: the letter of each song's id, its title, artists and previous rank."""
    rows = [
        f"{rank},spotify:track:{letter * 22},{artists},{title},Label,1,{previous},1,{900 - rank}\n"
        for rank, (letter, title, artists, previous) in enumerate(songs, 1)
    ]
    return "".join([HEADER, *rows]).encode()


FILES = {
    chart_name(0, "us"): chart_file(
        ("a", "Song", "Ann", -1), ("b", "Other", "Bob", -1), ("c", "Long", "Cy", -1)
    ),
    chart_name(1, "us"): chart_file(
        ("d", "Song", "Ann", 1), ("e", "Other - Bonus", "Bob", 2), ("f", "Long", "Cy", -1)
    ),
    chart_name(1, "gb"): chart_file(("g", "Song!", "Ann", -1), ("h", "Other", "Bob", -1)),
}


def mirror_of(folder, files):
    """The mirror of these chart files."""
    lake, mirror = open_lake(str(folder / "lake")), folder / "mirror.duckdb"
    put_pending(lake, files)
    process_pending(lake, "parquet")
    refresh(lake, mirror)
    return mirror


@pytest.fixture(scope="module")
def mirror(tmp_path_factory):
    return mirror_of(tmp_path_factory.mktemp("joins"), FILES)


@pytest.fixture
def joins(tmp_path, monkeypatch, capsys):
    """Runs the command on a mirror; returns what it prints."""
    monkeypatch.chdir(tmp_path)

    def run(mirror, *options):
        monkeypatch.setenv("CHARTLAKE_MIRROR", str(mirror))
        assert run_command("status", "--joins", *options) == 0
        return capsys.readouterr().out

    return run


def test_joins_are_counted_and_the_doubtful_ones_shown_first(joins, mirror):
    lines = joins(mirror).splitlines()
    assert lines[:4] == [
        "8 Spotify ids of 5 recordings",
        "3 pairs of ids in different markets alike in title and artists: 1 joined (33.3 %)",
        "2 pairs of ids that Spotify's ranks show to be one song: 1 joined (50.0 %)",
        "2 joined pairs that ranks or durations can check: 1 wrong",
    ]
    assert "Long" in lines[5]


def test_each_pair_has_a_verdict_and_what_it_rests_on(joins, mirror):
    sample = json.loads(joins(mirror, "--json"))["sample"]
    verdicts = {
        (pair["song_id"][0], pair["other_id"][0]): (pair["verdict"], pair["sign"])
        for pair in sample
    }
    assert verdicts == {
        ("c", "f"): ("wrong", "Spotify counts them as two"),
        ("b", "e"): ("missed", "Spotify counts them as one"),
        ("a", "g"): ("missed", "title and artists look alike"),
        ("d", "g"): ("missed", "title and artists look alike"),
        ("b", "h"): ("unchecked", None),
        ("a", "d"): ("confirmed", "Spotify counts them as one"),
    }


def test_without_anything_to_compare_the_joins_are_none(joins, tmp_path):
    name = chart_name(0, "us")
    out = joins(mirror_of(tmp_path, {name: FILES[name]}))
    assert "0 pairs of ids that Spotify's ranks show to be one song\n" in out
    assert "0 joined pairs that ranks or durations can check: 0 wrong" in out
