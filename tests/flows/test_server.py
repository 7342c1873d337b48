"""A real Prefect server and worker, set up and used as the README says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.aws_server import BUCKET, KEYS, REGION, Aws
from tests.support.event_server import Receiver, receiving
from tests.support.prefect_site import ROOT, Site, kill_with_children, until
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
SECRETS = ("a-spotify-secret", "an-aws-secret", "a-hooks-token")
# What is killed in the middle has to last a while.
REGIONS, WEEKS = 120, 8


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as server:
        yield server


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site(tmp_path)
    # A schedule is a line: here, every minute.
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
    """Chart files of those names, as a person downloads them."""
    folder = site.folder / f"downloads {names[0]}"
    folder.mkdir()
    for number, name in enumerate(names):
        (folder / name).write_bytes(chart_body(number, size))
    return [folder / name for name in names]


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_the_project_lives_on_a_server_as_the_readme_says(site: Site, receiver: Receiver):
    def notices(words: str) -> list[str]:
        texts = [told.body["text"] for told in receiver.told]
        return [text for text in texts if words in text]

    with site.server():
        set_up_twice(site, f"{receiver.url}/{SECRETS[2]}")
        site.start("update-lake")
        until("a notice that it is late", lambda: notices("is late"))
        with site.worker() as worker:
            until("the failure", lambda: site.runs("update-lake", "FAILED"))
            what_lands_is_processed_and_mirrored(site)
            until("the schedule", lambda: by_the_clock(site))
            (failed,) = until("a notice of failure", lambda: notices("is Failed"))
            assert "is Failed: Spotify cannot be asked" in failed
            the_run_is_a_click_away(site, failed)
            site.chartlake("land", *download(site, chart_name(3)))
            (gap,) = until("a notice of the gap", lambda: notices("lacks"))
            assert gap.endswith("The history of regional-xx-weekly lacks 2026-01-15.")
            tell_of_the_gap_again(site)
            until("a notice of another gap", lambda: notices("Another gap"))
            assert notices("lacks") == [gap]
            no_more_by_the_clock(site)
            killed = killed_in_the_middle(site, worker.pid)
        site.schedule("process-pending", active=True)
        with site.worker():
            the_next_run_finishes_the_job(site)
            (crashed,) = until("a notice of the crash", lambda: notices(f"{killed} is Crashed"))
            assert "the next run goes on from there" in crashed
            assert site.runs("update-lake", "FAILED"), "what has ended stays as it ended"
        scheduled, history = plans(site), past(site)
    with site.server():
        assert plans(site) >= scheduled and past(site) >= history
        what_nobody_takes_is_ended(site)
        no_secret_is_kept_in_the_open(site)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_what_another_program_puts_into_a_bucket_is_processed_at_once(site: Site, aws: Aws):
    queue = aws.make_queue()
    aws.make_bucket(queue)
    (site.folder / ".env").write_text(f"CHARTLAKE_QUEUE_URL={queue}\n", encoding="utf-8")
    site.environment = {
        name: value for name, value in site.environment.items() if name not in aws.environ
    }
    with site.server():
        assert "listen-to-bucket hears" in site.chartlake("deploy")
        # The bucket and its keys are known by blocks alone, as if made in the UI.
        site.python(BLOCKS.format(bucket=BUCKET, url=aws.url, region=REGION, **KEYS))
        with site.worker():
            site.start("listen-to-bucket")
            until("somebody to listen", lambda: site.runs("listen-to-bucket", "RUNNING"))
            aws.put(f"raw_data/to_be_processed/{chart_name(0)}", body=chart_body(0))
            until("the archive", lambda: aws.keys(f"raw_data/processed/{chart_name(0)}"))
            until("an event to start it", lambda: by_an_event(site, "process-pending"))
            assert aws.keys("manifests/regional-xx-weekly/2026-01.json")


def set_up_twice(site: Site, webhook: str) -> None:
    first = site.chartlake("deploy", "--notify", webhook)
    assert "work pool chartlake, of type process\n" in first
    assert site.chartlake("deploy", "--notify", webhook) == first
    names = [one["name"] for one in site.ask("automations/filter")]
    assert len(names) == len(set(names)) == first.count("automation ") + first.count("trigger ") + 2
    deployments = {one["name"]: one for one in site.ask("deployments/filter")}
    assert {"update-lake", "process-pending", "refresh-mirror"} < set(deployments)
    for one in deployments.values():
        assert one["global_concurrency_limit"]["limit"] == 1
        assert one["concurrency_options"]["collision_strategy"] == "ENQUEUE"


def the_run_is_a_click_away(site: Site, notice: str) -> None:
    (run,) = site.runs("update-lake", "FAILED")
    server = site.api_url.removesuffix("/api")
    assert notice.endswith(f"\n{server}/runs/flow-run/{run['id']}")


def what_lands_is_processed_and_mirrored(site: Site) -> None:
    site.chartlake("land", *download(site, chart_name(0), chart_name(1)))
    for name in ("process-pending", "refresh-mirror"):
        until(f"an event to start {name}", partial(by_an_event, site, name))
    status = site.status()
    assert (status["published"], status["mirror"]["snapshots"]) == (2, 2)


def tell_of_the_gap_again(site: Site) -> None:
    """As a server does that takes an event anew; and of another gap, which comes after it."""
    asked = {"event": {"name": ["chartlake.history.gap"]}}
    (event,) = until("the event", lambda: site.ask("events/filter", filter=asked)["events"])
    resource = event["resource"] | {"chartlake.gap": "another"}
    payload = {"sentence": "Another gap."}
    again = event | {"id": str(uuid4())}
    another = event | {"id": str(uuid4()), "resource": resource, "payload": payload}
    site.tell(again, another)


def by_an_event(site: Site, name: str) -> list[dict]:
    done = site.runs(name, "COMPLETED")
    return [one for one in done if one["created_by"]["type"] == "AUTOMATION"]


def by_the_clock(site: Site) -> list[dict]:
    done = site.runs("process-pending", "COMPLETED")
    return [one for one in done if one["auto_scheduled"] and one["name"].startswith("process-")]


def no_more_by_the_clock(site: Site) -> None:
    # Of a run that the clock began within five minutes after the schedule was made, Prefect tells
    # nobody for a quarter of an hour: it waits for an event that there is none of.
    site.schedule("process-pending", active=False)
    goes_on = ("SCHEDULED", "PENDING", "RUNNING")
    until("rest", lambda: not site.runs("process-pending", *goes_on))


def killed_in_the_middle(site: Site, worker: int) -> str:
    """The name of the run whose process is no more."""
    names = [chart_name(week, f"r{region}") for region in range(REGIONS) for week in range(WEEKS)]
    site.chartlake("land", download(site, *names, size=200)[0].parent)
    manifests = site.folder / "lake" / "manifests"
    until("the middle of a run", lambda: len([*manifests.glob("*/*.json")]) > 10)
    kill_with_children(worker)
    status = site.status()
    assert 0 < status["published"] - 3 < len(names)
    assert status["pending"] > 0
    killed = max(site.runs("process-pending", "RUNNING"), key=lambda run: run["start_time"])
    return str(killed["name"])


def the_next_run_finishes_the_job(site: Site) -> None:
    until("the rest", lambda: site.status()["pending"] == 0)
    assert site.status()["published"] == REGIONS * WEEKS + 3
    assert site.status()["quarantined"] == 0
    until("the end of the dead run", lambda: site.runs("process-pending", "CRASHED"))


def plans(site: Site) -> set[str]:
    return {one["id"] for one in site.runs("update-lake", "SCHEDULED")}


def past(site: Site) -> set[str]:
    ended = ("COMPLETED", "FAILED", "CRASHED")
    flows = ("update-lake", "process-pending", "refresh-mirror")
    return {one["id"] for flow in flows for one in site.runs(flow, *ended)}


def what_nobody_takes_is_ended(site: Site) -> None:
    site.hasten("a run that does not begin has crashed", 10)
    site.hasten("a process-pending that nobody took", 10)
    stuck = site.start("refresh-mirror")
    for name in ("Pending", "Submitting"):
        site.ask(f"flow_runs/{stuck}/set_state", state={"type": "PENDING", "name": name})
    until("the end of what never begins", lambda: stuck in ids(site, "refresh-mirror", "CRASHED"))
    late = site.start("process-pending")
    until("the end of what nobody took", lambda: late in ids(site, "process-pending", "CANCELLED"))


def ids(site: Site, name: str, state: str) -> set[str]:
    return {one["id"] for one in site.runs(name, state)}


def no_secret_is_kept_in_the_open(site: Site) -> None:
    kinds = ("deployments", "automations", "block_documents", "work_pools", "flow_runs", "logs")
    kept = json.dumps([site.ask(f"{kind}/filter") for kind in (*kinds, "events", "artifacts")])
    assert "chartlake-writer" in json.dumps(site.ask("v2/concurrency_limits/filter"))
    assert [secret for secret in SECRETS if secret in kept] == []
