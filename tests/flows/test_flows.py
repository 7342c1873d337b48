"""The flows, with a real Prefect server and the stand-in for Spotify."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partialmethod

import pytest
from prefect import Task, runtime
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter
from prefect.concurrency.sync import concurrency

from demo.accounts import CLIENT_SECRET
from etl.aws import glue
from etl.errors import AccessDenied, RunFailed, ServiceUnavailable
from etl.lake import open_lake
from etl.mirror import refresh as refreshing
from etl.mirror.status import read_status
from etl.pipeline import process
from etl.sources.references import Answer, Reference, write_reference
from flows import tasks
from flows.backfill import process_part
from flows.process_pending import process_pending
from flows.refresh_mirror import refresh_mirror
from flows.update_lake import update_lake
from tests.flows.conftest import CHART, OTHER_CHART
from tests.support.aws_server import CRAWLER
from tests.support.scripted_spotify import error_reply, reply, scripted_server
from tests.support.small_lakes import chart_body, chart_name, put_pending, query_rows

# Prefect leaves connections to its server to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("fast_retries"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PAGE: dict[str, object] = {"items": [], "next": None, "total": 0, "offset": 0, "limit": 50}
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
METADATA = {"id": CHART, "name": "A chart", "snapshot_id": "one"}


def lake_status(folder):
    return read_status(open_lake("lake"), folder / "mirror.duckdb")


def run(flow, *arguments):
    return flow(*arguments, return_state=True)


def run_name(state):
    with get_client(sync_client=True) as client:
        return client.read_flow_run(state.state_details.flow_run_id).name


def test_the_weekly_flow_updates_lake_mirror_and_report(folder, capsys):
    state = run(update_lake)
    assert state.is_completed()
    assert [chart.chart_id for chart in lake_status(folder).charts] == [CHART, OTHER_CHART]
    assert (lake_status(folder).pending, lake_status(folder).mirror.snapshots) == (0, 2)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        *("landed", "landed", "published", "mirrored", "enriched", "reported"),
    ]
    assert run_name(state) == f"update-lake {datetime.now(UTC):%Y-%m-%d} · 2 charts"
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")


def test_charts_given_as_a_parameter_outrank_the_settings(folder):
    state = run(update_lake, [f"https://open.spotify.com/playlist/{OTHER_CHART}?si=1"])
    assert run_name(state).endswith("· 1 chart")
    assert [chart.chart_id for chart in lake_status(folder).charts] == [OTHER_CHART]


def test_an_unavailable_chart_fails_the_run_but_does_not_stop_others(folder):
    with pytest.raises(AccessDenied, match="missingPlaylist"):
        update_lake(["missingPlaylist", CHART])
    assert [chart.chart_id for chart in lake_status(folder).charts] == [CHART]
    assert lake_status(folder).mirror.snapshots == 1


def test_a_run_reports_all_failures(folder):
    with pytest.raises(RunFailed, match=r"(?s)missingPlaylist.*anotherPlaylist"):
        update_lake(["missingPlaylist", "anotherPlaylist"])


def test_a_run_reports_failures_that_precede_the_last_one(folder):
    (folder / "mirror.duckdb").write_text("not a mirror")
    with pytest.raises(RunFailed, match=r"(?s)missingPlaylist.*mirror\.duckdb cannot be read"):
        update_lake(["missingPlaylist"])


def test_a_busy_source_is_tried_again(folder, monkeypatch, capsys):
    busy = error_reply(429)
    replies = (busy, busy, *(reply(200, content) for content in (METADATA, PAGE, METADATA)))
    with scripted_server(*replies) as (url, requested):
        use_spotify_at(url, monkeypatch)
        assert run(update_lake, [CHART]).is_completed()
    assert len(requested) == 5
    assert capsys.readouterr().out.count("Retrying.") == 2


def test_a_source_that_stays_busy_fails_the_run_after_three_retries(folder, monkeypatch):
    with scripted_server(error_reply(429)) as (url, requested):
        use_spotify_at(url, monkeypatch)
        with pytest.raises(ServiceUnavailable):
            update_lake([CHART])
    assert len(requested) == 4


@pytest.mark.parametrize("failure", [error_reply(403), error_reply(429, retry_after="3600")])
def test_a_permanent_failure_is_not_retried(folder, monkeypatch, failure):
    with scripted_server(failure) as (url, requested):
        use_spotify_at(url, monkeypatch)
        assert run(update_lake, [CHART]).is_failed()
    assert len(requested) == 1


def test_a_transient_error_of_the_lake_is_retried(folder, monkeypatch):
    failures = [ServiceUnavailable("The lake does not answer.", service="S3")] * 2
    original = refreshing.refresh

    def refresh(*arguments, **options):
        if failures:
            raise failures.pop()
        return original(*arguments, **options)

    monkeypatch.setattr(refreshing, "refresh", refresh)
    assert run(refresh_mirror).is_completed()


def test_the_mirror_takes_in_homes_of_artists_that_another_machine_has_learned(folder):
    assert run(refresh_mirror).is_completed()
    answer = Answer("a", {"url": {}, "artist": {"country": "JP"}})
    reference = Reference("musicbrainz", "artist", datetime(2026, 11, 1, tzinfo=UTC), (answer,))
    write_reference(open_lake("lake"), reference)
    assert run(refresh_mirror).is_completed()
    homes = "select artist_id, home_market from artist_homes"
    assert query_rows(folder / "mirror.duckdb", homes) == [("a", "jp")]


@pytest.fixture
def crawler(aws, monkeypatch):
    """A moto server with a crawler that is polled often."""
    aws.make_crawler()
    monkeypatch.setenv("CHARTLAKE_GLUE_CRAWLER", CRAWLER)
    monkeypatch.setattr(glue.Crawler, "run", partialmethod(glue.Crawler.run, poll=0.1))
    return aws


def test_the_crawler_runs_only_if_something_was_published(folder, crawler):
    put_pending(open_lake("lake"), {chart_name(0): chart_body(0)})
    assert (process_pending(), crawler.crawl_count()) == (1, 1)
    assert (process_pending(), crawler.crawl_count()) == (0, 1)


def test_the_next_run_crawls_if_a_run_died_before_crawling(folder, crawler):
    lake = open_lake("lake")
    put_pending(lake, {chart_name(0): chart_body(0)})
    process.process_pending(lake, "parquet")
    assert (process_pending(), crawler.crawl_count()) == (0, 1)


def test_a_failed_crawl_fails_the_run_after_the_mirror_is_refreshed(folder, aws, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_GLUE_CRAWLER", "missing")
    state = run(update_lake, [CHART])
    assert state.is_failed()
    assert state.message.startswith("Glue cannot run the crawler missing: there is no crawler")
    assert lake_status(folder).mirror.snapshots == 1


def test_tables_that_athena_lacks_are_named_and_fail_no_run(folder, aws, monkeypatch, capsys):
    monkeypatch.setenv("CHARTLAKE_ATHENA_DATABASE", "missing")
    put_pending(open_lake("lake"), {chart_name(0): chart_body(0)})
    assert process_pending() == 1
    assert "catalog    There is no database missing in Glue" in capsys.readouterr().out


def test_quarantined_files_are_logged(folder, capsys):
    put_pending(open_lake("lake"), {"nothing.json": b"{}"})
    assert run(process_pending).is_completed()
    assert "quarantined: nothing.json" in capsys.readouterr().out


def use_spotify_at(url, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_SPOTIFY_API_URL", f"{url}v1")
    monkeypatch.setenv("CHARTLAKE_SPOTIFY_ACCOUNTS_URL", url)


def test_a_run_with_nothing_to_do_starts_few_tasks(folder, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_CHARTS", CHART)
    assert run(update_lake, None, 0).is_completed()
    assert task_names(run(update_lake, None, 0)) == {f"take First {TODAY}", "refresh the mirror"}
    assert task_names(run(process_pending)) == set()
    assert task_names(run(refresh_mirror)) == {"refresh the mirror"}


def test_no_task_has_a_tag_for_whose_limit_the_server_would_be_asked():
    every = [task for task in (*vars(tasks).values(), process_part) if isinstance(task, Task)]
    assert len(every) > 5
    assert all(not task.tags for task in every)


def test_the_name_of_a_task_says_what_it_processes(folder):
    put_pending(open_lake("lake"), {chart_name(week): chart_body(week) for week in range(3)})
    name = "process Top Songs · xx · weekly 2026-01-01 and 2 more"
    assert task_names(run(process_pending)) == {name}
    put_pending(open_lake("lake"), {"nothing.json": b"{}"})
    assert task_names(run(process_pending)) == {"process nothing.json"}


def test_only_one_run_at_a_time_writes_to_the_lake(folder, monkeypatch):
    put_pending(open_lake("lake"), {chart_name(0): chart_body(0)})
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(tasks.WRITER, 1)
    monkeypatch.setattr(runtime.deployment, "id", "a deployment", raising=False)
    with ThreadPoolExecutor() as pool, concurrency(tasks.WRITER, strict=True):
        waiting = pool.submit(run, process_pending)
        with pytest.raises(TimeoutError):
            waiting.result(4)
        assert lake_status(folder).pending == 1
        # Another run processes the file in the meantime; this run must not do it again.
        process.process_pending(open_lake("lake"), "parquet")
    assert task_names(waiting.result(30)) == set()


def task_names(state):
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id={"any_": [state.state_details.flow_run_id]})
        )
    assert state.is_completed()
    return {run.name for run in runs}


def test_no_secret_is_logged(folder, web_api, caplog):
    caplog.set_level("DEBUG")
    assert run(update_lake, [CHART]).is_completed()
    tokens = web_api.accounts.tokens
    assert tokens and "Finished in state" in caplog.text
    for secret in (CLIENT_SECRET, *tokens):
        assert secret not in caplog.text
