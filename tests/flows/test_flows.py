"""The flows against a real Prefect server, and the invented world over real HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partialmethod

import pytest
from prefect import runtime
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
from flows import tasks
from flows.process_pending import process_pending
from flows.refresh_mirror import refresh_mirror
from flows.update_lake import update_lake
from tests.flows.conftest import CHART, OTHER
from tests.support.aws_server import CRAWLER
from tests.support.scripted_spotify import answer, refusal, scripted
from tests.support.small_lakes import chart_body, chart_name, drop

# Prefect leaves connections to its own server to the garbage collector.
pytestmark = [
    pytest.mark.usefixtures("impatient"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

PAGE: dict[str, object] = {"items": [], "next": None, "total": 0, "offset": 0, "limit": 50}
TODAY = f"{datetime.now(UTC):%Y-%m-%d}"
LISTING = {"id": CHART, "name": "A chart", "snapshot_id": "one"}


def stock(folder):
    return read_status(open_lake("lake"), folder / "mirror.duckdb")


def run(flow, *arguments):
    return flow(*arguments, return_state=True)


def name_of(state):
    with get_client(sync_client=True) as client:
        return client.read_flow_run(state.state_details.flow_run_id).name


def test_the_weekly_flow_goes_all_the_way_from_spotify_to_the_mirror(folder, capsys):
    state = run(update_lake)
    assert state.is_completed()
    assert [chart.chart_id for chart in stock(folder).charts] == [CHART, OTHER]
    assert (stock(folder).pending, stock(folder).mirror.snapshots) == (0, 2)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == [
        *("landed", "landed", "published", "mirrored", "enriched", "reported"),
    ]
    assert name_of(state) == f"update-lake {datetime.now(UTC):%Y-%m-%d} · 2 charts"
    assert "<html" in (folder / "report.html").read_text(encoding="utf-8")


def test_charts_that_are_named_are_taken_instead_of_the_settings(folder):
    state = run(update_lake, [f"https://open.spotify.com/playlist/{OTHER}?si=1"])
    assert name_of(state).endswith("· 1 chart")
    assert [chart.chart_id for chart in stock(folder).charts] == [OTHER]


def test_a_chart_that_is_not_shown_stops_no_other_and_fails_the_run(folder):
    with pytest.raises(AccessDenied, match="nobodysPlaylist"):
        update_lake(["nobodysPlaylist", CHART])
    assert [chart.chart_id for chart in stock(folder).charts] == [CHART]
    assert stock(folder).mirror.snapshots == 1


def test_of_several_failures_none_is_hidden(folder):
    with pytest.raises(RunFailed, match=r"(?s)nobodysPlaylist.*norMine"):
        update_lake(["nobodysPlaylist", "norMine"])


def test_nor_is_one_before_what_ends_a_run(folder):
    (folder / "mirror.duckdb").write_text("no mirror")
    with pytest.raises(RunFailed, match=r"(?s)nobodysPlaylist.*mirror\.duckdb cannot be read"):
        update_lake(["nobodysPlaylist"])


def test_a_busy_source_is_asked_again(folder, monkeypatch, capsys):
    busy = refusal(429)
    with scripted(busy, busy, *map(answer_of, (LISTING, PAGE, LISTING))) as (url, asked):
        lead_to(monkeypatch, url)
        assert run(update_lake, [CHART]).is_completed()
    assert len(asked) == 5
    assert capsys.readouterr().out.count("Retrying.") == 2


def test_a_source_that_stays_busy_fails_the_run_after_three_retries(folder, monkeypatch):
    with scripted(refusal(429)) as (url, asked):
        lead_to(monkeypatch, url)
        with pytest.raises(ServiceUnavailable):
            update_lake([CHART])
    assert len(asked) == 4


@pytest.mark.parametrize("given", [refusal(403), refusal(429, retry_after="3600")])
def test_what_no_retry_can_cure_is_asked_once(folder, monkeypatch, given):
    with scripted(given) as (url, asked):
        lead_to(monkeypatch, url)
        assert run(update_lake, [CHART]).is_failed()
    assert len(asked) == 1


def test_a_lake_that_stumbles_is_tried_again(folder, monkeypatch):
    failures = [ServiceUnavailable("The lake does not answer.", service="S3")] * 2
    original = refreshing.refresh

    def refresh(*arguments):
        if failures:
            raise failures.pop()
        return original(*arguments)

    monkeypatch.setattr(refreshing, "refresh", refresh)
    assert run(refresh_mirror).is_completed()


@pytest.fixture
def crawler(aws, monkeypatch):
    """A real crawler, which is not waited for longer than it takes."""
    aws.make_crawler()
    monkeypatch.setenv("CHARTLAKE_GLUE_CRAWLER", CRAWLER)
    monkeypatch.setattr(glue.Crawler, "run", partialmethod(glue.Crawler.run, poll=0.1))
    return aws


def test_the_crawler_runs_only_where_something_was_published(folder, crawler):
    drop(open_lake("lake"), {chart_name(0): chart_body(0)})
    assert (process_pending(), crawler.crawls()) == (1, 1)
    assert (process_pending(), crawler.crawls()) == (0, 1)


def test_what_a_run_that_died_did_not_crawl_the_next_one_crawls(folder, crawler):
    lake = open_lake("lake")
    drop(lake, {chart_name(0): chart_body(0)})
    process.process_pending(lake, "parquet")
    assert (process_pending(), crawler.crawls()) == (0, 1)


def test_a_failed_crawl_fails_the_run_but_the_mirror_is_refreshed(folder, aws, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_GLUE_CRAWLER", "nobody")
    state = run(update_lake, [CHART])
    assert state.is_failed()
    assert state.message.startswith("Glue cannot run the crawler nobody: there is no crawler")
    assert stock(folder).mirror.snapshots == 1


def test_what_is_quarantined_is_said(folder, capsys):
    drop(open_lake("lake"), {"nothing.json": b"{}"})
    assert run(process_pending).is_completed()
    assert "quarantined: nothing.json" in capsys.readouterr().out


def answer_of(content):
    return answer(200, content)


def lead_to(monkeypatch, url):
    monkeypatch.setenv("CHARTLAKE_SPOTIFY_API_URL", f"{url}v1")
    monkeypatch.setenv("CHARTLAKE_SPOTIFY_ACCOUNTS_URL", url)


def test_a_run_with_nothing_to_do_does_next_to_nothing(folder, monkeypatch):
    monkeypatch.setenv("CHARTLAKE_CHARTS", CHART)
    assert run(update_lake, None, 0).is_completed()
    assert task_names(run(update_lake, None, 0)) == {f"take {CHART} {TODAY}", "refresh the mirror"}
    assert task_names(run(process_pending)) == set()
    assert task_names(run(refresh_mirror)) == {"refresh the mirror"}


def test_a_tasks_name_says_what_it_is_about(folder):
    drop(open_lake("lake"), {chart_name(week): chart_body(week) for week in range(3)})
    assert task_names(run(process_pending)) == {f"process {chart_name(0)} and 2 more"}


def test_one_run_at_a_time_writes_to_the_lake(folder, monkeypatch):
    drop(open_lake("lake"), {chart_name(0): chart_body(0)})
    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(tasks.WRITER, 1)
    monkeypatch.setattr(runtime.deployment, "id", "as if deployed", raising=False)
    with ThreadPoolExecutor() as pool, concurrency(tasks.WRITER, strict=True):
        waiting = pool.submit(run, process_pending)
        with pytest.raises(TimeoutError):
            waiting.result(4)
        assert stock(folder).pending == 1
        # What another run has done meanwhile is not done again.
        process.process_pending(open_lake("lake"), "parquet")
    assert task_names(waiting.result(30)) == set()


def task_names(state):
    with get_client(sync_client=True) as client:
        runs = client.read_task_runs(
            flow_run_filter=FlowRunFilter(id={"any_": [state.state_details.flow_run_id]})
        )
    assert state.is_completed()
    return {one.name for one in runs}


def test_no_secret_reaches_prefects_logs(folder, web_api, caplog):
    caplog.set_level("DEBUG")
    assert run(update_lake, [CHART]).is_completed()
    tokens = web_api.accounts.tokens
    assert tokens and "Finished in state" in caplog.text
    for secret in (CLIENT_SECRET, *tokens):
        assert secret not in caplog.text
