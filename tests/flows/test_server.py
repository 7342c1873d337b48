"""A real Prefect server and worker, used as in the README."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.aws_server import BUCKET, CREDENTIALS, REGION, Aws
from tests.support.event_server import Receiver, event_receiver
from tests.support.prefect_site import ROOT, Site, kill_process_tree, wait_for
from tests.support.small_lakes import chart_body, chart_name

BLOCKS = """
from prefect_aws import AwsCredentials, S3Bucket
keys = AwsCredentials(
    aws_access_key_id="{AWS_ACCESS_KEY_ID}",
    aws_secret_access_key="{AWS_SECRET_ACCESS_KEY}",
    region_name="{region}",
    aws_client_parameters=dict(endpoint_url="{url}"),
)
keys.save("chartlake")
S3Bucket(bucket_name="{bucket}", credentials=keys).save("chartlake")
"""
SECRETS = ("a-spotify-secret", "an-aws-secret", "a-webhook-token")
# Enough files for a run that lasts until it is killed.
REGIONS, WEEKS = 120, 8
UNFINISHED = ("SCHEDULED", "PENDING", "RUNNING")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with event_receiver() as server:
        yield server


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    # Run process-pending every minute, not every half hour.
    document = (ROOT / "prefect.yaml").read_text(encoding="utf-8")
    assert document.count('cron: "*/30 * * * *"') == 1
    every_minute = document.replace('cron: "*/30 * * * *"', 'cron: "* * * * *"')
    (tmp_path / "prefect.yaml").write_text(every_minute, encoding="utf-8")
    (tmp_path / ".env").write_text(
        f"SPOTIPY_CLIENT_SECRET={SECRETS[0]}\nAWS_SECRET_ACCESS_KEY={SECRETS[1]}\n",
        encoding="utf-8",
    )
    return site


def download(site: Site, *names: str, size: int = 5) -> list[Path]:
    """Write chart files with these names to a folder of downloads; returns their paths."""
    folder = site.folder / f"downloads {names[0]}"
    folder.mkdir()
    for number, name in enumerate(names):
        (folder / name).write_bytes(chart_body(number, size))
    return [folder / name for name in names]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_deployments_notices_and_recovery_on_a_server(site: Site, receiver: Receiver):
    def notices(part: str) -> list[str]:
        texts = [request.body["text"] for request in receiver.received]
        return [text for text in texts if part in text]

    with site.server():
        deploy_twice(site, f"{receiver.url}/{SECRETS[2]}")
        site.start_run("update-lake")
        wait_for("a notice about the late run", lambda: notices("is late"))
        with site.worker() as worker:
            wait_for("the failed run", lambda: site.runs_in("update-lake", "FAILED"))
            land_and_wait_for_the_mirror(site)
            wait_for("a scheduled run", lambda: scheduled_runs(site))
            (failed,) = wait_for("a notice about the failed run", lambda: notices("is Failed"))
            assert "is Failed: Spotify was not asked" in failed
            assert_notice_links_to_the_run(site, failed)
            site.chartlake("land", *download(site, chart_name(3)))
            (gap,) = wait_for("a notice about the gap", lambda: notices("lacks"))
            assert gap.endswith("The history of Top Songs · xx · weekly lacks 2026-01-15.")
            resend_the_gap(site)
            wait_for("a notice about the other gap", lambda: notices("Another gap"))
            assert notices("lacks") == [gap]
            pause_process_pending(site)
            killed = kill_worker_during_a_run(site, worker.pid)
        site.set_schedules("process-pending", active=True)
        with site.worker():
            wait_for_the_rest(site)
            (crashed,) = wait_for(
                "a notice about the crashed run", lambda: notices(f"{killed} is Crashed")
            )
            assert "The next run continues from there" in crashed
            assert site.runs_in("update-lake", "FAILED"), "the state of ended runs must not change"
        scheduled, ended = scheduled_ids(site), ended_ids(site)
    with site.server():
        assert scheduled_ids(site) >= scheduled and ended_ids(site) >= ended
        assert_stuck_runs_are_ended(site)
        assert_no_secret_is_readable(site)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_files_in_the_bucket_are_processed_at_once(site: Site, aws: Aws):
    queue = aws.make_queue()
    aws.make_bucket(queue)
    (site.folder / ".env").write_text(f"CHARTLAKE_QUEUE_URL={queue}\n", encoding="utf-8")
    site.environment = {
        name: value for name, value in site.environment.items() if name not in aws.environ
    }
    with site.server():
        assert "listen-to-bucket listens to" in site.chartlake("deploy")
        # The bucket and its credentials are set only in blocks, as in the UI.
        site.python(BLOCKS.format(bucket=BUCKET, url=aws.url, region=REGION, **CREDENTIALS))
        with site.worker():
            site.start_run("listen-to-bucket")
            wait_for("the listener", lambda: site.runs_in("listen-to-bucket", "RUNNING"))
            aws.put(f"raw_data/to_be_processed/{chart_name(0)}", body=chart_body(0))
            wait_for("the archive", lambda: aws.keys(f"raw_data/processed/{chart_name(0)}"))
            wait_for("a run started by the event", lambda: runs_by_event(site, "process-pending"))
            assert aws.keys("manifests/regional-xx-weekly/2026-01.json")


def deploy_twice(site: Site, webhook: str) -> None:
    output = site.chartlake("deploy", "--notify", webhook)
    assert "work pool chartlake, type process\n" in output
    assert site.chartlake("deploy", "--notify", webhook) == output
    names = [automation["name"] for automation in site.request("automations/filter")]
    expected = output.count("automation ") + output.count("trigger ") + 2
    assert len(names) == len(set(names)) == expected
    deployments = {entry["name"]: entry for entry in site.request("deployments/filter")}
    assert {"update-lake", "process-pending", "refresh-mirror"} < set(deployments)
    for deployment in deployments.values():
        assert deployment["global_concurrency_limit"]["limit"] == 1
        assert deployment["concurrency_options"]["collision_strategy"] == "ENQUEUE"


def assert_notice_links_to_the_run(site: Site, notice: str) -> None:
    (run,) = site.runs_in("update-lake", "FAILED")
    server = site.api_url.removesuffix("/api")
    assert notice.endswith(f"\n{server}/runs/flow-run/{run['id']}")


def land_and_wait_for_the_mirror(site: Site) -> None:
    site.chartlake("land", *download(site, chart_name(0), chart_name(1)))
    for name in ("process-pending", "refresh-mirror"):
        wait_for(f"a run of {name} started by an event", partial(runs_by_event, site, name))
    status = site.status()
    assert (status["published"], status["mirror"]["snapshots"]) == (2, 2)


def resend_the_gap(site: Site) -> None:
    """Send the event about the gap again, and then one about another gap."""
    query = {"event": {"name": ["chartlake.history.gap"]}}
    (event,) = wait_for("the event", lambda: site.request("events/filter", filter=query)["events"])
    resource = event["resource"] | {"chartlake.gap": "another"}
    payload = {"sentence": "Another gap."}
    repeated = event | {"id": str(uuid4())}
    other = event | {"id": str(uuid4()), "resource": resource, "payload": payload}
    site.send_events(repeated, other)


def runs_by_event(site: Site, name: str, *states: str) -> list[dict]:
    """The completed runs that an event started, or those in other states."""
    found = site.runs_in(name, *states or ["COMPLETED"])
    return [run for run in found if run["created_by"]["type"] == "AUTOMATION"]


def scheduled_runs(site: Site) -> list[dict]:
    completed = site.runs_in("process-pending", "COMPLETED")
    return [
        run for run in completed if run["auto_scheduled"] and run["name"].startswith("process-")
    ]


def pause_process_pending(site: Site) -> None:
    # Prefect delays events about runs that were scheduled up to five minutes after their schedule
    # was created: for a quarter of an hour, it waits for an earlier event that never comes.
    site.set_schedules("process-pending", active=False)
    wait_for("the last run", lambda: not site.runs_in("process-pending", *UNFINISHED))


def kill_worker_during_a_run(site: Site, worker: int) -> str:
    """Kill the worker with its runs; returns the name of the run."""
    names = [chart_name(week, f"r{region}") for region in range(REGIONS) for week in range(WEEKS)]
    site.chartlake("land", download(site, *names, size=200)[0].parent)
    manifests = site.folder / "lake" / "manifests"
    wait_for("the middle of a run", lambda: len([*manifests.glob("*/*.json")]) > 10)
    kill_process_tree(worker)
    status = site.status()
    assert 0 < status["published"] - 3 < len(names)
    assert status["pending"] > 0
    killed = max(site.runs_in("process-pending", "RUNNING"), key=lambda run: run["start_time"])
    return str(killed["name"])


def wait_for_the_rest(site: Site) -> None:
    wait_for("the remaining files", lambda: site.status()["pending"] == 0)
    assert site.status()["published"] == REGIONS * WEEKS + 3
    assert site.status()["quarantined"] == 0
    wait_for("the end of the killed run", lambda: site.runs_in("process-pending", "CRASHED"))
    # A run that the worker leaves behind keeps its place, for which others would wait.
    wait_for("the last run", lambda: not site.runs_in("process-pending", "PENDING", "RUNNING"))
    published = REGIONS * WEEKS + 3
    wait_for("the mirror", lambda: site.status()["mirror"]["snapshots"] == published)
    wait_for("the last refresh", lambda: not runs_by_event(site, "refresh-mirror", *UNFINISHED))


def scheduled_ids(site: Site) -> set[str]:
    return run_ids(site, "update-lake", "SCHEDULED")


def ended_ids(site: Site) -> set[str]:
    flows = ("update-lake", "process-pending", "refresh-mirror")
    return set().union(*(run_ids(site, flow, "COMPLETED", "FAILED", "CRASHED") for flow in flows))


def assert_stuck_runs_are_ended(site: Site) -> None:
    site.set_automation_delay("a run that does not start has crashed", 10)
    site.set_automation_delay("a process-pending that no worker took", 10)
    stuck = site.start_run("refresh-mirror")
    for name in ("Pending", "Submitting"):
        site.request(f"flow_runs/{stuck}/set_state", state={"type": "PENDING", "name": name})
    wait_for(
        "the end of the stuck run", lambda: stuck in run_ids(site, "refresh-mirror", "CRASHED")
    )
    late = site.start_run("process-pending")
    wait_for(
        "the end of the late run", lambda: late in run_ids(site, "process-pending", "CANCELLED")
    )


def run_ids(site: Site, name: str, *states: str) -> set[str]:
    return {run["id"] for run in site.runs_in(name, *states)}


def assert_no_secret_is_readable(site: Site) -> None:
    kinds = ("deployments", "automations", "block_documents", "work_pools", "flow_runs", "logs")
    readable = json.dumps(
        [site.request(f"{kind}/filter") for kind in (*kinds, "events", "artifacts")]
    )
    assert "chartlake-writer" in json.dumps(site.request("v2/concurrency_limits/filter"))
    assert [secret for secret in SECRETS if secret in readable] == []
