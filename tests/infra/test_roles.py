"""Each role may do what the commands do with it, and nothing else."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from functools import partialmethod
from pathlib import Path

import pytest

from etl.aws import athena, glue
from etl.aws.sqs import Queue
from etl.lake import open_lake
from etl.sources.references import Answer, Reference, write_reference
from tests.support.aws_server import BUCKET
from tests.support.aws_stack import create_stack, queue_url
from tests.support.commands import run_command
from tests.support.permissions import Need, allows, listed, recorded
from tests.support.small_lakes import chart_body, chart_name, playlist_body, playlist_name
from tests.support.templates import Template

pytestmark = [pytest.mark.service, pytest.mark.slow]


NAME = "chartlake"
PREFIX = "charts/"
TEMPLATE = Template.filled(Prefix=PREFIX, Crawler="yes")
LAKE = f"arn:aws:s3:::{BUCKET}/{PREFIX}"
# What Athena does in the name of whoever asks, and no code of ours:
# https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html
BY_ATHENA = {
    "s3:GetBucketLocation",
    "s3:PutObject",
    "s3:AbortMultipartUpload",
    "s3:ListMultipartUploadParts",
    "glue:GetDatabase",
    "glue:GetTable",
    "glue:GetTables",
    "glue:GetPartitions",
}
REFUSED = {
    "WriterPolicy": [
        Need("s3:DeleteBucket", f"arn:aws:s3:::{BUCKET}"),
        Need("s3:PutBucketPolicy", f"arn:aws:s3:::{BUCKET}"),
        Need("s3:DeleteObjectVersion", f"{LAKE}raw_data/processed/a.json"),
        Need("s3:GetObject", f"arn:aws:s3:::{BUCKET}/other/a.json"),
        Need("s3:PutObject", f"arn:aws:s3:::{BUCKET}/athena-results/a.csv"),
        Need("s3:ListBucket", "arn:aws:s3:::another"),
        Need("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:123456789012:DeadLetterQueue"),
        Need("glue:UpdateTable", "arn:aws:glue:eu-west-1:123456789012:table/chartlake/song_data"),
        Need("glue:StartCrawler", "arn:aws:glue:eu-west-1:123456789012:crawler/another"),
    ],
    "ReaderPolicy": [
        Need("s3:PutObject", f"{LAKE}raw_data/to_be_processed/a.json"),
        Need("s3:PutObject", f"{LAKE}transformed_data/song_data/a.parquet"),
        Need("s3:DeleteObject", f"{LAKE}manifests/a/2026-01.json"),
        Need("s3:GetObject", f"{LAKE}raw_data/processed/a.json"),
        Need("s3:GetObject", f"{LAKE}raw_data/reference/spotify_track_a.json"),
        Need("sqs:ReceiveMessage", "arn:aws:sqs:eu-west-1:123456789012:LandingQueue"),
        Need("glue:StartCrawler", "arn:aws:glue:eu-west-1:123456789012:crawler/chartlake"),
        Need("athena:StartQueryExecution", "arn:aws:athena:eu-west-1:123456789012:workgroup/a"),
    ],
}


@pytest.fixture(scope="module")
def needs(aws_server, tmp_path_factory):
    """What commands with each role need, on a small history."""
    aws_server.forget()
    folder = tmp_path_factory.mktemp("roles")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        create_stack(aws_server, TEMPLATE)
        settings = {
            "CHARTLAKE_LAKE": f"s3://{BUCKET}/{PREFIX}",
            "CHARTLAKE_ATHENA_DATABASE": NAME,
            "CHARTLAKE_ATHENA_WORKGROUP": NAME,
            "CHARTLAKE_GLUE_CRAWLER": NAME,
        }
        for name, value in {**aws_server.environ, **settings}.items():
            patch.setenv(name, value)
        patch.setattr(glue.Crawler, "run", partialmethod(glue.Crawler.run, poll=0.1))
        queue = queue_url(aws_server)
        with recorded() as by_writer:
            _write(queue, folder)
        with recorded() as by_reader:
            _read(patch)
    return {"WriterPolicy": by_writer, "ReaderPolicy": by_reader}


def _write(queue, folder):
    for week in range(2):
        (folder / chart_name(week)).write_bytes(chart_body(week))
        (folder / playlist_name(week)).write_bytes(playlist_body(week))
    (folder / "nothing.json").write_bytes(b"nothing")
    assert run_command("land", str(folder)) == 0
    assert run_command("process") == 1  # one is quarantined
    (folder / chart_name(1)).write_bytes(chart_body(2))
    assert run_command("land", chart_name(1)) == 0
    assert run_command("process") == 0
    _learn_homes()
    for command in ("mirror", "export", "status", "verify", "rebuild", "crawl"):
        assert run_command(command) == 0, command
    assert run_command("purge", "--older-than", "1", "--yes") == 0
    assert run_command("export") == 0
    _learn_homes()  # which the purge has deleted
    listener = Queue(queue, {})
    listener.delete(listener.receive(0))


def _learn_homes():
    """Keep what MusicBrainz says about an artist, as `enrich` does."""
    answers = (Answer("an artist", {"area": {"iso-3166-1-codes": ["SE"]}}),)
    lake = open_lake(f"s3://{BUCKET}/{PREFIX}")
    write_reference(lake, Reference("musicbrainz", "artist", datetime.now(UTC), answers))


def _read(patch):
    Path("mirror.duckdb").unlink()
    assert run_command("mirror") == 0
    assert run_command("status") == 0
    assert run_command("query", "--on", "athena", "select 1") == 0
    assert run_command("ask", "newcomers", "--on", "athena") == 0

    def interrupt(*arguments):
        raise KeyboardInterrupt

    patch.setattr(athena, "_wait", interrupt)
    with suppress(KeyboardInterrupt):
        athena.run_query("select 1", NAME, NAME, {})


@pytest.mark.parametrize("policy", REFUSED)
def test_a_role_may_do_what_its_commands_do(needs, policy):
    assert needs[policy]
    assert [need for need in sorted(needs[policy]) if not allows(TEMPLATE, policy, need)] == []


@pytest.mark.parametrize("policy", REFUSED)
def test_a_role_may_do_nothing_that_no_command_does(needs, policy):
    allowed = set().union(*TEMPLATE.actions(policy).values())
    by_others = BY_ATHENA if policy == "ReaderPolicy" else set()
    assert allowed - by_others == {need.action for need in needs[policy]}


@pytest.mark.parametrize("policy", REFUSED)
def test_a_role_may_not_leave_its_lake(policy):
    assert [need for need in REFUSED[policy] if allows(TEMPLATE, policy, need)] == []


@pytest.mark.parametrize("policy", REFUSED)
def test_every_folder_that_a_role_may_use_is_used(needs, policy):
    statements = TEMPLATE.resources[policy]["PolicyDocument"]["Statement"]
    folders = {
        resource.removesuffix("*")
        for statement in statements
        for resource in listed(statement["Resource"])
        if resource.startswith(LAKE)
    }
    used = {need.resource for need in needs[policy]}
    assert [one for one in folders if not any(each.startswith(one) for each in used)] == []


def test_without_a_crawler_the_writer_may_run_none():
    assert "Crawl" not in Template.filled().actions("WriterPolicy")


def test_only_glue_may_assume_the_role_of_the_crawler():
    role = TEMPLATE.resources["CrawlerRole"]
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "glue.amazonaws.com"}
    (policy,) = role["Policies"]
    actions = {
        action
        for one in policy["PolicyDocument"]["Statement"]
        for action in ([one["Action"]] if isinstance(one["Action"], str) else one["Action"])
    }
    assert not {action for action in actions if "Delete" in action or "CreateTable" in action}
