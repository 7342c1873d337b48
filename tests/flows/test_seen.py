"""What the UI of Prefect shows of a run: artifacts, assets, events, and failures."""

from __future__ import annotations

import json

import pytest
from prefect.artifacts import Artifact

from etl.errors import AccessDenied
from etl.lake import open_lake
from etl.pipeline import process, stage
from flows import events, tasks
from flows.process_pending import process_pending
from flows.refresh_mirror import refresh_mirror
from flows.update_lake import update_lake
from tests.support import made_up
from tests.support.small_lakes import chart_body, chart_name, put_pending

# Prefect leaves connections to its server to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("fast_retries"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


def read_artifact(key):
    artifact = Artifact.get(key)
    assert artifact is not None
    return artifact


def put_weeks(*weeks):
    put_pending(open_lake("lake"), {chart_name(week): chart_body(week) for week in weeks})


@pytest.fixture
def emitted(monkeypatch):
    """The events that the flows emit."""
    emitted = []
    monkeypatch.setattr(events, "emit_event", lambda **event: emitted.append(event))
    return emitted


@pytest.fixture
def materialized(monkeypatch):
    """The events that Prefect emits about assets."""
    emitted = []
    monkeypatch.setattr("prefect.events.emit_event", lambda **event: emitted.append(event))
    return emitted


def test_the_top_ten_is_a_table_with_movements(folder):
    put_weeks(0, 1)
    assert process_pending() == 2
    assert refresh_mirror() == 2
    artifact = read_artifact("top-ten-top-songs-xx-weekly")
    assert artifact.description == "Top Songs · xx · weekly: the top ten of 2026-01-08"
    table = json.loads(str(artifact.data))
    assert [row["movement"] for row in table] == ["▲ 1", "▲ 1", "▲ 1", "▲ 1", "NEW"]
    assert list(table[0]) == ["position", "movement", "peak", "weeks", "song", "artist"]


def test_playlists_of_one_name_have_a_top_ten_each(folder):
    lists = {"One-a": "Mine", "Two-b": "Mine", "Three-c": "トップ", "Four-d": "Top 50 · Überall"}
    page, at = made_up.page(made_up.songs(1)), "2026-01-01T08:00:00Z"
    files = {
        f"{one}.json": made_up.envelope(page, at=at, chart_id=one, playlist={"name": name})
        for one, name in lists.items()
    }
    put_pending(open_lake("lake"), files)
    process_pending()
    refresh_mirror()
    for key in ("one-a", "two-b", "three-c", "top-50-berall"):
        assert Artifact.get(f"top-ten-{key}")


def test_a_chart_that_ended_long_ago_has_no_top_ten(folder):
    lake = open_lake("lake")
    put_pending(lake, {chart_name(0, "qy"): chart_body(0), chart_name(9, "zz"): chart_body(9)})
    process_pending()
    refresh_mirror()
    assert Artifact.get("top-ten-top-songs-zz-weekly")
    assert Artifact.get("top-ten-top-songs-qy-weekly") is None


def test_the_data_quality_is_listed_by_chart(folder):
    put_weeks(0, 1)
    put_pending(open_lake("lake"), {"nothing.json": b"{}"})
    process_pending()
    text = str(read_artifact("data-quality").data)
    assert "**2 snapshots** published, **1 file** quarantined." in text
    assert "| Top Songs · xx · weekly | 2 | 10 | 10 | 0 |" in text
    assert "Rows: 10 songs, 0 albums, 0 artists." in text
    assert "- nothing.json breaks the rule" in text


def test_the_report_is_linked(folder):
    put_weeks(0)
    process_pending()
    refresh_mirror()
    assert (folder / "report.html").as_uri() in str(read_artifact("report").data)


def test_a_long_run_shows_its_progress(folder, monkeypatch):
    monkeypatch.setattr(stage, "READ_BYTES", 1)
    monkeypatch.setattr(stage, "BATCH_BYTES", 1)
    put_weeks(*range(5))
    assert process_pending() == 5
    artifact = read_artifact("processing")
    assert (artifact.type, float(str(artifact.data))) == ("progress", 100)
    assert artifact.description == "Processing 5 files"


def test_the_tables_are_assets_that_depend_on_raw_files(folder, materialized):
    put_weeks(0, 1)
    process_pending()
    tables = {
        event["resource"]["prefect.resource.name"]: event
        for event in materialized
        if event["event"] == "prefect.asset.materialization.succeeded"
    }
    assert set(tables) == {"songs", "albums", "artists"}
    assert tables["songs"]["payload"] == {"lake": "lake", "rows": 10, "snapshots": 2}
    lineage = {resource["prefect.resource.id"] for resource in tables["songs"]["related"]}
    assert lineage == {
        f"chartlake://raw_data/{chart_name(0)}",
        f"chartlake://raw_data/{chart_name(1)}",
        "duckdb",
    }


def test_the_tables_depend_on_the_zone_if_there_are_many_raw_files(folder, materialized):
    put_weeks(*range(51))
    process_pending()
    lineage = {resource["prefect.resource.id"] for resource in materialized[-1]["related"]}
    assert lineage == {"chartlake://raw_data/to_be_processed", "duckdb"}


def test_a_file_name_is_converted_to_a_valid_asset_key(folder, materialized):
    name = "a name é [1] 100% #?&.json"
    put_pending(open_lake("lake"), {name: b"{}", f"{'long' * 50}.json": b"{}"})
    assert process_pending() == 0
    lineage = {resource["prefect.resource.id"] for resource in materialized[-1]["related"]}
    assert "chartlake://raw_data/a_name_é__1__100_____.json" in lineage


def test_an_event_counts_published_snapshots(folder, emitted):
    put_weeks(0, 1)
    process_pending()
    process_pending()
    (event,) = emitted
    assert event["event"] == "chartlake.snapshots.published"
    assert event["payload"] == {"snapshots": 2}


def test_an_event_is_emitted_once_for_each_new_gap(folder, emitted):
    for weeks in ((0, 1, 3), (4, 6)):
        put_weeks(*weeks)
        process.process_pending(open_lake("lake"), "parquet")
        refresh_mirror()
    refresh_mirror()
    gaps = [event for event in emitted if event["event"] == "chartlake.history.gap"]
    names = [gap["resource"]["chartlake.gap"] for gap in gaps]
    assert names == ["regional-xx-weekly 2026-01-15", "regional-xx-weekly 2026-02-05"]
    expected = "The history of Top Songs · xx · weekly lacks 2026-01-15."
    assert gaps[0]["payload"]["sentence"] == expected


def test_a_failure_says_what_to_do_and_logs_no_traceback(folder, caplog):
    state = update_lake(["missingPlaylist"], return_state=True)
    line = str(state.message).splitlines()[0]
    assert line.startswith("Spotify does not show chart missingPlaylist to this app")
    assert "Check CHARTLAKE_CHARTS" in line
    assert "Traceback" not in caplog.text
    with pytest.raises(AccessDenied):
        update_lake(["missingPlaylist"])


def test_a_run_with_invalid_settings_fails(folder, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_FORMAT", "orc")
    state = update_lake(return_state=True)
    assert str(state.message).startswith("Nothing was done. Correct these settings")
    assert "CHARTLAKE_FORMAT" in str(state.message)


def test_the_message_about_a_timeout_is_plain(folder, monkeypatch):
    monkeypatch.setattr(tasks.process_files, "timeout_seconds", 0.01)
    put_weeks(0)
    message = str(process_pending(return_state=True).message)
    assert message.startswith("A task took too long and was stopped:")
    assert message.endswith("The next run continues from there.")
